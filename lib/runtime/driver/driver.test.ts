import { expect, test } from "vitest";
import type { Effect, PartyEvent, SecretRecord } from "../../rounds/core/machine.ts";
import type { Epoch, PartyId } from "../../rounds/core/names.ts";
import { MIN_FRAME_BYTES } from "../../wire/header.ts";
import { MemoryStore } from "../memory-store.ts";
import { type Expectation, put, StoreError, type Write } from "../ports/store.ts";
import { alwaysMyTurn, type TakeTurn } from "../ports/turns.ts";
import { Driver, type DriverStop, type Stepper } from "./driver.ts";
import { DamagedJournal, Journal, type Sealer } from "./journal.ts";

type Command = "persist" | "both" | "wake" | "compact" | "throw";
const epoch = (n: number) => `e${n}` as Epoch;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const home = "07".repeat(32);
const away = "08".repeat(32);

function frame(room: number): Uint8Array {
  const bytes = new Uint8Array(MIN_FRAME_BYTES);
  bytes[0] = 1;
  bytes.fill(room, 2, 34);
  return bytes;
}

/** Counts events and does what it is commanded; a frame makes one record and one answer in each of two rooms, one of room 9 throws. */
const machine: Stepper<number, Command> = {
  step(count: number, event: PartyEvent<Command>) {
    const effects: Effect[] = [];
    const persist = (replace: boolean): void => {
      const record = new TextEncoder().encode(`record ${count}`) as SecretRecord;
      effects.push({ tag: "persist", record, ownerEpoch: epoch(1), replace });
    };
    const send = (room: number): void =>
      void effects.push({ tag: "send", to: "x" as PartyId, frame: frame(room) });
    const ofFrame = event.tag === "frame" ? (event.frame[2] === 9 ? "throw" : "both") : null;
    const command = event.tag === "command" ? event.command : ofFrame;
    if (command === "throw") throw new Error("a bug");
    if (command === "persist" || command === "both" || command === "compact") persist(false);
    if (command === "compact") persist(true);
    if (command === "both") [7, 8].forEach(send);
    if (command === "wake") effects.push({ tag: "wakeAt", ms: 500 });
    return { state: count + 1, effects };
  },
};

const sealer: Sealer = {
  seal: (context, record) => new TextEncoder().encode(`sealed ${context}: ${text(record)}`),
  open: (context, sealed) => {
    const head = `sealed ${context}: `;
    return text(sealed).startsWith(head) ? sealed.slice(head.length) : null;
  },
};

class Disk extends MemoryStore {
  commits = 0;
  failing = false;
  override async commit(writes: readonly Write[], expect?: readonly Expectation[]): Promise<void> {
    if (this.failing) throw new StoreError("quota", "the disk is full");
    await super.commit(writes, expect);
    this.commits++;
  }
}

async function started(store = new Disk(), name = epoch(1), takeTurn: TakeTurn = alwaysMyTurn) {
  const { journal, records } = await Journal.claim(store, sealer, name);
  const log: string[] = [];
  const stops: DriverStop[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const clock = { time: 0, pace: 0 };
  const driver = new Driver<number, Command>(0, {
    machine,
    store,
    journal,
    rng: (length) => new Uint8Array(length),
    clock: {
      now: () => (clock.time += clock.pace),
      after: (ms, run) => {
        timers.push({ run, ms });
        return () => undefined;
      },
    },
    takeTurn,
    mail: (room) =>
      Promise.resolve({
        prepare: (messages) => ({
          writes: messages.map(
            (_, i) => ({ tag: "put", key: `out/${room.slice(0, 2)}/${i}`, value: Uint8Array.of(1) }) as const,
          ),
          taken: () => void log.push(`sent to ${room.slice(0, 2)} after ${store.commits} commits`),
        }),
      }),
    onSend: () => undefined,
    onDecision: () => undefined,
    onNotice: () => undefined,
    onState: (count) => void log.push(`state ${count}`),
    onStop: (stop) => stops.push(stop),
  });
  return { driver, store, log, stops, timers, clock, records };
}
const stored = async (store: Disk, prefix: string) =>
  (await store.list(prefix)).map(({ value }) => text(value));

test("record and frames of one step are one commit, and nothing is sent before it", async () => {
  const { driver, store, log } = await started();
  const before = store.commits;
  await driver.feed({ tag: "command", command: "both" });
  expect(store.commits).toBe(before + 1);
  expect(log).toEqual([
    `sent to 07 after ${store.commits} commits`,
    `sent to 08 after ${store.commits} commits`,
    "state 1",
  ]);
  expect(await stored(store, "journal/")).toEqual(["sealed journal/0000000000000000: record 0"]);
});

test("a received frame's effect is handed to its inbox whole, and happens only once the inbox stored it", async () => {
  const { driver, log } = await started();
  const effect = await driver.receive(home, [frame(7)]);
  expect(effect.messages.map(({ frame }) => frame[2])).toEqual([7]);
  expect(effect.writes.map(({ key }) => key)).toEqual(["journal/0000000000000000", "out/08/0"]);
  expect([driver.party, log]).toEqual([0, []]);
  const next = driver.feed({ tag: "command", command: "persist" });
  effect.committed?.();
  await next;
  expect(driver.party).toBe(2);
});

test("frames that wait together are one effect, and happen one after another once it is stored", async () => {
  const { driver, log } = await started();
  const effect = await driver.receive(home, [frame(7), frame(7), frame(8)]);
  expect(effect.count).toBe(3);
  expect(effect.messages.length).toBe(3);
  expect(effect.writes.filter(({ key }) => key.startsWith("journal/"))).toEqual(
    [0, 1, 2].map((n) => {
      const key = `journal/000000000000000${n}`;
      return put(key, new TextEncoder().encode(`sealed ${key}: record ${n}`));
    }),
  );
  expect([driver.party, log]).toEqual([0, []]);
  effect.committed?.();
  expect([driver.party, log.at(-1)]).toEqual([3, "state 3"]);
});

test("frames that take long are left for the next time, but for the first", async () => {
  const { driver, clock } = await started();
  clock.pace = 20;
  expect((await driver.receive(home, [7, 7, 7, 7, 7].map(frame))).count).toBe(3);
  const slow = await started();
  slow.clock.pace = 1_000;
  expect((await slow.driver.receive(home, [7, 7].map(frame))).count).toBe(1);
});

test("a frame that the machine fails at takes none of those before it along", async () => {
  const { driver, stops } = await started();
  const effect = await driver.receive(home, [7, 7, 9].map(frame));
  expect(effect.count).toBe(2);
  effect.committed?.();
  await expect(driver.receive(home, [frame(9)])).rejects.toThrow("a bug");
  expect([driver.party, stops]).toMatchObject([2, [{ tag: "fault" }]]);
});

test("a frame whose effect could not be stored has not happened, and nothing happens after it", async () => {
  const { driver, store, stops } = await started();
  const effect = await driver.receive(away, [frame(8)]);
  effect.failed?.(new StoreError("quota", "the disk is full"));
  await driver.feed({ tag: "command", command: "persist" });
  expect([driver.party, await stored(store, "journal/")]).toEqual([0, []]);
  expect(stops).toMatchObject([{ tag: "storage", error: { fault: "quota" } }]);
  await expect(driver.receive(away, [frame(8)])).rejects.toThrow("no longer works");
});

test("a seat that another tab took over stores and sends nothing more, and says so once", async () => {
  const { driver, store, log, stops } = await started();
  await Journal.claim(store, sealer, epoch(2));
  await driver.feed({ tag: "command", command: "both" });
  await driver.feed({ tag: "command", command: "both" });
  expect(log.filter((line) => line.startsWith("sent"))).toEqual([]);
  expect([stops, await stored(store, "journal/")]).toEqual([[{ tag: "superseded" }], []]);
});

test("a full disk stops the seat before memory runs ahead of storage", async () => {
  const { driver, store, stops } = await started();
  store.failing = true;
  await driver.feed({ tag: "command", command: "both" });
  store.failing = false;
  await driver.feed({ tag: "command", command: "both" });
  expect(stops).toMatchObject([{ tag: "storage" }]);
  expect([driver.party, await stored(store, "journal/")]).toEqual([0, []]);
});

test("a bug in the machine stops the seat and leaves what is stored as it was", async () => {
  const { driver, stops } = await started();
  await driver.feed({ tag: "command", command: "throw" });
  expect(stops).toMatchObject([{ tag: "fault" }]);
});

test("a record that replaces the earlier ones leaves none of them behind, also after a reload", async () => {
  const { driver, store } = await started();
  await driver.feed({ tag: "command", command: "persist" });
  await driver.feed({ tag: "command", command: "persist" });
  await driver.feed({ tag: "command", command: "compact" });
  await driver.feed({ tag: "command", command: "persist" });
  const { records } = await started(store, epoch(2));
  expect(records.map(text)).toEqual(["record 2", "record 3"]);
});

test("a record that was moved or changed does not open, and the seat says so instead of going on", async () => {
  const { driver, store } = await started();
  await driver.feed({ tag: "command", command: "persist" });
  const [entry] = await store.list("journal/");
  await store.commit([{ tag: "put", key: "journal/0000000000000007", value: entry!.value }]);
  await expect(Journal.claim(store, sealer, epoch(2))).rejects.toThrow(DamagedJournal);
});

test("the earliest wish to be woken counts, and a clock that jumped back waits on", async () => {
  const { driver, timers, clock } = await started();
  await driver.feed({ tag: "command", command: "wake" });
  await driver.feed({ tag: "command", command: "wake" });
  expect(timers.map(({ ms }) => ms)).toEqual([500]);
  clock.time = 100;
  timers[0]?.run();
  expect(timers[1]?.ms).toBe(400);
  clock.time = 500;
  timers[1]?.run();
  await driver.close();
  expect(driver.party).toBe(3);
});

test("a step computes in its turn and gives it back, also where it fails", async () => {
  const turns: string[] = [];
  let give: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => (give = resolve));
  const takeTurn: TakeTurn = async () => {
    await asked;
    turns.push("taken");
    return () => void turns.push("given back");
  };
  const { driver, log, stops } = await started(new Disk(), epoch(1), takeTurn);
  const fed = driver.feed({ tag: "command", command: "persist" });
  await new Promise((resolve) => setImmediate(resolve));
  expect(log).toEqual([]);
  give();
  await fed;
  expect(log).toEqual(["state 1"]);
  await driver.feed({ tag: "command", command: "throw" });
  expect(stops.map(({ tag }) => tag)).toEqual(["fault"]);
  expect(turns).toEqual(["taken", "given back", "taken", "given back"]);
});
