// Writes lib/sbtc/contract/sources.ts from the .clar files beside it: browsers read the contracts as text, not from disk.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../lib/sbtc/contract");
const files = ["bip340", "burn-view", "burn-view-devnet", "peg-out-message", "sbtc-config", "sbtc"] as const;

/** The module's text for the .clar files as they are now. */
export async function sourcesModule(): Promise<string> {
  const entries = files.map((file) => {
    const text = readFileSync(join(folder, `${file}.clar`), "utf8");
    return `  ${/^[a-z]+$/.test(file) ? file : JSON.stringify(file)}: ${JSON.stringify(text)},`;
  });
  const text = [
    "// Written by scripts/contract-sources.ts from the .clar files in this folder. A test compares them.",
    "",
    "/** The contracts as text, as they stand in this folder. */",
    "export const contractTexts = {",
    ...entries,
    "} as const;",
    "",
  ].join("\n");
  return format(text, { ...(await resolveConfig(folder)), parser: "typescript" });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(folder, "sources.ts"), await sourcesModule());
}
