import { expect } from "vitest";
import { LIMBS, magnitude, runBounds } from "./bounds.ts";

/**
 * A stand-in for `field.ts` whose elements are bounds (`bounds.ts`) instead of numbers: running a point formula on it
 * carries the worst case through that very formula. Questions about a value are answered by `answers`, in turn, then
 * by false.
 */

export const answers: boolean[] = [];
/** The largest product of magnitudes met, in units of 2⁴⁶, and how often each operation ran. */
export const seen = { mul: 0, sqr: 0 };

const get = (a: Float64Array, ao: number): number[] => [...a.subarray(ao, ao + LIMBS)];
const put = (out: Float64Array, o: number, bounds: readonly number[]): void => {
  bounds.forEach((bound, i) => (out[o + i] = bound));
};
const within = (a: Float64Array, ao: number, m: number): void => {
  magnitude(m).forEach((limit, i) => expect(a[ao + i]).toBeLessThanOrEqual(limit));
};

export { LIMBS };

export function mul(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  b: Float64Array,
  bo: number,
): void {
  seen.mul++;
  put(out, o, runBounds("mul", get(a, ao), get(b, bo)));
}

export function sqr(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  seen.sqr++;
  put(out, o, runBounds("sqrTimes", get(a, ao)));
}

export function add(
  out: Float64Array,
  o: number,
  a: Float64Array,
  ao: number,
  b: Float64Array,
  bo: number,
): void {
  const right = get(b, bo);
  put(
    out,
    o,
    get(a, ao).map((bound, i) => bound + right[i]!),
  );
}

export const sub = add;

export function scale(out: Float64Array, o: number, a: Float64Array, ao: number, factor: number): void {
  put(
    out,
    o,
    get(a, ao).map((bound) => bound * Math.abs(factor)),
  );
}

export function copy(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  put(out, o, get(a, ao));
}

export function reduce(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  within(a, ao, 64);
  const bounds = get(a, ao);
  const over = Math.floor((bounds[10]! + 2 ** 15) / 2 ** 16);
  const carries = bounds.map((bound) => Math.floor((bound + 2 ** 23) / 2 ** 24));
  put(
    out,
    o,
    bounds.map((_, i) => {
      const into = i === 0 ? 977 * over : carries[i - 1]! + (i === 1 ? 256 * over : 0);
      return (i === 10 ? 2 ** 15 : 2 ** 23) + into;
    }),
  );
}

export function isZero(a: Float64Array, ao: number): boolean {
  within(a, ao, 64);
  return answers.shift() ?? false;
}

export const isOdd = isZero;

function fromProducts(out: Float64Array, o: number, a: Float64Array, ao: number): void {
  within(a, ao, 64);
  put(out, o, runBounds("mul", magnitude(1), magnitude(1)));
}

export const invert = fromProducts;
export const squareRootCandidate = fromProducts;

const canonicalBounds = Array.from({ length: LIMBS }, (_, i) => (i === 10 ? 0xffff : 0xffffff));

export function fromBytes(out: Float64Array, o: number): boolean {
  put(out, o, canonicalBounds);
  return true;
}

export function fromBigInt(out: Float64Array, o: number): void {
  put(out, o, canonicalBounds);
}

export const toBytes = (_: Uint8Array, __: number, a: Float64Array, ao: number): void => within(a, ao, 64);
export const toBigInt = (a: Float64Array, ao: number): bigint => (within(a, ao, 64), 0n);
