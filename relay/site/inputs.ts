import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What the exported site is made from, besides the dependencies that the lockfile names. */
const inputs = [
  "app",
  "components",
  "lib",
  "public",
  "next.config.mjs",
  "postcss.config.mjs",
  "tsconfig.json",
  "tsconfig.base.json",
  "package.json",
  "package-lock.json",
];

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes("/testing/");
}

/** Files below `path`, repository-relative with forward slashes, sorted. Tests are left out: the site is not made from them. */
export function filesUnder(root: string, path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full, { withFileTypes: true })
    .flatMap((entry) => {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(root, inner);
      return entry.isFile() && !isTest(inner) ? [inner] : [];
    })
    .sort();
}

/** SHA-256 over path and content of each file, as 64 hex characters. */
export function hashFiles(root: string, files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = createHash("sha256")
      .update(readFileSync(join(root, file)))
      .digest();
    hash.update(`${file.length}:${file}`).update(content);
  }
  return hash.digest("hex");
}

/** The name of what the site is made from: equal sources give equal hashes on every machine. */
export function sourceHash(root: string): string {
  return hashFiles(
    root,
    inputs.flatMap((path) => filesUnder(root, path)),
  );
}
