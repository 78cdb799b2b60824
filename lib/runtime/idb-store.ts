import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { sameBytes } from "../wire/relay/bytes.ts";
import { StoreError, type Entry, type Expectation, type Store, type Write } from "./ports/store.ts";

interface Schema extends DBSchema {
  entries: { key: string; value: Uint8Array };
}

const VERSION = 1;

function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") {
    const remedy = "free some space, or allow this site to keep its data";
    return new StoreError("quota", `the browser has no room left for this site: ${remedy}`, { cause: error });
  }
  if (name === "InvalidStateError") return new StoreError("closed", "the store was closed", { cause: error });
  return new StoreError("failed", "the browser could not store this", { cause: error });
}

/** The request, whose failure is heard of where its transaction's is, and is no fault of the page where nobody waits for it any more. */
function listened<T>(request: Promise<T>): Promise<T> {
  request.catch(() => undefined);
  return request;
}

const isSame = (stored: Uint8Array | null, expected: Uint8Array | null): boolean =>
  stored === null || expected === null ? stored === expected : sameBytes(stored, expected);

/** How long another tab may keep this one from opening its store. */
const patienceMs = 3000;

const heldOpen = (): StoreError =>
  new StoreError("blocked", "an older version of this page is open: close its other tabs");

/** A store in the browser's IndexedDB; a commit resolves when its transaction is complete and flushed to disk. */
export class IdbStore implements Store {
  readonly #db: IDBPDatabase<Schema>;
  #closed = false;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  /**
   * @param name of the database; one for each identity
   * @param onClosed told when the browser, or a newer version of this application, closed the store
   * @throws StoreError `blocked` where an older version of the application is open elsewhere and does not let go
   */
  static async open(name: string, onClosed: () => void = () => undefined): Promise<IdbStore> {
    let store: IdbStore | null = null;
    const closed = () => {
      if (store !== null) store.#closed = true;
      onClosed();
    };
    let refuse: (error: StoreError) => void = () => undefined;
    const blocked = new Promise<never>((_resolve, reject) => {
      refuse = reject;
    });
    // A change that waits for an old tab holds up whatever comes after it, without a word.
    const timer = setTimeout(() => refuse(heldOpen()), patienceMs);
    const opening = openDB<Schema>(name, VERSION, {
      upgrade: (db) => void db.createObjectStore("entries"),
      blocked: () => refuse(heldOpen()),
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        closed();
      },
      terminated: closed,
    });
    try {
      store = new IdbStore(await Promise.race([opening, blocked]));
      return store;
    } catch (error) {
      // A database that opens after all must not stay open unseen.
      void opening.then((db) => db.close()).catch(() => undefined);
      throw toStoreError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreError("closed", "the store was closed");
    try {
      return await run();
    } catch (error) {
      throw toStoreError(error);
    }
  }

  get(key: string): Promise<Uint8Array | null> {
    return this.#run(async () => (await this.#db.get("entries", key)) ?? null);
  }

  list(prefix: string): Promise<readonly Entry[]> {
    return this.#run(async () => {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      const transaction = this.#db.transaction("entries");
      const [keys, values] = await Promise.all([
        transaction.store.getAllKeys(range),
        transaction.store.getAll(range),
      ]);
      return keys.flatMap((key, index) => {
        const value = values[index];
        return value === undefined ? [] : [{ key, value }];
      });
    });
  }

  commit(writes: readonly Write[], expect: readonly Expectation[] = []): Promise<void> {
    const copies = writes.map((write) =>
      write.tag === "put" ? { ...write, value: write.value.slice() } : write,
    );
    return this.#run(async () => {
      const transaction = this.#db.transaction("entries", "readwrite", { durability: "strict" });
      const done = listened(transaction.done);
      try {
        // All is asked for at once, in this order: what was read is compared while the writes can still be taken back.
        const reads = expect.map(({ key }) => listened(transaction.store.get(key)));
        const requests = copies.map((write) =>
          listened<unknown>(
            write.tag === "put"
              ? transaction.store.put(write.value, write.key)
              : transaction.store.delete(write.key),
          ),
        );
        const stored = await Promise.all(reads);
        for (const [index, { key, value }] of expect.entries())
          if (!isSame(stored[index] ?? null, value))
            throw new StoreError("changed", `${key} was changed by someone else`);
        await Promise.all(requests);
      } catch (error) {
        try {
          transaction.abort();
        } catch {
          // It ended already, for the reason that is thrown below.
        }
        throw error;
      }
      await done;
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#db.close();
    return Promise.resolve();
  }
}
