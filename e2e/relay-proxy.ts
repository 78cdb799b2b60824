import { bytesToHex } from "@noble/hashes/utils.js";
import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { kindName, type Kind } from "../lib/rounds/core/kind.ts";
import { HEADER_FIELDS, isBroadcast, readHeader } from "../lib/wire/header.ts";
import { decodeBatch, decodePage } from "../lib/wire/relay/batch.ts";
import { decodeLogin } from "../lib/wire/relay/login.ts";
import { WebsocketFrames } from "./websocket-frames.ts";

/** A frame of the product on its way between a tab and the relay. */
export interface SeenFrame {
  readonly kind: Kind;
  readonly direction: "sent" | "received";
  /** Whose tab it is, as 64 hex digits. */
  readonly party: string;
  /** The round it belongs to, as 32 hex digits. */
  readonly round: string;
}

/** One connection of a tab. */
interface Line {
  readonly browser: Socket;
  readonly relay: Socket;
  /** Who logged in on it; null before that. */
  party: string | null;
  /** What passes no more, in this direction. */
  readonly stopped: { sent: boolean; received: boolean };
}

function framesOf(message: Buffer, direction: SeenFrame["direction"]): readonly Uint8Array[] {
  if (direction === "sent") return decodeBatch(message) ?? [];
  return decodePage(message)?.frames ?? [];
}

/**
 * Stands between browsers and a relay on the relay's own port, at the other loopback address; it sees what passes and can change or stop
 * it. The socket lives in a worker of the page, where a page's route does not reach.
 */
export class RelayProxy {
  /** Changes the last byte of every binary message that the relay sends. */
  tampering = false;
  /** Told of each frame before it is passed on. */
  onFrame: (frame: SeenFrame) => void = () => undefined;
  /** True for a frame that a tab is to receive changed in its last byte: it is counted, and good for nothing. */
  spoils: (frame: SeenFrame) => boolean = () => false;
  /** Told of each login. */
  onLogin: (party: string) => void = () => undefined;
  /** Everybody who logged in so far. */
  readonly parties = new Set<string>();
  /** Told whose connection ended. */
  onLeave: (party: string) => void = () => undefined;
  readonly #lines = new Set<Line>();
  readonly #server = createServer((browser) => this.#connect(browser));
  #port = 0;

  /** @param relayUrl where the relay listens at 127.0.0.1. @returns the origin to open instead */
  async start(relayUrl: string): Promise<string> {
    this.#port = Number(new URL(relayUrl).port);
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#port, "::1", resolve);
    });
    return `http://[::1]:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    for (const { browser, relay } of this.#lines) {
      browser.destroy();
      relay.destroy();
    }
    this.#server.close();
  }

  /** Lets nothing more through to or from a party's present connections; those it opens later are free. */
  cut(party: string, ...directions: readonly SeenFrame["direction"][]): void {
    for (const line of this.#lines)
      if (line.party === party) for (const direction of directions) line.stopped[direction] = true;
  }

  #connect(browser: Socket): void {
    const relay = connect(this.#port, "127.0.0.1");
    const line: Line = { browser, relay, party: null, stopped: { sent: false, received: false } };
    this.#lines.add(line);
    this.#pass(line, browser, relay, "sent");
    this.#pass(line, relay, browser, "received");
  }

  #pass(line: Line, from: Socket, to: Socket, direction: SeenFrame["direction"]): void {
    const stream = new WebsocketFrames((head) =>
      direction === "sent" ? /^upgrade: websocket/im.test(head) : head.startsWith("HTTP/1.1 101"),
    );
    from.on("data", (chunk) => {
      for (const { raw, message } of stream.take(chunk)) {
        if (line.stopped[direction]) return;
        const spoilt = message === null ? [] : this.#look(line, message, direction);
        for (const frame of spoilt) {
          const last = raw.indexOf(frame) + frame.length - 1;
          raw.writeUInt8((raw.at(last) ?? 0) ^ 1, last);
        }
        if (message !== null && direction === "received" && this.tampering)
          raw.writeUInt8((raw.at(-1) ?? 0) ^ 1, raw.length - 1);
        to.write(raw);
      }
    });
    from.on("error", () => to.destroy());
    from.on("close", () => {
      if (this.#lines.delete(line) && line.party !== null) this.onLeave(line.party);
      to.destroy();
    });
  }

  /** @returns the frames of the message that are to be spoilt */
  #look(line: Line, message: Buffer, direction: SeenFrame["direction"]): readonly Uint8Array[] {
    const spoilt: Uint8Array[] = [];
    if (line.party === null) {
      const login = direction === "sent" ? decodeLogin(message) : null;
      if (login === null) return spoilt;
      line.party = bytesToHex(login.identity);
      this.parties.add(line.party);
      this.onLogin(line.party);
      return spoilt;
    }
    for (const frame of framesOf(message, direction)) {
      const header = readHeader(frame);
      const kind = typeof header === "string" ? undefined : kindName(header.kind);
      if (typeof header === "string" || kind === undefined) continue;
      const own = bytesToHex(header.from) === line.party;
      if (own !== (direction === "sent")) continue;
      if (direction === "received" && !isBroadcast(header.to) && bytesToHex(header.to) !== line.party)
        continue;
      const { at, bytes } = HEADER_FIELDS.roundId;
      const round = bytesToHex(frame.subarray(at, at + bytes));
      const seen = { kind, direction, party: line.party, round };
      if (direction === "received" && this.spoils(seen)) spoilt.push(frame);
      else this.onFrame(seen);
    }
    return spoilt;
  }
}
