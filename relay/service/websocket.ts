import type { Server, Socket } from "socket.io";
import type { Source } from "./intake.ts";

// The two things that Socket.IO keeps to itself and fairness between connections needs.

const nothing: Source = { pause: () => undefined, resume: () => undefined };

function isSource(value: unknown): value is Source {
  return (
    typeof value === "object" &&
    value !== null &&
    "pause" in value &&
    "resume" in value &&
    typeof value.pause === "function" &&
    typeof value.resume === "function"
  );
}

/** The websocket under a connection. */
export function sourceOf(socket: Socket): Source {
  const websocket: unknown = Reflect.get(socket.request, "websocket");
  return isSource(websocket) ? websocket : nothing;
}

type Engine = new (options: object) => object;

function isEngine(value: unknown): value is Engine {
  return typeof value === "function";
}

/**
 * Lets every connection have one message in each turn of the event loop. Otherwise all that one connection's packet holds,
 * thousands of small messages, would be worked off before anybody else's first one. To be called before the HTTP server
 * listens: only then the websocket server is made.
 */
export function takeTurns(io: Server): void {
  const options: { wsEngine?: unknown } = io.engine.opts;
  const Base = options.wsEngine;
  if (!isEngine(Base)) return;
  options.wsEngine = class extends Base {
    constructor(given: object) {
      super({ ...given, allowSynchronousEvents: false });
    }
  };
}
