import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import {
  counted,
  emptyTally,
  type PlanOptions,
  type RunReport,
  simulate,
  type Tally,
  together,
} from "../lib/rounds/simulation/simulate.ts";

/**
 * npm run sim -- --seeds N [--seed S] [--participants n] [--threshold t] [--jobs j] [--chart] [--until-violation] [--json]
 *
 * Runs N seeds from S on. A failing seed prints which promise it broke, one line that repeats it, and its message
 * chart. The last line counts seeds, as `N passed, N failed`; the exit code is 1 where any promise was broken.
 */
const usage =
  "npm run sim -- [--seeds N] [--seed S] [--participants n] [--threshold t] [--jobs j] [--chart] [--until-violation] [--json]";

interface Settings {
  readonly seeds: number;
  readonly seed: number;
  readonly participants: number | undefined;
  readonly threshold: number | undefined;
  readonly jobs: number;
  readonly chart: boolean;
  /** Ends with the first seed that breaks a promise. */
  readonly untilViolation: boolean;
  readonly json: boolean;
}

function whole(text: string | undefined, name: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`--${name} is a whole number from ${least}, got "${text}"\n${usage}`);
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string" },
      seed: { type: "string" },
      participants: { type: "string" },
      threshold: { type: "string" },
      jobs: { type: "string" },
      chart: { type: "boolean", default: false },
      "until-violation": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return {
    seeds: whole(values.seeds, "seeds", 1) ?? 100,
    seed: whole(values.seed, "seed", 0) ?? 1,
    participants: whole(values.participants, "participants", 2),
    threshold: whole(values.threshold, "threshold", 2),
    jobs: Math.min(whole(values.jobs, "jobs", 1) ?? 1, cpus().length),
    chart: values.chart,
    untilViolation: values["until-violation"],
    json: values.json,
  };
}

const optionsOf = (settings: Settings, seed: number): PlanOptions => ({
  seed,
  ...(settings.participants === undefined ? {} : { participants: settings.participants }),
  ...(settings.threshold === undefined ? {} : { threshold: settings.threshold }),
});

/** The command line that repeats one run. */
function reproduction(settings: Settings, seed: number): string {
  const { participants, threshold } = settings;
  const shape =
    (participants === undefined ? "" : ` --participants ${participants}`) +
    (threshold === undefined ? "" : ` --threshold ${threshold}`);
  return `npm run sim -- --seed ${seed} --seeds 1${shape} --chart`;
}

function show(settings: Settings, report: RunReport): void {
  for (const { promise, detail } of report.violations) {
    console.error(`seed ${report.seed} broke "${promise}": ${detail}`);
  }
  if (report.violations.length > 0) console.error(`repeat it: ${reproduction(settings, report.seed)}`);
  if (report.violations.length > 0 || settings.chart) console.error(report.chart.join("\n"));
}

/** Runs seeds one after the other. */
function runRange(settings: Settings): Tally {
  let tally = emptyTally;
  const every = Math.max(1, Math.floor(settings.seeds / 20));
  for (let i = 0; i < settings.seeds; i++) {
    const seed = settings.seed + i;
    const report = simulate(optionsOf(settings, seed));
    show(settings, report);
    tally = counted(tally, report);
    if (settings.untilViolation && tally.violations > 0) break;
    if (!settings.json && (i + 1) % every === 0 && settings.seeds > 20)
      console.log(`${i + 1} of ${settings.seeds} seeds, ${tally.violations} violations`);
  }
  return tally;
}

/** Splits the seeds over processes; each gets a range of its own. */
async function runJobs(settings: Settings): Promise<Tally> {
  const share = Math.ceil(settings.seeds / settings.jobs);
  const ranges = Array.from({ length: settings.jobs }, (_, i) => ({
    ...settings,
    jobs: 1,
    seed: settings.seed + i * share,
    seeds: Math.min(share, settings.seeds - i * share),
  })).filter((range) => range.seeds > 0);
  const tallies = await Promise.all(
    ranges.map(
      (range) =>
        new Promise<Tally>((resolve, reject) => {
          const child = fork(fileURLToPath(import.meta.url), [], { execArgv: process.execArgv });
          child.once("message", (tally) => resolve(tally as Tally));
          child.once("exit", (code) => {
            if (code !== 0) reject(new Error(`a job ended with code ${code ?? "none"}`));
          });
          child.send(range);
        }),
    ),
  );
  return tallies.reduce(together, emptyTally);
}

function report(settings: Settings, tally: Tally, seconds: number): void {
  if (settings.json) {
    console.log(
      JSON.stringify({
        seeds: tally.seeds,
        violations: tally.violations,
        signed: tally.signed,
        aborted_culprit: tally.abortedCulprit,
        aborted_timeout: tally.abortedTimeout,
      }),
    );
    return;
  }
  console.log(
    `seeds ${settings.seed} to ${settings.seed + tally.seeds - 1}: ${tally.violations} violations; ` +
      `${tally.signed} ended signed, ${tally.abortedCulprit} aborted with a culprit, ` +
      `${tally.abortedTimeout} aborted by time-out (${seconds.toFixed(1)} s)`,
  );
  console.log(`${tally.seeds - tally.broken} passed, ${tally.broken} failed`);
}

if (process.send !== undefined && process.argv.length <= 2) {
  process.once("message", (range) => {
    process.send?.(runRange(range as Settings), () => process.disconnect());
  });
} else {
  try {
    const settings = readSettings();
    const started = process.hrtime.bigint();
    const tally = settings.jobs > 1 ? await runJobs(settings) : runRange(settings);
    report(settings, tally, Number(process.hrtime.bigint() - started) / 1e9);
    if (tally.violations > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof RangeError ? error.message : error);
    process.exitCode = 2;
  }
}
