import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyWallet } from "../../../sbtc/testing/wallets.ts";
import type { BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import type { PegCoordinator } from "./coordinator.ts";
import { DevnetWorld, settle, stateOf } from "./testing/devnet-world.ts";

let world: DevnetWorld;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "joining-"));
  world = await DevnetWorld.start(dataDir);
}, 60_000);
afterAll(async () => {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function mintTwo(coordinator: PegCoordinator): Promise<void> {
  await world.pegIn(80_000n);
  await world.mine(1);
  await world.pegIn(50_000n);
  await world.mine(2);
  await settle(coordinator);
}

const coinsOf = async (): Promise<readonly bigint[]> =>
  (await world.bitcoin.utxos(world.group.script)).map(({ amount }) => amount).sort((a, b) => Number(a - b));

test("coins of the peg become one of exactly their sum, and nothing else is planned on them meanwhile", async () => {
  const coordinator = await world.open();
  await mintTwo(coordinator);
  expect(await coinsOf()).toEqual([50_000n, 80_000n]);
  await coordinator.join();
  await settle(coordinator);
  const { joining, facts } = coordinator.snapshot();
  expect(joining).toMatchObject({ stage: "sent", coins: 2, amount: 130_000n, confirmations: 0 });
  expect(facts?.deficit).toBe(0n);
  await expect(coordinator.join()).rejects.toThrow("not joined yet");
  await world.mine(2);
  await settle(coordinator);
  expect(coordinator.snapshot().joining?.stage).toBe("done");
  expect(await coinsOf()).toEqual([130_000n]);
  await expect(coordinator.join()).rejects.toThrow("no two confirmed peg coins");
});

test("a refusal of the signers ends it with their reason, and gives its coins back", async () => {
  const coordinator = await world.open();
  await mintTwo(coordinator);
  const before = await coinsOf();
  world.frost.objection = () => "a coin in it belongs to a deposit";
  await coordinator.join();
  await settle(coordinator);
  world.frost.objection = () => null;
  expect(coordinator.snapshot().joining).toMatchObject({
    stage: "ended",
    reason: "a coin in it belongs to a deposit",
  });
  expect(await coinsOf()).toEqual(before);
});

test("a tab that closes while the group is asked goes on after it opens, asking for the same bytes", async () => {
  const first = await world.open();
  await settle(first);
  world.frost.objection = () => new Promise(() => undefined);
  const asked = world.frost.rounds.length;
  await first.join();
  first.stop();
  world.frost.objection = () => null;
  const second = await world.open();
  await settle(second);
  const proposals = world.frost.rounds.slice(asked).map(({ items }) => items[0]?.proposal);
  expect(proposals.length).toBe(2);
  expect(proposals[1]).toEqual(proposals[0]);
  expect(second.snapshot().joining).toMatchObject({ stage: "sent", coins: 3 });
  second.stop();
});

test("a signed one is sent again after a reload and after a reorganisation, and a payout may spend its coin", async () => {
  const coordinator = await world.open();
  await settle(coordinator);
  expect(coordinator.snapshot().joining?.stage).toBe("sent");
  const recipient = keyWallet(0x71).script;
  const request: BitcoinTx = await world.pegOut(100_000n, recipient);
  await world.mine(2);
  await settle(coordinator);
  expect(coordinator.snapshot().joining?.stage).toBe("done");
  await world.mine(1);
  await settle(coordinator);
  expect(stateOf(coordinator, request)).toBe("broadcast");
  await world.reorg(3);
  for (let looks = 0; looks < 4; looks++) {
    await settle(coordinator);
    await world.mine(2);
  }
  await settle(coordinator);
  expect(coordinator.snapshot().joining?.stage).toBe("done");
  expect(stateOf(coordinator, request)).toBe("settled");
  expect(await world.received(recipient)).toBe(100_294n);
});

test("a payout whose change a later one spends says why its fee stays, and what comes of it", async () => {
  const coordinator = await world.open();
  expect(await coinsOf()).toHaveLength(1);
  world.faucet(world.user.script, 1_000_000n);
  await world.mine(1);
  const first = await world.pegOut(30_000n, keyWallet(0x72).script, 600n);
  const second = await world.pegOut(20_000n, keyWallet(0x73).script, 600n);
  await world.mine(2);
  await settle(coordinator);
  await world.mine(1);
  await settle(coordinator);
  // the only coin went into the first; its change is there once that is signed
  world.wait(60_000);
  await settle(coordinator);
  const both = [first, second];
  expect(both.map((request) => stateOf(coordinator, request))).toEqual(["broadcast", "broadcast"]);
  world.feeRate = 20_000n;
  await world.mine(4, 50);
  await settle(coordinator);
  const held = both
    .map((request) => stateOf(coordinator, request))
    .filter((state) => state.includes("changeSpent"));
  expect(held).toHaveLength(1);
  expect(held[0]).toMatch(
    /^broadcast .*not raised, since a later payout spends its change.*by block \d+, it is/,
  );
  world.feeRate = null;
  await world.mine(2);
  await settle(coordinator);
  expect(both.map((request) => stateOf(coordinator, request))).toEqual(["settled", "settled"]);
});
