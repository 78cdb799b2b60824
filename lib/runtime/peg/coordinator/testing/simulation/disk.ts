import type { Entry, Store, Write } from "../../../../ports/store.ts";

type Contents = ReadonlyMap<string, Uint8Array>;

/** What one coordinator has on disk. A copy of an earlier day can be put back, as a person restores a backup. */
export class SimDisk {
  #entries = new Map<string, Uint8Array>();
  readonly #copies: Contents[] = [];

  /** Keeps a copy to come back to. */
  copy(): void {
    this.#copies.push(new Map(this.#entries));
    if (this.#copies.length > 12) this.#copies.shift();
  }

  /** Puts a copy back. @param back how many copies ago, from 1 @returns false where there is none */
  restore(back: number): boolean {
    const copy = this.#copies.at(-back);
    if (copy === undefined) return false;
    this.#entries = new Map(copy);
    return true;
  }

  /** Whether an entry under a prefix says `text`, which is how a transaction's id stands in it. */
  says(prefix: string, text: string): boolean {
    for (const [key, value] of this.#entries)
      if (key.includes(prefix) && (key.includes(text) || Buffer.from(value).includes(text))) return true;
    return false;
  }

  /** A process's way to it. Nothing stored is ever changed in place, so nothing has to be copied. */
  store(commit: (write: () => Promise<void>) => Promise<void>): Store {
    const put = (writes: readonly Write[]): Promise<void> => {
      for (const write of writes)
        if (write.tag === "put") this.#entries.set(write.key, write.value);
        else this.#entries.delete(write.key);
      return Promise.resolve();
    };
    return {
      get: (key) => Promise.resolve(this.#entries.get(key) ?? null),
      list: (prefix) => Promise.resolve(this.#list(prefix)),
      commit: (writes) => commit(() => put(writes)),
      close: () => Promise.resolve(),
    };
  }

  #list(prefix: string): readonly Entry[] {
    return [...this.#entries]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => ({ key, value }));
  }
}
