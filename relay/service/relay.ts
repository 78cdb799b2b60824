import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Logger } from "pino";
import { Server } from "socket.io";
import { RELAY_PATH } from "../../lib/wire/relay/events.ts";
import { refusal } from "../../lib/wire/relay/refusals.ts";
import type { RelayClock } from "../clock.ts";
import type { Settings } from "../config/keys.ts";
import type { Log } from "../log/log.ts";
import type { Metrics } from "../observe.ts";
import { Connection } from "./connection.ts";
import { createLimits } from "./limits.ts";
import type { Surroundings } from "./member.ts";
import { Online } from "./online.ts";
import { Penalties } from "./penalties.ts";
import { Rooms, type Room } from "./rooms.ts";
import { startSweeper } from "./sweep.ts";

export interface RelayOptions {
  readonly server: HttpServer;
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: RelayClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Origins of this relay, for which a login may be signed; asked late, because the port is known late. */
  readonly origins: () => readonly string[];
}

/** What the connections share. */
export interface RelayParts extends Surroundings {
  readonly settings: Settings;
  readonly clock: RelayClock;
  readonly logger: Logger;
  readonly rooms: Rooms;
  readonly online: Online;
  readonly penalties: Penalties;
  readonly origins: () => readonly string[];
  /** Closes the connections of those who are not members any more. */
  dropOutsiders(room: Room): void;
  updateGauges(): void;
}

/** A running relay. */
export interface Relay {
  close(): Promise<void>;
}

/** Room beside the frames of one packet. */
const PACKET_MARGIN = 65_536;
const BATCH_BYTES = 524_288;

/** The client's address: the connection's, or behind a trusted proxy what that proxy saw. */
function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const forwarded = request.headers["x-forwarded-for"]?.toString().split(",").at(-1)?.trim();
  if (trustProxy && forwarded !== undefined && forwarded !== "") return forwarded;
  return request.socket.remoteAddress ?? "unknown";
}

/** Attaches the relay to an HTTP server. */
export function startRelay(options: RelayOptions): Relay {
  const { server, settings, log, clock, logger, metrics } = options;
  const limits = createLimits(settings, () => clock.elapsed());
  const rooms = new Rooms(log, limits);
  const online = new Online((room) => rooms.release(room));
  const byAddress = new Map<string, number>();
  let sockets = 0;
  const isCrowded = (address: string): boolean =>
    sockets >= settings["limits.sockets"] ||
    (byAddress.get(address) ?? 0) >= settings["limits.sockets_per_address"] ||
    limits.connecting.wait(address, 1, 0) > 0;

  const io = new Server(server, {
    path: RELAY_PATH,
    transports: ["websocket"],
    serveClient: false,
    perMessageDeflate: false,
    httpCompression: false,
    allowUpgrades: false,
    // A relay or a network that is gone without a word is noticed within 20 seconds.
    pingInterval: 10_000,
    pingTimeout: 10_000,
    connectTimeout: settings["limits.login_seconds"] * 1000,
    maxHttpBufferSize: Math.max(settings["limits.max_frame_bytes"], BATCH_BYTES) + PACKET_MARGIN,
    // A page of another site must not use a visitor's browser to talk to this relay. A program sends no Origin, and has no
    // visitor to speak for.
    allowRequest: (request, answer) => {
      const address = addressOf(request, settings.trust_proxy);
      // Telling somebody why costs a whole connection; who comes too often is told so only now and then.
      if (isCrowded(address) && limits.refusing.wait(address, 1, 0) > 0) {
        metrics.refusals.inc({ code: "too-many-connections" });
        answer("too many connections from this address", false);
        return;
      }
      const { origin } = request.headers;
      const allowed = [...options.origins(), ...settings["site.allowed_origins"]];
      if (origin === undefined || allowed.includes(origin)) answer(null, true);
      else answer("this site's origin is not among site.allowed_origins of the relay", false);
    },
  });

  const parts: RelayParts = {
    settings,
    clock,
    logger,
    log,
    limits,
    metrics,
    rooms,
    online,
    penalties: new Penalties(() => clock.elapsed()),
    origins: options.origins,
    deliver: (room, recipient, seq, bytes) => online.find(room.id, recipient)?.push(seq, bytes),
    dropOutsiders: (room) => {
      for (const present of online.of(room.id))
        if (!room.members.has(present.member.key)) present.close("not-a-member");
    },
    updateGauges: () => {
      metrics.sockets.set(sockets);
      metrics.members.set(online.members);
      metrics.rooms.set(online.rooms);
    },
  };

  io.on("connection", (socket) => {
    const address = addressOf(socket.request, settings.trust_proxy);
    if (isCrowded(address)) {
      limits.refusing.take(address, 1, 0);
      metrics.refusals.inc({ code: "too-many-connections" });
      socket.emit("refused", refusal("too-many-connections", 5_000));
      socket.disconnect(true);
      return;
    }
    limits.connecting.take(address, 1, 0);
    sockets++;
    byAddress.set(address, (byAddress.get(address) ?? 0) + 1);
    socket.on("disconnect", () => {
      sockets--;
      const left = (byAddress.get(address) ?? 1) - 1;
      if (left === 0) byAddress.delete(address);
      else byAddress.set(address, left);
    });
    new Connection(socket, address, parts);
    parts.updateGauges();
  });

  const sweeper = startSweeper({
    log,
    metrics,
    now: () => clock.now(),
    retentionMs: settings["limits.retention_hours"] * 3_600_000,
    keep: (room) => online.has(room),
    onExpired: (count) => logger.info({ count }, "unread messages deleted by age"),
    onError: (error) =>
      logger.error({ error: error instanceof Error ? error.message : "unknown" }, "sweep failed"),
  });

  return {
    close: async () => {
      sweeper.stop();
      await io.close();
    },
  };
}
