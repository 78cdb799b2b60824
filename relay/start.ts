import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { openChains, sourceOrigins } from "./chains/chains.ts";
import { createClock, type RelayClock } from "./clock.ts";
import type { Settings } from "./config/keys.ts";
import { json, requestListener, type Handler } from "./http.ts";
import { LibsqlLog } from "./log/libsql.ts";
import type { Log } from "./log/log.ts";
import { createLogger, createMetrics, type Metrics } from "./observe.ts";
import { ownOrigins } from "./service/login.ts";
import { startRelay } from "./service/relay.ts";
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

/** What went wrong while listening, as one sentence where it is the user's to mend. */
function listenError(error: NodeJS.ErrnoException, { host, port }: Settings): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new UserError(
        `port = ${port} is in use: stop what uses it, or set another port (HOARFROST_PORT)`,
      );
    case "EACCES":
      return new UserError(`port = ${port} may not be used by this user: choose one from 1024 up`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UserError(`host = "${host}" is not an address of this machine: use 127.0.0.1 or 0.0.0.0`);
    default:
      return error;
  }
}

function listen(server: Server, settings: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, settings)));
    server.listen(settings.port, settings.host, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Ends with one sentence where the port is taken, before the site is built for nothing. */
export async function checkPort(settings: Settings): Promise<void> {
  const probe = createServer();
  await listen(probe, settings);
  await new Promise((resolve) => probe.close(resolve));
}

interface Opened {
  readonly log: Log;
  readonly clock: RelayClock;
  /** False after a commit failed, until one succeeds. */
  readonly isWritable: () => boolean;
}

function openLog(settings: Settings, metrics: Metrics): Opened {
  const elapsed = () => performance.now();
  let clock = createClock(Date.now(), 0, elapsed);
  let writable = true;
  const onCommit = (seconds: number, committed: boolean) => {
    writable = committed;
    if (committed) metrics.commits.inc();
    else metrics.commitFailures.inc();
    metrics.commitSeconds.observe(seconds);
  };
  try {
    const log = new LibsqlLog(settings.data_dir, {
      now: () => clock.now(),
      unreadBytesPerInbox: settings["limits.unread_bytes_per_inbox"],
      onCommit,
    });
    clock = createClock(Date.now(), log.newest(), elapsed);
    return { log, clock, isWritable: () => writable };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/locked|busy/i.test(reason))
      throw new UserError(
        `data_dir = "${settings.data_dir}" is in use by another process: stop it, or set another data_dir`,
      );
    throw new UserError(
      `data_dir = "${settings.data_dir}" cannot be used (${reason}): make it a folder this user may write to`,
    );
  }
}

/** Starts everything this process serves, on one port. */
export async function start(options: StartOptions): Promise<Running> {
  const { settings, build } = options;
  const logger = createLogger(settings.log_level);
  const metrics = createMetrics();
  metrics.collectProcess();
  const tls = settings.public_url.startsWith("https:");
  const connect = [...settings["site.relays"], ...settings["site.sources"], ...sourceOrigins(settings)];
  const policy = { tls, connect };
  const files: ReadonlyMap<string, SiteFile> =
    build === null ? new Map<string, SiteFile>() : readSite(join(options.root, "out"), policy);
  const { log, clock, isWritable } = openLog(settings, metrics);
  let port = settings.port;
  const origins = () => ownOrigins(settings.public_url, port);
  const say = (line: string) => logger.warn({ devnet: line }, "devnet");
  const chains = await openChains({ settings, origins, say }).catch(async (error: unknown) => {
    await log.close();
    throw error;
  });

  const exact = new Map<string, Handler>([
    ["/healthz", (_request, response) => plain(response, 200, "ok")],
    [
      "/readyz",
      (_request, response) =>
        isWritable()
          ? plain(response, 200, "ready")
          : plain(response, 503, "not ready: the last write to the log failed"),
    ],
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
          chains: chains.site,
          build,
        }),
    ],
  ]);
  const server = createServer(
    requestListener({
      files: () => files,
      policy,
      exact,
      prefixes: chains.prefixes,
      onError: (error) =>
        logger.error({ error: error instanceof Error ? error.message : "unknown" }, "request failed"),
    }),
  );
  const relay = startRelay({ server, settings, log, clock, logger, metrics, origins });
  try {
    port = await listen(server, settings);
  } catch (error) {
    await relay.close();
    await chains.stop();
    await log.close();
    throw error;
  }
  return {
    port,
    url: settings.public_url === "" ? `http://localhost:${port}` : settings.public_url,
    stop: async () => {
      await relay.close();
      server.closeAllConnections();
      await chains.stop();
      await log.close();
    },
  };
}
