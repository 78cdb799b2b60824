import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Cl, serializeCV } from "@stacks/transactions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tokenQueries } from "../../sbtc/contract/queries.ts";
import { documentedReasons } from "../../sbtc/stacks/broadcast.ts";
import { signTransfer, type SignedTransaction } from "../../sbtc/stacks/transaction.ts";
import { HttpStacksNode } from "./http-stacks-node.ts";

const alice = "ST1PQHQKV0RJXZFY1DGX8MNSNYVE3VGZJSRTPGZGM";
const contract = `${alice}.sbtc`;

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly type: string | undefined;
  readonly body: Buffer;
}
type Reply = (seen: Seen, response: ServerResponse) => void;

let server: Server;
let node: HttpStacksNode;
let seen: Seen[];
let reply: Reply;
let transfer: SignedTransaction;

const json =
  (value: unknown, status = 200): Reply =>
  (_, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  };
const text =
  (value: string, status: number): Reply =>
  (_, response) => {
    response.writeHead(status, { "content-type": "text/plain" });
    response.end(value);
  };
const refusal = (code: string) => expect.objectContaining({ code }) as unknown;

beforeEach(async () => {
  seen = [];
  server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const entry = { method, url, type: headers["content-type"], body: Buffer.concat(chunks) };
      seen.push(entry);
      reply(entry, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  node = new HttpStacksNode({ url: `http://127.0.0.1:${port}`, fetch, timeoutMs: 2_000 });
  transfer = await signTransfer(
    { recipient: alice, amount: 5n },
    { network: "testnet", nonce: 3n, fee: 200n },
    new Uint8Array(32).fill(7),
  );
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("reading a node", () => {
  test("info", async () => {
    const stacks_tip = "ab".repeat(32);
    reply = json({
      network_id: 0x80000000,
      burn_block_height: 120,
      stacks_tip_height: 44,
      stacks_tip,
      server_version: "devnet",
      peer_version: 1,
    });
    expect(await node.info()).toEqual({
      chainId: 0x80000000,
      burnBlockHeight: 120,
      stacksTipHeight: 44,
      stacksTip: stacks_tip,
      serverVersion: "devnet",
      synced: null,
    });
    expect(seen[0]?.url).toBe("/v2/info");
  });

  test("an account's balance is exact beyond what a float holds", async () => {
    reply = json({
      balance: "0x0000000000000000002386f26fc10001",
      locked: "0x00",
      unlock_height: 0,
      nonce: 9,
    });
    expect(await node.account(alice)).toEqual({
      balance: 10_000_000_000_000_001n,
      locked: 0n,
      unlockHeight: 0,
      nonce: 9n,
    });
    expect(seen[0]?.url).toBe(`/v2/accounts/${alice}?proof=0`);
  });

  test("the next nonce counts what waits where the API knows it, closes a gap first, and falls back to the account", async () => {
    reply = json({ possible_next_nonce: 12, last_executed_tx_nonce: 8, detected_missing_nonces: [] });
    expect(await node.nextNonce(alice)).toBe(12n);
    reply = json({ possible_next_nonce: 12, last_executed_tx_nonce: 8, detected_missing_nonces: [10, 9] });
    expect(await node.nextNonce(alice)).toBe(9n);
    reply = ({ url }, response) =>
      url.startsWith("/extended")
        ? text("not here", 404)({} as Seen, response)
        : json({ balance: "0x00", locked: "0x00", unlock_height: 0, nonce: 9 })({} as Seen, response);
    expect(await node.nextNonce(alice)).toBe(9n);
  });

  test("a read-only call sends consensus hex and reads the result", async () => {
    reply = json({ okay: true, result: `0x${serializeCV(Cl.ok(Cl.uint(7)))}` });
    expect(await node.read(tokenQueries.balance(contract, alice))).toBe(7n);
    expect(seen[0]).toMatchObject({
      method: "POST",
      url: `/v2/contracts/call-read/${alice}/sbtc/get-balance`,
    });
    expect(JSON.parse(seen[0]!.body.toString())).toEqual({
      sender: alice,
      arguments: [`0x${serializeCV(Cl.principal(alice))}`],
    });
  });

  test("a read-only call that fails is a refusal with the node's words", async () => {
    reply = json({ okay: false, cause: "Unchecked(NoSuchContract)" });
    await expect(node.read(tokenQueries.totalSupply(contract))).rejects.toThrow("NoSuchContract");
  });

  test("a contract's text, or null where there is none", async () => {
    reply = json({ source: "(ok)", publish_height: 3, proof: "0x" });
    expect(await node.contractSource(contract)).toEqual({ source: "(ok)", publishHeight: 3 });
    reply = text("No contract source data found", 404);
    expect(await node.contractSource(contract)).toBeNull();
  });

  test("events come with their values, other contracts' logs left out", async () => {
    const log = (contract_id: string, topic = "print") => ({
      contract_id,
      topic,
      value: { hex: `0x${serializeCV(Cl.uint(4))}`, repr: "u4" },
    });
    const tx_id = `0x${"cd".repeat(32)}`;
    reply = json({
      limit: 5,
      offset: 10,
      results: [
        { event_index: 1, event_type: "smart_contract_log", tx_id, contract_log: log(contract) },
        { event_index: 2, event_type: "smart_contract_log", tx_id, contract_log: log(`${alice}.other`) },
        { event_index: 3, event_type: "fungible_token_asset", tx_id },
      ],
    });
    const events = await node.events(contract, { limit: 5, offset: 10 });
    expect(events).toEqual([{ txid: "cd".repeat(32), index: 1, contract, value: Cl.uint(4) }]);
    expect(seen[0]?.url).toBe(`/extended/v1/contract/${contract}/events?limit=5&offset=10`);
  });
});

describe("what became of a transaction", () => {
  const mined = (tx_status: string, extra = {}) =>
    json({
      tx_status,
      block_height: 5,
      burn_block_height: 100,
      canonical: true,
      tx_result: { hex: `0x${serializeCV(Cl.ok(Cl.bool(true)))}`, repr: "(ok true)" },
      ...extra,
    });
  const at = { blockHeight: 5, burnBlockHeight: 100, canonical: true, result: Cl.ok(Cl.bool(true)) };

  test("success, aborts, waiting, dropped and unknown are told apart", async () => {
    reply = mined("success");
    expect(await node.transaction("ab".repeat(32))).toEqual({ tag: "success", ...at });
    expect(seen[0]?.url).toBe(`/extended/v1/tx/0x${"ab".repeat(32)}`);
    reply = mined("abort_by_response");
    expect((await node.transaction("ab".repeat(32))).tag).toBe("abortedByResponse");
    reply = mined("abort_by_post_condition", { canonical: false });
    const aborted = { ...at, tag: "abortedByPostCondition", canonical: false };
    expect(await node.transaction("ab".repeat(32))).toEqual(aborted);
    reply = json({ tx_status: "pending" });
    expect(await node.transaction("ab".repeat(32))).toEqual({ tag: "pending" });
    reply = json({ tx_status: "dropped_replace_by_fee" });
    const dropped = { tag: "dropped", reason: "dropped_replace_by_fee" };
    expect(await node.transaction("ab".repeat(32))).toEqual(dropped);
    reply = json({ error: "could not find transaction" }, 404);
    expect(await node.transaction("ab".repeat(32))).toEqual({ tag: "unknown" });
  });

  test("mined without saying where is not believed", async () => {
    reply = json({ tx_status: "success" });
    await expect(node.transaction("ab".repeat(32))).rejects.toEqual(refusal("nodeAnswerMalformed"));
  });
});

describe("fees", () => {
  const estimation = (fee: number) => ({ fee_rate: 1.5, fee });

  test("the node's three estimates for this payload and length", async () => {
    reply = json({ estimations: [estimation(140), estimation(150.2), estimation(900)] });
    expect(await node.estimateFee(transfer.bytes)).toEqual({
      low: 140n,
      middle: 151n,
      high: 900n,
      source: "estimate",
    });
    const body = JSON.parse(seen[0]!.body.toString()) as Record<string, unknown>;
    expect(body["estimated_len"]).toBe(transfer.bytes.length);
    expect(Buffer.from(transfer.bytes).toString("hex")).toContain(body["transaction_payload"]);
  });

  test("no estimate: length times the price of a byte", async () => {
    reply = ({ url }, response) =>
      url === "/v2/fees/transaction"
        ? json({ error: "x", reason: "NoEstimateAvailable" }, 400)({} as Seen, response)
        : json(2)({} as Seen, response);
    const fee = BigInt(2 * transfer.bytes.length);
    const choice = await node.estimateFee(transfer.bytes);
    expect(choice).toEqual({ low: fee, middle: fee, high: fee, source: "length" });
  });
});

describe("handing over a transaction", () => {
  test("sends the raw bytes and believes only its own txid", async () => {
    reply = json(transfer.txid);
    expect(await node.broadcast(transfer.bytes)).toEqual({ tag: "accepted", txid: transfer.txid });
    expect(seen[0]).toMatchObject({ method: "POST", type: "application/octet-stream" });
    expect(Uint8Array.from(seen[0]!.body)).toEqual(transfer.bytes);
    reply = json("ab".repeat(32));
    await expect(node.broadcast(transfer.bytes)).rejects.toEqual(refusal("nodeAnswerFalse"));
  });

  test.each(documentedReasons)("%s is a rejection with a code and a remedy", async (reason) => {
    reply = json({ error: "transaction rejected", reason, txid: transfer.txid }, 400);
    const outcome = await node.broadcast(transfer.bytes);
    expect(outcome.tag === "rejected" && outcome.rejection.code).not.toBe("unknown");
    expect(outcome.tag === "rejected" && outcome.rejection.message).toContain(reason);
  });

  test("numbers are read from reason_data, in decimal and in hex", async () => {
    const reject = (reason: string, reason_data: unknown) =>
      json({ error: "transaction rejected", reason, reason_data, expected: 1, actual: 1 }, 400);
    reply = reject("FeeTooLow", { expected: 180, actual: 0 });
    expect(await node.broadcast(transfer.bytes)).toMatchObject({
      rejection: { code: "feeTooLow", remedy: "higherFee", expected: 180n, actual: 0n },
    });
    reply = reject("BadNonce", { expected: 4, actual: 3, is_origin: true, principal: alice });
    expect(await node.broadcast(transfer.bytes)).toMatchObject({
      rejection: { code: "badNonce", remedy: "anotherNonce", expected: 4n, actual: 3n, principal: alice },
    });
    reply = reject("NotEnoughFunds", { expected: `0x${"0".repeat(29)}100`, actual: `0x${"0".repeat(32)}` });
    expect(await node.broadcast(transfer.bytes)).toMatchObject({
      rejection: { code: "notEnoughFunds", remedy: "moreFunds", expected: 256n, actual: 0n },
    });
  });

  test("a reason nobody documented is unknown, with the node's words", async () => {
    reply = json({ error: "transaction rejected", reason: "NewReason" }, 400);
    expect(await node.broadcast(transfer.bytes)).toMatchObject({
      tag: "rejected",
      rejection: { code: "unknown", message: "transaction rejected: NewReason" },
    });
    reply = json(null, 400);
    expect(await node.broadcast(transfer.bytes)).toMatchObject({ rejection: { code: "unknown" } });
  });
});

describe("a node that fails is a refusal with its own code", () => {
  const info = () => node.info();

  test.each([
    ["another status", text("busy", 503), "nodeRejected"],
    ["a missing page", text("nothing", 404), "nodeNotFound"],
    ["a locked door", text("key please", 401), "nodeUnauthorized"],
    ["no JSON", text("<html>", 200), "nodeAnswerMalformed"],
    ["JSON of another shape", json({ network_id: "x" }), "nodeAnswerMalformed"],
    ["more than any answer needs", text(" ".repeat(4_000_001), 200), "nodeAnswerTooLarge"],
  ] as const)("%s", async (_, behaviour, code) => {
    reply = behaviour;
    await expect(info()).rejects.toEqual(refusal(code));
  });

  test("silence", async () => {
    const quiet = new HttpStacksNode({ url: node.name, fetch, timeoutMs: 50 });
    reply = () => undefined;
    await expect(quiet.info()).rejects.toEqual(refusal("nodeTimedOut"));
  });

  test("nobody there", async () => {
    const nowhere = new HttpStacksNode({ url: "http://127.0.0.1:1", fetch, timeoutMs: 2_000 });
    await expect(nowhere.info()).rejects.toEqual(refusal("nodeUnreachable"));
  });

  test("a Clarity value that is none", async () => {
    reply = json({ okay: true, result: "0xzz" });
    await expect(node.read(tokenQueries.totalSupply(contract))).rejects.toEqual(
      refusal("nodeAnswerMalformed"),
    );
  });

  test("a contract id that is none never reaches the node", async () => {
    await expect(node.contractSource("../../secrets")).rejects.toEqual(refusal("principalInvalid"));
    expect(seen).toEqual([]);
  });
});
