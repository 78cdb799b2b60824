import type { IncomingMessage, ServerResponse } from "node:http";
import { plain } from "../site/serve.ts";

/** Largest body a tab may send on: a transaction of the largest standard size, in hex, with room to spare. */
const largestBody = 1_000_000;
/** Milliseconds until a chain's answer counts as missing. Scanning the coins of a whole chain takes minutes. */
const timeoutMs = 300_000;
/** Requests on their way to one source; whoever comes later is asked to wait. */
const mostUnderWay = 64;

/** The body of a request, or null where it is longer than any that is passed on. */
export async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Answers a request whose body is too long; the connection ends with it, since the rest was not read. */
export function tooLong(response: ServerResponse): void {
  response.setHeader("Connection", "close");
  plain(response, 413, `A body has at most ${largestBody} bytes.`);
}

/** One request as it goes to a source. Nothing of the visitor's own headers does. */
interface Onward {
  readonly url: string;
  readonly method: string;
  readonly body: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Passes requests to one source and its answers back: status, type and body, and none of its other headers. What goes
 * wrong on the way is answered in one sentence that says nothing of where the source is.
 */
export class Upstream {
  readonly #name: string;
  #underWay = 0;

  /** @param name what the source is called in sentences, e.g. `the Bitcoin node` */
  constructor(name: string) {
    this.#name = name;
  }

  async pass({ url, method, body, headers }: Onward, response: ServerResponse): Promise<void> {
    if (this.#underWay >= mostUnderWay) {
      response.setHeader("Retry-After", "1");
      plain(response, 503, `Too many requests are on their way to ${this.#name}: ask again in a moment.`);
      return;
    }
    this.#underWay += 1;
    try {
      const answer = await this.#ask({ url, method, body, headers });
      if (answer === null) plain(response, 502, `${sentence(this.#name)} does not answer.`);
      else send(response, answer);
    } finally {
      this.#underWay -= 1;
    }
  }

  async #ask({ url, method, body, headers }: Onward): Promise<Answer | null> {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const sent = body === null ? null : Uint8Array.from(body);
      const answer = await fetch(url, { method, headers, signal, redirect: "error", body: sent });
      const type = answer.headers.get("content-type") ?? "application/octet-stream";
      return { status: answer.status, type, body: Buffer.from(await answer.arrayBuffer()) };
    } catch {
      return null;
    }
  }
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer;
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", body.length);
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(status).end(body);
}

const sentence = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
