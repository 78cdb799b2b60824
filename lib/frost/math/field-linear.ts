/**
 * Sums and multiples of field elements (`field-mul.ts`), limb by limb and without carries: magnitudes add up, and
 * the caller keeps account of them. `out` at `o` may be an operand. Unrolled, all reads before all writes: a third
 * of the time of a loop in V8. Public data only.
 */

/** out = a + b; magnitudes add. */
export function add(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  b: Float64Array,
  bo: number,
): void {
  const c0 = (a[ao] as number) + (b[bo] as number);
  const c1 = (a[ao + 1] as number) + (b[bo + 1] as number);
  const c2 = (a[ao + 2] as number) + (b[bo + 2] as number);
  const c3 = (a[ao + 3] as number) + (b[bo + 3] as number);
  const c4 = (a[ao + 4] as number) + (b[bo + 4] as number);
  const c5 = (a[ao + 5] as number) + (b[bo + 5] as number);
  const c6 = (a[ao + 6] as number) + (b[bo + 6] as number);
  const c7 = (a[ao + 7] as number) + (b[bo + 7] as number);
  const c8 = (a[ao + 8] as number) + (b[bo + 8] as number);
  const c9 = (a[ao + 9] as number) + (b[bo + 9] as number);
  const c10 = (a[ao + 10] as number) + (b[bo + 10] as number);
  out[o] = c0;
  out[o + 1] = c1;
  out[o + 2] = c2;
  out[o + 3] = c3;
  out[o + 4] = c4;
  out[o + 5] = c5;
  out[o + 6] = c6;
  out[o + 7] = c7;
  out[o + 8] = c8;
  out[o + 9] = c9;
  out[o + 10] = c10;
}

/** out = a − b; magnitudes add. */
export function sub(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  b: Float64Array,
  bo: number,
): void {
  const c0 = (a[ao] as number) - (b[bo] as number);
  const c1 = (a[ao + 1] as number) - (b[bo + 1] as number);
  const c2 = (a[ao + 2] as number) - (b[bo + 2] as number);
  const c3 = (a[ao + 3] as number) - (b[bo + 3] as number);
  const c4 = (a[ao + 4] as number) - (b[bo + 4] as number);
  const c5 = (a[ao + 5] as number) - (b[bo + 5] as number);
  const c6 = (a[ao + 6] as number) - (b[bo + 6] as number);
  const c7 = (a[ao + 7] as number) - (b[bo + 7] as number);
  const c8 = (a[ao + 8] as number) - (b[bo + 8] as number);
  const c9 = (a[ao + 9] as number) - (b[bo + 9] as number);
  const c10 = (a[ao + 10] as number) - (b[bo + 10] as number);
  out[o] = c0;
  out[o + 1] = c1;
  out[o + 2] = c2;
  out[o + 3] = c3;
  out[o + 4] = c4;
  out[o + 5] = c5;
  out[o + 6] = c6;
  out[o + 7] = c7;
  out[o + 8] = c8;
  out[o + 9] = c9;
  out[o + 10] = c10;
}

/** out = factor·a for a small integer factor; the magnitude is multiplied by its absolute value. */
export function scale(out: Float64Array, o: number, a: Float64Array, ao: number, factor: number): void {
  const c0 = (a[ao] as number) * factor;
  const c1 = (a[ao + 1] as number) * factor;
  const c2 = (a[ao + 2] as number) * factor;
  const c3 = (a[ao + 3] as number) * factor;
  const c4 = (a[ao + 4] as number) * factor;
  const c5 = (a[ao + 5] as number) * factor;
  const c6 = (a[ao + 6] as number) * factor;
  const c7 = (a[ao + 7] as number) * factor;
  const c8 = (a[ao + 8] as number) * factor;
  const c9 = (a[ao + 9] as number) * factor;
  const c10 = (a[ao + 10] as number) * factor;
  out[o] = c0;
  out[o + 1] = c1;
  out[o + 2] = c2;
  out[o + 3] = c3;
  out[o + 4] = c4;
  out[o + 5] = c5;
  out[o + 6] = c6;
  out[o + 7] = c7;
  out[o + 8] = c8;
  out[o + 9] = c9;
  out[o + 10] = c10;
}
