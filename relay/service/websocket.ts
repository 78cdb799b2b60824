import type { Socket } from "socket.io";
import type { Source } from "./intake.ts";

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

/** The websocket under a connection, which Socket.IO keeps to itself. */
export function sourceOf(socket: Socket): Source {
  const websocket: unknown = Reflect.get(socket.request, "websocket");
  return isSource(websocket) ? websocket : nothing;
}
