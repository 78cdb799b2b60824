import { describe, expect, test } from "vitest";
import { networks } from "../../sbtc/network.ts";
import { parseTxid } from "../../sbtc/bytes.ts";
import { MemoryNode } from "../../sbtc/testing/memory-node.ts";
import { transactionWith } from "../../sbtc/testing/transactions.ts";
import { bareTaproot, freshTxid } from "../../sbtc/testing/wallets.ts";
import { esploraNode, isAlreadyKnown } from "./esplora.ts";
import { jsonRpcNode, satoshiOf } from "./json-rpc.ts";
import { bitcoinRpcMethods } from "../../wire/chains.ts";
import { esploraFetch } from "./testing/esplora-server.ts";
import { bitcoinNodeContract, codeOf } from "./testing/node-contract.ts";
import { rpcFetch, type RpcAbilities } from "./testing/rpc-server.ts";

const esplora = (fetch: typeof globalThis.fetch) =>
  esploraNode({
    operator: "esplora",
    url: "http://localhost/api",
    fetch,
    timeoutMs: 5_000,
    network: networks.regtest,
  });
const rpc = (fetch: typeof globalThis.fetch, more = {}) =>
  jsonRpcNode({ operator: "rpc", url: "http://localhost/", fetch, timeoutMs: 5_000, ...more });
const core: RpcAbilities = { scantxoutset: true, estimatesmartfee: 0.00002, gettxspendingprevout: true };

bitcoinNodeContract("in memory", (chain) => chain);
bitcoinNodeContract("Esplora", (chain) => esplora(esploraFetch(chain)));
bitcoinNodeContract("JSON-RPC like Bitcoin Core", (chain) => rpc(rpcFetch(chain, core)));
bitcoinNodeContract("JSON-RPC like btcd", (chain) =>
  rpc(rpcFetch(chain, { estimatefee: 0, gettxspendingprevout: true })),
);
bitcoinNodeContract("JSON-RPC behind a proxy that hides what it can do", (chain) =>
  rpc(rpcFetch(chain, { help: false })),
);

const answering =
  (status: number, body: string): typeof fetch =>
  () =>
    Promise.resolve(new Response(body, { status }));
const someTx = transactionWith([{ amount: 900n, script: bareTaproot(3) }], [{ txid: freshTxid() }]);

describe("an Esplora server that fails", () => {
  test.each([
    [404, "Transaction not found", "nodeNotFound"],
    [400, "Block not found", "nodeNotFound"],
    [401, "", "nodeUnauthorized"],
    [403, "", "nodeUnauthorized"],
    [429, "slow down", "nodeUnreachable"],
    [502, "bad gateway", "nodeUnreachable"],
    [418, "teapot", "nodeAnswerMalformed"],
    [200, "<html>", "nodeAnswerMalformed"],
    [200, '{"confirmed":"yes"}', "nodeAnswerMalformed"],
  ])("status %d with %s is %s", async (status, body, code) => {
    expect(await codeOf(esplora(answering(status, body)).utxos(bareTaproot(1)))).toBe(code);
  });
  test("a rejected transaction says why; a known one is accepted", async () => {
    const why = "sendrawtransaction RPC error: min relay fee not met";
    expect(await codeOf(esplora(answering(400, why)).broadcast(someTx.raw))).toBe("nodeRejected");
    await expect(esplora(answering(400, why)).broadcast(someTx.raw)).rejects.toThrow(/min relay fee/);
    expect(
      await esplora(
        answering(400, 'RPC error: {"code":-27,"message":"Transaction already in block chain"}'),
      ).broadcast(someTx.raw),
    ).toBe(someTx.txid);
    expect(await codeOf(esplora(answering(503, "busy")).broadcast(someTx.raw))).toBe("nodeUnreachable");
  });
  test("fields of a block that do not hash to it", async () => {
    const chain = new MemoryNode();
    chain.mine();
    const forged: typeof fetch = async (input, init) => {
      const text = await (await esploraFetch(chain)(input, init)).text();
      return new Response(text.replace(/"timestamp":\d+/, '"timestamp":1'));
    };
    expect(await codeOf(esplora(forged).headers(1, 1))).toBe("nodeAnswerFalse");
  });
  test("estimates beyond any sense are cut to what we would ever pay", async () => {
    const rates = await esplora(answering(200, '{"1":99999999,"6":0.01}')).feeRates();
    expect(rates).toEqual({ fast: 1_000_000n, normal: 1_000n, slow: 1_000n });
    expect(await esplora(answering(200, "{}")).feeRates()).toEqual({
      fast: 1_000n,
      normal: 1_000n,
      slow: 1_000n,
    });
  });
});

describe("a connection that fails", () => {
  test("no answer in time", async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new DOMException("timed out", "TimeoutError")));
      });
    const node = esploraNode({
      operator: "x",
      url: "http://localhost",
      fetch: never,
      timeoutMs: 20,
      network: networks.regtest,
    });
    expect(await codeOf(node.tip())).toBe("nodeTimedOut");
  });
  test("no connection", async () => {
    expect(await codeOf(esplora(() => Promise.reject(new TypeError("fetch failed"))).tip())).toBe(
      "nodeUnreachable",
    );
  });
  test("an answer without end is cut off", async () => {
    const endless: typeof fetch = () =>
      Promise.resolve(
        new Response(
          new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)) }),
        ),
      );
    expect(await codeOf(esplora(endless).block((await new MemoryNode().tip()).hash))).toBe(
      "nodeAnswerTooLarge",
    );
  });
});

describe("a JSON-RPC node that fails", () => {
  const failing = (code: number, message: string, status = 500) =>
    rpc(answering(status, JSON.stringify({ result: null, error: { code, message }, id: 1 })));
  test.each([
    [-5, "No such mempool or blockchain transaction", "nodeNotFound"],
    [-8, "Block height out of range", "nodeNotFound"],
    [-1, "Block number out of range", "nodeNotFound"],
    [-32601, "Method not found", "nodeMethodMissing"],
    [-1, "Command unimplemented", "nodeMethodMissing"],
    [-28, "Loading block index...", "nodeAnswerMalformed"],
  ])("error %d %s is %s", async (code, message, expected) => {
    expect(await codeOf(failing(code, message).blockHash(1))).toBe(expected);
  });
  test.each([
    [401, "", "nodeUnauthorized"],
    [403, "", "nodeUnauthorized"],
    [500, "", "nodeUnreachable"],
    [200, "nonsense", "nodeAnswerMalformed"],
    [200, '{"result":5,"error":null}', "nodeAnswerMalformed"],
    [200, "[]", "nodeAnswerMalformed"],
  ])("status %d with %s is %s", async (status, body, expected) => {
    expect(await codeOf(rpc(answering(status, body)).blockHash(1))).toBe(expected);
  });
  test("a rejected transaction says why; a known one is accepted", async () => {
    expect(await codeOf(failing(-26, "non-BIP68-final").broadcast(someTx.raw))).toBe("nodeRejected");
    expect(await codeOf(failing(-1, "TX rejected: orphan transaction").broadcast(someTx.raw))).toBe(
      "nodeRejected",
    );
    expect(await failing(-27, "Transaction already in block chain").broadcast(someTx.raw)).toBe(someTx.txid);
    expect(await failing(-25, "TX rejected: already have transaction abc").broadcast(someTx.raw)).toBe(
      someTx.txid,
    );
  });
  test("an output that never was is not called spent", async () => {
    const chain = new MemoryNode();
    chain.mine(someTx);
    const node = rpc(rpcFetch(chain, core));
    expect(await codeOf(node.outspend({ txid: someTx.txid, vout: 7 }))).toBe("nodeNotFound");
    expect(await codeOf(node.outspend({ txid: parseTxid("cd".repeat(32)), vout: 0 }))).toBe("nodeNotFound");
  });
  test("a spend that only the mempool knows is found", async () => {
    const chain = new MemoryNode();
    chain.mine(someTx);
    const spender = transactionWith(
      [{ amount: 1n, script: bareTaproot(1) }],
      [{ txid: someTx.txid, vout: 0 }],
    );
    await chain.broadcast(spender.raw);
    const spend = await rpc(rpcFetch(chain, core)).outspend({ txid: someTx.txid, vout: 0 });
    expect(spend).toEqual({ spent: true, by: { txid: spender.txid, block: null } });
  });
  test("credentials go into one header and nowhere else", async () => {
    const headers: (string | null)[] = [];
    let elsewhere = "";
    const fetch: typeof globalThis.fetch = (input, init) => {
      headers.push(new Headers(init?.headers).get("authorization"));
      elsewhere += `${input as string}${init?.body as string}`;
      return Promise.resolve(new Response("", { status: 401 }));
    };
    const node = rpc(fetch, { authorization: "Basic c2VjcmV0" });
    elsewhere += await node.tip().then(
      () => "answered",
      (error: unknown) => String(error),
    );
    expect(headers).toEqual(["Basic c2VjcmV0"]);
    expect(elsewhere).toContain("refuses our credentials");
    expect(elsewhere).not.toContain("c2VjcmV0");
  });
});

describe("amounts in JSON", () => {
  test.each([
    [0.1, 10_000_000n],
    [0.00000001, 1n],
    [20_999_999.9769, 2_099_999_997_690_000n],
    [0.29, 29_000_000n],
    [1.15, 115_000_000n],
    [0, 0n],
  ])("%d BTC is %d satoshi", (bitcoin, satoshi) => expect(satoshiOf(bitcoin)).toBe(satoshi));
  test.each([-1, NaN, Infinity, 21_000_001])("%d is no amount", (bitcoin) =>
    expect(() => satoshiOf(bitcoin)).toThrow(),
  );
});

describe("the proxy's allow-list", () => {
  test("names no method that spends, mines, or shows wallet and peers", () => {
    for (const method of bitcoinRpcMethods)
      expect(method).not.toMatch(/wallet|generate|peer|dump|import|stop|invalidate|sign|sendto/);
    expect([...bitcoinRpcMethods].sort()).toEqual([...bitcoinRpcMethods]);
  });
  test("nodes word it differently that they have a transaction", () => {
    expect(isAlreadyKnown("txn-already-known")).toBe(true);
    expect(isAlreadyKnown("bad-txns-inputs-missingorspent")).toBe(false);
  });
});
