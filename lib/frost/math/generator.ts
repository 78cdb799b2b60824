import { AFFINE, addJacobian, double, fromAffine, JACOBIAN, toAffine } from "./jacobian.ts";
import { fromBigInt, LIMBS } from "./field.ts";

/**
 * Multiples of the generator for public scalars: odd multiples of 2^(32i)·G, so that a multiplication shares 32
 * doublings instead of 256. Made on first use (well under a millisecond), 45 KB.
 */

/** Bits between one base point and the next. */
export const GENERATOR_STEP = 32;
/** Signed odd digits of this many bits: 2^(width − 2) odd multiples per base point. */
export const GENERATOR_WIDTH = 7;

/** G in affine form. */
export const GENERATOR = new Float64Array(AFFINE);
fromBigInt(GENERATOR, 0, 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798n);
fromBigInt(GENERATOR, LIMBS, 0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8n);

let table: Float64Array | undefined;

/** Affine points: for each step i, the multiples 1, 3, 5, … of 2^(32i)·G. */
export function generatorTable(): Float64Array {
  if (table !== undefined) return table;
  const odd = 1 << (GENERATOR_WIDTH - 2);
  const steps = 256 / GENERATOR_STEP;
  const points = new Float64Array((steps * odd + 2) * JACOBIAN);
  const base = steps * odd * JACOBIAN;
  const twice = base + JACOBIAN;
  fromAffine(points, base, GENERATOR, 0);
  for (let step = 0; step < steps; step++) {
    const first = step * odd * JACOBIAN;
    points.copyWithin(first, base, base + JACOBIAN);
    double(points, twice, points, base);
    for (let j = 1; j < odd; j++) {
      const next = first + j * JACOBIAN;
      addJacobian(points, next, points, next - JACOBIAN, points, twice);
    }
    for (let bit = 0; bit < GENERATOR_STEP; bit++) double(points, base, points, base);
  }
  table = new Float64Array(steps * odd * AFFINE);
  toAffine(table, 0, points, 0, steps * odd);
  return table;
}
