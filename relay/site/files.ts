import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { filesUnder } from "./inputs.ts";
import { contentSecurityPolicy, type PolicyOptions } from "./policy.ts";

/** One file of the site, held in memory with everything an answer needs. */
export interface SiteFile {
  readonly body: Buffer;
  readonly brotli: Buffer | null;
  readonly gzip: Buffer | null;
  readonly etag: string;
  readonly type: string;
  readonly policy: string;
  /** True where the name holds a hash of the content. */
  readonly immutable: boolean;
}

/** Content types by ending. A file with any other ending is not served, so neither `.ts` nor `.map` ever is. */
const types: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  jpg: "image/jpeg",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  webp: "image/webp",
  woff2: "font/woff2",
};

const compressible = /^(text\/|application\/(json|manifest)|image\/svg)/;

function ending(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function read(out: string, path: string, options: PolicyOptions): SiteFile | null {
  const type = types[ending(path)];
  if (type === undefined) return null;
  const body = readFileSync(join(out, path));
  const squeeze = compressible.test(type) && body.length > 1024;
  const html = type.startsWith("text/html") ? body.toString("utf8") : "";
  return {
    body,
    brotli: squeeze ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }) : null,
    gzip: squeeze ? gzipSync(body, { level: 6 }) : null,
    etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`,
    type,
    policy: contentSecurityPolicy(html, options),
    immutable: path.startsWith("_next/static/"),
  };
}

/**
 * Reads the whole exported site into memory. A request is answered from this map and from nothing else, so no request can
 * name a file outside the export.
 * @param out folder of the export
 * @returns files by URL path: `/`, `/coordinator`, `/_next/static/…`
 */
export function readSite(out: string, options: PolicyOptions): ReadonlyMap<string, SiteFile> {
  const files = new Map<string, SiteFile>();
  for (const listed of filesUnder(out, ".")) {
    const path = listed.slice("./".length);
    const file = read(out, path, options);
    if (file === null) continue;
    files.set(`/${path}`, file);
    if (path === "index.html") files.set("/", file);
    else if (path.endsWith("/index.html")) files.set(`/${path.slice(0, -"/index.html".length)}`, file);
    else if (path.endsWith(".html")) files.set(`/${path.slice(0, -".html".length)}`, file);
  }
  return files;
}
