/**
 * Multiplication modulo p = 2²⁵⁶ − 2³² − 977 in plain doubles.
 *
 * A field element is 11 consecutive doubles of a Float64Array, each a signed integer ("limb"): its value is
 * Σ limbᵢ·2²⁴ⁱ, taken modulo p, so one residue has many forms. An element has *magnitude* M where limbs 0 to 9
 * are at most M·2²³ and limb 10 at most M·2¹⁵ in absolute value, but for a slack of a fraction of a percent that
 * the carries below leave. Canonical bytes read as limbs have magnitude 2; additions add magnitudes.
 *
 * Why it is exact: doubles hold every integer up to 2⁵³. Column k of the product (coefficient of 2²⁴ᵏ) is at
 * most 10 full terms of Ma·Mb·2⁴⁶ each (11 terms in column 10, of which the two with a limb 10 are 2⁸ times
 * smaller), so with Ma·Mb ≤ 12 it stays below 120·2⁴⁶ + … < 2⁵³ = 128·2⁴⁶. Then
 *  1. columns 11 to 20 are cut to 24 bits (sizes up to 2⁵³ leave a carry of at most 2²⁹ into the next), and
 *     2²⁶⁴ ≡ 2¹⁶·2²⁴ + 250112 (mod p) folds each into columns k − 11 and k − 10: at most 2⁴⁸ more, which the
 *     eight units of 2⁴⁶ left above have room for; column 22, the spill of that fold beyond column 10, is small
 *     because limb 10 is, and folds again;
 *  2. columns 0 to 10 carry along two interleaved chains that start at 8 and at 4; at column 10 the cut is at 2¹⁶,
 *     since 2²⁵⁶ ≡ 2⁸·2²⁴ + 977, and goes round to columns 0 and 1. The chains end where the carry is below 2⁷.
 * A cut rounds to nearest: adding and subtracting 3·2⁵¹·2²⁴ leaves the multiple of 2²⁴ nearest to c.
 * `field-bounds.test.ts` reads this file and carries the worst case through every line of it.
 */

/** Adding and subtracting this rounds to a multiple of 2²⁴. */
const R24 = 3 * 2 ** 75;
const S24 = 2 ** -24;
/** Adding and subtracting this rounds to a multiple of 2¹⁶. */
const R16 = 3 * 2 ** 67;
const S16 = 2 ** -16;
/** 2²⁶⁴ mod p = E·2²⁴ + F. */
const E = 65536;
const F = 250112;

/**
 * out = a·b for operands whose magnitudes multiply to at most 12; the result has magnitude 1. Any of the three
 * may be the same element. Variable time is not introduced here, but callers are: public data only.
 */
export function mul(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  b: Float64Array,
  bo: number,
): void {
  const a0 = a[ao] as number;
  const a1 = a[ao + 1] as number;
  const a2 = a[ao + 2] as number;
  const a3 = a[ao + 3] as number;
  const a4 = a[ao + 4] as number;
  const a5 = a[ao + 5] as number;
  const a6 = a[ao + 6] as number;
  const a7 = a[ao + 7] as number;
  const a8 = a[ao + 8] as number;
  const a9 = a[ao + 9] as number;
  const a10 = a[ao + 10] as number;
  const b0 = b[bo] as number;
  const b1 = b[bo + 1] as number;
  const b2 = b[bo + 2] as number;
  const b3 = b[bo + 3] as number;
  const b4 = b[bo + 4] as number;
  const b5 = b[bo + 5] as number;
  const b6 = b[bo + 6] as number;
  const b7 = b[bo + 7] as number;
  const b8 = b[bo + 8] as number;
  const b9 = b[bo + 9] as number;
  const b10 = b[bo + 10] as number;

  let c0 = a0 * b0;
  let c1 = a0 * b1 + a1 * b0;
  let c2 = a0 * b2 + a1 * b1 + a2 * b0;
  let c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  let c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  let c5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  let c6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  let c7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  let c8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  let c9 = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0;
  let c10 =
    a0 * b10 +
    a1 * b9 +
    a2 * b8 +
    a3 * b7 +
    a4 * b6 +
    a5 * b5 +
    a6 * b4 +
    a7 * b3 +
    a8 * b2 +
    a9 * b1 +
    a10 * b0;
  let c11 =
    a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1;
  let c12 = a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3 + a10 * b2;
  let c13 = a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 + a10 * b3;
  let c14 = a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4;
  let c15 = a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5;
  let c16 = a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6;
  let c17 = a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7;
  let c18 = a8 * b10 + a9 * b9 + a10 * b8;
  let c19 = a9 * b10 + a10 * b9;
  let c20 = a10 * b10;
  const h11 = c11 + R24 - R24;
  const h12 = c12 + R24 - R24;
  const h13 = c13 + R24 - R24;
  const h14 = c14 + R24 - R24;
  const h15 = c15 + R24 - R24;
  const h16 = c16 + R24 - R24;
  const h17 = c17 + R24 - R24;
  const h18 = c18 + R24 - R24;
  const h19 = c19 + R24 - R24;
  const h20 = c20 + R24 - R24;
  c11 -= h11;
  c12 -= h12;
  c13 -= h13;
  c14 -= h14;
  c15 -= h15;
  c16 -= h16;
  c17 -= h17;
  c18 -= h18;
  c19 -= h19;
  c20 -= h20;
  c12 += h11 * S24;
  c13 += h12 * S24;
  c14 += h13 * S24;
  c15 += h14 * S24;
  c16 += h15 * S24;
  c17 += h16 * S24;
  c18 += h17 * S24;
  c19 += h18 * S24;
  c20 += h19 * S24;
  const c21 = h20 * S24;
  const c22 = c21 * E;
  c0 += c11 * F + c22 * F;
  c1 += c12 * F + c11 * E + c22 * E;
  c2 += c13 * F + c12 * E;
  c3 += c14 * F + c13 * E;
  c4 += c15 * F + c14 * E;
  c5 += c16 * F + c15 * E;
  c6 += c17 * F + c16 * E;
  c7 += c18 * F + c17 * E;
  c8 += c19 * F + c18 * E;
  c9 += c20 * F + c19 * E;
  c10 += c21 * F + c20 * E;
  let t: number;
  t = c8 + R24 - R24;
  c8 -= t;
  c9 += t * S24;
  t = c4 + R24 - R24;
  c4 -= t;
  c5 += t * S24;
  t = c9 + R24 - R24;
  c9 -= t;
  c10 += t * S24;
  t = c5 + R24 - R24;
  c5 -= t;
  c6 += t * S24;
  t = c10 + R16 - R16;
  c10 -= t;
  t *= S16;
  c0 += t * 977;
  c1 += t * 256;
  t = c6 + R24 - R24;
  c6 -= t;
  c7 += t * S24;
  t = c0 + R24 - R24;
  c0 -= t;
  c1 += t * S24;
  t = c7 + R24 - R24;
  c7 -= t;
  c8 += t * S24;
  t = c1 + R24 - R24;
  c1 -= t;
  c2 += t * S24;
  t = c8 + R24 - R24;
  c8 -= t;
  c9 += t * S24;
  t = c2 + R24 - R24;
  c2 -= t;
  c3 += t * S24;
  t = c3 + R24 - R24;
  c3 -= t;
  c4 += t * S24;
  t = c4 + R24 - R24;
  c4 -= t;
  c5 += t * S24;

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

/** out = a^(2^times) for a of magnitude at most 3 (`times` squarings in a row); the result has magnitude 1. */
export function sqrTimes(out: Float64Array, o: number, a: Float64Array, ao: number, times: number): void {
  let a0 = a[ao] as number;
  let a1 = a[ao + 1] as number;
  let a2 = a[ao + 2] as number;
  let a3 = a[ao + 3] as number;
  let a4 = a[ao + 4] as number;
  let a5 = a[ao + 5] as number;
  let a6 = a[ao + 6] as number;
  let a7 = a[ao + 7] as number;
  let a8 = a[ao + 8] as number;
  let a9 = a[ao + 9] as number;
  let a10 = a[ao + 10] as number;

  for (let i = 0; i < times; i++) {
    const d0 = a0 + a0;
    const d1 = a1 + a1;
    const d2 = a2 + a2;
    const d3 = a3 + a3;
    const d4 = a4 + a4;
    const d5 = a5 + a5;
    const d6 = a6 + a6;
    const d7 = a7 + a7;
    const d8 = a8 + a8;
    const d9 = a9 + a9;
    let c0 = a0 * a0;
    let c1 = d0 * a1;
    let c2 = d0 * a2 + a1 * a1;
    let c3 = d0 * a3 + d1 * a2;
    let c4 = d0 * a4 + d1 * a3 + a2 * a2;
    let c5 = d0 * a5 + d1 * a4 + d2 * a3;
    let c6 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3;
    let c7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4;
    let c8 = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4;
    let c9 = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5;
    let c10 = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5;
    let c11 = d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6;
    let c12 = d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6;
    let c13 = d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7;
    let c14 = d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7;
    let c15 = d5 * a10 + d6 * a9 + d7 * a8;
    let c16 = d6 * a10 + d7 * a9 + a8 * a8;
    let c17 = d7 * a10 + d8 * a9;
    let c18 = d8 * a10 + a9 * a9;
    let c19 = d9 * a10;
    let c20 = a10 * a10;
    const h11 = c11 + R24 - R24;
    const h12 = c12 + R24 - R24;
    const h13 = c13 + R24 - R24;
    const h14 = c14 + R24 - R24;
    const h15 = c15 + R24 - R24;
    const h16 = c16 + R24 - R24;
    const h17 = c17 + R24 - R24;
    const h18 = c18 + R24 - R24;
    const h19 = c19 + R24 - R24;
    const h20 = c20 + R24 - R24;
    c11 -= h11;
    c12 -= h12;
    c13 -= h13;
    c14 -= h14;
    c15 -= h15;
    c16 -= h16;
    c17 -= h17;
    c18 -= h18;
    c19 -= h19;
    c20 -= h20;
    c12 += h11 * S24;
    c13 += h12 * S24;
    c14 += h13 * S24;
    c15 += h14 * S24;
    c16 += h15 * S24;
    c17 += h16 * S24;
    c18 += h17 * S24;
    c19 += h18 * S24;
    c20 += h19 * S24;
    const c21 = h20 * S24;
    const c22 = c21 * E;
    c0 += c11 * F + c22 * F;
    c1 += c12 * F + c11 * E + c22 * E;
    c2 += c13 * F + c12 * E;
    c3 += c14 * F + c13 * E;
    c4 += c15 * F + c14 * E;
    c5 += c16 * F + c15 * E;
    c6 += c17 * F + c16 * E;
    c7 += c18 * F + c17 * E;
    c8 += c19 * F + c18 * E;
    c9 += c20 * F + c19 * E;
    c10 += c21 * F + c20 * E;
    let t: number;
    t = c8 + R24 - R24;
    c8 -= t;
    c9 += t * S24;
    t = c4 + R24 - R24;
    c4 -= t;
    c5 += t * S24;
    t = c9 + R24 - R24;
    c9 -= t;
    c10 += t * S24;
    t = c5 + R24 - R24;
    c5 -= t;
    c6 += t * S24;
    t = c10 + R16 - R16;
    c10 -= t;
    t *= S16;
    c0 += t * 977;
    c1 += t * 256;
    t = c6 + R24 - R24;
    c6 -= t;
    c7 += t * S24;
    t = c0 + R24 - R24;
    c0 -= t;
    c1 += t * S24;
    t = c7 + R24 - R24;
    c7 -= t;
    c8 += t * S24;
    t = c1 + R24 - R24;
    c1 -= t;
    c2 += t * S24;
    t = c8 + R24 - R24;
    c8 -= t;
    c9 += t * S24;
    t = c2 + R24 - R24;
    c2 -= t;
    c3 += t * S24;
    t = c3 + R24 - R24;
    c3 -= t;
    c4 += t * S24;
    t = c4 + R24 - R24;
    c4 -= t;
    c5 += t * S24;

    a0 = c0;
    a1 = c1;
    a2 = c2;
    a3 = c3;
    a4 = c4;
    a5 = c5;
    a6 = c6;
    a7 = c7;
    a8 = c8;
    a9 = c9;
    a10 = c10;
  }
  out[o] = a0;
  out[o + 1] = a1;
  out[o + 2] = a2;
  out[o + 3] = a3;
  out[o + 4] = a4;
  out[o + 5] = a5;
  out[o + 6] = a6;
  out[o + 7] = a7;
  out[o + 8] = a8;
  out[o + 9] = a9;
  out[o + 10] = a10;
}
