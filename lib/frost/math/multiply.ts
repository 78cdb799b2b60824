import { splitAll } from "./halves.ts";
import { pippenger } from "./pippenger.ts";
import { straus } from "./straus.ts";

/** From about this many half scalars on, sharing buckets costs less than a table per point. */
const MANY = 180;

/**
 * Sum of scalars[i]·pointᵢ + generatorScalar·G for affine points from `points[0]` on and scalars in 0 … N − 1, as a
 * Jacobian point at `out[o]`, by whichever way is the faster. Variable time: public data only.
 */
export function multiply(
  out: Float64Array,
  o: number,
  points: Float64Array,
  scalars: readonly bigint[],
  generatorScalar: bigint,
): void {
  const halves = splitAll(points, scalars);
  if (halves.total < MANY) straus(out, o, points, halves, generatorScalar);
  else pippenger(out, o, points, halves, generatorScalar);
}
