import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cl } from "@stacks/transactions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mintCall, setWalletCall, transferCall } from "../../lib/sbtc/contract/calls.ts";
import {
  contractClarityVersion,
  contractSources,
  checkDeployment,
} from "../../lib/sbtc/contract/deployment.ts";
import { actionDigest } from "../../lib/sbtc/contract/digest.ts";
import { configQueries, sharedQueries, tokenQueries } from "../../lib/sbtc/contract/queries.ts";
import { hashOf, SoloGroup } from "../../lib/sbtc/testing/peg-world.ts";
import { HttpStacksNode } from "../../lib/runtime/stacks/http-stacks-node.ts";
import { follow, type BurnBlock } from "../burn.ts";
import { startStacksChain, type StacksDevnet } from "./service.ts";
import { Actor, burn } from "./testing/actors.ts";
import { serveForTest } from "./testing/serve.ts";

let folder: string;
let devnet: StacksDevnet;
let server: Awaited<ReturnType<typeof serveForTest>>;
let node: HttpStacksNode;
const deployer = new Actor(21);
const alice = new Actor(22);
const group = new SoloGroup(7);
const token = `${deployer.address}.sbtc`;
const config = `${deployer.address}.sbtc-config`;
const context = (epoch: bigint) => ({ chainId: 0x80000000, contract: token, epoch });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "stacks-devnet-"));
  devnet = await startStacksChain({ dataDir: folder });
  server = await serveForTest(devnet.handle);
  node = new HttpStacksNode({ url: server.url, fetch, timeoutMs: 20_000 });
  for (let height = 1; height <= 5; height += 1) await devnet.burn.onBitcoinBlock(burn(height));
});
afterAll(async () => {
  await server.close();
  await devnet.stop();
  rmSync(folder, { recursive: true });
});

async function send(signed: Promise<{ bytes: Uint8Array; txid: string }>) {
  const { bytes } = await signed;
  const outcome = await node.broadcast(bytes);
  if (outcome.tag === "rejected") throw new Error(outcome.rejection.message);
  return node.transaction(outcome.txid);
}
const call = (
  actor: Actor,
  { contract, functionName, functionArgs, postConditions }: ReturnType<typeof mintCall>,
) => send(actor.call(contract, functionName, functionArgs, postConditions));
const post = (path: string, body: BodyInit) => fetch(`${server.url}${path}`, { method: "POST", body });

describe("a newcomer's way, over HTTP, with signed transactions only", () => {
  test("the faucet pays, and the balance shows", async () => {
    for (const { address } of [deployer, alice]) {
      const answer = await post(`/extended/v1/faucets/stx?address=${address}`, "");
      expect(await answer.json()).toMatchObject({ success: true });
    }
    expect(await node.account(deployer.address)).toMatchObject({ balance: 500_000_000n, nonce: 0n });
    expect(await node.nextNonce(deployer.address)).toBe(0n);
  });

  test("the contracts are deployed, and are recognised as ours", async () => {
    expect(await checkDeployment(node, "devnet", token)).toHaveLength(5);
    for (const { name, source } of contractSources("devnet")) {
      deployer.fee = 50_000n;
      const state = await send(deployer.deploy(name, source, contractClarityVersion));
      expect(state.tag).toBe("success");
    }
    expect(await checkDeployment(node, "devnet", token)).toEqual([]);
    expect(await checkDeployment(node, "testnet", token)).toEqual(["burn-view"]);
  });

  test("Bitcoin's hashes are known to the contract, those of before it was deployed too", async () => {
    await devnet.burn.onBitcoinBlock(burn(6));
    for (const height of [1, 5, 6]) {
      const hash = devnet.chain.vm.callReadOnly(
        `${deployer.address}.burn-view`,
        "get-header-hash",
        [Cl.uint(height)],
        alice.address,
      );
      expect(hash).toMatchObject({ result: Cl.some(Cl.bufferFromHex(burn(height).hash)) });
    }
    expect((await node.info()).burnBlockHeight).toBe(6);
  });

  test("configuration, wallet, a mint and a transfer succeed", async () => {
    const off = { contract: config, functionName: "set-allow-list-enabled", functionArgs: [Cl.bool(false)] };
    expect((await call(deployer, { ...off, postConditions: [] })).tag).toBe("success");
    const action = { tag: "setWallet", address: "bcrt1-x", key: group.key } as const;
    const first = setWalletCall(context(0n), action, group.sign(actionDigest(context(0n), action)), null);
    expect((await call(deployer, first)).tag).toBe("success");
    expect((await node.read(tokenQueries.wallet(token))).wallet?.key).toEqual(group.key);

    const { height, hash } = burn(1);
    const mint = {
      tag: "mint",
      amount: 30_000n,
      recipient: alice.address,
      deposit: { txid: hashOf(1), vout: 1 },
      burnBlock: { height, hash },
    } as const;
    const signed = { key: group.key, signature: group.sign(actionDigest(context(1n), mint)) };
    const state = await call(alice, mintCall(context(1n), mint, signed));
    expect(state).toMatchObject({ tag: "success", burnBlockHeight: 6, canonical: true });
    expect(await node.read(tokenQueries.balance(token, alice.address))).toBe(30_000n);
    expect((await call(alice, mintCall(context(1n), mint, signed))).tag).toBe("abortedByResponse");

    const transfer = transferCall(token, 1_000n, alice.address, deployer.address, null);
    expect((await call(alice, transfer)).tag).toBe("success");
    const bare = { ...transfer, postConditions: [] };
    expect((await call(alice, bare)).tag).toBe("abortedByPostCondition");
    expect(await node.read(tokenQueries.totalSupply(token))).toBe(30_000n);
    expect(await node.read(sharedQueries.tradingHalted(token))).toBe(false);
    expect((await node.read(configQueries.limits(config))).window).toBe(144);
  });

  test("events, balances and history tell of it", async () => {
    const [latest, ...older] = await node.events(token, { limit: 10, offset: 0 });
    expect(latest?.value).toMatchObject({ value: { topic: Cl.stringAscii("mint") } });
    expect(older.length).toBe(1);
    const get = async (path: string) => (await (await fetch(`${server.url}${path}`)).json()) as unknown;
    expect(await get(`/extended/v1/address/${alice.address}/balances`)).toMatchObject({
      fungible_tokens: { [`${token}::sbtc`]: { balance: "29000", total_received: "30000" } },
    });
    expect(await get(`/extended/v1/address/${alice.address}/transactions?limit=1`)).toMatchObject({
      limit: 1,
      total: 5,
      results: [{ tx_status: "abort_by_post_condition", tx_type: "contract_call" }],
    });
    expect(await get(`/v2/data_var/${deployer.address}/sbtc/key-epoch`)).toMatchObject({
      data: `0x${"01".padEnd(2, "0")}${"1".padStart(32, "0")}`,
    });
  });

  test("fees are estimated, and the estimate is enough", async () => {
    const tx = await alice.transfer(deployer.address, 1n);
    alice.nonce -= 1n;
    const { low, source } = await node.estimateFee(tx.bytes);
    expect(source).toBe("estimate");
    alice.fee = low;
    expect((await send(alice.transfer(deployer.address, 1n))).tag).toBe("success");
  });

  test("a transaction in JSON, as libraries send it, is taken; broken ones get the node's words", async () => {
    const tx = await alice.transfer(deployer.address, 1n);
    const sent = await post(
      "/v2/transactions",
      JSON.stringify({ tx: Buffer.from(tx.bytes).toString("hex") }),
    );
    expect(await sent.json()).toBe(tx.txid);
    const again = await post("/v2/transactions", Uint8Array.from(tx.bytes));
    expect([again.status, await again.json()]).toEqual([
      400,
      {
        error: "transaction rejected",
        reason: "BadNonce",
        reason_data: expect.objectContaining({ principal: alice.address }) as unknown,
      },
    ]);
    expect((await post("/v2/transactions", "{}")).status).toBe(400);
    expect((await post("/v2/transactions", "junk")).status).toBe(400);
  });
});

describe("requests that make no sense are answered and change nothing", () => {
  test.each([
    ["GET", "/v2/accounts/nobody", 400],
    ["GET", `/v2/accounts/${"S".repeat(41)}`, 400],
    ["GET", "/v2/accounts/%E0%A4%A", 400],
    ["GET", "/v2/contracts/source/x/y", 404],
    ["GET", "/v2/contracts/interface/x/y", 404],
    ["GET", "/extended/v1/address/nobody/balances", 200],
    ["GET", "/extended/v1/address/nobody/nonces", 200],
    ["GET", "/v2/data_var/x/y/z", 404],
    ["GET", "/extended/v1/tx/0x00", 404],
    ["GET", "/extended/v1/tx/zz/raw", 404],
    ["GET", "/v2/nothing", 404],
    ["POST", "/v2/fees/transaction", 400],
    ["POST", "/v2/contracts/call-read/x/y/z", 400],
    ["POST", "/v2/map_entry/x/y/z", 400],
    ["POST", "/extended/v1/faucets/stx?address=SP000000000000000000002Q6VF78", 400],
    ["DELETE", "/v2/info", 404],
  ])("%s %s → %i", async (method, path, status) => {
    const body = method === "POST" ? { body: "junk" } : {};
    expect((await fetch(`${server.url}${path}`, { method, ...body })).status).toBe(status);
  });

  test("names the contract does not have, and arguments it does not take", async () => {
    const base = `${deployer.address}/sbtc`;
    expect((await fetch(`${server.url}/v2/data_var/${base}/nothing`)).status).toBe(404);
    const key = JSON.stringify("0x0100000000000000000000000000000001");
    expect((await post(`/v2/map_entry/${base}/nothing`, key)).status).toBe(404);
    const read = async (fn: string, args: string[], sender = alice.address) => {
      const body = JSON.stringify({ sender, arguments: args });
      const answer = await post(`/v2/contracts/call-read/${base}/${fn}`, body);
      return answer.status === 200 ? ((await answer.json()) as { okay: boolean }).okay : answer.status;
    };
    expect(await read("nothing", [])).toBe(false);
    expect(await read("transfer", [])).toBe(false);
    expect(await read("get-balance", [])).toBe(false);
    expect(await read("get-balance", ["0x03"])).toBe(false);
    expect(await read("get-name", [], "nobody")).toBe(400);
    expect(await read("get-name", [])).toBe(true);
  });
});

describe("it is there again after a stop", () => {
  test("with the same tip, balances and waiting transactions; a line cut short by a crash is dropped", async () => {
    const before = { tip: devnet.chain.ledger.tip, alice: devnet.chain.vm.stxBalance(alice.address) };
    await devnet.stop();
    appendFileSync(join(folder, "stacks.jsonl"), '{"tag":"burn","hei');
    devnet = await startStacksChain({ dataDir: folder });
    expect(devnet.chain.ledger.tip).toEqual(before.tip);
    expect(devnet.chain.vm.stxBalance(alice.address)).toBe(before.alice);
    expect(readFileSync(join(folder, "stacks.jsonl"), "utf8").endsWith("\n")).toBe(true);
  });

  test("and follows a Bitcoin chain that went another way meanwhile", async () => {
    const blockAt = (height: number): BurnBlock => burn(height, height > 5 ? 2 : 0);
    await follow(devnet.burn, { firstHeight: 1, tipHeight: 7, blockAt });
    expect(devnet.burn.burnHeight).toBe(7);
    expect([5, 6, 7].map((height) => devnet.burn.burnBlock(height)?.hash)).toEqual(
      [5, 6, 7].map((height) => blockAt(height).hash),
    );
    const balance = devnet.chain.vm.callReadOnly(
      token,
      "get-balance",
      [Cl.principal(alice.address)],
      alice.address,
    );
    expect(balance).toMatchObject({ result: Cl.ok(Cl.uint(29_000)) });
    await follow(devnet.burn, { firstHeight: 1, tipHeight: 7, blockAt });
    expect(devnet.chain.mempool.list()).toEqual([]);
  });

  test("a reset forgets, also on disk", async () => {
    await devnet.reset();
    expect(devnet.chain.ledger.mined).toEqual([]);
    expect(readFileSync(join(folder, "stacks.jsonl"), "utf8")).toBe("");
    await devnet.burn.onBitcoinBlock(burn(1));
    expect(devnet.burn.burnHeight).toBe(1);
  });

  test("a journal damaged in the middle is said in one sentence", async () => {
    const other = mkdtempSync(join(tmpdir(), "stacks-devnet-"));
    writeFileSync(join(other, "stacks.jsonl"), '{"tag":"burn"}\n');
    await expect(startStacksChain({ dataDir: other })).rejects.toThrow("line 1 of");
    rmSync(other, { recursive: true });
  });
});
