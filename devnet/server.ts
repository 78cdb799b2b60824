import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer to one HTTP request. */
export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** One chain's interface, mounted under a prefix such as `/bitcoin`. `path` comes without it, with the query string split off. */
export interface Mount {
  readonly prefix: string;
  readonly handle: (request: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly body: Uint8Array;
  }) => HttpAnswer | null | Promise<HttpAnswer | null>;
}

/** Largest request body: a standard transaction in hex, with room to spare. */
const largestBody = 1_000_000;

const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, POST, OPTIONS",
  "access-control-allow-headers": "origin, content-type",
};

/** Serves the chains on loopback. What a client sends never ends the process: a fault in a handler is a 500 and a line on stderr. */
export async function serve(
  mounts: readonly Mount[],
  port: number,
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(mounts, request).then(({ status, type, body }) => {
      response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...cors });
      response.end(body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(mounts: readonly Mount[], request: IncomingMessage): Promise<HttpAnswer> {
  const text = (status: number, body: string): HttpAnswer => ({ status, type: "text/plain", body });
  if (request.method === "OPTIONS") return text(204, "");
  try {
    const body = await readBody(request);
    if (body === null) return text(413, `a body has at most ${largestBody} bytes`);
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const mount = mounts.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
    const inner = { method: request.method ?? "GET", path: path.slice(mount?.prefix.length), query, body };
    return (
      (await mount?.handle(inner)) ?? text(404, `nothing is served at ${JSON.stringify(path.slice(0, 100))}`)
    );
  } catch (error) {
    console.error("a request could not be answered:", error);
    return text(500, "the devnet could not answer this request");
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
