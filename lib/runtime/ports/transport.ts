import type { ClientEvent, ServerEvent } from "../../wire/relay/events.ts";

/** What a connection tells its owner. After `onClose` it tells nothing more. */
export interface TransportHandlers {
  /** An event of the relay; `payload` is hostile until checked. */
  onEvent(event: ServerEvent, payload: unknown): void;
  onClose(reason: string): void;
}

/** One connection to a relay. Anything sent may be lost; `request` then rejects. */
export interface TransportConnection {
  /** @returns the relay's answer, hostile until checked; rejects when the connection ends or `timeoutMs` pass first */
  request(event: ClientEvent, args: readonly unknown[], timeoutMs: number): Promise<unknown>;
  /** Ends the connection; `onClose` is not told. */
  close(): void;
}

/** A way to reach relays. */
export interface Transport {
  /** Starts connecting. A connection that fails ends with `onClose`. */
  connect(url: string, handlers: TransportHandlers): TransportConnection;
}
