import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Append, Log, LogOptions } from "../log.ts";

/** Makes a log for one test; `close` removes what it left behind. */
export interface LogFactory {
  open(options: LogOptions): { log: Log; close: () => Promise<void> };
}

const id = (byte: number, length = 32) => new Uint8Array(length).fill(byte);
const room = id(1);
const [ann, bob, cat] = [id(11), id(12), id(13)];

function message(from: Uint8Array, recipients: Uint8Array[], msgId: number, bytes = id(msgId, 40)): Append {
  return { from, recipients, msgId: id(msgId, 16), bytes };
}

/** What every log promises. Each adapter runs these. */
export function logContract(name: string, factory: LogFactory): void {
  async function withLog(
    run: (log: Log, clock: { now: number }) => Promise<void>,
    unreadBytesPerInbox = 1_000_000,
  ): Promise<void> {
    const clock = { now: 1_000 };
    const { log, close } = factory.open({ now: () => clock.now, unreadBytesPerInbox });
    try {
      await run(log, clock);
    } finally {
      await close();
    }
  }
  const read = (log: Log, recipient: Uint8Array, from = 1, limit = 64, maxBytes = 1_000_000) =>
    log.sync(room, recipient, from, limit, maxBytes);
  const append = async (log: Log, entry: Append) => (await log.append(room, [entry]))[0]!;
  const firstBytes = (frames: readonly Uint8Array[]) => frames.map((frame) => frame[0]);

  describe(`${name} log`, () => {
    test("numbers an inbox from 1 without gaps, each inbox for itself", () =>
      withLog(async (log) => {
        const first = await append(log, message(ann, [bob, cat], 1));
        const second = await append(log, message(ann, [cat], 2));
        expect(first).toMatchObject({ duplicate: false, deliveries: [{ seq: 1 }, { seq: 1 }] });
        expect(second).toMatchObject({ seq: 2 });
        expect(await read(log, bob)).toMatchObject({ expiredThrough: 0, first: 1, head: 1 });
        const page = await read(log, cat);
        expect(page).toMatchObject({ first: 1, head: 2 });
        expect(firstBytes(page.frames)).toEqual([1, 2]);
      }));

    test("an empty or unknown inbox is an empty page", () =>
      withLog(async (log) => {
        const empty = { expiredThrough: 0, first: 1, head: 0, frames: [] };
        expect(await read(log, bob)).toEqual(empty);
        await log.inbox(room, bob);
        expect(await read(log, bob)).toEqual(empty);
      }));

    test("the same message again is a duplicate with its first number, also after it was read", () =>
      withLog(async (log) => {
        await append(log, message(ann, [bob], 1));
        await append(log, message(ann, [bob], 2));
        const again = { tag: "appended", duplicate: true, seq: 1, deliveries: [] };
        expect(await append(log, message(ann, [bob], 1))).toMatchObject(again);
        await log.acknowledge(room, bob, 2);
        expect(await append(log, message(ann, [bob], 1))).toMatchObject(again);
        expect(await read(log, bob)).toMatchObject({ expiredThrough: 2, first: 3, head: 2, frames: [] });
      }));

    test("the same message number with other bytes is a conflict for everybody, also after it was read", () =>
      withLog(async (log) => {
        await append(log, message(ann, [bob], 1));
        expect(await append(log, message(ann, [cat, bob], 1, id(99)))).toEqual({ tag: "conflict" });
        expect((await read(log, cat)).head).toBe(0);
        await log.acknowledge(room, bob, 1);
        expect(await append(log, message(ann, [bob], 1, id(99)))).toEqual({ tag: "conflict" });
        expect(await append(log, message(cat, [bob], 1, id(99)))).toMatchObject({ seq: 2 });
      }));

    test("a broadcast sent again reaches only who has it not", () =>
      withLog(async (log) => {
        await append(log, message(ann, [bob], 1));
        const again = await append(log, message(ann, [bob, cat], 1));
        expect(again).toMatchObject({ duplicate: false, deliveries: [{ recipient: cat, seq: 1 }] });
        expect((await read(log, bob)).head).toBe(1);
      }));

    test("a page keeps to its limits, but always holds one message", () =>
      withLog(async (log) => {
        for (let index = 1; index <= 5; index++) await append(log, message(ann, [bob], index));
        expect(firstBytes((await read(log, bob, 2, 2)).frames)).toEqual([2, 3]);
        expect(firstBytes((await read(log, bob, 2, 9, 100)).frames)).toEqual([2, 3]);
        expect(firstBytes((await read(log, bob, 2, 9, 1)).frames)).toEqual([2]);
        expect((await read(log, bob, 6)).frames).toEqual([]);
      }));

    test("an acknowledgement is cumulative, never goes back, and a number never given counts as the newest", () =>
      withLog(async (log) => {
        for (let index = 1; index <= 4; index++) await append(log, message(ann, [bob], index));
        await log.acknowledge(room, bob, 3);
        await log.acknowledge(room, bob, 1);
        expect(await read(log, bob)).toMatchObject({ expiredThrough: 3, first: 4 });
        await log.acknowledge(room, bob, 1_000_000);
        await append(log, message(ann, [bob], 5));
        expect(firstBytes((await read(log, bob)).frames)).toEqual([5]);
        expect(await read(log, bob)).toMatchObject({ expiredThrough: 4, first: 5, head: 5 });
      }));

    test("a full inbox takes nothing, says so, and takes it once there is room", () =>
      withLog(async (log) => {
        await append(log, message(ann, [bob], 1));
        await append(log, message(ann, [bob], 2));
        const refused = await append(log, message(ann, [bob, cat], 3));
        expect(refused).toMatchObject({ full: [bob], deliveries: [{ recipient: cat }] });
        await log.acknowledge(room, bob, 1);
        expect(await append(log, message(ann, [bob, cat], 3))).toMatchObject({
          full: [],
          deliveries: [{ recipient: bob, seq: 3 }],
        });
      }, 100));

    test("age deletes the oldest first, counts the unread, and leaves a tombstone", () =>
      withLog(async (log, clock) => {
        await append(log, message(ann, [bob, cat], 1));
        clock.now = 2_000;
        await append(log, message(ann, [bob, cat], 2));
        await log.acknowledge(room, cat, 1);
        expect(await log.waiting()).toMatchObject({ rows: 3, bytes: 120, oldest: 1_000 });
        expect(await log.expire(1_500)).toBe(1);
        expect(await read(log, bob)).toMatchObject({ expiredThrough: 1, first: 2, head: 2 });
        expect(await log.expire(3_000)).toBe(2);
        expect(await read(log, bob)).toMatchObject({ expiredThrough: 2, first: 3, head: 2, frames: [] });
        expect(await log.waiting()).toEqual({ rows: 0, bytes: 0, oldest: null });
        expect(await append(log, message(ann, [bob], 3))).toMatchObject({ seq: 3 });
      }));

    test("after a new numbering what waits is still there, under another name", () =>
      withLog(async (log) => {
        const before = await log.inbox(room, bob);
        await append(log, message(ann, [bob], 1));
        const after = await log.renumber(room, bob);
        expect(after.log).not.toBe(before.log);
        expect(after).toMatchObject({ head: 1 });
        expect(await log.inbox(room, bob)).toEqual(after);
        expect(firstBytes((await read(log, bob)).frames)).toEqual([1]);
      }));

    test("rooms are kept with their statement, counted by coordinator, and forgotten when unused", () =>
      withLog(async (log, clock) => {
        expect(await log.room(room)).toBeNull();
        await log.saveRoom({ room, coordinator: ann, statement: id(5, 7) });
        await log.saveRoom({ room, coordinator: ann, statement: id(6, 7) });
        await log.saveRoom({ room: id(2), coordinator: bob, statement: id(7, 7) });
        expect((await log.room(room))?.statement[0]).toBe(6);
        expect([await log.rooms(), await log.roomsOf(ann), await log.roomsOf(cat)]).toEqual([2, 1, 0]);
        await append(log, message(ann, [bob, cat], 1));
        expect((await log.members(room)).map((member) => member[0])).toEqual([12, 13]);
        clock.now = 10_000_000;
        await log.inbox(id(2), bob);
        expect(await log.forgetRooms(5_000_000, () => true)).toBe(0);
        expect(await log.forgetRooms(5_000_000, () => false)).toBe(1);
        expect(await log.room(room)).toBeNull();
        expect(await log.members(room)).toEqual([]);
        expect((await read(log, bob)).head).toBe(0);
        expect(await log.rooms()).toBe(1);
      }));

    test("writes made at once are all there, in the order they were made", () =>
      withLog(async (log) => {
        const all = Array.from({ length: 200 }, (_, index) => append(log, message(ann, [bob], index)));
        const seqs = (await Promise.all(all)).map((one) => (one.tag === "appended" ? one.seq : -1));
        expect(seqs).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
      }));

    test("any mix of writes and repeats leaves every inbox without gaps and every message once", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              from: fc.constantFrom(ann, bob),
              to: fc.subarray([ann, bob, cat], { minLength: 1 }),
              msgId: fc.integer({ min: 1, max: 12 }),
              ackUpTo: fc.option(fc.integer({ min: 0, max: 6 })),
            }),
            { maxLength: 40 },
          ),
          (steps) =>
            withLog(async (log) => {
              const seen = new Map<number, string[]>();
              for (const { from, to, msgId, ackUpTo } of steps) {
                const done = await append(log, message(from, to, msgId));
                if (done.tag === "conflict") throw new Error("equal bytes cannot conflict");
                for (const { recipient, seq } of done.deliveries) {
                  const list = seen.get(recipient[0]!) ?? [];
                  expect(seq).toBe(list.length + 1);
                  list.push(`${String(from[0])} ${msgId}`);
                  seen.set(recipient[0]!, list);
                }
                if (ackUpTo !== null) await log.acknowledge(room, bob, ackUpTo);
              }
              for (const list of seen.values()) expect(new Set(list).size).toBe(list.length);
            }),
        ),
        { numRuns: 30 },
      ));
  });
}
