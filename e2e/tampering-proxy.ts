import { createServer, connect, type AddressInfo, type Socket } from "node:net";

const headEnd = Buffer.from("\r\n\r\n");
const binaryFrame = 2;

/** Changes the last byte of every binary websocket message of a stream that starts with a HTTP answer. */
class Tamperer {
  #rest = Buffer.alloc(0);
  #upgraded = false;
  #plain = false;

  /** @returns the bytes to pass on, some of them changed where `tamper` is set */
  pass(chunk: Buffer, tamper: boolean): Buffer {
    if (this.#plain) return chunk;
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const out: Buffer[] = [];
    if (!this.#upgraded) {
      const end = this.#rest.indexOf(headEnd);
      if (end < 0) return Buffer.alloc(0);
      this.#plain = !this.#rest.subarray(0, end).toString("latin1").startsWith("HTTP/1.1 101");
      if (this.#plain) return this.#rest;
      this.#upgraded = true;
      out.push(this.#take(end + headEnd.length));
    }
    for (let frame = this.#frame(); frame !== null; frame = this.#frame()) {
      const isMessage = ((frame[0] ?? 0) & 0x0f) === binaryFrame;
      if (isMessage && tamper) frame.writeUInt8((frame.at(-1) ?? 0) ^ 1, frame.length - 1);
      out.push(frame);
    }
    return Buffer.concat(out);
  }

  #take(length: number): Buffer {
    const taken = Buffer.from(this.#rest.subarray(0, length));
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  /** The next whole frame, or null. A server's frames are not masked (RFC 6455 §5.1). */
  #frame(): Buffer | null {
    const head = this.#rest;
    if (head.length < 2) return null;
    const short = (head[1] ?? 0) & 0x7f;
    const header = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (head.length < header) return null;
    const length =
      short === 126 ? head.readUInt16BE(2) : short === 127 ? Number(head.readBigUInt64BE(2)) : short;
    return head.length < header + length ? null : this.#take(header + length);
  }
}

/**
 * Stands between browsers and a relay on the relay's own port, at the other loopback address, and can change what the
 * relay sends. The socket lives in a worker of the page, where a page's route does not reach.
 */
export class TamperingProxy {
  tampering = false;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((browser) => {
    const relay = connect(this.#port, "127.0.0.1");
    const tamperer = new Tamperer();
    relay.on("data", (chunk) => browser.write(tamperer.pass(chunk, this.tampering)));
    browser.on("data", (chunk) => relay.write(chunk));
    for (const [one, other] of [
      [browser, relay],
      [relay, browser],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  });
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
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
