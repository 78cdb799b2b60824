import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { type Defect, defects } from "./testing/defects.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const copies: string[] = [];

afterAll(() => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
});

/** The sources a simulation needs, with the defect in them. */
function defectiveCopy({ patches }: Defect): string {
  const copy = mkdtempSync(join(tmpdir(), "hoarfrost-defect-"));
  copies.push(copy);
  for (const folder of ["lib/frost", "lib/wire", "lib/rounds"]) {
    cpSync(join(root, folder), join(copy, folder), {
      recursive: true,
      filter: (path) => !path.endsWith(".test.ts") && !path.endsWith("/testing"),
    });
  }
  mkdirSync(join(copy, "scripts"));
  cpSync(join(root, "scripts/sim.ts"), join(copy, "scripts/sim.ts"));
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

/** Runs seeds in the copy until one breaks a promise. @returns the promises broken, as printed */
async function firstViolations(copy: string, first: number, seeds: number): Promise<string> {
  const range = ["--seed", String(first), "--seeds", String(seeds)];
  const parameters = ["--import", "tsx", "scripts/sim.ts", ...range, "--until-violation", "--json"];
  try {
    await promisify(execFile)(process.execPath, parameters, { cwd: copy, maxBuffer: 1 << 26 });
    return "";
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr);
  }
}

test.concurrent.each(defects)(
  "the simulation notices within 500 seeds that $name",
  async (defect) => {
    const copy = defectiveCopy(defect);
    const known = await firstViolations(copy, defect.seed, 1);
    // Where the seed that showed it shows it no more, the others have to.
    const printed = known === "" ? await firstViolations(copy, 1, 500) : known;
    const broken = [...printed.matchAll(/seed (\d+) broke "([^"]+)"/g)];
    const seen = broken.map((match) => match[2] ?? "");
    console.info(`${defect.name}: ${broken[0]?.[0] ?? "nothing was noticed"}`);
    expect(
      seen.some((promise) => defect.breaks.includes(promise)),
      `${defect.name}: ${seen.join("; ") || printed.slice(0, 400) || "nothing was noticed"}`,
    ).toBe(true);
  },
  600_000,
);
