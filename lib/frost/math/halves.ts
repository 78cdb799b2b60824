import { AFFINE, isAffineIdentity } from "./jacobian.ts";
import { splitScalar } from "./scalars.ts";

/** The terms of a multi-scalar product that count, their scalars split for the endomorphism. Public data only. */
export interface Halves {
  /** Where each point is, in doubles. None is the identity and no scalar is 0. */
  readonly offsets: readonly number[];
  /** Each scalar is low + high·λ, both below 2¹²⁸ in absolute value; high is 0 for a short scalar. */
  readonly lows: readonly bigint[];
  readonly highs: readonly bigint[];
  /** Number of half scalars that are to be used: one per point and one more where high is not 0. */
  readonly total: number;
}

/** Splits `scalars` (in 0 … N − 1) of the affine points that start at `points[0]`. */
export function splitAll(points: Float64Array, scalars: readonly bigint[]): Halves {
  const offsets: number[] = [];
  const lows: bigint[] = [];
  const highs: bigint[] = [];
  let total = 0;
  for (const [i, scalar] of scalars.entries()) {
    if (scalar === 0n || isAffineIdentity(points, i * AFFINE)) continue;
    const { low, high } = splitScalar(scalar);
    offsets.push(i * AFFINE);
    lows.push(low);
    highs.push(high);
    total += high === 0n ? 1 : 2;
  }
  return { offsets, lows, highs, total };
}
