import { Cl, type ClarityValue } from "@stacks/transactions";
import { describe, expect, test } from "vitest";
import { HeldHistory, mostHeldPoints } from "../../../sbtc/peg/coordinator/held-history.ts";
import type { ContractEvent, StacksNode } from "../../../sbtc/stacks/node.ts";
import { ContractDeeds, type Deed } from "./deeds.ts";
import { balancePoints, durations, heightsOf, queueRows, volumeDays } from "./numbers.ts";
import { signerRows } from "./signers.ts";

const txid = (byte: number): string => byte.toString(16).padStart(2, "0").repeat(32);
const minute = 60_000;
/** Blocks ten minutes apart, from midnight on. */
const timeOf = (height: number): number => 1_800_057_600_000 + height * 10 * minute;
const deed = (
  topic: Deed["topic"],
  id: number,
  amount: bigint,
  namedHeight: number,
  height: number,
): Deed => ({
  ...{ topic, txid: txid(id), amount, namedHeight, height },
});

// newest first, as the contract tells them
const deeds = [
  deed("settle", 2, 20_000n, 160, 163),
  deed("lock", 2, 20_000n, 150, 153),
  deed("mint", 3, 5_000n, 110, 113),
  deed("mint", 1, 50_000n, 100, 103),
];
const times = new Map(heightsOf(deeds).map((height) => [height, timeOf(height)]));
const now = { height: 170, at: timeOf(170), held: 35_500n, supply: 35_000n };

describe("numbers of a peg", () => {
  test("the supply is counted back from what the contract says now, at every block that changed it", () => {
    expect(balancePoints(deeds, null, times, now)).toEqual([
      { at: timeOf(103), height: 103, supply: 50_000n },
      { at: timeOf(113), height: 113, supply: 55_000n },
      { at: timeOf(163), height: 163, supply: 35_000n },
      now,
    ]);
  });

  test("beside it stands what was held, from the coordinator's own blocks", () => {
    const held = [
      { height: 100, at: timeOf(100), held: 50_000n },
      { height: 110, at: timeOf(110), held: 55_000n },
      { height: 160, at: timeOf(160), held: 35_000n },
      { height: 165, at: timeOf(165), held: 35_500n },
    ];
    const points = balancePoints(deeds, held, times, now).map(({ height, held, supply }) => [
      height,
      held,
      supply,
    ]);
    expect(points).toEqual([
      [100, 50_000n, 0n],
      [103, 50_000n, 50_000n],
      [110, 55_000n, 50_000n],
      [113, 55_000n, 55_000n],
      [160, 35_000n, 55_000n],
      [163, 35_000n, 35_000n],
      [165, 35_500n, 35_000n],
      [170, 35_500n, 35_000n],
    ]);
  });

  test("volume counts what was minted and what was settled, by day, to the satoshi", () => {
    expect(volumeDays(deeds, times)).toEqual([
      { day: timeOf(0), pegIn: 55_000n, pegOut: 0n, requests: 2 },
      { day: timeOf(144), pegIn: 0n, pegOut: 20_000n, requests: 1 },
    ]);
  });

  test("a request takes from its own block to the block it ended in; one that was given back is none", () => {
    const refunded = [deed("refund", 4, 1n, 160, 165), deed("lock", 4, 1n, 120, 123), ...deeds];
    expect(durations(refunded, times)).toEqual([
      { direction: "out", txid: txid(2), at: timeOf(163), ms: 130 * minute },
      { direction: "in", txid: txid(3), at: timeOf(113), ms: 30 * minute },
      { direction: "in", txid: txid(1), at: timeOf(103), ms: 30 * minute },
    ]);
  });

  test("a peg nobody used has one point and no rows", () => {
    expect(balancePoints([], null, new Map(), now)).toEqual([now]);
    expect(volumeDays([], new Map())).toEqual([]);
    expect(queueRows([])).toEqual([]);
  });

  test("the queue is counted by state", () => {
    const rows = queueRows([
      { state: "confirming", sats: 5n },
      { state: "locked", sats: 1n },
      { state: "confirming", sats: 7n },
    ]);
    expect(rows).toEqual([
      { state: "confirming", count: 2, sats: 12n },
      { state: "locked", count: 1, sats: 1n },
    ]);
  });

  test("a signer's refusal is an answer, silence is none, and the middle answer is its pace", () => {
    const seats = [
      { identity: "aa", name: "Ann" },
      { identity: "bb", name: "Ben" },
    ];
    const asked = [
      { askedAt: 1_000, seats: new Map([["aa", { approvedAt: 3_000 }]]) },
      { askedAt: 2_000, seats: new Map([["aa", { refusedAt: 12_000 }]]) },
      { askedAt: 3_000, seats: new Map([["aa", { approvedAt: 7_000 }]]) },
    ];
    expect(signerRows(seats, asked)).toEqual([
      { name: "Ann", answered: 3, asked: 3, medianMs: 4_000 },
      { name: "Ben", answered: 0, asked: 3 },
    ]);
  });
});

describe("the contract's deeds", () => {
  const printed = (id: number): ClarityValue =>
    Cl.tuple({
      topic: Cl.stringAscii("mint"),
      txid: Cl.bufferFromHex(txid(id)),
      vout: Cl.uint(0),
      amount: Cl.uint(id),
      "burn-height": Cl.uint(100 + id),
    });

  function node(all: () => readonly ContractEvent[]) {
    const asked = { events: 0, transactions: 0 };
    const stacks = {
      events: (_: string, { limit, offset }: { limit: number; offset: number }) => {
        asked.events += 1;
        return Promise.resolve(all().slice(offset, offset + limit));
      },
      transaction: (id: string) => {
        asked.transactions += 1;
        const height = { blockHeight: 1, burnBlockHeight: Number.parseInt(id, 16) };
        return Promise.resolve({ tag: "success", ...height, canonical: true, result: Cl.bool(true) });
      },
    };
    return { asked, stacks: stacks as unknown as StacksNode };
  }
  const event = (id: number, value = printed(id)): ContractEvent => ({
    ...{ txid: id.toString(16), index: 0, contract: "ST.sbtc", value },
  });

  test("are asked for once, and what a reorganisation took back is gone", async () => {
    let events = Array.from({ length: 120 }, (_, i) => event(120 - i));
    const { asked, stacks } = node(() => events);
    const all = new ContractDeeds(stacks, "ST.sbtc", 1_000);
    await all.refresh();
    expect(all.all.map(({ amount }) => Number(amount))).toEqual(
      Array.from({ length: 120 }, (_, i) => 120 - i),
    );
    expect([all.isWhole, asked.transactions]).toEqual([true, 120]);
    events = [event(130), event(129), ...events.slice(2)];
    await all.refresh();
    expect(all.all.slice(0, 3).map(({ amount }) => Number(amount))).toEqual([130, 129, 118]);
    expect(asked).toEqual({ events: 4, transactions: 122 });
  });

  test("what is printed in another form is left out, and only so much is looked at", async () => {
    const { stacks } = node(() =>
      Array.from({ length: 500 }, (_, i) => event(i, i % 2 ? Cl.uint(7) : printed(i))),
    );
    const all = new ContractDeeds(stacks, "ST.sbtc", 100);
    await all.refresh();
    expect([all.all.length, all.isWhole]).toEqual([50, false]);
  });
});

describe("the history of what is held", () => {
  test("keeps one point per change, undoes blocks, and thins out what is old", () => {
    const history = new HeldHistory();
    const point = (height: number, held: bigint) => ({ height, at: height, held });
    history.connect(point(1, 5n));
    history.connect(point(2, 5n));
    history.connect(point(3, 9n));
    expect(history.points).toEqual([point(1, 5n), point(3, 9n)]);
    history.disconnect(3);
    expect(history.points).toEqual([point(1, 5n)]);
    for (let height = 4; height < 3_000; height++) history.connect(point(height, BigInt(height)));
    expect(history.points.length).toBeLessThanOrEqual(mostHeldPoints);
    expect(history.points[0]).toEqual(point(1, 5n));
    expect(history.points.at(-1)).toEqual(point(2_999, 2_999n));
    expect(history.points.at(-2)).toEqual(point(2_998, 2_998n));
  });
});
