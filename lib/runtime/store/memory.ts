import type { Cursor, OutgoingFrame, SeatChange, SeatStore, StoredSeat } from "./seat-store.ts";

/** A seat's store that ends with the process: for tests and for programs that need no restart. */
export class MemoryStore implements SeatStore {
  #epoch = "";
  #records: Uint8Array[] = [];
  #outbox: OutgoingFrame[] = [];
  #cursors = new Map<string, Cursor>();
  #notes = new Map<string, Uint8Array>();
  #next = 1;

  claim(epoch: string): Promise<void> {
    this.#epoch = epoch;
    return Promise.resolve();
  }

  load(): Promise<StoredSeat> {
    const copy = {
      records: [...this.#records],
      outbox: [...this.#outbox],
      cursors: new Map(this.#cursors),
      notes: new Map(this.#notes),
    };
    return Promise.resolve(copy);
  }

  write(change: SeatChange): Promise<"written" | "superseded"> {
    if (change.epoch !== this.#epoch) return Promise.resolve("superseded");
    if (change.replace === true) this.#records = [];
    this.#records.push(...(change.records ?? []));
    for (const frame of change.send ?? []) this.#outbox.push({ key: this.#next++, ...frame });
    this.#outbox = this.#outbox.filter(({ key }) => !(change.sent ?? []).includes(key));
    for (const [name, note] of change.notes ?? []) {
      if (note === null) this.#notes.delete(name);
      else this.#notes.set(name, note);
    }
    if (change.cursor !== undefined) {
      const { room, log, seq } = change.cursor;
      this.#cursors.set(room, { log, seq });
    }
    return Promise.resolve("written");
  }

  clear(): Promise<void> {
    this.#epoch = "";
    this.#records = [];
    this.#outbox = [];
    this.#cursors.clear();
    this.#notes.clear();
    return Promise.resolve();
  }

  close(): void {
    // Nothing is held open.
  }
}
