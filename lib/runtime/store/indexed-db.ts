import { type DBSchema, deleteDB, type IDBPDatabase } from "idb";
import { openDatabase, storageError } from "./open-database.ts";
import type { Cursor, SeatChange, SeatStore, StoredSeat } from "./seat-store.ts";

interface Schema extends DBSchema {
  owner: { key: "epoch"; value: string };
  records: { key: number; value: Uint8Array };
  outbox: { key: number; value: { readonly room: string; readonly frame: Uint8Array } };
  cursors: { key: string; value: Cursor };
  notes: { key: string; value: Uint8Array };
}

const stores = ["owner", "records", "outbox", "cursors", "notes"] as const;

/** A seat's store in this browser's IndexedDB, in a database of its own. @throws StorageError */
export async function openIndexedDbStore(name: string): Promise<SeatStore> {
  const database = await openDatabase<Schema>(name, 1, (upgrading) => {
    for (const keyed of ["owner", "cursors", "notes"] as const) upgrading.createObjectStore(keyed);
    for (const counted of ["records", "outbox"] as const)
      upgrading.createObjectStore(counted, { autoIncrement: true });
  });
  return new IndexedDbStore(database);
}

/** Removes a seat's database. */
export const deleteIndexedDbStore = (name: string): Promise<void> => deleteDB(name);

class IndexedDbStore implements SeatStore {
  readonly #database: IDBPDatabase<Schema>;
  constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  async claim(epoch: string): Promise<void> {
    await this.#strictly(async (transaction) => {
      await transaction.objectStore("owner").put(epoch, "epoch");
    });
  }

  async load(): Promise<StoredSeat> {
    const transaction = this.#database.transaction(stores);
    const outbox = transaction.objectStore("outbox");
    const [records, frames, frameKeys, cursors, rooms, notes, names] = await Promise.all([
      transaction.objectStore("records").getAll(),
      outbox.getAll(),
      outbox.getAllKeys(),
      transaction.objectStore("cursors").getAll(),
      transaction.objectStore("cursors").getAllKeys(),
      transaction.objectStore("notes").getAll(),
      transaction.objectStore("notes").getAllKeys(),
    ]);
    return {
      records,
      outbox: frames.map((entry, i) => ({ key: frameKeys[i] ?? 0, ...entry })),
      cursors: new Map(cursors.map((cursor, i) => [rooms[i] ?? "", cursor])),
      notes: new Map(notes.map((note, i) => [names[i] ?? "", note])),
    };
  }

  write(change: SeatChange): Promise<"written" | "superseded"> {
    return this.#strictly(async (transaction) => {
      if ((await transaction.objectStore("owner").get("epoch")) !== change.epoch) return "superseded";
      const work: Promise<unknown>[] = [];
      if (change.replace === true) work.push(transaction.objectStore("records").clear());
      for (const record of change.records ?? []) work.push(transaction.objectStore("records").add(record));
      for (const frame of change.send ?? []) work.push(transaction.objectStore("outbox").add(frame));
      for (const key of change.sent ?? []) work.push(transaction.objectStore("outbox").delete(key));
      for (const [name, note] of change.notes ?? []) {
        const notes = transaction.objectStore("notes");
        work.push(note === null ? notes.delete(name) : notes.put(note, name));
      }
      if (change.cursor !== undefined) {
        const { room, log, seq } = change.cursor;
        work.push(transaction.objectStore("cursors").put({ log, seq }, room));
      }
      await Promise.all(work);
      return "written";
    });
  }

  async clear(): Promise<void> {
    await this.#strictly(async (transaction) => {
      await Promise.all(stores.map((store) => transaction.objectStore(store).clear()));
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Runs in one transaction that resolves only once it is on disk. */
  async #strictly<T>(work: (transaction: ReturnType<typeof readWrite>) => Promise<T>): Promise<T> {
    try {
      const transaction = readWrite(this.#database);
      const [result] = await Promise.all([work(transaction), transaction.done]);
      return result;
    } catch (error) {
      throw storageError(error);
    }
  }
}

const readWrite = (database: IDBPDatabase<Schema>) =>
  database.transaction(stores, "readwrite", { durability: "strict" });
