import { describe, expect, test } from "vitest";
import { magnitude, runBounds } from "./testing/bounds.ts";

describe("the worst case of a product stays exact", () => {
  test.each([
    [12, 1],
    [1, 12],
    [6, 2],
    [3, 4],
    [4, 3],
    [2, 6],
    [3.4641, 3.4641],
  ])("magnitudes %d and %d", (left, right) => {
    const out = runBounds("mul", magnitude(left), magnitude(right));
    out.forEach((bound, i) => expect(bound).toBeLessThanOrEqual(magnitude(1)[i]!));
  });

  test("a squaring of magnitude 3, and of its own result", () => {
    const out = runBounds("sqrTimes", magnitude(3));
    out.forEach((bound, i) => expect(bound).toBeLessThanOrEqual(magnitude(1)[i]!));
    runBounds("sqrTimes", out);
  });

  test("a little more than the stated limit is found inexact", () => {
    expect(() => runBounds("mul", magnitude(13), magnitude(1))).toThrow("may reach");
    expect(() => runBounds("sqrTimes", magnitude(3.7))).toThrow("may reach");
  });

  test("a limb 10 as large as the others is found inexact", () => {
    const flat = (m: number): number[] => magnitude(m).map((_, __, all) => all[0] ?? 0);
    expect(() => runBounds("mul", flat(3), flat(4))).toThrow("may reach");
  });
});
