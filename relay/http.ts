import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { SiteFile } from "./site/files.ts";
import { commonHeaders, type PolicyOptions } from "./site/policy.ts";
import { pathOf, plain, serveSite } from "./site/serve.ts";

/** Answers a request; a rejected promise becomes a 500 that says nothing of the inside. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** What the HTTP side of the process is made of. */
export interface HttpOptions {
  readonly files: () => ReadonlyMap<string, SiteFile>;
  readonly policy: PolicyOptions;
  /** Handlers by exact path. */
  readonly exact: ReadonlyMap<string, Handler>;
  /** Handlers by first segments of the path, e.g. `/api/bitcoin`. */
  readonly prefixes: ReadonlyMap<string, Handler>;
  readonly onError: (error: unknown) => void;
}

/** Answers with JSON that is never cached. */
export function json(response: ServerResponse, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.setHeader("Content-Length", body.length);
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(status).end(body);
}

function handlerFor(options: HttpOptions, path: string | null): Handler | null {
  if (path === null) return null;
  const exact = options.exact.get(path);
  if (exact !== undefined) return exact;
  for (const [prefix, handler] of options.prefixes) {
    if (path === prefix || path.startsWith(`${prefix}/`)) return handler;
  }
  return null;
}

/** The request listener of the process: `/healthz`, `/api/…` and the like by table, everything else from the site. */
export function requestListener(options: HttpOptions): RequestListener {
  const headers = Object.entries(commonHeaders(options.policy));
  return (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    const handler = handlerFor(options, pathOf(request.url));
    if (handler === null) {
      serveSite(options.files(), request, response);
      return;
    }
    void Promise.resolve()
      .then(() => handler(request, response))
      .catch((error: unknown) => {
        options.onError(error);
        if (response.headersSent) response.destroy();
        else plain(response, 500, "This request failed here; the log of the server says why.");
      });
  };
}
