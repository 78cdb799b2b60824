import { expect, test } from "vitest";
import { runPeg, type RunReport } from "./testing/simulation/run.ts";

// Each run: people peg in and out, processes die between any two effects, blocks and calls are taken back, signers refuse,
// fees rise; then everything has time to end. `npm run sim:peg` runs a thousand and more.
const runs = 40;

test("whatever is interleaved: nothing is lost, minted or paid twice, and the peg never pays a fee", async () => {
  const broken: string[] = [];
  const reports: RunReport[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const report = await runPeg(seed);
    reports.push(report);
    if (report.broken.length > 0)
      broken.push(`npm run sim:peg -- --seed ${seed} --runs 1 --log: ${report.broken.join("; ")}`);
  }
  expect(broken).toEqual([]);
  // The runs mean something only where processes died and requests came to both kinds of end.
  const total = (state: string) => reports.reduce((sum, { ended }) => sum + (ended.get(state) ?? 0), 0);
  expect(reports.reduce((sum, { crashes }) => sum + crashes, 0)).toBeGreaterThan(10);
  for (const state of ["pegIn minted", "pegIn returned", "pegOut settled"])
    expect(total(state)).toBeGreaterThan(5);
});
