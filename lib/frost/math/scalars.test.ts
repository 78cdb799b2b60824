import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digitOfLoaded, loadScalar, N, recodeLoaded, reduceScalar, splitScalar } from "./scalars.ts";
import { scalar } from "./testing/reference.ts";
import { signedDigits } from "./small-multiples.ts";

/** λ of the endomorphism: λ·(x, y) = (βx, y). */
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
const abs = (k: bigint): bigint => (k < 0n ? -k : k);

describe("scalars", () => {
  test("any integer reduces into 0 … N − 1", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 300n), max: 2n ** 300n }), (k) => {
        const reduced = reduceScalar(k);
        expect(reduced >= 0n && reduced < N && (reduced - k) % N === 0n).toBe(true);
      }),
      { numRuns: 500 },
    );
    for (const k of [0n, N, -N, N - 1n, -1n]) expect(reduceScalar(k)).toBe(((k % N) + N) % N);
  });

  test("the split is right and each half is below 2^128", () => {
    const check = (k: bigint): void => {
      const { low, high } = splitScalar(k);
      expect((low + high * LAMBDA - k) % N).toBe(0n);
      expect(abs(low) < 2n ** 128n && abs(high) < 2n ** 128n).toBe(true);
    };
    fc.assert(fc.property(fc.oneof(scalar.map(reduceScalar), fc.bigInt({ min: 0n, max: N - 1n })), check), {
      numRuns: 20000,
    });
    // Where the roundings inside change over.
    for (let i = 0n; i < 2000n; i++) check((N * i) / 2000n);
    for (const k of [0n, 1n, N - 1n, 2n ** 128n - 1n, 2n ** 128n, N - 2n ** 128n, N - 2n ** 128n + 1n])
      check(k);
  });

  test("short scalars and negatives of short ones stay one half", () => {
    for (const k of [1n, 2n ** 128n - 1n, N - 1n, N - 2n ** 128n + 1n]) expect(splitScalar(k).high).toBe(0n);
  });

  test("signed odd digits spell the bits they were read from", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
        fc.constantFrom([0, 128], [32, 32], [224, 32], [0, 256], [17, 3]),
        fc.integer({ min: 2, max: 9 }),
        (k, [from = 0, length = 0], width) => {
          loadScalar(k);
          let total = 0n;
          recodeLoaded(from, length, width, (position, digit) => {
            expect(Math.abs(digit) % 2 === 1 && Math.abs(digit) < 2 ** (width - 1)).toBe(true);
            expect(position).toBeLessThanOrEqual(length);
            total += BigInt(digit) << BigInt(position);
          });
          expect(total).toBe((k >> BigInt(from)) & ((1n << BigInt(length)) - 1n));
          expect(BigInt(digitOfLoaded(from, 13))).toBe((k >> BigInt(from)) & 0x1fffn);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("digits of small multipliers have no two neighbours and spell the multiplier", () => {
    for (const x of [...Array.from({ length: 3000 }, (_, i) => i + 1), 2 ** 31, 2 ** 32 - 1, 2 ** 32 - 5]) {
      const digits = [...signedDigits(x)];
      expect(digits.reduce((total, digit) => 2 * total + digit, 0)).toBe(x);
      expect(digits[0]).toBe(1);
      digits.forEach((digit, i) => expect(digit !== 0 && (digits[i + 1] ?? 0) !== 0).toBe(false));
    }
  });
});
