import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addPairs, sumSegments } from "./affine-batch.ts";
import { fromBigInt, LIMBS, mul, sqr, toBigInt } from "./field.ts";
import { addJacobian, addMixed, AFFINE, double, JACOBIAN, toAffine } from "./jacobian.ts";
import { limbsOf, makeVector } from "./point-vector.ts";
import { G, N, P, vectorOf } from "./testing/reference.ts";

const { Point } = secp256k1;
const SIZE = 300;
/** kG for k from −SIZE to SIZE, so that sums of small logarithms are looked up and collide often. */
const table = (() => {
  const positive = [Point.ZERO];
  for (let k = 1; k <= SIZE; k++) positive.push(positive[k - 1]!.add(G));
  const all = [
    ...positive
      .slice(1)
      .reverse()
      .map((p) => p.negate()),
    ...positive,
  ];
  return limbsOf(vectorOf(all));
})();
const limbsAt = (k: number): Float64Array => table.subarray((k + SIZE) * AFFINE, (k + SIZE + 1) * AFFINE);
const isMultiple = (affine: Float64Array, o: number, k: number): boolean =>
  makeVector(affine.slice(o, o + AFFINE)).equals(makeVector(limbsAt(k)));

/** kG with Z = z, or the identity. */
function jacobian(k: number, z: bigint): Float64Array {
  const out = new Float64Array(JACOBIAN);
  if (k === 0) return out;
  const work = new Float64Array(2 * LIMBS);
  fromBigInt(out, 2 * LIMBS, z);
  sqr(work, 0, out, 2 * LIMBS);
  mul(work, LIMBS, work, 0, out, 2 * LIMBS);
  mul(out, 0, limbsAt(k), 0, work, 0);
  mul(out, LIMBS, limbsAt(k), LIMBS, work, LIMBS);
  mul(out, 2 * LIMBS, out, 2 * LIMBS, Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0);
  return out;
}
const isJacobian = (point: Float64Array, k: number): boolean => {
  const affine = new Float64Array(AFFINE);
  toAffine(affine, 0, point, 0, 1);
  return isMultiple(affine, 0, k);
};

const half = fc.integer({ min: -SIZE / 2, max: SIZE / 2 });
const near = fc.integer({ min: -2, max: 2 });
const log = fc.oneof(half, near);
const z = fc.oneof(fc.constantFrom(1n, P - 1n, 2n), fc.bigInt({ min: 1n, max: P - 1n }));

describe("Jacobian formulas", () => {
  test("additions and doublings agree with the group, equal, opposite and identity operands included", () => {
    fc.assert(
      fc.property(log, log, z, z, fc.boolean(), (a, b, za, zb, negate) => {
        const out = new Float64Array(JACOBIAN);
        addJacobian(out, 0, jacobian(a, za), 0, jacobian(b, zb), 0);
        expect(isJacobian(out, a + b)).toBe(true);
        addMixed(out, 0, jacobian(a, za), 0, limbsAt(b), 0, negate);
        expect(isJacobian(out, negate ? a - b : a + b)).toBe(true);
        double(out, 0, jacobian(a, za), 0);
        expect(isJacobian(out, 2 * a)).toBe(true);
      }),
      { numRuns: 6000 },
    );
  });

  test("in place on either operand", () => {
    for (const [a, b] of [
      [3, 5],
      [4, 4],
      [4, -4],
      [0, 7],
      [7, 0],
    ] as const) {
      const [left, right] = [jacobian(a, 9n), jacobian(b, 11n)];
      addJacobian(left, 0, left, 0, right, 0);
      expect(isJacobian(left, a + b)).toBe(true);
      const other = jacobian(a, 9n);
      addJacobian(right, 0, other, 0, right, 0);
      expect(isJacobian(right, a + b)).toBe(true);
      addMixed(other, 0, other, 0, limbsAt(b), 0, false);
      expect(isJacobian(other, a + b)).toBe(true);
      addJacobian(other, 0, other, 0, other, 0);
      expect(isJacobian(other, 2 * (a + b))).toBe(true);
    }
  });

  test("normalisation skips identities", () => {
    const ks = [0, 1, 0, 0, -5, 9, 0];
    const points = Float64Array.from(ks.flatMap((k) => [...jacobian(k, 12345n)]));
    const out = new Float64Array(ks.length * AFFINE);
    toAffine(out, 0, points, 0, ks.length);
    ks.forEach((k, i) => expect(isMultiple(out, i * AFFINE, k)).toBe(true));
  });
});

describe("batched affine additions", () => {
  test("agree with the group although hostile points make denominators vanish", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(log, log), { minLength: 1, maxLength: 30 }), (pairs) => {
        const points = Float64Array.from(pairs.flatMap(([a, b]) => [...limbsAt(a), ...limbsAt(b)]));
        const at = (offset: number, stride: number): Int32Array =>
          Int32Array.from(pairs, (_, i) => (stride * i + offset) * AFFINE);
        addPairs(points, pairs.length, at(0, 2), at(1, 2), at(0, 1));
        pairs.forEach(([a, b], i) => expect(isMultiple(points, i * AFFINE, a + b)).toBe(true));
        expect(points.every(Number.isInteger)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  test("a chain in which each operand is the next one's result place reads old values", () => {
    const points = Float64Array.from([1, 2, 3, 4].flatMap((k) => [...limbsAt(k)]));
    const left = Int32Array.of(0, AFFINE, 2 * AFFINE);
    addPairs(points, 3, left, Int32Array.of(AFFINE, 2 * AFFINE, 3 * AFFINE), left);
    [3, 5, 7, 4].forEach((k, i) => expect(isMultiple(points, i * AFFINE, k)).toBe(true));
  });

  test("segments of any lengths sum up in place, all or only while it is worth a batch", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(near, { maxLength: 25 }), { maxLength: 12 }),
        fc.nat(8),
        (segments, least) => {
          const points = Float64Array.from(segments.flat().flatMap((k) => [...limbsAt(k)]));
          const lengths = Int32Array.from(segments, (segment) => segment.length);
          const starts = lengths.map((_, s) => lengths.subarray(0, s).reduce((a, b) => a + b, 0));
          sumSegments(points, starts, lengths, least);
          segments.forEach((segment, s) => {
            const total = segment.reduce((a, b) => a + b, 0);
            const rest = new Float64Array(JACOBIAN);
            for (let i = 0; i < lengths[s]!; i++) {
              addMixed(rest, 0, rest, 0, points, (starts[s]! + i) * AFFINE, false);
            }
            expect(isJacobian(rest, total)).toBe(true);
            if (least <= 1) expect(lengths[s]).toBe(Math.min(1, segment.length));
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});

test("the table that these tests look sums up in is right", () => {
  for (const k of [-SIZE, -1, 1, 2, 299]) {
    const expected = G.multiplyUnsafe(BigInt(k) < 0n ? N + BigInt(k) : BigInt(k));
    expect(toBigInt(limbsAt(k), 0)).toBe(expected.x);
    expect(toBigInt(limbsAt(k), LIMBS)).toBe(expected.y);
  }
});
