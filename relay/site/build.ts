import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../user-error.ts";
import { filesUnder, hashFiles, sourceHash } from "./inputs.ts";

/** What was built: hashes of what went in and of what came out, 64 hex characters each. */
export interface BuildRecord {
  readonly source: string;
  readonly site: string;
}

const recordFile = "build.json";

/** Hash of the exported files, without the record itself. */
function exportHash(out: string): string {
  return hashFiles(
    out,
    filesUnder(out, ".").filter((file) => file !== `./${recordFile}`),
  );
}

/** The record of an exported site, or null where there is none that can be read. */
export function readRecord(out: string): BuildRecord | null {
  try {
    const record = JSON.parse(readFileSync(join(out, recordFile), "utf8")) as Partial<BuildRecord>;
    const whole = typeof record.source === "string" && typeof record.site === "string";
    return whole ? { source: record.source, site: record.site } : null;
  } catch {
    return null;
  }
}

/** Why the export must be made again, or null where it is the one these sources give. */
export function whyStale(root: string): string | null {
  const out = join(root, "out");
  if (!existsSync(join(out, "index.html"))) return "there is none yet";
  const record = readRecord(out);
  if (record === null) return "the last build did not finish";
  if (record.source !== sourceHash(root)) return "its sources changed";
  if (record.site !== exportHash(out)) return "its files were changed after the build";
  return null;
}

function runNext(root: string, source: string, say: (line: string) => void): Promise<number | null> {
  const child = spawn(process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "production",
      NEXT_TELEMETRY_DISABLED: "1",
      NEXT_PUBLIC_BUILD_HASH: source.slice(0, 16),
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1000);
  const beat = setInterval(() => say(`  … still building, ${seconds()} s`), 5_000);
  const lines = (chunk: Buffer) => {
    for (const line of chunk.toString().split("\n")) if (line.trim() !== "") say(`  ${line.trimEnd()}`);
  };
  child.stdout.on("data", lines);
  child.stderr.on("data", lines);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  })
    .then(
      (code) => code as number | null,
      (error: unknown) => {
        throw error;
      },
    )
    .finally(() => clearInterval(beat));
}

/**
 * Builds the site into `out` where it is missing or stale.
 * @throws UserError where the build fails; its output was passed to `say`
 */
export async function ensureSite(root: string, say: (line: string) => void): Promise<BuildRecord> {
  const out = join(root, "out");
  const why = whyStale(root);
  const earlier = readRecord(out);
  if (why === null && earlier !== null) return earlier;
  say(`Building the site: ${why ?? "there is none yet"}. This takes some 10 to 40 seconds, once.`);
  const source = sourceHash(root);
  const code = await runNext(root, source, say);
  if (code !== 0) throw new UserError("the site did not build: the lines above say why");
  const record = { source, site: exportHash(out) };
  writeFileSync(join(out, recordFile), `${JSON.stringify(record)}\n`);
  say(`The site is built: sources ${source.slice(0, 16)}, site ${record.site.slice(0, 16)}.`);
  return record;
}
