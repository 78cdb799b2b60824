import { beforeEach, describe, expect, test } from "vitest";
import type { SeatStore } from "../seat-store.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** What every adapter of `SeatStore` promises. `reopen` gives the same stored seat again, as after a reload. */
export function seatStoreContract(
  name: string,
  open: () => Promise<SeatStore>,
  reopen: (store: SeatStore) => Promise<SeatStore>,
): void {
  describe(`a seat store in ${name}`, () => {
    let store: SeatStore;
    beforeEach(async () => {
      store = await open();
      await store.claim("e1");
    });

    test("keeps records, frames, cursors and notes in order over a reload", async () => {
      await store.write({
        epoch: "e1",
        records: [bytes(1), bytes(2)],
        send: [{ room: "a", frame: bytes(9) }],
      });
      await store.write({
        epoch: "e1",
        records: [bytes(3)],
        cursor: { room: "a", log: "x", seq: 7 },
        notes: new Map([["n", bytes(5)]]),
      });
      const stored = await (await reopen(store)).load();
      expect(stored.records).toEqual([bytes(1), bytes(2), bytes(3)]);
      expect(stored.outbox).toMatchObject([{ room: "a", frame: bytes(9) }]);
      expect(stored.cursors).toEqual(new Map([["a", { log: "x", seq: 7 }]]));
      expect(stored.notes).toEqual(new Map([["n", bytes(5)]]));
    });

    test("writes nothing for an epoch that no longer owns the seat", async () => {
      await store.claim("e2");
      expect(
        await store.write({ epoch: "e1", records: [bytes(1)], send: [{ room: "a", frame: bytes(1) }] }),
      ).toBe("superseded");
      const stored = await store.load();
      expect([stored.records, stored.outbox]).toEqual([[], []]);
      expect(await store.write({ epoch: "e2", records: [bytes(1)] })).toBe("written");
    });

    test("forgets acknowledged frames and removed notes, and keeps the others in order", async () => {
      await store.write({
        epoch: "e1",
        send: [1, 2, 3].map((n) => ({ room: "a", frame: bytes(n) })),
        notes: new Map([["n", bytes(1)]]),
      });
      const [, second] = (await store.load()).outbox;
      await store.write({ epoch: "e1", sent: [second!.key], notes: new Map([["n", null]]) });
      const stored = await store.load();
      expect(stored.outbox.map(({ frame }) => frame)).toEqual([bytes(1), bytes(3)]);
      expect(stored.notes.size).toBe(0);
    });

    test("replaces every earlier record where it is told to, frames stay", async () => {
      await store.write({
        epoch: "e1",
        records: [bytes(1), bytes(2)],
        send: [{ room: "a", frame: bytes(9) }],
      });
      await store.write({ epoch: "e1", records: [bytes(3)], replace: true });
      const stored = await store.load();
      expect([stored.records, stored.outbox.length]).toEqual([[bytes(3)], 1]);
    });

    test("is empty and unowned after it was cleared", async () => {
      await store.write({ epoch: "e1", records: [bytes(1)] });
      await store.clear();
      expect((await store.load()).records).toEqual([]);
      expect(await store.write({ epoch: "e1", records: [bytes(1)] })).toBe("superseded");
    });
  });
}
