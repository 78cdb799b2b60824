import { fork } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { least, leastRuns } from "../lib/runtime/peg/coordinator/testing/simulation/least.ts";
import { promises } from "../lib/runtime/peg/coordinator/testing/simulation/promises.ts";
import { runPeg, type RunReport } from "../lib/runtime/peg/coordinator/testing/simulation/run.ts";
import { Tally } from "../lib/runtime/peg/coordinator/testing/simulation/tally.ts";

/**
 * npm run sim:peg -- [--runs N] [--seed S] [--jobs j] [--log] [--until-broken] [--json]
 *
 * Random interleavings of peg requests, crashes and reorganisations, each from a seed. A run that breaks a promise says
 * which, and one line that repeats it. A thousand runs and more also promise how often each thing happened in them at the
 * least. The last line is `N passed, N failed`.
 */
const usage = "npm run sim:peg -- [--runs N] [--seed S] [--jobs j] [--log] [--until-broken] [--json]";

interface Settings {
  readonly runs: number;
  readonly seed: number;
  readonly jobs: number;
  readonly log: boolean;
  /** Ends with the first run that breaks a promise. */
  readonly untilBroken: boolean;
  readonly json: boolean;
}

interface Result {
  readonly runs: number;
  readonly failed: number;
  readonly happened: readonly (readonly [string, number])[];
}

function whole(text: string, name: string, from: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= from) return value;
  throw new RangeError(`--${name} is a whole number from ${from}, got "${text}"\n${usage}`);
}

function readSettings(): Settings {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: String(leastRuns) },
      seed: { type: "string", default: "1" },
      jobs: { type: "string", default: "1" },
      log: { type: "boolean", default: false },
      "until-broken": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
    },
  });
  return {
    runs: whole(values.runs, "runs", 1),
    seed: whole(values.seed, "seed", 0),
    jobs: Math.min(whole(values.jobs, "jobs", 1), cpus().length),
    log: values.log,
    untilBroken: values["until-broken"],
    json: values.json,
  };
}

function show({ seed, broken, log }: RunReport, settings: Settings): void {
  if (settings.log) console.error(log.join("\n"));
  for (const { promise, detail } of broken)
    console.error(`seed ${seed} broke "${promises[promise]}": ${detail}`);
  if (broken.length > 0) console.error(`repeat it: npm run sim:peg -- --seed ${seed} --runs 1 --log`);
}

/** Runs seeds one after the other. */
async function runRange(settings: Settings): Promise<Result> {
  const happened = new Tally();
  let failed = 0;
  for (let i = 0; i < settings.runs; i++) {
    const report = await runPeg(settings.seed + i);
    show(report, settings);
    happened.addAll(report.happened);
    if (report.broken.length > 0) failed += 1;
    if (settings.untilBroken && failed > 0) break;
  }
  return { runs: settings.runs, failed, happened: happened.entries() };
}

/** Splits the seeds over processes; each gets a range of its own. */
async function runJobs(settings: Settings): Promise<Result> {
  const share = Math.ceil(settings.runs / settings.jobs);
  const ranges = Array.from({ length: settings.jobs }, (_, i) => ({
    ...settings,
    seed: settings.seed + i * share,
    runs: Math.min(share, settings.runs - i * share),
  })).filter(({ runs }) => runs > 0);
  const results = await Promise.all(
    ranges.map(
      (range) =>
        new Promise<Result>((resolve, reject) => {
          const child = fork(fileURLToPath(import.meta.url), [], { execArgv: process.execArgv });
          child.once("message", (result) => resolve(result as Result));
          child.once("exit", (code) => {
            if (code !== 0) reject(new Error(`a job ended with code ${code ?? "none"}`));
          });
          child.send(range);
        }),
    ),
  );
  const happened = new Tally();
  for (const result of results) happened.addAll(result.happened);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  return { runs: settings.runs, failed, happened: happened.entries() };
}

/** What happened less often than the campaign promises, so that it cannot lose its teeth unnoticed. */
function tooRare(happened: Tally): readonly string[] {
  return Object.entries(least).flatMap(([name, count]) =>
    happened.of(name) < count ? [`${name}: ${happened.of(name)} times, at least ${count} are promised`] : [],
  );
}

function report(settings: Settings, result: Result, seconds: number): number {
  const happened = new Tally(result.happened);
  const isWhole = settings.seed === 1 && settings.runs >= leastRuns;
  const rare = isWhole ? tooRare(happened) : [];
  if (settings.json) {
    console.log(
      JSON.stringify({
        runs: result.runs,
        broken: result.failed,
        happened: Object.fromEntries(result.happened),
      }),
    );
  } else {
    for (const [name, count] of result.happened) console.log(`${String(count).padStart(7)}  ${name}`);
    for (const line of rare) console.log(`too rare: ${line}`);
    const promised = isWhole ? Object.keys(least).length : 0;
    console.log(`${result.runs} runs in ${seconds.toFixed(0)} s, ${promised} least counts`);
    const failed = result.failed + rare.length;
    console.log(`${result.runs + promised - failed} passed, ${failed} failed`);
  }
  return result.failed + rare.length;
}

if (process.send !== undefined && process.argv.length <= 2) {
  process.once("message", (range) => {
    void runRange(range as Settings).then((result) => {
      process.send?.(result, () => process.disconnect());
    });
  });
} else {
  try {
    const settings = readSettings();
    const begin = performance.now();
    const result = settings.jobs > 1 ? await runJobs(settings) : await runRange(settings);
    const failed = report(settings, result, (performance.now() - begin) / 1000);
    if (failed > 0) process.exitCode = 1;
  } catch (error) {
    console.error(error instanceof RangeError ? error.message : error);
    process.exitCode = 2;
  }
}
