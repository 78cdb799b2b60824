import { sameBytes } from "../wire/relay/bytes.ts";
import { StoreError, type Entry, type Expectation, type Store, type Write } from "./ports/store.ts";

/** A store that forgets everything with its process. */
export class MemoryStore implements Store {
  readonly #entries = new Map<string, Uint8Array>();
  #closed = false;

  #open(): Map<string, Uint8Array> {
    if (this.#closed) throw new StoreError("closed", "the store was closed");
    return this.#entries;
  }

  async get(key: string): Promise<Uint8Array | null> {
    await Promise.resolve();
    return this.#open().get(key)?.slice() ?? null;
  }

  async list(prefix: string): Promise<readonly Entry[]> {
    await Promise.resolve();
    return [...this.#open()]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value: value.slice() }));
  }

  async commit(writes: readonly Write[], expect: readonly Expectation[] = []): Promise<void> {
    const copies = writes.map((write) =>
      write.tag === "put" ? { ...write, value: write.value.slice() } : write,
    );
    await Promise.resolve();
    const entries = this.#open();
    for (const { key, value } of expect) {
      const stored = entries.get(key) ?? null;
      const holds = stored === null || value === null ? stored === value : sameBytes(stored, value);
      if (!holds) throw new StoreError("changed", `${key} was changed by someone else`);
    }
    for (const write of copies) {
      if (write.tag === "put") entries.set(write.key, write.value);
      else entries.delete(write.key);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    return Promise.resolve();
  }
}
