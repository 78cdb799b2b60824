import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEvaluations, evaluateCommitment, evaluateCommitmentAt } from "./index.ts";
import { G, N, point, scalar, smallOrEdge, vectorOf } from "./testing/reference.ts";

const evaluate = (coefficients: readonly bigint[], x: bigint): bigint =>
  coefficients.reduceRight((total, c) => (total * x + c) % N, 0n);

const coefficientList = fc.array(smallOrEdge, { minLength: 1, maxLength: 9 });

describe("commitment polynomials", () => {
  test("one evaluation agrees with the polynomial in the exponent at small and derived identifiers", () => {
    fc.assert(
      fc.property(coefficientList, fc.oneof(fc.bigInt({ min: 1n, max: 300n }), scalar), (coefficients, x) => {
        const result = evaluateCommitment(vectorOf(coefficients.map(point)), x);
        expect(result.toNoble().equals(point(evaluate(coefficients, x)))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("a run of identifiers agrees with one evaluation each", () => {
    fc.assert(
      fc.property(
        coefficientList,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 50 }),
        (coefficients, count, first) => {
          const xs = Array.from({ length: count }, (_, i) => BigInt(first + i));
          const results = evaluateCommitmentAt(vectorOf(coefficients.map(point)), xs);
          xs.forEach((x, i) =>
            expect(results.toNoble(i).equals(point(evaluate(coefficients, x)))).toBe(true),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  test("scattered, repeated and mixed identifiers keep their order", () => {
    const coefficients = [3n, 5n, N - 7n, 11n];
    const xs = [9n, 1n, 2n, 3n, 3n, N - 1n, 2n ** 200n, 4n, 5n, 0n];
    const results = evaluateCommitmentAt(vectorOf(coefficients.map(point)), xs);
    xs.forEach((x, i) => expect(results.toNoble(i).equals(point(evaluate(coefficients, x)))).toBe(true));
  });

  test("an empty commitment is misuse", () => {
    expect(() => evaluateCommitment(vectorOf([]), 1n)).toThrow(RangeError);
  });
});

describe("claimed evaluations", () => {
  const coefficients = [3n, N - 5n, 7n];
  const commitment = vectorOf(coefficients.map(point));
  const xs = [1n, 2n, 3n, 4n, 2n ** 250n + 1n];
  const claimed = xs.map((x) => point(evaluate(coefficients, x)));
  const r = xs.map((_, i) => 2n ** 127n + 12345n * BigInt(i + 1) ** 5n);

  test("right values pass", () => {
    expect(checkEvaluations(commitment, xs, vectorOf(claimed), r)).toBe(true);
  });

  test("one wrong, one negated or two swapped fail", () => {
    for (let i = 0; i < xs.length; i++) {
      const wrong = claimed.map((p, j) => (i === j ? p.add(G) : p));
      const negated = claimed.map((p, j) => (i === j ? p.negate() : p));
      expect(checkEvaluations(commitment, xs, vectorOf(wrong), r)).toBe(false);
      expect(checkEvaluations(commitment, xs, vectorOf(negated), r)).toBe(false);
    }
    const [first, second, ...rest] = claimed;
    expect(checkEvaluations(commitment, xs, vectorOf([second!, first!, ...rest]), r)).toBe(false);
  });

  test("a pair of errors that cancel in a plain sum fails", () => {
    const shifted = claimed.map((p, i) => (i === 0 ? p.add(G) : i === 1 ? p.subtract(G) : p));
    expect(checkEvaluations(commitment, xs, vectorOf(shifted), r)).toBe(false);
  });

  test("lists of different lengths are misuse", () => {
    expect(() => checkEvaluations(commitment, xs, vectorOf(claimed), r.slice(1))).toThrow(RangeError);
  });
});
