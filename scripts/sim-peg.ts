import { parseArgs } from "node:util";
import { runPeg } from "../lib/runtime/peg/coordinator/testing/simulation/run.ts";

// `npm run sim:peg`: random interleavings of peg requests, crashes and reorganisations, each from a seed.
//   --runs <number>  how many (1000)   --seed <number>  the first one (1)   --log  what happened in each

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    log: { type: "boolean", default: false },
  },
});
const first = Number(values.seed);
const runs = Number(values.runs);
if (!Number.isInteger(first) || !Number.isInteger(runs) || runs < 1) {
  console.error("--runs and --seed are whole numbers");
  process.exit(2);
}

const ended = new Map<string, number>();
let crashes = 0;
let deep = 0;
let failed = 0;
const begin = performance.now();
for (let seed = first; seed < first + runs; seed++) {
  const report = await runPeg(seed);
  crashes += report.crashes;
  if (report.deepest > 2) deep += 1;
  for (const [state, count] of report.ended) ended.set(state, (ended.get(state) ?? 0) + count);
  if (values.log) console.log(report.log.join("\n"));
  if (report.broken.length === 0) continue;
  failed += 1;
  console.log(`seed ${seed}: ${report.broken.join("; ")}`);
  console.log(`  again: npm run sim:peg -- --seed ${seed} --runs 1 --log`);
}
const seconds = (performance.now() - begin) / 1000;
const states = [...ended].sort((a, b) => b[1] - a[1]).map(([state, count]) => `${count} ${state}`);
console.log(
  `${runs} runs in ${seconds.toFixed(0)} s, ${crashes} crashes, ${deep} with a deep reorganisation`,
);
console.log(states.join(", "));
console.log(`${runs - failed} kept every promise, ${failed} did not`);
process.exitCode = failed === 0 ? 0 : 1;
