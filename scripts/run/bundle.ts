import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** Most compressed JavaScript, in KiB, that a page may load before it runs. Pages without a line here have the last one. */
const budgets: Readonly<Record<string, number>> = { "signer.html": 180 };
const otherwise = 250;

/** What one page loads first. */
export interface PageWeight {
  readonly page: string;
  readonly kib: number;
  readonly budget: number;
}

/** Files of the scripts that a page's HTML names, without those only for browsers that know no modules. */
export function firstScripts(html: string): string[] {
  const tags = [...html.matchAll(/<script\b([^>]*)>/g)].map((match) => match[1] ?? "");
  const sources = tags
    .filter((attributes) => !/\bnomodule\b/i.test(attributes))
    .map((attributes) => /\bsrc="([^"?]+)/.exec(attributes)?.[1])
    .filter((source) => source !== undefined);
  return [...new Set(sources)];
}

/** Weighs every page of the exported site. */
export function weighPages(out: string): PageWeight[] {
  const pages = readdirSync(out).filter((name) => name.endsWith(".html") && !name.startsWith("_"));
  return pages.sort().map((page) => {
    const scripts = firstScripts(readFileSync(join(out, page), "utf8")).map((source) => join(out, source));
    const bytes = scripts
      .filter((path) => existsSync(path))
      .reduce((total, path) => total + gzipSync(readFileSync(path)).length, 0);
    return { page, kib: Math.round((bytes / 1024) * 10) / 10, budget: budgets[page] ?? otherwise };
  });
}
