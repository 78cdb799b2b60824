/**
 * Public scalars: reduction modulo the group order, the endomorphism split, and signed-digit recoding.
 * Variable time: never for a secret.
 */

/** The order of the group. */
export const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const HALF = 128n;
const BELOW = 1n << HALF;

/** The representative in 0 … N − 1 of any integer. */
export function reduceScalar(scalar: bigint): bigint {
  if (scalar >= 0n && scalar < N) return scalar;
  const rest = scalar % N;
  return rest < 0n ? rest + N : rest;
}

// λ = A1/−B1 = … is a cube root of one modulo N. (A1, B1) and (A2, B2) are short vectors with A + Bλ ≡ 0 (mod N), as
// in Guide to Elliptic Curve Cryptography, algorithm 3.74.
const A1 = 0x3086d221a7d46bcde86c90e49284eb15n;
const B1 = -0xe4437ed6010e88286f547fa90abfe4c3n;
const A2 = 0x114ca50f7a8e2f3f657c1108d9d44cfd8n;
const B2 = A1;
// ⌊2³⁸⁴·B2/N⌉ and ⌊2³⁸⁴·(−B1)/N⌉: a product and a shift instead of a division.
const SHIFT = 384n;
const ROUND = 1n << (SHIFT - 1n);
const G1 = ((B2 << SHIFT) + (N >> 1n)) / N;
const G2 = ((-B1 << SHIFT) + (N >> 1n)) / N;

/** k ≡ low + high·λ (mod N), both in absolute value below 2¹²⁸, for k in 0 … N − 1. */
export function splitScalar(k: bigint): { readonly low: bigint; readonly high: bigint } {
  if (k < BELOW) return { low: k, high: 0n };
  if (N - k < BELOW) return { low: k - N, high: 0n };
  const c1 = (k * G1 + ROUND) >> SHIFT;
  const c2 = (k * G2 + ROUND) >> SHIFT;
  return { low: k - c1 * A1 - c2 * A2, high: -c1 * B1 - c2 * B2 };
}

const words = new Uint32Array(9);

/** Loads a non-negative integer below 2²⁵⁶ for `recodeLoaded`. */
export function loadScalar(k: bigint): void {
  let rest = k;
  for (let i = 0; i < 9; i++) {
    words[i] = Number(rest & 0xffffffffn);
    rest >>= 32n;
  }
}

/** Bits `from` to `from + count − 1` of the loaded scalar, count at most 16. */
function bits(from: number, count: number): number {
  const word = from >>> 5;
  const shift = from & 31;
  let value = (words[word] as number) >>> shift;
  if (shift + count > 32) value |= (words[word + 1] as number) << (32 - shift);
  return value & ((1 << count) - 1);
}

/**
 * Signed odd digits ("wNAF") of bits `from` to `from + length − 1` of the loaded scalar: calls `emit(position, digit)`
 * with position counted from `from`, at most `length`, and digit odd, below 2^(width − 1) in absolute value.
 * Σ digit·2^position is the number those bits spell.
 */
export function recodeLoaded(
  from: number,
  length: number,
  width: number,
  emit: (position: number, digit: number) => void,
): void {
  let carry = 0;
  let at = 0;
  while (at < length) {
    if (bits(from + at, 1) === carry) {
      at++;
      continue;
    }
    const count = Math.min(width, length - at);
    let digit = bits(from + at, count) + carry;
    carry = count === width ? (digit >> (width - 1)) & 1 : 0;
    digit -= carry << width;
    emit(at, digit);
    at += count;
  }
  if (carry === 1) emit(length, 1);
}
