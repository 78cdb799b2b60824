import { beforeEach, describe, expect, test, vi } from "vitest";
import { addPairs } from "./affine-batch.ts";
import { addJacobian, addMixed, AFFINE, double, fromAffine, JACOBIAN, toAffine } from "./jacobian.ts";
import {
  type ParsedPoints,
  parseCompressed,
  parseCompressedWithHints,
  parseUncompressed,
  parseXOnly,
} from "./parse.ts";
import { multiply } from "./multiply.ts";
import { limbsOf } from "./point-vector.ts";
import { N } from "./scalars.ts";
import { forwardDifferences, horner } from "./small-multiples.ts";
import { answers, seen } from "./testing/abstract-field.ts";
import { LIMBS, magnitude } from "./testing/bounds.ts";

vi.mock("./field.ts", () => import("./testing/abstract-field.ts"));

/** Worst cases side by side: of X, Y and Z, or of x and y. */
const element = (...magnitudes: readonly number[]): number[] => magnitudes.flatMap(magnitude);
const JACOBIAN_WORST = element(3, 3, 1);
const AFFINE_WORST = element(2, 2);
const expectWithin = (bounds: Float64Array, at: number, limits: readonly number[]): void => {
  limits.forEach((limit, i) => expect(bounds[at + i]).toBeLessThanOrEqual(limit));
};

beforeEach(() => {
  answers.length = 0;
  seen.mul = 0;
  seen.sqr = 0;
});

describe("point formulas keep the magnitudes that they assume", () => {
  test("doubling", () => {
    const points = Float64Array.from([...JACOBIAN_WORST, ...JACOBIAN_WORST]);
    double(points, JACOBIAN, points, 0);
    expectWithin(points, JACOBIAN, JACOBIAN_WORST);
    double(points, 0, points, 0);
    expectWithin(points, 0, JACOBIAN_WORST);
    expect(seen).toEqual({ mul: 6, sqr: 8 });
  });

  test.each([false, true])("mixed addition, negated: %s", (negate) => {
    const points = Float64Array.from([...JACOBIAN_WORST, ...AFFINE_WORST]);
    addMixed(points, 0, points, 0, points, JACOBIAN, negate);
    expectWithin(points, 0, JACOBIAN_WORST);
    expect(seen).toEqual({ mul: 8, sqr: 3 });
  });

  test("mixed addition to the identity, of equal and of opposite points", () => {
    const points = Float64Array.from([...JACOBIAN_WORST, ...AFFINE_WORST]);
    answers.push(true, true);
    addMixed(points, 0, points, 0, points, JACOBIAN, false);
    expectWithin(points, 0, JACOBIAN_WORST);
    answers.push(true, false);
    addMixed(points, 0, points, 0, points, JACOBIAN, false);
    expect(points.subarray(0, JACOBIAN).every((bound) => bound === 0)).toBe(true);
    addMixed(points, 0, points, 0, points, JACOBIAN, true);
    expectWithin(points, 0, JACOBIAN_WORST);
  });

  test("Jacobian addition, also of equal points", () => {
    const points = Float64Array.from([...JACOBIAN_WORST, ...JACOBIAN_WORST]);
    addJacobian(points, 0, points, 0, points, JACOBIAN);
    expectWithin(points, 0, JACOBIAN_WORST);
    expect(seen).toEqual({ mul: 12, sqr: 4 });
    answers.push(true, true);
    addJacobian(points, 0, points, 0, points, JACOBIAN);
    expectWithin(points, 0, JACOBIAN_WORST);
  });

  test("to affine form and back", () => {
    const points = Float64Array.from([...JACOBIAN_WORST, ...JACOBIAN_WORST]);
    const affine = new Float64Array(2 * AFFINE);
    toAffine(affine, 0, points, 0, 2);
    expectWithin(affine, 0, element(1, 1, 1, 1));
    fromAffine(points, 0, Float64Array.from(AFFINE_WORST), 0);
    expectWithin(points, 0, JACOBIAN_WORST);
  });

  test.each([
    ["chords", []],
    ["tangents", [true, true, true, true, true, true]],
  ])("batched affine addition by %s", (_, replies) => {
    const points = Float64Array.from([1, 2, 3, 4, 5, 6].flatMap(() => AFFINE_WORST));
    answers.push(...replies);
    const at = (...indices: readonly number[]): Int32Array => Int32Array.from(indices, (i) => i * AFFINE);
    addPairs(points, 3, at(0, 2, 4), at(1, 3, 5), at(0, 1, 2));
    for (let i = 0; i < 3; i++) expectWithin(points, i * AFFINE, element(1, 1));
  });
});

describe("whole computations stay within their magnitudes", () => {
  const commitment = Float64Array.from([1, 2, 3, 4].flatMap(() => AFFINE_WORST));

  test("Horner's rule and forward differences", () => {
    const out = new Float64Array(JACOBIAN);
    horner(out, 0, commitment, 0b1011011);
    expectWithin(out, 0, JACOBIAN_WORST);
    const values = forwardDifferences(commitment, 3);
    for (let x = 0; x <= 3; x++) expectWithin(values, x * AFFINE, AFFINE_WORST);
  });

  test.each([
    ["tables", 3],
    ["tables made in batches", 40],
    ["buckets", 200],
  ])("multi-scalar products by %s", (_, count) => {
    const points = Float64Array.from(Array.from({ length: count }, () => AFFINE_WORST).flat());
    const scalars = Array.from({ length: count }, (__, i) => 3n ** BigInt(150 + i) % N);
    const out = new Float64Array(JACOBIAN);
    multiply(out, 0, points, scalars, 5n ** 100n);
    expectWithin(out, 0, JACOBIAN_WORST);
  });
});

describe("parsers give magnitudes that every operation takes", () => {
  const worst = (parsed: ParsedPoints): Float64Array => {
    if (!parsed.ok) throw new Error(parsed.fault);
    return limbsOf(parsed.points);
  };
  const prefixed = (prefix: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    bytes[0] = prefix;
    return bytes;
  };

  test.each([
    ["compressed", () => parseCompressed(prefixed(2, 33)), [true, true]],
    ["compressed, negated", () => parseCompressed(prefixed(2, 33)), [true, false]],
    ["x only", () => parseXOnly(prefixed(0, 32)), [true, true]],
    ["uncompressed", () => parseUncompressed(prefixed(4, 65)), [true]],
    ["hinted", () => parseCompressedWithHints(prefixed(2, 33), [new Uint8Array(32)]), [true]],
    ["hinted wrongly", () => parseCompressedWithHints(prefixed(2, 33), [new Uint8Array(32)]), [false, true]],
  ] as const)("%s", (_, parse, replies) => {
    answers.push(...replies);
    const limbs = worst(parse());
    expect(limbs.length).toBe(2 * LIMBS);
    expectWithin(limbs, 0, AFFINE_WORST);
  });
});
