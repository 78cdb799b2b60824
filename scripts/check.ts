import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureSite } from "../relay/site/build.ts";
import { reportFailure } from "../relay/user-error.ts";
import { weighPages } from "./run/bundle.ts";
import { root, runNode, tool } from "./run/command.ts";
import { fromExitCode, nothing, sum, type Tally } from "./run/tally.ts";

// `npm run check`: the site builds and keeps to its weight, types by layer, lint, format, unused code.

/** Returns what is wrong, or null. */
type Check = () => Promise<string | null>;

async function program(args: readonly string[]): Promise<string | null> {
  const ended = await runNode(args);
  return ended.code === 0 ? null : ended.output;
}

function projects(): string[] {
  const layers = readdirSync(join(root, "lib")).map((name) => `lib/${name}/tsconfig.json`);
  return [
    ...layers,
    "relay/tsconfig.json",
    "devnet/tsconfig.json",
    "tsconfig.json",
    "tsconfig.tests.json",
  ].filter((path) => existsSync(join(root, path)));
}

function bundle(): string | null {
  const weights = weighPages(join(root, "out"));
  for (const { page, kib, budget } of weights) console.log(`    ${page}: ${kib} of ${budget} KiB`);
  const heavy = weights.filter(({ kib, budget }) => kib > budget);
  return heavy.length === 0
    ? null
    : `over budget: ${heavy.map(({ page }) => page).join(", ")}. Load what a first view does not need with import().`;
}

const checks: readonly (readonly [string, Check])[] = [
  ["site builds", async () => (await ensureSite(root, (line) => console.log(`    ${line}`)), null)],
  ...projects().map((path): readonly [string, Check] => [
    `types ${path.replace(/\/?tsconfig\.json$/, "") || "app"}`,
    () => program([tool("typescript/bin/tsc"), "-p", path]),
  ]),
  ["lint", () => program([tool("eslint/bin/eslint.js"), ".", "--max-warnings", "0"])],
  ["format", () => program([tool("prettier/bin/prettier.cjs"), "--check", "--log-level", "warn", "."])],
  ["unused code", () => program([tool("knip/bin/knip.js"), "--no-progress"])],
  ["bundle budget", () => Promise.resolve(bundle())],
];

let tally: Tally = nothing;
for (const [name, check] of checks) {
  const started = performance.now();
  const problem = await check().catch((error: unknown) => {
    reportFailure(error, console.error);
    return "see above";
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${problem === null ? "ok" : "FAILED"}  ${name} (${seconds} s)`);
  if (problem !== null) console.log(problem);
  tally = sum(tally, fromExitCode(problem === null ? 0 : 1));
}
console.log(`${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;
