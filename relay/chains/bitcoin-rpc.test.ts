import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bitcoinRpcMethods } from "../../lib/wire/chains.ts";
import { requestListener } from "../http.ts";
import { bitcoinRpc } from "./bitcoin-rpc.ts";
import { sameOriginOnly } from "./same-origin.ts";

interface Seen {
  readonly headers: IncomingHttpHeaders;
  readonly call: unknown;
}
const password = "correct horse";
let seen: Seen[] = [];
let status = 200;
const servers: Server[] = [];
let proxy = "";

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const behind = (url: string) =>
  listening(
    createServer(
      requestListener({
        files: () => new Map(),
        policy: { connect: [], tls: false },
        exact: new Map(),
        prefixes: new Map([
          [
            "/api/bitcoin",
            sameOriginOnly(() => ["http://own.example"], bitcoinRpc({ url, user: "relay", password })),
          ],
        ]),
        onError: (error) => {
          throw error;
        },
      }),
    ),
  );

beforeAll(async () => {
  const node = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push({ headers: request.headers, call: JSON.parse(body) });
      response.setHeader("WWW-Authenticate", "Basic");
      response.setHeader("Set-Cookie", "a=b");
      response.writeHead(status, { "content-type": "application/json" });
      response.end('{"result":42,"error":null,"id":7}');
    });
  });
  proxy = await behind(await listening(node));
});
beforeEach(() => {
  seen = [];
  status = 200;
});
afterAll(() => {
  for (const server of servers) server.close();
});

const ask = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${proxy}/api/bitcoin`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: number } | null }).error?.code ?? null;

describe("a Bitcoin node behind the relay", () => {
  test("allowed calls reach it with the relay's credentials and nothing of the visitor's headers", async () => {
    const answer = await ask(
      { id: 7, method: "getblockcount", extra: "dropped" },
      { authorization: "Basic visitor", cookie: "session=1", "x-forwarded-for": "1.2.3.4" },
    );
    expect(await answer.json()).toEqual({ result: 42, error: null, id: 7 });
    expect(seen).toHaveLength(1);
    const [{ headers, call }] = seen as [Seen];
    expect(call).toEqual({ jsonrpc: "1.0", id: 7, method: "getblockcount", params: [] });
    expect(headers.authorization).toBe(`Basic ${Buffer.from(`relay:${password}`).toString("base64")}`);
    expect([headers.cookie, headers["x-forwarded-for"]]).toEqual([undefined, undefined]);
  });

  test("every method of the allow-list is passed on, and none besides", async () => {
    for (const method of bitcoinRpcMethods)
      expect(await errorOf(await ask({ method, params: ["start"] })), method).toBeNull();
    expect(seen).toHaveLength(bitcoinRpcMethods.length);
    const others = [
      ...["stop", "generatetoaddress", "dumpprivkey", "sendtoaddress", "getpeerinfo", "invalidateblock"],
      ...["GETBLOCK", " getblock", "getblock ", "getwalletinfo", "__proto__", "constructor"],
    ];
    for (const method of others) expect(await errorOf(await ask({ method })), method).toBe(-32601);
    expect(seen).toHaveLength(bitcoinRpcMethods.length);
  });

  test("somebody else's scan can be neither read nor ended", async () => {
    for (const action of ["status", "abort"])
      expect(await errorOf(await ask({ method: "scantxoutset", params: [action] }))).toBe(-32601);
    expect(seen).toEqual([]);
  });

  test.each([
    ["a batch", [{ method: "getblockcount" }, { method: "stop" }]],
    ["no JSON", "{"],
    ["no method", { params: [] }],
    ["parameters by name", { method: "getblock", params: { blockhash: "" } }],
    ["a method twice, the last of which counts", '{"method":"getblock","method":["stop"]}'],
  ])("%s is refused", async (_, body) => {
    expect(await errorOf(await ask(body))).toBe(-32600);
    expect(seen).toEqual([]);
  });

  test("a body that is too long is refused unread", async () => {
    expect((await ask("x".repeat(1_000_001))).status).toBe(413);
    expect((await fetch(`${proxy}/api/bitcoin`)).status).toBe(405);
  });

  test("pages of other sites may not ask; own pages and programs may", async () => {
    const call = { method: "getblockcount" };
    expect((await ask(call, { origin: "http://other.example" })).status).toBe(403);
    expect((await ask(call, { origin: "null" })).status).toBe(403);
    expect((await ask(call, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await ask(call, { "sec-fetch-site": "same-site" })).status).toBe(403);
    expect(seen).toEqual([]);
    expect((await ask(call, { origin: "http://own.example" })).status).toBe(200);
    expect((await ask(call, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  test("a refusal of the relay's credentials asks the visitor for none", async () => {
    status = 401;
    const answer = await ask({ method: "getblockcount" });
    expect(answer.status).toBe(401);
    expect([answer.headers.get("www-authenticate"), answer.headers.get("set-cookie")]).toEqual([null, null]);
  });

  test("a node that is away is one sentence that does not say where it should be", async () => {
    const gone = createServer();
    const address = await listening(gone);
    await new Promise((resolve) => gone.close(resolve));
    const lonely = await behind(address);
    const answer = await fetch(`${lonely}/api/bitcoin`, { method: "POST", body: '{"method":"help"}' });
    expect([answer.status, await answer.text()]).toEqual([502, "The Bitcoin node does not answer.\n"]);
  });
});
