import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Handler } from "../http.ts";

/** Serves one handler on loopback for a test. */
export async function serveForTest(handle: Handler): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
      const inner = { method: request.method ?? "GET", path, query, body: Buffer.concat(chunks) };
      void Promise.resolve(handle(inner)).then((answer) => {
        response.writeHead(answer?.status ?? 404, { "content-type": answer?.type ?? "text/plain" });
        response.end(answer?.body ?? "nothing here");
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
