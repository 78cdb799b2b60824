/**
 * `npx tsx lib/rounds/testing/coverage.ts`: branch coverage of the machines (lobby, key generation, signing, and the
 * party they run in), which must be 100 % of what can be reached, and every exclusion with its reason.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "rounds-coverage-"));
const run = spawnSync(
  "npx",
  [
    "vitest",
    "run",
    "lib/rounds",
    "--maxWorkers=1",
    "--coverage.enabled",
    "--coverage.provider=v8",
    "--coverage.include=lib/rounds/lobby/*.ts",
    "--coverage.include=lib/rounds/keygen/*.ts",
    "--coverage.include=lib/rounds/signing/*.ts",
    "--coverage.include=lib/rounds/party/step.ts",
    "--coverage.reporter=text",
    "--coverage.thresholds.branches=100",
    `--coverage.reportsDirectory=${folder}`,
  ],
  { stdio: "inherit" },
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
