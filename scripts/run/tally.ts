/** Counts of one part of the tests. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

export function sum(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** A part that has no count of its own passes or fails as one. */
export function fromExitCode(code: number): Tally {
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** A part that failed without naming a failed test counts as one failure: a crash must never read as success. */
export function withExitCode(tally: Tally, code: number): Tally {
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

/** Reads `N passed, N failed` from the last line that is not empty, or null where it is not there. */
export function fromLastLine(output: string): Tally | null {
  const last = output.trimEnd().split("\n").at(-1) ?? "";
  const match = /^(\d+) passed, (\d+) failed$/.exec(last);
  return match === null ? null : { passed: Number(match[1]), failed: Number(match[2]), skipped: 0 };
}

const count = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Reads the counts of vitest's JSON report. */
export function fromVitest(report: unknown): Tally {
  const { numPassedTests, numFailedTests, numPendingTests } = report as Record<string, unknown>;
  return { passed: count(numPassedTests), failed: count(numFailedTests), skipped: count(numPendingTests) };
}

/** Reads the counts of Playwright's JSON report. A test that passed only after a retry is a failure. */
export function fromPlaywright(report: unknown): Tally {
  const { stats } = report as { stats?: Record<string, unknown> };
  return {
    passed: count(stats?.["expected"]),
    failed: count(stats?.["unexpected"]) + count(stats?.["flaky"]),
    skipped: count(stats?.["skipped"]),
  };
}
