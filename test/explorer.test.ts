import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transaction } from "@scure/btc-signer";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BitcoinChainService } from "../devnet/bitcoin/service.ts";
import { startStacksChain, type StacksDevnet } from "../devnet/stacks/service.ts";
import { Explorer } from "../lib/runtime/explorer/explorer.ts";
import { placesFor } from "../lib/runtime/explorer/place.ts";
import { stx } from "../lib/runtime/explorer/stacks.ts";
import type { ExplorerView } from "../lib/runtime/explorer/views.ts";
import { networks } from "../lib/sbtc/network.ts";
import type { TxOutput } from "../lib/sbtc/bitcoin/transaction.ts";
import { dataOutput } from "../lib/sbtc/ops/data-output.ts";
import { encodePegIn } from "../lib/sbtc/ops/peg-in.ts";
import { bareTaproot, keyWallet, recipientAccount } from "../lib/sbtc/testing/wallets.ts";
import { account } from "../lib/sbtc/testing/peg-world.ts";
import { burn } from "../devnet/stacks/testing/actors.ts";

// The explorer on both chains of the devnet, without a socket between them.

let folder = "";
let bitcoin: BitcoinChainService;
let stacks: StacksDevnet;
let away = false;
const peg = bareTaproot(5);
const recipient = encodePegIn(
  { recipient: recipientAccount, memo: new Uint8Array() },
  networks.regtest,
  "D2",
);
const config = {
  network: "devnet",
  chains: { bitcoin: [{ interface: "esplora", url: "/api/bitcoin" }], stacks: [{ url: "/api/stacks" }] },
};

const site: typeof fetch = async (input, init) => {
  if (away) throw new TypeError("fetch failed");
  const { pathname, search } = new URL(input as string);
  if (pathname === "/api/config") return Response.json(config);
  const request = {
    method: init?.method ?? "GET",
    query: search.slice(1),
    body: new TextEncoder().encode((init?.body as string | undefined) ?? ""),
  };
  const answer = pathname.startsWith("/api/bitcoin")
    ? bitcoin.handle(request.method, pathname.slice("/api/bitcoin".length), request.body)
    : await stacks.handle({ ...request, path: pathname.slice("/api/stacks".length) });
  if (answer === null) return new Response("", { status: 404 });
  const body = typeof answer.body === "string" ? answer.body : Uint8Array.from(answer.body);
  return new Response(body, { status: answer.status, headers: { "content-type": answer.type } });
};

const explorer = () => new Explorer({ origin: "http://site.example", fetch: site, now: () => 1_000 });
async function at<Tag extends ExplorerView["tag"]>(place: string, tag: Tag) {
  const one = explorer();
  await one.goTo(place.split("/"));
  const { content } = one.view();
  if (content.tag !== tag) throw new Error(`shows ${JSON.stringify(content)}`);
  return content as Extract<ExplorerView, { tag: Tag }>;
}

/** Pays into the peg, with what says for whom, or with outputs of one's own. */
function pegIn(amount: bigint, data: TxOutput = recipient): string {
  const wallet = keyWallet(0x31);
  const paid = bitcoin.faucet.pay(wallet.script, 100_000n);
  if (!("txid" in paid)) throw new Error(paid.detail);
  const outputs = bitcoin.chain.mempool.get(paid.txid)?.tx.outputs ?? [];
  const index = outputs.findIndex((output) => output.amount === 100_000n);
  const tx = new Transaction({ allowUnknownOutputs: true });
  tx.addInput({ txid: paid.txid, index, witnessUtxo: { script: wallet.script, amount: 100_000n } });
  tx.addOutput(data);
  tx.addOutput({ script: peg, amount });
  tx.sign(wallet.secret);
  tx.finalize();
  const sent = bitcoin.chain.submit(tx.extract());
  if (!("txid" in sent)) throw new Error(sent.detail);
  return sent.txid;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hoarfrost-explorer-"));
  bitcoin = new BitcoinChainService({ dataDir: folder, blockSeconds: 0 });
  stacks = await startStacksChain({ dataDir: folder });
  await stacks.burn.onBitcoinBlock(burn(1));
});
afterAll(async () => {
  bitcoin.stop();
  await stacks.stop();
  rmSync(folder, { recursive: true });
});

describe("the explorer", () => {
  test("shows the newest blocks, and says that nothing happened yet where nothing did", async () => {
    const { overview } = await at("", "overview");
    expect(overview.blocks).toHaveLength(10);
    expect(overview.blocks[0]?.height).toBe(bitcoin.chain.tip.height);
    expect([overview.waiting, overview.waitingCount, overview.calls]).toEqual([[], 0, []]);
    expect(overview.devnet).toEqual({ blockSeconds: 0, nextBlockAt: null });
  });

  test("a peg-in is named while it waits and in its block, with amount and receiver", async () => {
    const txid = pegIn(90_000n);
    const before = (await at("", "overview")).overview;
    expect(before.waiting.map(({ title }) => title)).toEqual(["Peg-in", "Payment"]);
    expect((await at(`tx/${txid}`, "tx")).tx).toMatchObject({ confirmations: 0, block: null });

    const one = explorer();
    await one.goTo([""]);
    await one.mine();
    expect(one.view()).toMatchObject({ mining: false, content: { tag: "overview" } });
    const { tx } = await at(`tx/${txid}`, "tx");
    expect(tx).toMatchObject({ title: "Peg-in", confirmations: 1, fee: 10_000n });
    expect(tx.operation?.rows).toEqual([
      ["Amount", { kind: "amount", sats: 90_000n }],
      ["sBTC for", { kind: "code", text: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6" }],
      ["Wallet", { kind: "address", address: expect.stringMatching(/^bcrt1p/) as string }],
    ]);
    expect(tx.inputs).toMatchObject([{ sats: 100_000n, tx: expect.any(String) as string }]);
    expect(tx.outputs.map(({ label, spent, sats }) => [label, spent, sats])).toEqual([
      ["Data", null, 0n],
      ["Script without address", false, 90_000n],
    ]);
    const { block } = await at(`block/${bitcoin.chain.tip.height}`, "block");
    expect(block.list.map(({ title }) => title)).toEqual(["Block reward", "Payment", "Peg-in"]);
    expect((await at(`block/${block.hash}`, "block")).block).toEqual(block);
  });

  test("what only claims to be a peg-in is said to be none, and why", async () => {
    const txid = pegIn(90_000n, dataOutput(networks.regtest, "pegIn", new Uint8Array(7)));
    const { tx } = await at(`tx/${txid}`, "tx");
    expect(tx.operation).toMatchObject({ title: "Peg-in", rows: [] });
    expect(tx.operation?.refused).toBeTruthy();
    const { overview } = await at("", "overview");
    expect(overview.waiting[0]?.title).toBe("Peg-in, refused");
  });

  test("older blocks are reached, down to the first", async () => {
    const { blocks } = await at("blocks/4", "blocks");
    expect(blocks.blocks.map(({ height }) => height)).toEqual([4, 3, 2, 1, 0]);
    const { block } = await at("block/0", "block");
    expect([block.previous, block.list.map(({ title }) => title)]).toEqual([null, ["Block reward"]]);
  });

  test("a Stacks transaction shows what it moved", async () => {
    const alice = account(11);
    const body = new TextEncoder().encode(JSON.stringify({ address: alice.address }));
    await stacks.handle({ method: "POST", path: "/extended/v1/faucets/stx", query: "", body });
    const { overview } = await at("", "overview");
    expect(overview.calls).toMatchObject([{ title: "Transfer of STX", state: "success" }]);
    const { call } = await at(`stacks/${overview.calls?.[0]?.txid ?? ""}`, "call");
    expect(call.result).toBe("(ok true)");
    expect(call.rows).toContainEqual(["Amount", { kind: "text", text: "500 STX" }]);
    expect(call.rows).toContainEqual(["Recipient", { kind: "code", text: alice.address }]);
    expect(call.events[0]?.title).toBe("STX transfer");
  });

  test("what does not exist is said to be missing, and nonsense leads to the overview", async () => {
    expect((await at("tx/" + "00".repeat(32), "missing")).what).toContain("Bitcoin transaction");
    expect((await at("block/999999", "missing")).what).toBe("block 999999");
    expect((await at("stacks/" + "00".repeat(32), "missing")).what).toContain("Stacks transaction");
    await at("tx/<script>", "overview");
  });

  test("while the chains are away the last answer stays, marked as old; without one, the reason is shown", async () => {
    const one = explorer();
    await one.goTo([""]);
    away = true;
    try {
      await one.renew();
      expect(one.view()).toMatchObject({ stale: true, content: { tag: "overview" } });
      expect((await at("", "failed")).reason).toContain("cannot be reached");
    } finally {
      away = false;
    }
    await one.renew();
    expect(one.view().stale).toBe(false);
  });

  test("an answer for a place that was left is dropped", async () => {
    const one = explorer();
    await Promise.all([one.goTo(["blocks", "3"]), one.goTo(["block", "2"])]);
    expect(one.view().content).toMatchObject({ tag: "block", block: { height: 2 } });
  });
});

test("what somebody typed leads to the places where it may be", () => {
  const id = "ab".repeat(32);
  expect(placesFor(" 12 ")).toEqual(["block/12"]);
  expect(placesFor(id.toUpperCase())).toEqual([`tx/${id}`, `block/${id}`, `stacks/${id}`]);
  expect(placesFor(`0x${id}`)).toEqual([`stacks/${id}`]);
  for (const text of ["", "x", "-1", id.slice(1), `${id}0`]) expect(placesFor(text)).toEqual([]);
});

test("micro-STX are written as STX, exactly", () => {
  expect(["0", "1", "1500000", "1000000", "123456789000001"].map(stx)).toEqual([
    "0 STX",
    "0.000001 STX",
    "1.5 STX",
    "1 STX",
    "123456789.000001 STX",
  ]);
  expect(stx("-1")).toBe("-1");
});
