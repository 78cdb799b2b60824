import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Settings } from "./config/keys.ts";
import { json, requestListener, type Handler } from "./http.ts";
import { createLogger, createMetrics } from "./observe.ts";
import type { BuildRecord } from "./site/build.ts";
import { readSite, type SiteFile } from "./site/files.ts";
import { plain } from "./site/serve.ts";
import { UserError } from "./user-error.ts";

/** A running process. */
export interface Running {
  readonly port: number;
  /** The origin people open. */
  readonly url: string;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly settings: Settings;
  /** Folder of the repository: the exported site is its `out`. */
  readonly root: string;
  /** The site that was built, or null to serve none (development serves it elsewhere). */
  readonly build: BuildRecord | null;
}

function listen(server: Server, settings: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = `host = ${JSON.stringify(settings.host)}, port = ${settings.port}`;
      if (error.code === "EADDRINUSE")
        reject(
          new UserError(
            `port = ${settings.port} is in use: stop what uses it, or set another port (HOARFROST_PORT)`,
          ),
        );
      else if (error.code === "EACCES")
        reject(new UserError(`${where} may not be used by this user: choose a port from 1024 up`));
      else if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND")
        reject(new UserError(`${where} is not an address of this machine: use 127.0.0.1 or 0.0.0.0`));
      else reject(error);
    });
    server.listen(settings.port, settings.host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Starts everything this process serves, on one port. */
export async function start(options: StartOptions): Promise<Running> {
  const { settings, build } = options;
  const log = createLogger(settings.log_level);
  const metrics = createMetrics();
  metrics.collectProcess();
  const tls = settings.public_url.startsWith("https:");
  const policy = { tls, connect: [...settings["site.relays"], ...settings["site.sources"]] };
  const files: ReadonlyMap<string, SiteFile> =
    build === null ? new Map<string, SiteFile>() : readSite(join(options.root, "out"), policy);

  const exact = new Map<string, Handler>([
    ["/healthz", (_request, response) => plain(response, 200, "ok")],
    ["/readyz", (_request, response) => plain(response, 200, "ready")],
    [
      "/metrics",
      async (_request, response) => {
        const body = await metrics.registry.metrics();
        response.setHeader("Content-Type", metrics.registry.contentType);
        response.end(body);
      },
    ],
    [
      "/api/config",
      (_request, response) =>
        json(response, 200, {
          network: settings.network,
          relays: settings["site.relays"],
          sources: settings["site.sources"],
          build,
        }),
    ],
  ]);
  const server = createServer(
    requestListener({
      files: () => files,
      policy,
      exact,
      prefixes: new Map(),
      onError: (error) =>
        log.error({ error: error instanceof Error ? error.message : "unknown" }, "request failed"),
    }),
  );
  const port = await listen(server, settings);
  const url = settings.public_url === "" ? `http://localhost:${port}` : settings.public_url;
  return {
    port,
    url,
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
