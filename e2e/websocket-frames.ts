const headEnd = Buffer.from("\r\n\r\n");
const binary = 2;

/** One websocket frame of a stream (RFC 6455 §5.2), or a stretch of what is not websocket at all. */
export interface StreamPart {
  /** The bytes to pass on. */
  readonly raw: Buffer;
  /** The payload of a binary message, unmasked; null for everything else. */
  readonly message: Buffer | null;
}

/** Cuts one direction of a connection, which begins with HTTP, into websocket frames. */
export class WebsocketFrames {
  #rest = Buffer.alloc(0);
  #phase: "head" | "plain" | "frames" = "head";
  readonly #isUpgrade: (head: string) => boolean;

  /** @param isUpgrade whether frames follow this HTTP head */
  constructor(isUpgrade: (head: string) => boolean) {
    this.#isUpgrade = isUpgrade;
  }

  take(chunk: Buffer): readonly StreamPart[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const parts: StreamPart[] = [];
    if (this.#phase === "head") {
      const end = this.#rest.indexOf(headEnd);
      if (end < 0) return [];
      const upgrades = this.#isUpgrade(this.#rest.subarray(0, end).toString("latin1"));
      this.#phase = upgrades ? "frames" : "plain";
      if (upgrades) parts.push({ raw: this.#cut(end + headEnd.length), message: null });
    }
    if (this.#phase === "plain") return [{ raw: this.#cut(this.#rest.length), message: null }];
    for (let frame = this.#frame(); frame !== null; frame = this.#frame()) parts.push(frame);
    return parts;
  }

  #cut(length: number): Buffer {
    const taken = Buffer.from(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  #frame(): StreamPart | null {
    const head = this.#rest;
    if (head.length < 2) return null;
    const second = head[1] ?? 0;
    const short = second & 0x7f;
    const wide = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (head.length < wide) return null;
    const length =
      short === 126 ? head.readUInt16BE(2) : short === 127 ? Number(head.readBigUInt64BE(2)) : short;
    const masked = (second & 0x80) !== 0;
    const start = wide + (masked ? 4 : 0);
    if (head.length < start + length) return null;
    const raw = this.#cut(start + length);
    if (((raw[0] ?? 0) & 0x0f) !== binary) return { raw, message: null };
    const message = Buffer.from(raw.subarray(start));
    if (masked) {
      const mask = raw.subarray(wide, wide + 4);
      for (let i = 0; i < message.length; i++) message[i] = (message[i] ?? 0) ^ (mask[i & 3] ?? 0);
    }
    return { raw, message };
  }
}
