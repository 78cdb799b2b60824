import type { IncomingMessage, ServerResponse } from "node:http";
import type { SiteFile } from "./files.ts";

/** Which of a file's forms to send, by the request's `Accept-Encoding`. */
function encoded(file: SiteFile, accepts: string): { body: Buffer; encoding: string | null } {
  const accepted = accepts.split(",").map((entry) => entry.trim().split(";")[0]);
  if (file.brotli !== null && accepted.includes("br")) return { body: file.brotli, encoding: "br" };
  if (file.gzip !== null && accepted.includes("gzip")) return { body: file.gzip, encoding: "gzip" };
  return { body: file.body, encoding: null };
}

/** The path of a request without query and fragment, decoded once; null where it is not a path. */
export function pathOf(url: string | undefined): string | null {
  const raw = (url ?? "").split(/[?#]/)[0] ?? "";
  if (!raw.startsWith("/")) return null;
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

function isSame(request: IncomingMessage, file: SiteFile): boolean {
  const tags = request.headers["if-none-match"]?.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags?.includes(file.etag) ?? false;
}

/** Answers a request for a page or an asset; the common headers are already set. */
export function serveSite(
  files: ReadonlyMap<string, SiteFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const path = pathOf(request.url);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    plain(response, 405, "Only GET and HEAD are answered here.");
    return;
  }
  const found = path === null ? undefined : (files.get(path) ?? files.get(path.replace(/\/$/, "")));
  const file = found ?? files.get("/404");
  if (file === undefined) {
    plain(response, 404, "There is no such page.");
    return;
  }
  response.setHeader("Content-Security-Policy", file.policy);
  response.setHeader("ETag", file.etag);
  response.setHeader("Vary", "Accept-Encoding");
  const forever = found !== undefined && file.immutable;
  response.setHeader("Cache-Control", forever ? "public, max-age=31536000, immutable" : "no-cache");
  if (found !== undefined && isSame(request, file)) {
    response.writeHead(304).end();
    return;
  }
  const { body, encoding } = encoded(file, request.headers["accept-encoding"]?.toString() ?? "");
  if (encoding !== null) response.setHeader("Content-Encoding", encoding);
  response.setHeader("Content-Type", file.type);
  response.setHeader("Content-Length", body.length);
  response.writeHead(found === undefined ? 404 : 200);
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Answers with one line of text. */
export function plain(response: ServerResponse, status: number, line: string): void {
  const body = Buffer.from(`${line}\n`);
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", body.length);
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(status).end(body);
}
