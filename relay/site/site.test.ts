import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, request, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requestListener } from "../http.ts";
import { readSite } from "./files.ts";
import { contentSecurityPolicy } from "./policy.ts";

const inline = "self.started = 1;";
const page = `<!DOCTYPE html><html><head><script src="/_next/static/a.js"></script></head><body style="color:red"><script>${inline}</script></body></html>`;
const policy = { tls: true, connect: ["wss://relay.example", "https://source.example"] };

let folder = "";
let server: Server;
let port = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hoarfrost-site-"));
  const out = join(folder, "out");
  mkdirSync(join(out, "_next/static"), { recursive: true });
  writeFileSync(join(folder, "secret.html"), "outside the export");
  writeFileSync(join(out, "index.html"), page);
  writeFileSync(join(out, "signer.html"), page);
  writeFileSync(join(out, "404.html"), "<!DOCTYPE html>nothing here");
  writeFileSync(join(out, "_next/static/a.js"), "a".repeat(5_000));
  writeFileSync(join(out, "_next/static/a.js.map"), "{}");
  writeFileSync(join(out, "_next/static/worker.ts"), "const secret = 1;");
  symlinkSync(join(folder, "secret.html"), join(out, "link.html"));
  const files = readSite(out, policy);
  server = createServer(
    requestListener({
      files: () => files,
      policy,
      exact: new Map([["/boom", () => Promise.reject(new Error("inner detail"))]]),
      prefixes: new Map(),
      onError: () => undefined,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Sends the path as it is: no client of ours tidies it up first. */
function get(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers, method }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the site", () => {
  test("pages are found by their plain names, and carry every header", async () => {
    for (const path of ["/", "/index.html", "/signer", "/signer/", "/signer?room=1", "/signer.html"]) {
      const { status, headers } = await get(path);
      expect(status, path).toBe(200);
      expect(headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-cache",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000; includeSubDomains",
      });
      expect(headers["permissions-policy"]).toContain("microphone=()");
    }
  });

  test("the policy allows nothing but the site, its inline scripts by hash, and the named sources", () => {
    const csp = contentSecurityPolicy(page, policy);
    const sha = createHash("sha256").update(inline).digest("base64");
    const styleSha = createHash("sha256").update("color:red").digest("base64");
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain(`script-src 'self' 'sha256-${sha}'`);
    expect(csp).toContain(`style-src-attr 'unsafe-hashes' 'sha256-${styleSha}'`);
    expect(csp).toContain("connect-src 'self' wss://relay.example https://source.example");
    expect(csp).toContain("frame-ancestors 'none'");
    expect(csp).not.toContain("unsafe-inline");
    expect(csp).not.toContain("unsafe-eval");
  });

  test("a script has a policy too, because a worker is bound by its own", async () => {
    const { headers } = await get("/_next/static/a.js");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(headers["cache-control"]).toContain("immutable");
  });

  test.each([
    "/../secret.html",
    "/%2e%2e/secret.html",
    "/..%2fsecret.html",
    "/%2e%2e%2fsecret.html",
    "/_next/../../secret.html",
    "/_next/static/..%5c..%5c..%5csecret.html",
    "//secret.html",
    "/./../secret.html",
    "/....//secret.html",
    "/%252e%252e/secret.html",
    "/secret.html%00.js",
    "/link.html",
    "/%",
    "/%ff",
    "/constructor",
    "/__proto__",
  ])("%s gives nothing from outside the export", async (path) => {
    const { status, body } = await get(path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain("outside");
  });

  test.each(["/_next/static/worker.ts", "/_next/static/a.js.map", "/out/index.html", "/package.json"])(
    "%s is not served",
    async (path) => expect((await get(path)).status).toBe(404),
  );

  test("what the browser has already is not sent again, and text is compressed", async () => {
    const first = await get("/_next/static/a.js", { "Accept-Encoding": "gzip" });
    expect(first.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(first.body).toString()).toBe("a".repeat(5_000));
    const again = await get("/_next/static/a.js", { "If-None-Match": first.headers.etag ?? "" });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect(
      (await get("/_next/static/a.js", { "Accept-Encoding": "br, gzip" })).headers["content-encoding"],
    ).toBe("br");
  });

  test("HEAD sends headers alone, and other methods are refused", async () => {
    const head = await get("/", {}, "HEAD");
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(Number(head.headers["content-length"])).toBe(page.length);
    expect((await get("/", {}, "POST")).status).toBe(405);
  });

  test("a failure inside says nothing of the inside", async () => {
    const { status, body } = await get("/boom");
    expect(status).toBe(500);
    expect(body.toString()).not.toContain("inner detail");
  });
});
