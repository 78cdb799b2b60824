import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyWallet } from "../../../sbtc/testing/wallets.ts";
import { DevnetWorld, settle, stateOf } from "./testing/devnet-world.ts";

// Both chains are real: blocks and transactions are verified, and the contract runs in its own machine.

let world: DevnetWorld;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "hoarfrost-peg-"));
  world = await DevnetWorld.start(dataDir);
});
afterAll(async () => {
  await world.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("a whole life of sBTC", () => {
  const recipient = keyWallet(0x61).script;

  test("a deposit is minted once it is deep enough, to the satoshi", async () => {
    const coordinator = await world.open();
    const deposit = await world.pegIn(300_000n);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("unknown");
    await world.mine(1);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("confirming");
    await world.mine(1);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("minted");
    expect(await world.balance()).toBe(300_000n);
  });

  test("a request is locked, paid exactly, and settled", async () => {
    const coordinator = await world.open();
    const request = await world.pegOut(100_000n, recipient);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("locked");
    expect(await world.balance()).toBe(200_000n);
    await world.mine(1);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("broadcast");
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("settled");
    // the dust that names the recipient, and the payout
    expect(await world.received(recipient)).toBe(100_000n + 294n);
  });
});
