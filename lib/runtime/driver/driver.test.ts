import { expect, test } from "vitest";
import type { Effect, PartyEvent, SecretRecord } from "../../rounds/core/machine.ts";
import type { Epoch, PartyId } from "../../rounds/core/names.ts";
import { MIN_FRAME_BYTES } from "../../wire/header.ts";
import { MemoryStore } from "../store/memory.ts";
import { StorageError } from "../store/open-database.ts";
import type { SeatChange } from "../store/seat-store.ts";
import { Driver, type DriverStop, type Stepper } from "./driver.ts";

type Command = "persist" | "send" | "both" | "wake" | "compact" | "throw";
const epoch = "e" as Epoch;
const record = (text: string) => new TextEncoder().encode(text) as SecretRecord;
function frame(room: number): Uint8Array {
  const bytes = new Uint8Array(MIN_FRAME_BYTES);
  bytes[0] = 1;
  bytes.fill(room, 2, 34);
  return bytes;
}

/** Counts events; does what it is commanded. */
const machine: Stepper<number, Command> = {
  step(count: number, event: PartyEvent<Command>) {
    const effects: Effect[] = [];
    const persist = (replace: boolean): Effect => ({
      tag: "persist",
      record: record(`r${count}`),
      ownerEpoch: epoch,
      replace,
    });
    if (event.tag === "command") {
      const { command } = event;
      if (command === "throw") throw new Error("a bug");
      if (command === "persist" || command === "both") effects.push(persist(false));
      if (command === "compact") effects.push(persist(false), persist(true));
      if (command === "send" || command === "both")
        effects.push({ tag: "send", to: "x" as PartyId, frame: frame(7) });
      if (command === "wake") effects.push({ tag: "wakeAt", ms: 500 });
    }
    return { state: count + 1, effects };
  },
};

class Recorder extends MemoryStore {
  readonly writes: SeatChange[] = [];
  failing = false;
  override async write(change: SeatChange): Promise<"written" | "superseded"> {
    if (this.failing) throw new StorageError("storage-full");
    this.writes.push(change);
    return super.write(change);
  }
}

async function started() {
  const store = new Recorder();
  await store.claim(epoch);
  const log: string[] = [];
  const stops: DriverStop[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const clock = { now: 0 };
  const driver = new Driver<number, Command>(0, {
    machine,
    store,
    epoch,
    seal: (bytes) => Uint8Array.of(0xff, ...bytes),
    rng: (length) => new Uint8Array(length),
    now: () => clock.now,
    setTimer: (run, ms) => {
      timers.push({ run, ms });
      return () => undefined;
    },
    onOutbox: (room) => log.push(`outbox ${room.slice(0, 4)} after ${store.writes.length} writes`),
    onDecision: () => undefined,
    onNotice: () => undefined,
    onState: (count) => log.push(`state ${count}`),
    onStop: (stop) => stops.push(stop),
  });
  return { driver, store, log, stops, timers, clock };
}

test("a frame is offered for sending only after its record and itself are stored, in one transaction", async () => {
  const { driver, store, log } = await started();
  await driver.feed({ tag: "command", command: "both" });
  expect(store.writes).toHaveLength(1);
  expect(store.writes[0]?.records?.[0]?.[0]).toBe(0xff);
  expect(log).toEqual(["outbox 0707 after 1 writes", "state 1"]);
});

test("how far the inbox was read is stored with what the frame caused, and also where it caused nothing", async () => {
  const { driver, store } = await started();
  await driver.feed({ tag: "frame", frame: frame(1), at: { room: "r", log: "l", seq: 5 } });
  expect((await store.load()).cursors.get("r")).toEqual({ log: "l", seq: 5 });
});

test("a seat that another tab took over sends nothing more, and says so once", async () => {
  const { driver, store, log, stops } = await started();
  await store.claim("other");
  await driver.feed({ tag: "command", command: "both" });
  await driver.feed({ tag: "command", command: "send" });
  expect(log.filter((line) => line.startsWith("outbox"))).toEqual([]);
  expect(stops).toEqual([{ tag: "superseded" }]);
  expect((await store.load()).outbox).toEqual([]);
});

test("a full disk stops the seat before memory runs ahead of storage", async () => {
  const { driver, store, stops } = await started();
  store.failing = true;
  await driver.feed({ tag: "command", command: "both" });
  store.failing = false;
  await driver.feed({ tag: "command", command: "both" });
  expect(stops).toMatchObject([{ tag: "storage", error: { code: "storage-full" } }]);
  expect([driver.party, store.writes.length]).toEqual([0, 0]);
});

test("a bug in the machine stops the seat and leaves what is stored as it was", async () => {
  const { driver, stops } = await started();
  await driver.feed({ tag: "command", command: "throw" });
  expect(stops).toMatchObject([{ tag: "fault" }]);
});

test("only the records from the last replacing one on are kept", async () => {
  const { driver, store } = await started();
  await driver.feed({ tag: "command", command: "persist" });
  await driver.feed({ tag: "command", command: "compact" });
  expect((await store.load()).records).toHaveLength(1);
});

test("the earliest wish to be woken counts, and a clock that jumped back waits on", async () => {
  const { driver, timers, clock } = await started();
  await driver.feed({ tag: "command", command: "wake" });
  await driver.feed({ tag: "command", command: "wake" });
  expect(timers.map(({ ms }) => ms)).toEqual([500]);
  clock.now = 100;
  timers[0]?.run();
  expect(timers[1]?.ms).toBe(400);
  clock.now = 500;
  timers[1]?.run();
  await driver.close();
  expect(driver.party).toBe(3);
});
