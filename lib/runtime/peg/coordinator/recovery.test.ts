import { describe, expect, test, vi } from "vitest";
import type { PegRecord } from "../../../sbtc/peg/queue/record.ts";
import { refuse } from "../../../sbtc/refusal.ts";
import { brokenAtEnd, brokenNow } from "./testing/simulation/promises.ts";
import { depth } from "./testing/simulation/setting.ts";
import { SimWorld } from "./testing/simulation/world.ts";

// A coordinator that starts from a disk of an earlier day: what the group signed since then is on the chains alone.

/** A world in which somebody has sBTC, with a copy of the disk of that moment. */
async function withSbtc(): Promise<SimWorld> {
  const world = new SimWorld(1);
  world.people.pegIn(500_000, true);
  world.mine(depth);
  await world.look();
  await world.look();
  world.disk.copy();
  return world;
}
async function on(world: SimWorld, blocks: number, looks = 2): Promise<void> {
  world.mine(blocks);
  // Whatever waits after a refusal has waited long enough.
  world.wait(3_600_000);
  for (let i = 0; i < looks; i++) await world.look();
}
async function requestOf(world: SimWorld, kind: PegRecord["kind"]): Promise<PegRecord> {
  const { records } = (await world.coordinator()).snapshot();
  return records.findLast((record) => record.kind === kind)!;
}
/** Asks for payouts until one was asked for that the owner's balance covers. */
function askPayout(world: SimWorld): void {
  while (world.people.requests.length === 0) world.people.pegOut();
}
async function isWhole(world: SimWorld): Promise<void> {
  const { records, broken } = (await world.coordinator()).snapshot();
  expect(broken).toEqual([]);
  expect([...brokenNow(world, world.deepest), ...brokenAtEnd(world, records)]).toEqual([]);
  expect(world.signers.undue).toEqual([]);
}

describe("a disk of an earlier day is put back", () => {
  test("a payout that was mined meanwhile is settled, and not sent to a person", async () => {
    const world = await withSbtc();
    askPayout(world);
    await on(world, depth);
    await on(world, depth, 3);
    expect((await requestOf(world, "pegOut")).state.tag).toBe("broadcast");
    world.mine(1);
    world.close(1);
    await on(world, depth, 4);
    const record = await requestOf(world, "pegOut");
    expect(record.state.tag).toBe("settled");
    expect(record.signed.map(({ purpose }) => purpose)).toEqual(["payout"]);
    await isWhole(world);
  });

  test("a payout found on the chain is sent again where a reorganisation takes it out", async () => {
    const world = await withSbtc();
    askPayout(world);
    await on(world, depth);
    await on(world, depth, 3);
    world.mine(1);
    world.close(1);
    await world.look();
    world.reorg(1, true);
    await world.look();
    await on(world, depth, 4);
    expect((await requestOf(world, "pegOut")).state.tag).toBe("settled");
    await isWhole(world);
  });

  test("a cancel that was mined meanwhile is refunded", async () => {
    const world = await withSbtc();
    askPayout(world);
    world.signers.mood = "refusePayouts";
    await on(world, depth);
    await on(world, depth);
    await on(world, 12, 3);
    expect((await requestOf(world, "pegOut")).state.tag).toBe("cancelSent");
    world.mine(1);
    world.close(1);
    await on(world, depth, 4);
    expect((await requestOf(world, "pegOut")).state.tag).toBe("refunded");
    await isWhole(world);
  });

  test("a request that expired meanwhile is cancelled, whatever state the disk has it in", async () => {
    const world = await withSbtc();
    askPayout(world);
    world.mine(1);
    await world.look();
    world.disk.copy();
    world.signers.mood = "refusePayouts";
    await on(world, depth);
    expect((await requestOf(world, "pegOut")).state.tag).toBe("locked");
    world.mine(12);
    world.close(1);
    await on(world, 1, 3);
    await on(world, depth, 4);
    expect((await requestOf(world, "pegOut")).state.tag).toBe("refunded");
    await isWhole(world);
  });

  test("a deposit script that was swept meanwhile is minted, and not taken for reclaimed", async () => {
    const world = await withSbtc();
    while (!world.people.deposits.some(({ form, amount }) => form === "script" && amount > 50_000n))
      world.people.pegIn(60_000);
    await on(world, depth, 3);
    world.mine(1);
    await world.look();
    world.close(1);
    await on(world, depth + 2, 4);
    await on(world, depth + 2, 4);
    const { records } = (await world.coordinator()).snapshot();
    const swept = records.filter((record) => record.kind === "pegIn" && record.form.tag === "script");
    expect(swept.length).toBeGreaterThan(0);
    for (const { state, hold } of swept) expect([state.tag, hold?.code]).not.toContain("reclaimed");
    await on(world, depth + 2, 6);
    await isWhole(world);
  });

  test("a deposit that was seen once, and spent otherwise after a reorganisation, says that it is gone", async () => {
    const world = await withSbtc();
    world.people.pegIn(60_000, true);
    world.mine(1);
    // The Stacks node goes away before the deposit is moved on: the disk knows it, and nothing else of it.
    const gone = vi
      .spyOn(world.stacks, "tip", "get")
      .mockImplementation(() => refuse("nodeTimedOut", "gone"));
    await world.look();
    gone.mockRestore();
    let isSpent = false;
    world.reorg(1, true, false, () => (isSpent = world.people.doubleSpend()));
    expect(isSpent).toBe(true);
    await on(world, 1, 3);
    const { records } = (await world.coordinator()).snapshot();
    const { txid } = world.people.deposits.at(-1)!.tx;
    const { state, hold } = records.find(({ id }) => id.includes(txid))!;
    expect([state.tag, hold?.code]).toEqual(["seen", "requestOrphaned"]);
    await isWhole(world);
  });
});
