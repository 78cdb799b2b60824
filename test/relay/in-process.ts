import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { io, type Socket } from "socket.io-client";
import { createClock } from "../../relay/clock.ts";
import { loadSettings } from "../../relay/config/load.ts";
import type { Log } from "../../relay/log/log.ts";
import { MemoryLog } from "../../relay/log/memory.ts";
import { createMetrics, type Metrics } from "../../relay/observe.ts";
import { ownOrigins } from "../../relay/service/login.ts";
import { startRelay } from "../../relay/service/relay.ts";
import type { Settings } from "../../relay/config/keys.ts";
import { encodeLogin, loginDigest } from "../../lib/wire/relay/login.ts";
import { parseChallenge } from "../../lib/wire/relay/events.ts";
import type { Credentials } from "../../lib/runtime/relay/session.ts";

/** A relay inside this process. */
export interface InProcessRelay {
  readonly url: string;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Milliseconds by which the relay's clocks are ahead. */
  advance(ms: number): void;
  close(): Promise<void>;
}

export async function startInProcess(
  change: Partial<Settings> = {},
  makeLog: (now: () => number, settings: Settings) => Log = (now, settings) =>
    new MemoryLog({ now, unreadBytesPerInbox: settings["limits.unread_bytes_per_inbox"] }),
): Promise<InProcessRelay> {
  const settings: Settings = { ...loadSettings("/nonexistent/hoarfrost.toml", {}), ...change };
  let ahead = 0;
  const clock = createClock(Date.now(), 0, () => performance.now() + ahead);
  const log = makeLog(() => clock.now(), settings);
  const metrics = createMetrics();
  const server = createServer();
  let port = 0;
  const relay = startRelay({
    server,
    settings,
    log,
    clock,
    metrics,
    logger: pino({ level: "silent" }),
    origins: () => ownOrigins(settings.public_url, port),
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    metrics,
    advance: (ms) => {
      ahead += ms;
    },
    close: async () => {
      await relay.close();
      server.closeAllConnections();
      await log.close();
    },
  };
}

/** A bare connection, to send what a client never would. */
export class RawConnection {
  readonly socket: Socket;
  readonly #url: string;
  readonly #challenge: Promise<unknown>;
  readonly refused: Promise<unknown>;
  readonly closed: Promise<string>;
  readonly pages: Uint8Array[] = [];

  constructor(url: string, options: { origin?: string } = {}) {
    this.#url = url;
    const extraHeaders = options.origin === undefined ? {} : { Origin: options.origin };
    this.socket = io(url, { transports: ["websocket"], reconnection: false, forceNew: true, extraHeaders });
    this.#challenge = new Promise((resolve) => this.socket.once("challenge", resolve));
    this.refused = new Promise((resolve) => this.socket.once("refused", resolve));
    this.closed = new Promise((resolve) => {
      this.socket.once("disconnect", resolve);
      this.socket.once("connect_error", (error) => resolve(error.message));
    });
    this.socket.on("push", (page: Uint8Array) => this.pages.push(page));
  }

  /** Sends an event and waits for its answer. */
  ask(event: string, ...args: unknown[]): Promise<unknown> {
    return this.socket.timeout(5_000).emitWithAck(event, ...args) as Promise<unknown>;
  }

  async challenge(): Promise<{ nonce: Uint8Array; expiresAt: number }> {
    const challenge = parseChallenge(await this.#challenge);
    if (challenge === null) throw new Error("the relay sent no challenge");
    return challenge;
  }

  /** Logs in; `change` spoils the login on its way. */
  async logIn(
    credentials: Credentials,
    change: (bytes: Uint8Array) => Uint8Array = (bytes) => bytes,
    origin = this.#url,
  ): Promise<unknown> {
    const challenge = await this.challenge();
    const { room, identity, statement } = credentials;
    const digest = (by: "identity" | "lobby") => loginDigest(by, origin, room, identity, challenge);
    const login = encodeLogin({
      room,
      identity,
      signature: await credentials.sign(digest("identity")),
      lobbySignature: (await credentials.signAsLobby?.(digest("lobby"))) ?? null,
      statement: statement ?? null,
    });
    return this.ask("login", change(login));
  }

  close(): void {
    this.socket.disconnect();
  }
}
