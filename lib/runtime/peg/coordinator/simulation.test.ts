import { expect, test } from "vitest";
import { runPeg } from "./testing/simulation/run.ts";

// Each run: people peg in and out and cheat, processes die between any two effects, blocks and calls are taken back, signers
// refuse, fees rise; then everything has time to end. `npm test` plays a thousand of them, by `npm run sim:peg`.

test("whatever is interleaved, every promise is kept", async () => {
  const broken: string[] = [];
  for (let seed = 5_001; seed <= 5_006; seed++) {
    const report = await runPeg(seed);
    for (const { promise, detail } of report.broken)
      broken.push(`npm run sim:peg -- --seed ${seed} --runs 1 --log: ${promise}: ${detail}`);
  }
  expect(broken).toEqual([]);
});

test("a deposit whose coin paid somebody is minted again where a deep reorganisation took its mint back", async () => {
  const { broken, happened } = await runPeg(425);
  expect(broken).toEqual([]);
  expect(Object.fromEntries(happened)).toMatchObject({ "run with a deep reorganisation": 1 });
});

test("a seed decides everything", async () => {
  const [first, second] = [await runPeg(5_001), await runPeg(5_001)];
  expect(second).toEqual(first);
  expect(first.log.length).toBeGreaterThan(10);
});
