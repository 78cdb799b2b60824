import { mul, sqrTimes } from "./field-mul.ts";

export { add, scale, sub } from "./field-linear.ts";
export { mul } from "./field-mul.ts";

/**
 * The rest of arithmetic modulo p on the limbs of `field-mul.ts`: sums without carries, one carry pass where a
 * magnitude would grow too large, canonical form, inverse and square root. Functions write `out` at index `o`,
 * which may be an operand. All of it is variable time or may become so: public data only.
 */

/** Doubles per field element. */
export const LIMBS = 11;
const R24 = 3 * 2 ** 75;
const S24 = 2 ** -24;
const R16 = 3 * 2 ** 67;
const S16 = 2 ** -16;

/** out = a; same magnitude. */
export function copy(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  for (let i = 0; i < LIMBS; i++) out[o + i] = a[ao + i] as number;
}

/** out = a² for a of magnitude at most 3; the result has magnitude 1. */
export function sqr(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  sqrTimes(out, o, a, ao, 1);
}

/** Brings magnitudes up to 64 back to 1 (with a slack below 1 %) by one pass of carries that go one limb far. */
export function reduce(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  const top = a[ao + 10] as number;
  const over = (top + R16 - R16) * S16;
  let carried = over * 977;
  let next = over * 256;
  for (let i = 0; i < 10; i++) {
    const limb = a[ao + i] as number;
    const high = limb + R24 - R24;
    out[o + i] = limb - high + carried;
    carried = high * S24 + next;
    next = 0;
  }
  out[o + 10] = top - over * 65536 + carried;
}

const work = new Float64Array(20 * LIMBS);
const digits = new Int32Array(LIMBS);

/** Writes the canonical limbs (each in 0 ≤ limb < 2²⁴, value below p) of a, of magnitude at most 64, to `digits`. */
function toDigits(a: Float64Array, ao: number): void {
  for (let i = 0; i < LIMBS; i++) digits[i] = a[ao + i] as number;
  // |value| < 2²⁶³: the first round leaves a value in (−2⁴¹, 2²⁵⁶ + 2⁴¹), the second one in 0 … 2²⁵⁶ − 1 but for a
  // ripple, which the third settles.
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 10; i++) {
      const limb = digits[i] as number;
      digits[i] = limb & 0xffffff;
      digits[i + 1] = (digits[i + 1] as number) + (limb >> 24);
    }
    const over = (digits[10] as number) >> 16;
    digits[10] = (digits[10] as number) & 0xffff;
    digits[0] = (digits[0] as number) + over * 977;
    digits[1] = (digits[1] as number) + over * 256;
  }
  if (!belowPrime()) {
    // Only the lowest two limbs differ between p and 2²⁵⁶ − 1.
    digits[0] = (digits[0] as number) - 0xfffc2f;
    digits[1] = (digits[1] as number) - 0xfffeff;
    for (let i = 2; i < LIMBS; i++) digits[i] = 0;
    if (digits[0] < 0) {
      digits[0] = digits[0] + 0x1000000;
      digits[1] = digits[1] - 1;
    }
  }
}

function belowPrime(): boolean {
  if (digits[10] !== 0xffff) return true;
  for (let i = 9; i >= 2; i--) if (digits[i] !== 0xffffff) return true;
  const middle = digits[1] as number;
  return middle < 0xfffeff || (middle === 0xfffeff && (digits[0] as number) < 0xfffc2f);
}

/** out = the canonical form of a, of magnitude at most 64. The result has magnitude 2. */
export function canonical(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  toDigits(a, ao);
  for (let i = 0; i < LIMBS; i++) out[o + i] = digits[i] as number;
}

/** True where a, of magnitude at most 64, is a multiple of p. */
export function isZero(a: Float64Array, ao: number): boolean {
  // p ≡ −977 (mod 2²⁴), so the low limb of k·p is a multiple of 977 as a signed 24-bit number while |k| < 8586.
  if ((((a[ao] as number) << 8) >> 8) % 977 !== 0) return false;
  toDigits(a, ao);
  for (let i = 0; i < LIMBS; i++) if (digits[i] !== 0) return false;
  return true;
}

/** True where the canonical form of a, of magnitude at most 64, is odd. */
export function isOdd(a: Float64Array, ao: number): boolean {
  toDigits(a, ao);
  return ((digits[0] as number) & 1) === 1;
}

/** Reads 32 big-endian bytes; false (and `out` is not to be used) where the number is not below p. */
export function fromBytes(out: Float64Array, o: number, bytes: Uint8Array, at: number): boolean {
  let end = at + 31;
  for (let i = 0; i < 10; i++, end -= 3) {
    digits[i] =
      (bytes[end] as number) | ((bytes[end - 1] as number) << 8) | ((bytes[end - 2] as number) << 16);
  }
  digits[10] = (bytes[at + 1] as number) | ((bytes[at] as number) << 8);
  for (let i = 0; i < LIMBS; i++) out[o + i] = digits[i] as number;
  return belowPrime();
}

/** Writes the 32 big-endian bytes of the canonical form of a, of magnitude at most 64. */
export function toBytes(bytes: Uint8Array, at: number, a: Float64Array, ao: number): void {
  toDigits(a, ao);
  let end = at + 31;
  for (let i = 0; i < 10; i++, end -= 3) {
    const limb = digits[i] as number;
    bytes[end] = limb;
    bytes[end - 1] = limb >> 8;
    bytes[end - 2] = limb >> 16;
  }
  bytes[at + 1] = digits[10] as number;
  bytes[at] = (digits[10] as number) >> 8;
}

/** Writes the limbs of a non-negative integer below 2²⁵⁶ (a constant, or a coordinate of noble's). */
export function fromBigInt(out: Float64Array, o: number, value: bigint): void {
  let rest = value;
  for (let i = 0; i < LIMBS; i++) {
    out[o + i] = Number(rest & 0xffffffn);
    rest >>= 24n;
  }
}

/** The canonical value of a, of magnitude at most 64. */
export function toBigInt(a: Float64Array, ao: number): bigint {
  toDigits(a, ao);
  let value = 0n;
  for (let i = 10; i >= 0; i--) value = (value << 24n) | BigInt(digits[i] as number);
  return value;
}

/** 2²²³ − 1 ones and below: the part that (p − 2) and (p + 1)/4 share. Slots of `work`: 1 = a², …, see below. */
const A = 0;
const X2 = LIMBS;
const X3 = 2 * LIMBS;
const X22 = 3 * LIMBS;
const X44 = 4 * LIMBS;
const X88 = 5 * LIMBS;
const T = 6 * LIMBS;
const U = 7 * LIMBS;

const times = (o: number, a: number, b: number): void => mul(work, o, work, a, work, b);
const power = (o: number, a: number, count: number): void => sqrTimes(work, o, work, a, count);

/** work[T] = a^(2²²³ − 1), leaving a at A, a³ at X2 and a^(2²² − 1) at X22. a has magnitude at most 3. */
function onesChain(a: Float64Array, ao: number): void {
  reduce(work, A, a, ao);
  power(T, A, 1);
  times(X2, T, A);
  power(T, X2, 1);
  times(X3, T, A);
  power(T, X3, 3);
  times(T, T, X3); // 6 ones
  power(T, T, 3);
  times(T, T, X3); // 9
  power(T, T, 2);
  times(T, T, X2); // 11
  power(U, T, 11);
  times(X22, U, T);
  power(T, X22, 22);
  times(X44, T, X22);
  power(T, X44, 44);
  times(X88, T, X44);
  power(T, X88, 88);
  times(T, T, X88); // 176
  power(T, T, 44);
  times(T, T, X44); // 220
  power(T, T, 3);
  times(T, T, X3); // 223
}

/** out = a^(p − 2), the inverse of a, or 0 for 0. a has magnitude at most 64; the result 1. */
export function invert(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  // p − 2 in binary: 223 ones, 0, 22 ones, 0000, 1, 0, 11, 0, 1.
  onesChain(a, ao);
  power(T, T, 23);
  times(T, T, X22);
  power(T, T, 5);
  times(T, T, A);
  power(T, T, 3);
  times(T, T, X2);
  power(T, T, 2);
  mul(out, o, work, T, work, A);
}

/** out = a^((p + 1)/4), a square root of a where a is a square. a has magnitude at most 64; the result 1. */
export function squareRootCandidate(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  // (p + 1)/4 in binary: 223 ones, 0, 22 ones, 0000, 11, 00.
  onesChain(a, ao);
  power(T, T, 23);
  times(T, T, X22);
  power(T, T, 6);
  times(T, T, X2);
  sqrTimes(out, o, work, T, 2);
}
