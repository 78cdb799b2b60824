import { drawPlan, type PlanOptions } from "./plan.ts";
import { createPrng } from "./prng.ts";
import { Run, type RunReport } from "./run.ts";

export type { PlanOptions } from "./plan.ts";
export type { RunReport } from "./run.ts";

/** One run, from its seed alone: the same options always give the same run. */
export const simulate = (options: PlanOptions): RunReport =>
  new Run(drawPlan(options, createPrng(options.seed, "plan"))).run();

/** What became of many runs. */
export interface Tally {
  readonly seeds: number;
  /** Broken promises; one seed may break several. */
  readonly violations: number;
  /** Seeds that broke any. */
  readonly broken: number;
  readonly signed: number;
  readonly abortedCulprit: number;
  readonly abortedTimeout: number;
}

export const emptyTally: Tally = {
  seeds: 0,
  violations: 0,
  broken: 0,
  signed: 0,
  abortedCulprit: 0,
  abortedTimeout: 0,
};

/** Adds one run. */
export const counted = (tally: Tally, report: RunReport): Tally => ({
  seeds: tally.seeds + 1,
  violations: tally.violations + report.violations.length,
  broken: tally.broken + (report.violations.length > 0 ? 1 : 0),
  signed: tally.signed + (report.outcome === "signed" ? 1 : 0),
  abortedCulprit: tally.abortedCulprit + (report.outcome === "abortedCulprit" ? 1 : 0),
  abortedTimeout: tally.abortedTimeout + (report.outcome === "abortedTimeout" ? 1 : 0),
});

/** Adds up tallies of separate ranges. */
export const together = (a: Tally, b: Tally): Tally => ({
  seeds: a.seeds + b.seeds,
  violations: a.violations + b.violations,
  broken: a.broken + b.broken,
  signed: a.signed + b.signed,
  abortedCulprit: a.abortedCulprit + b.abortedCulprit,
  abortedTimeout: a.abortedTimeout + b.abortedTimeout,
});
