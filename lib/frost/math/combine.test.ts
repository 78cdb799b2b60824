import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as math from "./index.ts";
import { G, N, linear, point, scalar, smallOrEdge, vectorOf } from "./testing/reference.ts";

const { Point } = secp256k1;

describe("sums", () => {
  test("the empty sum is the identity", () => {
    expect(math.sum(vectorOf([])).isIdentity()).toBe(true);
  });

  test("a sum agrees with adding one by one, whatever repeats, cancels or is the identity", () => {
    fc.assert(
      fc.property(fc.array(smallOrEdge, { maxLength: 40 }), (ks) => {
        const points = ks.map(point);
        const expected = points.reduce((a, b) => a.add(b), Point.ZERO);
        expect(math.sum(vectorOf(points)).toNoble().equals(expected)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("column sums agree with adding column by column", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }).chain((width) =>
          fc.array(fc.array(smallOrEdge, { minLength: width, maxLength: width }), {
            minLength: 1,
            maxLength: 12,
          }),
        ),
        (rows) => {
          const sums = math.columnSums(rows.map((row) => vectorOf(row.map(point))));
          rows[0]?.forEach((_, k) => {
            const expected = rows.reduce((total, row) => total.add(point(row[k] ?? 0n)), Point.ZERO);
            expect(sums.toNoble(k).equals(expected)).toBe(true);
          });
        },
      ),
      { numRuns: 100 },
    );
  });

  test("rows of different lengths and no rows at all are misuse", () => {
    expect(() => math.columnSums([])).toThrow(RangeError);
    expect(() => math.columnSums([vectorOf([G]), vectorOf([G, G])])).toThrow(RangeError);
    expect(() => math.add(vectorOf([G]), vectorOf([]))).toThrow(RangeError);
  });
});

describe("linear combinations", () => {
  test("agree with one multiplication each, over sizes 0 to 40 and awkward scalars", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(smallOrEdge, scalar), { maxLength: 40 }), scalar, (terms, g) => {
        const points = terms.map(([k]) => point(k));
        const scalars = terms.map(([, s]) => s);
        const expected = linear(points, scalars).add(point(g));
        const result = math.linearCombination(vectorOf(points), scalars, g);
        expect(result.toNoble().equals(expected)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("a combination that cancels is the identity, and one unit off is not", () => {
    const ks = [5n, 7n, N - 3n];
    const scalars = [11n, N - 13n, 2n ** 128n - 1n];
    const g = -ks.reduce((total, k, i) => total + k * (scalars[i] ?? 0n), 0n);
    const points = vectorOf(ks.map(point));
    expect(math.isZeroCombination(points, scalars, g)).toBe(true);
    expect(math.isZeroCombination(points, scalars, g + N)).toBe(true);
    expect(math.isZeroCombination(points, scalars, g + 1n)).toBe(false);
  });

  test("products of each and a single mult-add agree with noble", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(smallOrEdge, scalar), { maxLength: 6 }), scalar, (terms, g) => {
        const points = terms.map(([k]) => point(k));
        const each = math.scaleEach(
          vectorOf(points),
          terms.map(([, s]) => s),
        );
        const multiples = math.generatorMultiples(terms.map(([, s]) => s));
        terms.forEach(([k, s], i) => {
          expect(each.toNoble(i).equals(point(k * s))).toBe(true);
          expect(multiples.toNoble(i).equals(point(s))).toBe(true);
          expect(
            math
              .mulAdd(s, vectorOf(points), g, i)
              .toNoble()
              .equals(point(k * s + g)),
          ).toBe(true);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("as many scalars as points are demanded", () => {
    expect(() => math.linearCombination(vectorOf([G]), [])).toThrow(RangeError);
    expect(() => math.scaleEach(vectorOf([G]), [])).toThrow(RangeError);
  });
});
