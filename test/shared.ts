import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Folder of published test vectors beside the repository, if this checkout has one. */
export const vectorsFolder = join(root, "..", "shared", "vectors");

/** True where the vectors can be read. Where not, the reason is printed once, so a skip is never silent. */
export const haveVectors = existsSync(vectorsFolder);
if (!haveVectors) {
  console.log("vector files are not beside this checkout: the tests that read them are skipped");
}

/** Reads one vector file as text, e.g. `readVector("bip340/bip340.csv")`. */
export function readVector(path: string): string {
  return readFileSync(join(vectorsFolder, path), "utf8");
}

/** Reads one JSON vector file. The caller states the shape it expects. */
export function readJsonVector(path: string): unknown {
  return JSON.parse(readVector(path));
}
