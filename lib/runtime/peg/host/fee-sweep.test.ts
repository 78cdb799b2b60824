import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { give } from "../../../../devnet/stacks/faucet.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { networks } from "../../../sbtc/network.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import { accountAddress } from "../../../sbtc/stacks/transaction.ts";
import { keyWallet } from "../../../sbtc/testing/wallets.ts";
import { MemoryStore } from "../../memory-store.ts";
import { feeScript } from "../coordinator/bitcoin-fees.ts";
import { DevnetWorld } from "../coordinator/testing/devnet-world.ts";
import { FeeSweep, type FeeSweepWallet } from "./fee-sweep.ts";

let world: DevnetWorld;
let dataDir: string;
let store: MemoryStore;
let keys: FeeSweepWallet["keys"];
let counter = 0;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "sweep-"));
  world = await DevnetWorld.start(dataDir, { bare: true });
});
afterAll(async () => {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(() => {
  counter += 1;
  store = new MemoryStore();
  keys = {
    bitcoin: sha256(utf8ToBytes(`bitcoin ${counter}`)),
    stacks: sha256(utf8ToBytes(`stacks ${counter}`)),
  };
});

const target = keyWallet(0x44).script;
const address = addressOf(target, networks.regtest) ?? "";
const account = accountAddress(sha256(utf8ToBytes("elsewhere")), "testnet");

function open(ports: Partial<DevnetWorld["ports"]> = {}): Promise<FeeSweep> {
  return FeeSweep.open(
    { ...world.ports, store, ...ports },
    {
      groupId: "11".repeat(32),
      keys,
      network: networks.regtest,
      stacksNetwork: "testnet",
      pegScript: world.group.script,
    },
  );
}

async function fill(...amounts: bigint[]): Promise<void> {
  for (const amount of amounts) world.faucet(feeScript(keys.bitcoin), amount);
  await world.mine(1);
}

describe("sweeping the fee wallet's bitcoin", () => {
  test("what is shown first is what arrives, to the satoshi, and only after a word", async () => {
    await fill(60_000n, 40_000n);
    const before = await world.received(target);
    const sweep = await open();
    await sweep.prepare(` ${address} `);
    const { prepared, sent } = sweep.snapshot();
    if (prepared === null) throw new Error("nothing was prepared");
    expect(prepared.amount + prepared.fee).toBe(100_000n);
    expect(sent).toEqual([]);
    await world.mine(1);
    expect(await world.received(target)).toBe(before);
    await sweep.send(prepared.txid);
    await world.mine(1);
    expect(await world.received(target)).toBe(before + prepared.amount);
    await sweep.tend();
    expect(sweep.snapshot().sent).toMatchObject([{ ...prepared, isMined: true }]);
  });

  test("is on disk before it is sent: a tab that closed in between sends the same bytes, once", async () => {
    await fill(50_000n);
    const before = await world.received(target);
    const down = {
      ...world.bitcoin,
      broadcast: () => Promise.reject(new Refusal("nodeUnreachable", "no answer")),
    };
    const first = await open({ bitcoin: down });
    await first.prepare(address);
    const { prepared } = first.snapshot();
    await first.send(prepared?.txid ?? "");
    const second = await open();
    expect(second.snapshot().sent).toMatchObject([{ txid: prepared?.txid, isMined: false }]);
    await expect(second.prepare(address)).rejects.toThrow("still on its way");
    await second.tend();
    await second.tend();
    await world.mine(1);
    await second.tend();
    expect(second.snapshot().sent).toMatchObject([{ txid: prepared?.txid, isMined: true }]);
    expect(await world.received(target)).toBe(before + (prepared?.amount ?? 0n));
  });

  test("of something else than what was shown is not sent", async () => {
    await fill(50_000n);
    const sweep = await open();
    await sweep.prepare(address);
    const seen = sweep.snapshot().prepared?.txid ?? "";
    await fill(10_000n);
    await sweep.prepare(address);
    await expect(sweep.send(seen)).rejects.toThrow("it has changed");
    await sweep.forget();
    await expect(sweep.send(seen)).rejects.toThrow("it has changed");
    expect(sweep.snapshot().sent).toEqual([]);
  });

  test.each([
    ["tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", "not of regtest"],
    ["bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt081", "not a Bitcoin address"],
    ["SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", "beside regtest"],
    ["", "say where"],
  ])("to %s is refused before anything is worked out", async (to, says) => {
    await fill(50_000n);
    const sweep = await open();
    await expect(sweep.prepare(to)).rejects.toThrow(says);
    expect(sweep.snapshot().prepared).toBeNull();
  });

  test("to the peg or to itself is refused, and of an empty wallet", async () => {
    const sweep = await open();
    const peg = addressOf(world.group.script, networks.regtest) ?? "";
    await expect(sweep.prepare(peg)).rejects.toThrow("belongs to the peg");
    const own = addressOf(feeScript(keys.bitcoin), networks.regtest) ?? "";
    await expect(sweep.prepare(own)).rejects.toThrow("own address");
    await expect(sweep.prepare(address)).rejects.toThrow("no confirmed coin");
    await fill(400n);
    await expect(sweep.prepare(address)).rejects.toThrow("nothing worth sending");
  });
});

describe("sweeping the fee wallet's STX", () => {
  test("everything but the fee arrives", async () => {
    await give(world.stacksChain.chain, accountAddress(keys.stacks, "testnet"), 5_000_000n);
    await world.mine(1);
    const sweep = await open();
    await sweep.prepare(account);
    const { prepared } = sweep.snapshot();
    if (prepared === null) throw new Error("nothing was prepared");
    expect(prepared.chain).toBe("stacks");
    expect(prepared.amount + prepared.fee).toBe(5_000_000n);
    await sweep.send(prepared.txid);
    await world.mine(1);
    await sweep.tend();
    expect(sweep.snapshot().sent).toMatchObject([{ txid: prepared.txid, isMined: true }]);
    expect((await world.stacks.account(account)).balance).toBe(prepared.amount);
    await expect(sweep.prepare(account)).rejects.toThrow("less STX");
  });
});
