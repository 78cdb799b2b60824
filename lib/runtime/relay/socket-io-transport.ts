import { io } from "socket.io-client";
import { RELAY_PATH, type ClientEvent, type ServerEvent } from "../../wire/relay/events.ts";
import type { Transport, TransportConnection, TransportHandlers } from "../ports/transport.ts";

const events: readonly ServerEvent[] = ["challenge", "push", "presence", "refused"];

/** A browser gives an ArrayBuffer where Node gives a Buffer, whose `slice` shares memory where an array's copies. */
function normal(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

/** Reaches relays through Socket.IO over a websocket. Reconnecting is the client's business, so it is off here. */
export const socketIoTransport: Transport = {
  connect(url: string, handlers: TransportHandlers): TransportConnection {
    const socket = io(url, {
      path: RELAY_PATH,
      transports: ["websocket"],
      reconnection: false,
      forceNew: true,
      timeout: 10_000,
      autoConnect: false,
    });
    let open = true;
    const pending = new Set<(error: Error) => void>();
    const ended = (reason: string) => {
      for (const reject of pending) reject(new Error(`the connection ended: ${reason}`));
      pending.clear();
    };
    const end = (reason: string) => {
      if (!open) return;
      open = false;
      socket.disconnect();
      ended(reason);
      handlers.onClose(reason);
    };
    for (const event of events) {
      socket.on(event, (payload: unknown) => {
        if (open) handlers.onEvent(event, normal(payload));
      });
    }
    socket.on("disconnect", (reason) => end(reason));
    socket.on("connect_error", (error) => end(error.message));
    socket.connect();
    return {
      request: async (event: ClientEvent, args: readonly unknown[], timeoutMs: number) => {
        if (!open) throw new Error("the connection is closed");
        let forget: () => void = () => undefined;
        const closed = new Promise<never>((_resolve, reject) => {
          pending.add(reject);
          forget = () => pending.delete(reject);
        });
        const answer = socket.timeout(timeoutMs).emitWithAck(event, ...args) as Promise<unknown>;
        return normal(await Promise.race([answer, closed]).finally(forget));
      },
      close: () => {
        if (!open) return;
        open = false;
        ended("closed here");
        socket.disconnect();
      },
    };
  },
};
