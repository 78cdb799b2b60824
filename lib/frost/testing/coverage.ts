/**
 * `npx tsx lib/frost/testing/coverage.ts`: branch coverage of key generation and signing, which must be 100 % of what can
 * be reached, and every exclusion with its reason.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "frost-coverage-"));
const run = spawnSync(
  "npx",
  [
    "vitest",
    "run",
    "lib/frost/keygen",
    "lib/frost/signing",
    "lib/frost/suite",
    "lib/frost/wire/own",
    "lib/frost/wire/zf",
    "lib/frost/testing/exclusions",
    "--maxWorkers=1",
    "--coverage.enabled",
    "--coverage.provider=v8",
    "--coverage.include=lib/frost/keygen/*.ts",
    "--coverage.include=lib/frost/signing/*.ts",
    "--coverage.reporter=text",
    "--coverage.thresholds.branches=100",
    `--coverage.reportsDirectory=${folder}`,
  ],
  { stdio: "inherit" },
);
rmSync(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
