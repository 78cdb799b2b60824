import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitAll } from "./halves.ts";
import { AFFINE, JACOBIAN, toAffine } from "./jacobian.ts";
import { pippenger, pippengerCost } from "./pippenger.ts";
import { limbsOf, makeVector } from "./point-vector.ts";
import { reduceScalar } from "./scalars.ts";
import { straus, strausCost } from "./straus.ts";
import { N, point, scalar, smallOrEdge, vectorOf } from "./testing/reference.ts";

describe.each([
  ["Straus", straus],
  ["Pippenger", pippenger],
])("%s", (_, algorithm) => {
  const run = (logs: readonly bigint[], scalars: readonly bigint[], g: bigint): boolean => {
    const points = limbsOf(vectorOf(logs.map(point)));
    const out = new Float64Array(JACOBIAN);
    algorithm(out, 0, points, splitAll(points, scalars.map(reduceScalar)), reduceScalar(g));
    const affine = new Float64Array(AFFINE);
    toAffine(affine, 0, out, 0, 1);
    const expected = point(logs.reduce((total, k, i) => total + k * (scalars[i] ?? 0n), g));
    return makeVector(affine).equals(vectorOf([expected]));
  };

  test("agrees with the group for no terms, few and many, whatever collides, cancels and vanishes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(smallOrEdge, scalar), { maxLength: 70 }), scalar, (terms, g) => {
        expect(
          run(
            terms.map(([k]) => k),
            terms.map(([, s]) => s),
            g,
          ),
        ).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("one point many times over, with equal and with opposite scalars", () => {
    for (const count of [2, 90]) {
      for (const s of [1n, 2n ** 127n - 1n, 2n ** 128n - 1n, N - 1n, N >> 1n]) {
        const logs = new Array<bigint>(count).fill(5n);
        expect(run(logs, new Array<bigint>(count).fill(s), -5n * BigInt(count) * s)).toBe(true);
        expect(
          run(
            logs,
            logs.map((__, i) => (i % 2 === 0 ? s : -s)),
            0n,
          ),
        ).toBe(true);
      }
    }
  });
});

test("tables are chosen for few points and buckets for many", () => {
  const halves = (count: number): ReturnType<typeof splitAll> => {
    const points = limbsOf(vectorOf(new Array<ReturnType<typeof point>>(count).fill(point(2n))));
    return splitAll(points, new Array<bigint>(count).fill(N >> 1n));
  };
  expect(strausCost(halves(67))).toBeLessThan(pippengerCost(halves(67).total));
  expect(strausCost(halves(900))).toBeGreaterThan(pippengerCost(halves(900).total));
});
