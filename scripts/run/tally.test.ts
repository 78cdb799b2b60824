import { expect, test } from "vitest";
import {
  fromExitCode,
  fromLastLine,
  fromPlaywright,
  fromVitest,
  nothing,
  sum,
  withExitCode,
} from "./tally.ts";

test("a part that crashed without naming a failed test is a failure", () => {
  expect(withExitCode({ passed: 12, failed: 0, skipped: 0 }, 1)).toEqual({
    passed: 12,
    failed: 1,
    skipped: 0,
  });
  expect(withExitCode({ passed: 12, failed: 3, skipped: 0 }, 1).failed).toBe(3);
  expect(withExitCode(nothing, 0)).toEqual(nothing);
  expect(fromExitCode(137).failed).toBe(1);
});

test("the counts of each tool's report are its own", () => {
  expect(fromVitest({ numPassedTests: 7, numFailedTests: 1, numPendingTests: 2 })).toEqual({
    passed: 7,
    failed: 1,
    skipped: 2,
  });
  expect(fromPlaywright({ stats: { expected: 3, unexpected: 1, flaky: 1, skipped: 0 } }).failed).toBe(2);
  expect(fromVitest({})).toEqual(nothing);
});

test("only a last line of the agreed form is a count", () => {
  expect(fromLastLine("seed 1 ok\n12 passed, 1 failed\n\n")).toEqual({ passed: 12, failed: 1, skipped: 0 });
  expect(fromLastLine("12 passed, 1 failed\nbye\n")).toBeNull();
});

test("sums add up", () => {
  expect(sum({ passed: 1, failed: 2, skipped: 3 }, { passed: 4, failed: 5, skipped: 6 })).toEqual({
    passed: 5,
    failed: 7,
    skipped: 9,
  });
});
