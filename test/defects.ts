import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect } from "vitest";

// Defects put on purpose into copies of the sources, for campaigns that ask whether a simulation notices them.

/** One change of a source text: `find` stands there exactly once. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A way to be wrong that a reviewer could miss, as the source change that makes it. */
export interface Defect {
  readonly name: string;
  readonly patches: readonly Patch[];
  /** A promise that the simulation must see broken; any of them. */
  readonly breaks: readonly string[];
  /** A seed that showed it when this was written: tried before the others. */
  readonly seed: number;
}

/** A simulation that is run in copies of the sources. */
export interface Campaign {
  readonly folders: readonly string[];
  /** Its command; it prints `seed N broke "promise"` and ends with another code than 0 where a promise was broken. */
  readonly script: string;
  /** What it is told to run `seeds` from `first` on, up to the first broken promise. */
  readonly parameters: (first: number, seeds: number) => readonly string[];
  /** Seeds that must show each defect. */
  readonly seeds: number;
  /** Whether the copies get the folders named `testing`. */
  readonly withTesting: boolean;
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** @returns for a defect, the promises that broke in the first run of its copy that broke any, as printed */
export function campaign(of: Campaign): (defect: Defect) => Promise<readonly string[]> {
  const copies: string[] = [];
  afterAll(() => {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  });
  return async (defect) => {
    const copy = defectiveCopy(of, defect);
    copies.push(copy);
    const known = await firstBroken(of, copy, defect.seed, 1);
    // Where the seed that showed it shows it no more, the others have to.
    const printed = known === "" ? await firstBroken(of, copy, 1, of.seeds) : known;
    const broken = [...printed.matchAll(/seed (\d+) broke "([^"]+)"/g)];
    console.info(`${defect.name}: ${broken[0]?.[0] ?? "nothing was noticed"}`);
    return broken.length > 0 ? broken.map((match) => match[2] ?? "") : [printed.slice(0, 400)];
  };
}

/** The sources a simulation needs, with the defect in them. */
function defectiveCopy({ folders, script, withTesting }: Campaign, { patches }: Defect): string {
  const copy = mkdtempSync(join(tmpdir(), "hoarfrost-defect-"));
  for (const folder of folders)
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !/\.test\.tsx?$/.test(path) && (withTesting || !path.endsWith("/testing")),
    });
  mkdirSync(dirname(join(copy, script)), { recursive: true });
  cpSync(join(root, script), join(copy, script));
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const { file, find, replace } of patches) {
    const source = readFileSync(join(copy, file), "utf8");
    expect(source.split(find), `${file} holds the text to change exactly once`).toHaveLength(2);
    writeFileSync(
      join(copy, file),
      source.replace(find, () => replace),
    );
  }
  return copy;
}

async function firstBroken(of: Campaign, copy: string, first: number, seeds: number): Promise<string> {
  const parameters = ["--import", "tsx", of.script, ...of.parameters(first, seeds)];
  try {
    await promisify(execFile)(process.execPath, parameters, { cwd: copy, maxBuffer: 1 << 26 });
    return "";
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr);
  }
}
