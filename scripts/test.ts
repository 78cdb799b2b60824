import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNode, tool, typescript, type Ended } from "./run/command.ts";
import {
  fromExitCode,
  fromLastLine,
  fromPlaywright,
  fromVitest,
  nothing,
  sum,
  withExitCode,
  type Tally,
} from "./run/tally.ts";

// `npm test`: everything that must hold, in one command. The last line is `N passed, N failed`.

interface Part {
  readonly name: string;
  readonly run: () => Promise<{ ended: Ended; tally: Tally }>;
}

const scratch = mkdtempSync(join(tmpdir(), "hoarfrost-test-"));

function readReport(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

/** A script of ours that ends with `N passed, N failed`, or counts as one. */
function script(name: string, file: string, ...parameters: readonly string[]): Part {
  return {
    name,
    run: async () => {
      const ended = await runNode([...typescript(file), ...parameters], { show: true });
      return { ended, tally: fromLastLine(ended.output) ?? fromExitCode(ended.code) };
    },
  };
}

function vitest(name: string, ...parameters: readonly string[]): Part {
  return {
    name,
    run: async () => {
      const report = join(scratch, "vitest.json");
      rmSync(report, { force: true });
      const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
      const ended = await runNode([tool("vitest/vitest.mjs"), "run", ...parameters, ...reporters], {
        show: true,
      });
      return { ended, tally: fromVitest(readReport(report)) };
    },
  };
}

const unit = vitest("unit");

function browsers(name: string, run: readonly string[]): Part {
  return {
    name,
    run: async () => {
      const report = join(scratch, "browsers.json");
      rmSync(report, { force: true });
      const environment = { PLAYWRIGHT_JSON_OUTPUT_NAME: report };
      const ended = await runNode(run, { show: true, environment });
      return { ended, tally: fromPlaywright(readReport(report)) };
    },
  };
}

const gallery = [tool("playwright/cli.js"), "test", "-c", "e2e/gallery/playwright.config.ts"];
const e2e = [browsers("screens", gallery), browsers("e2e", typescript("scripts/e2e.ts"))];

const scripts: readonly Part[] = [
  // One test per seed.
  script("simulation", "scripts/sim.ts", "--seeds", "500", "--jobs", "2"),
  // One test per run, and one per thing that has to happen often enough in them.
  script("peg simulation", "scripts/sim-peg.ts", "--runs", "1000", "--jobs", "2"),
  vitest("seeded defects", "--config", "vitest.campaigns.config.ts"),
  script("a full node agrees", "scripts/test-node.ts"),
];

const parts: readonly Part[] = [script("check", "scripts/check.ts"), unit, ...scripts, ...e2e];

let total: Tally = nothing;
const lines: string[] = [];
for (const [index, part] of parts.entries()) {
  console.log(`\n== ${part.name} (${index + 1} of ${parts.length})`);
  const { ended, tally } = await part.run();
  const counted = withExitCode(tally, ended.code);
  total = sum(total, counted);
  const skipped = counted.skipped === 0 ? "" : `, ${counted.skipped} skipped`;
  const line = `${part.name}: ${counted.passed} passed, ${counted.failed} failed${skipped} (${ended.seconds.toFixed(0)} s)`;
  lines.push(line);
  console.log(`== ${line}`);
}
rmSync(scratch, { recursive: true });

console.log(`\n${lines.join("\n")}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
