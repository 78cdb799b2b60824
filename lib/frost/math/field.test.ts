import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as field from "./field.ts";
import { sqrTimes } from "./field-mul.ts";
import { magnitude } from "./testing/bounds.ts";
import { P } from "./testing/reference.ts";

const { LIMBS } = field;
const mod = (x: bigint): bigint => ((x % P) + P) % P;
/** The integer that limbs spell, not reduced. */
const spell = (a: Float64Array, ao = 0): bigint => {
  let total = 0n;
  for (let i = LIMBS - 1; i >= 0; i--) total = total * 2n ** 24n + BigInt(a[ao + i]!);
  return total;
};
const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b))
    if (e & 1n) result = mod(result * b);
  return result;
};

/** Limbs anywhere within a magnitude, with a liking for the very ends and for zero. */
const limbs = (m: number): fc.Arbitrary<Float64Array> =>
  fc
    .tuple(
      ...magnitude(m).map((_, i) => {
        const end = Math.floor(m * (i === 10 ? 2 ** 15 : 2 ** 23));
        return fc.oneof(fc.constantFrom(end, -end, 0, end - 1), fc.integer({ min: -end, max: end }));
      }),
    )
    .map((list) => Float64Array.from(list));

/** The integer as limbs, in a form spread by carries borrowed between limbs; the value is not reduced first. */
function write(value: bigint, top = 2n ** 240n): Float64Array {
  const out = new Float64Array(LIMBS);
  const negative = value < 0n;
  let rest = negative ? -value : value;
  out[10] = Number(rest / top);
  rest %= top;
  for (let i = 0; i < 10; i++, rest >>= 24n) out[i] = Number(rest & 0xffffffn);
  return negative ? out.map((limb) => -limb) : out;
}

const edges = [
  0n,
  1n,
  2n,
  7n,
  976n,
  977n,
  P - 1n,
  P - 2n,
  P >> 1n,
  2n ** 255n,
  2n ** 24n,
  2n ** 240n,
  2n ** 32n + 977n,
];
/** Multiples of p and their neighbours, powers of two and theirs, of either sign. */
const awkward = [
  ...edges,
  ...Array.from({ length: 41 }, (_, k) => BigInt(k - 20) * P).flatMap((kp) => [kp - 1n, kp, kp + 1n]),
  ...Array.from({ length: 25 }, (_, k) => 2n ** BigInt(236 + k)).flatMap((x) => [
    x - 1n,
    x,
    x + 1n,
    -x,
    1n - x,
  ]),
];

describe("products", () => {
  test.each([
    [1, 12],
    [2, 6],
    [3, 4],
    [4, 3],
  ])("agree with BigInt for limbs anywhere within magnitudes %d and %d", (left, right) => {
    fc.assert(
      fc.property(limbs(left), limbs(right), (a, b) => {
        const out = new Float64Array(LIMBS);
        field.mul(out, 0, a, 0, b, 0);
        expect(mod(spell(out))).toBe(mod(spell(a) * spell(b)));
        magnitude(1).forEach((limit, i) => expect(Math.abs(out[i]!)).toBeLessThanOrEqual(limit));
      }),
      { numRuns: 3000 },
    );
  });

  test("squares agree with BigInt for limbs anywhere within magnitude 3", () => {
    fc.assert(
      fc.property(limbs(3), fc.integer({ min: 1, max: 4 }), (a, times) => {
        const out = new Float64Array(LIMBS);
        sqrTimes(out, 0, a, 0, times);
        expect(mod(spell(out))).toBe(power(spell(a), 2n ** BigInt(times)));
      }),
      { numRuns: 3000 },
    );
  });

  test("every pair of awkward values, as they are and in place", () => {
    const forms = awkward.filter((x) => x < 2n ** 257n && x > -(2n ** 257n));
    for (const x of forms) {
      for (const y of edges) {
        const a = write(x);
        field.mul(a, 0, a, 0, write(y), 0);
        if (mod(spell(a)) !== mod(x * y)) throw new Error(`${x}·${y}`);
      }
      const a = write(x);
      field.sqr(a, 0, a, 0);
      if (mod(spell(a)) !== mod(x * x)) throw new Error(`${x}²`);
    }
  });
});

describe("chains", () => {
  test("a random program agrees with BigInt at every step, magnitudes at their limits", () => {
    const slots = 6;
    const step = fc.record({
      kind: fc.constantFrom("mul", "sqr", "add", "sub", "scale", "reduce", "canonical"),
      a: fc.nat(slots - 1),
      b: fc.nat(slots - 1),
      out: fc.nat(slots - 1),
      factor: fc.constantFrom(-4, -1, 2, 3, 8),
    });
    const start = fc.array(
      fc.oneof(fc.constantFrom(...edges, P, P + 1n), fc.bigInt({ min: 0n, max: P - 1n })),
      {
        minLength: slots,
        maxLength: slots,
      },
    );
    fc.assert(
      fc.property(start, fc.array(step, { minLength: 40, maxLength: 200 }), (values, program) => {
        const elements = new Float64Array(slots * LIMBS);
        const expected = values.map(mod);
        const magnitudes = values.map(() => 2);
        values.forEach((value, i) => field.fromBigInt(elements, i * LIMBS, value));
        const settle = (slot: number, limit: number): void => {
          if (magnitudes[slot]! <= limit) return;
          field.reduce(elements, slot * LIMBS, elements, slot * LIMBS);
          magnitudes[slot] = 1;
        };
        for (const { kind, a, b, out, factor } of program) {
          const [x, y, o] = [a * LIMBS, b * LIMBS, out * LIMBS];
          const [u, v] = [expected[a]!, expected[b]!];
          if (kind === "mul") {
            settle(a, a === b ? 3 : 12);
            settle(b, 12 / magnitudes[a]!);
            field.mul(elements, o, elements, x, elements, y);
            [expected[out], magnitudes[out]] = [mod(u * v), 1];
          } else if (kind === "sqr") {
            settle(a, 3);
            field.sqr(elements, o, elements, x);
            [expected[out], magnitudes[out]] = [mod(u * u), 1];
          } else if (kind === "add" || kind === "sub") {
            settle(a, 32);
            settle(b, 32);
            const sum = magnitudes[a]! + magnitudes[b]!;
            field[kind](elements, o, elements, x, elements, y);
            [expected[out], magnitudes[out]] = [mod(kind === "add" ? u + v : u - v), sum];
          } else if (kind === "scale") {
            settle(a, 64 / Math.abs(factor));
            field.scale(elements, o, elements, x, factor);
            [expected[out], magnitudes[out]] = [mod(u * BigInt(factor)), magnitudes[a]! * Math.abs(factor)];
          } else {
            field[kind](elements, o, elements, x);
            [expected[out], magnitudes[out]] = [u, kind === "reduce" ? 1 : 2];
          }
          if (mod(spell(elements, o)) !== expected[out]) throw new Error(`${kind} is wrong`);
        }
        expected.forEach((value, i) => expect(field.toBigInt(elements, i * LIMBS)).toBe(value));
      }),
      { numRuns: 400 },
    );
  });
});

describe("canonical form", () => {
  test("multiples of p, powers of two and their neighbours, in forms up to magnitude 64", () => {
    for (const x of awkward) {
      const a = write(x);
      expect(field.toBigInt(a, 0)).toBe(mod(x));
      expect(field.isZero(a, 0)).toBe(mod(x) === 0n);
      expect(field.isOdd(a, 0)).toBe((mod(x) & 1n) === 1n);
      const out = new Float64Array(LIMBS);
      field.reduce(out, 0, a, 0);
      expect(mod(spell(out))).toBe(mod(x));
      field.canonical(out, 0, a, 0);
      expect(spell(out)).toBe(mod(x));
    }
  });

  test("any limbs up to magnitude 64", () => {
    fc.assert(
      fc.property(limbs(64), (a) => {
        const value = spell(a);
        const out = new Float64Array(LIMBS);
        field.canonical(out, 0, a, 0);
        expect(spell(out)).toBe(mod(value));
        field.reduce(out, 0, a, 0);
        expect(mod(spell(out))).toBe(mod(value));
        magnitude(1).forEach((limit, i) => expect(Math.abs(out[i]!)).toBeLessThanOrEqual(limit));
        // The same residue shifted to 0 by its own canonical form.
        field.fromBigInt(out, 0, mod(value));
        field.sub(out, 0, a, 0, out, 0);
        if (Math.abs(out[10]!) < 64 * 2 ** 15) expect(field.isZero(out, 0)).toBe(true);
        out[0]!++;
        expect(field.isZero(out, 0)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  test("bytes below p are read and written back; p and above are refused", () => {
    const bytes = new Uint8Array(40);
    const a = new Float64Array(2 * LIMBS);
    const cases = [...edges, ...Array.from({ length: 500 }, (_, i) => mod(3n ** BigInt(170 + i)))];
    for (const x of [...cases, P, P + 1n, 2n ** 256n - 1n, P + 2n ** 31n]) {
      for (let i = 0; i < 32; i++) bytes[3 + i] = Number((x >> BigInt(8 * (31 - i))) & 0xffn);
      expect(field.fromBytes(a, LIMBS, bytes, 3)).toBe(x < P);
      if (x >= P) continue;
      expect(spell(a, LIMBS)).toBe(x);
      const again = new Uint8Array(40);
      field.toBytes(again, 3, a, LIMBS);
      expect(again.subarray(3, 35)).toEqual(bytes.subarray(3, 35));
    }
  });
});

describe("powers", () => {
  test("inverse and square root of awkward and unreduced values", () => {
    const out = new Float64Array(LIMBS);
    for (const x of [...awkward, ...Array.from({ length: 60 }, (_, i) => mod(5n ** BigInt(120 + i)))]) {
      const a = write(x);
      field.invert(out, 0, a, 0);
      expect(mod(spell(out))).toBe(power(x, P - 2n));
      field.squareRootCandidate(out, 0, a, 0);
      expect(mod(spell(out))).toBe(power(x, (P + 1n) / 4n));
    }
  });
});
