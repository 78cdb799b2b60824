import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
let copy = "";

/** What is planted, and what is said of it: the fault, then the way out. */
interface Planted {
  readonly layer: string;
  readonly text: string;
  readonly said: readonly string[];
}

const forLint: readonly Planted[] = [
  {
    layer: "lib/frost",
    text: 'export { readFileSync } from "node:fs";',
    said: ["lib/frost must not import node:fs", "as an argument or an event"],
  },
  {
    layer: "lib/frost",
    text: 'export * from "../wire/header.ts";',
    said: ["lib/frost must not import lib/wire", "as an argument or an event"],
  },
  {
    layer: "lib/frost",
    text: "export const at = Date.now();",
    said: ["time arrives as an argument or a tick"],
  },
  { layer: "lib/frost", text: "export const r = Math.random();", said: ["randomness is an argument (Rng)"] },
  {
    layer: "lib/rounds",
    text: 'export * from "../../app/page.tsx";',
    said: ["lib/rounds must not import app", "a driver in lib/runtime carries out its effects"],
  },
  {
    layer: "lib/rounds",
    text: 'export * from "react";',
    said: ["lib/rounds must not import react", "a driver in lib/runtime"],
  },
  {
    layer: "lib/rounds",
    text: 'export const m = import("../../../elsewhere.ts");',
    said: ["lib/rounds must not reach outside the repository"],
  },
  {
    layer: "relay",
    text: 'export * from "../lib/frost/index.ts";',
    said: ["relay must not import lib/frost", "belongs in lib/wire"],
  },
  {
    layer: "relay",
    text: "export const run = (): void => { Promise.resolve(1); };",
    said: ["Promises must be awaited"],
  },
];

const forTypes: readonly Planted[] = [
  { layer: "lib/frost", text: "export const w = window.location;", said: ["'window'"] },
  { layer: "lib/frost", text: 'export const f = fetch("x");', said: ["'fetch'"] },
  { layer: "lib/frost", text: 'export { readFileSync } from "node:fs";', said: ["'node:fs'"] },
  { layer: "lib/rounds", text: "export const t = setTimeout(() => 1, 1);", said: ["'setTimeout'"] },
  { layer: "lib/rounds", text: "export const e = process.env;", said: ["'process'"] },
  { layer: "lib/rounds", text: "export const c = crypto.subtle;", said: ["'crypto'"] },
];

const allowed =
  'import { sha256 } from "@noble/hashes/sha2.js";\n\nexport const hash = sha256(new Uint8Array(1));\n';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  writeFileSync(join(copy, path), text);
}

/** A scratch copy of the rules, with nothing in the layers but what is planted. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "hoarfrost-layers-"));
  for (const path of [
    "eslint.config.mjs",
    "scripts/eslint",
    "tsconfig.base.json",
    "tsconfig.json",
    "tsconfig.tests.json",
  ])
    cpSync(join(root, path), join(copy, path), { recursive: true });
  const layers = [...readdirSync(join(root, "lib")).map((name) => `lib/${name}`), "relay", "devnet"];
  for (const layer of layers) {
    cpSync(join(root, layer, "tsconfig.json"), join(copy, layer, "tsconfig.json"), { recursive: true });
    write(`${layer}/index.ts`, "export {};\n");
  }
  for (const path of ["app/page.ts", "test/nothing.ts", "lib/wire/header.ts"]) write(path, "export {};\n");
  cpSync(join(root, "package.json"), join(copy, "package.json"));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true }));

function run(tool: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const program = [join(root, "node_modules", tool), ...args];
    execFile(process.execPath, program, { cwd: copy }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

const nameOf = ({ layer }: Planted, index: number) => `${layer}/planted-${index}.ts`;

describe("a forbidden import planted in a copy is refused", () => {
  test("by lint, with what to do instead; what is allowed is left alone", async () => {
    for (const [index, planted] of forLint.entries()) write(nameOf(planted, index), `${planted.text}\n`);
    write("lib/frost/allowed.ts", allowed);
    const output = await run("eslint/bin/eslint.js", ["lib", "relay", "--format", "json"]);
    const reports = JSON.parse(output) as { filePath: string; messages: { message: string }[] }[];
    const messagesOf = (path: string) =>
      reports.find(({ filePath }) => filePath.endsWith(path))?.messages.map(({ message }) => message) ?? [];
    for (const [index, planted] of forLint.entries()) {
      const said = messagesOf(nameOf(planted, index)).join("\n");
      for (const part of planted.said) expect(said, planted.text).toContain(part);
      rmSync(join(copy, nameOf(planted, index)));
    }
    expect(messagesOf("lib/frost/allowed.ts")).toEqual([]);
  });

  test("by the compiler, where a pure layer reaches for a browser or for Node", async () => {
    for (const [index, planted] of forTypes.entries()) write(nameOf(planted, index), `${planted.text}\n`);
    write("lib/frost/allowed.ts", allowed);
    const output = [
      await run("typescript/bin/tsc", ["-p", "lib/frost", "--pretty", "false"]),
      await run("typescript/bin/tsc", ["-p", "lib/rounds", "--pretty", "false"]),
    ].join("\n");
    for (const [index, planted] of forTypes.entries()) {
      const line = output.split("\n").find((one) => one.includes(`planted-${index}.ts`)) ?? "";
      expect(line, planted.text).toContain("error TS");
      for (const part of planted.said) expect(line, planted.text).toContain(part);
      rmSync(join(copy, nameOf(planted, index)));
    }
    expect(output).not.toContain("allowed.ts");
  });
});
