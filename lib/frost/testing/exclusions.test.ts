import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Every branch left out of coverage, with the line it stands on and its reason. */
function exclusions() {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.startsWith("testing"))
    .sort()
    .flatMap((path) =>
      readFileSync(join(root, path), "utf8")
        .split("\n")
        .map((line, i) => ({
          at: `${relative(process.cwd(), join(root, path))}:${i + 1}`,
          line: line.trim(),
        }))
        .filter(({ line }) => /(v8|c8|istanbul) ignore/.test(line)),
    );
}

test("every branch left out of coverage says why, in one line", () => {
  for (const { at, line } of exclusions()) {
    const reason = /^\/\* v8 ignore next(?: \d+)? -- (.{10,}) \*\/$/.exec(line)?.[1];
    expect(reason, at).toBeDefined();
    console.log(`not covered: ${at} ${reason ?? ""}`);
  }
});
