import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { keyWallet } from "../../../sbtc/testing/wallets.ts";
import type { PegCoordinator } from "./coordinator.ts";
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

/** Confirms a request in the mempool, has it locked, and lets the lock grow deep enough to be paid. */
async function upToPayout(coordinator: PegCoordinator): Promise<void> {
  await world.mine(2);
  await settle(coordinator);
  await world.mine(1);
  await settle(coordinator);
}

afterEach(() => {
  world.frost.objection = () => null;
  world.feeRate = null;
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

  test("a deposit script is swept first, and what came in is minted", async () => {
    const coordinator = await world.open();
    const before = await world.balance();
    const deposit = await world.pegIn(80_000n, "script");
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("sweepSent");
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("minted");
    const minted = (await world.balance()) - before;
    expect(minted).toBeLessThan(80_000n);
    expect(minted).toBeGreaterThan(79_000n);
  });

  test("a request is locked, paid exactly, and settled", async () => {
    const coordinator = await world.open();
    const held = await world.balance();
    const request = await world.pegOut(100_000n, recipient);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("locked");
    expect(await world.balance()).toBe(held - 100_000n);
    await world.mine(1);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("broadcast");
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("settled");
    // the dust that names the recipient, and the payout
    expect(await world.received(recipient)).toBe(100_000n + 294n);
  });

  test("the same amount to the same address again is declined with the reason, and takes nothing", async () => {
    const coordinator = await world.open();
    const held = await world.balance();
    const request = await world.pegOut(100_000n, recipient);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toMatch(
      /^declined \(messageUsed: its signed message already served/,
    );
    expect(await world.balance()).toBe(held);
  });

  test("a request above what its owner holds waits, and is served once the balance is there", async () => {
    const coordinator = await world.open();
    const request = await world.pegOut(300_000n, keyWallet(0x62).script);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toMatch(/^declined \(balanceTooLow/);
    await world.pegIn(110_000n);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("locked");
    await world.mine(1);
    await settle(coordinator);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("settled");
    expect(await world.received(keyWallet(0x62).script)).toBe(300_294n);
  });
});

describe("what does not go the usual way", () => {
  test("an unpaid request is cancelled after its expiry, and its owner gets the sBTC back", async () => {
    const coordinator = await world.open();
    await world.pegIn(200_000n);
    await world.mine(2);
    await settle(coordinator);
    const before = await world.balance();
    const request = await world.pegOut(150_000n, keyWallet(0x63).script);
    world.frost.objection = ({ items }) =>
      items.some(({ proposal }) => proposal.tag === "transaction" && proposal.purpose.tag === "fulfilment")
        ? "not this one"
        : null;
    await upToPayout(coordinator);
    expect(stateOf(coordinator, request)).toBe("signing (signersRefused: not this one)");
    await world.mine(14);
    world.wait(60 * 60_000);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("cancelSent");
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("refunded");
    expect(await world.balance()).toBe(before);
    expect(await world.received(keyWallet(0x63).script)).toBe(294n);
  });

  test("a deposit above the cap is rejected and goes back whole to where it came from", async () => {
    const coordinator = await world.open();
    const deposit = await world.pegIn(5_000_001n);
    await world.mine(2);
    const paid = await world.received(world.user.script);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("rejected");
    await world.mine(1);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("returnSent");
    expect(world.frost.rounds.at(-1)).toMatchObject({ byHand: true });
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("returned");
    expect(await world.received(world.user.script)).toBe(paid + 5_000_001n);
  });

  test("a payment that names no recipient is not lost: it is rejected and returned", async () => {
    const coordinator = await world.open();
    const deposit = await world.pegIn(70_000n, "spoilt");
    await world.mine(2);
    await settle(coordinator);
    await world.mine(1);
    await settle(coordinator);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("returned");
  });

  test("a payout that waits too long gets a higher fee, and is paid once", async () => {
    const coordinator = await world.open();
    const recipient = keyWallet(0x64).script;
    const request = await world.pegOut(40_000n, recipient, 600n);
    await upToPayout(coordinator);
    expect(stateOf(coordinator, request)).toBe("broadcast");
    world.feeRate = 20_000n;
    await world.mine(4, 15);
    await settle(coordinator);
    await world.mine(2, 15);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("settled");
    expect(await world.received(recipient)).toBe(40_294n);
  });
});

describe("reorganisations", () => {
  test("a minted deposit that leaves the chain is broadcast again, and nothing is minted twice", async () => {
    const coordinator = await world.open();
    const before = await world.balance();
    const deposit = await world.pegIn(90_000n);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("minted");
    await world.reorg(1);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("minted");
    await world.reorg(4);
    await settle(coordinator);
    await world.mine(3);
    await settle(coordinator);
    expect(stateOf(coordinator, deposit)).toBe("minted");
    expect(await world.balance()).toBe(before + 90_000n);
  });

  test("what signers were asked for before a reorganisation is taken back, and they are asked for what is needed now", async () => {
    const coordinator = await world.open();
    const recipient = keyWallet(0x66).script;
    const request = await world.pegOut(20_000n, recipient);
    const unanswered = new Promise<null>(() => undefined);
    world.frost.objection = ({ items }) =>
      items.some(({ proposal }) => proposal.tag === "transaction") ? unanswered : null;
    await upToPayout(coordinator);
    expect(stateOf(coordinator, request)).toBe("signing");
    const asked = world.frost.rounds.at(-1);
    // The request is mined again in another block, and its lock named the first.
    await world.reorg(3);
    await settle(coordinator);
    expect(world.frost.withdrawn).toEqual([asked]);
    world.frost.objection = () => null;
    await settle(coordinator);
    await upToPayout(coordinator);
    await world.mine(2);
    await settle(coordinator);
    expect(stateOf(coordinator, request)).toBe("settled");
    expect(await world.received(recipient)).toBe(20_294n);
  });

  test("a coordinator that starts again on the same disk goes on where the last one stopped", async () => {
    const first = await world.open();
    const recipient = keyWallet(0x65).script;
    const request = await world.pegOut(30_000n, recipient);
    await upToPayout(first);
    const states = first.snapshot().records.map(({ id, state }) => [id, state.tag]);
    first.stop();
    const second = await world.open();
    await settle(second);
    expect(states.sort()).toEqual(
      second
        .snapshot()
        .records.map(({ id, state }) => [id, state.tag])
        .sort(),
    );
    await world.mine(2);
    await settle(second);
    expect(stateOf(second, request)).toBe("settled");
    expect(await world.received(recipient)).toBe(30_294n);
  });
});
