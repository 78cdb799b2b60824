import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = import.meta.dirname;

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return entry.name === "testing" || entry.name === "simulation" ? [] : sources(path);
    return entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts") ? [path] : [];
  });
}

test("every line left out of coverage says why, and is printed", () => {
  const printed: string[] = [];
  for (const path of sources(root)) {
    readFileSync(path, "utf8")
      .split("\n")
      .forEach((line, i) => {
        if (!/(v8|istanbul|c8) ignore/.test(line)) return;
        const where = `${path.slice(root.length + 1)}:${i + 1}`;
        const reason = /v8 ignore next(?: \d+)? -- (.+?) \*\//.exec(line)?.[1];
        expect(reason, where).toBeDefined();
        printed.push(`${where}: ${reason ?? ""}`);
      });
  }
  console.info(`Left out of branch coverage:\n${printed.join("\n")}`);
  expect(printed.length).toBeGreaterThan(0);
});
