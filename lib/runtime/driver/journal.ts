import type { SecretRecord } from "../../rounds/core/machine.ts";
import type { Epoch } from "../../rounds/core/names.ts";
import { type Expectation, put, remove, type Store, type Write } from "../ports/store.ts";

const ownerKey = "owner";
const prefix = "journal/";
const digits = 16;

const ownerBytes = (epoch: Epoch): Uint8Array => new TextEncoder().encode(epoch);
const keyOf = (number: number): string => `${prefix}${String(number).padStart(digits, "0")}`;

/** How records become what is stored, and back. */
export interface Sealer {
  /** @param context names the record's place, so that a record moved elsewhere does not open */
  readonly seal: (context: string, record: Uint8Array) => Uint8Array;
  /** Null for a record that does not open: damaged, or not of this seat. */
  readonly open: (context: string, sealed: Uint8Array) => Uint8Array | null;
}

/** A stored record that cannot be opened: the seat cannot go on from here, a backup can. */
export class DamagedJournal extends Error {
  override readonly name = "DamagedJournal";
}

/** A record to append. */
export interface NewRecord {
  readonly record: SecretRecord;
  /** Remove every earlier record: this one holds all that is kept. */
  readonly replace: boolean;
}

/** The sealed records of one party, in order, under the epoch that owns them. */
export class Journal {
  readonly #sealer: Sealer;
  readonly epoch: Epoch;
  #first: number;
  #next: number;

  private constructor(sealer: Sealer, epoch: Epoch, first: number, next: number) {
    this.#sealer = sealer;
    this.epoch = epoch;
    this.#first = first;
    this.#next = next;
  }

  /**
   * Makes this epoch the owner, so that whatever wrote before is fenced off, and reads what is there.
   * @throws DamagedJournal, StoreError
   */
  static async claim(
    store: Store,
    sealer: Sealer,
    epoch: Epoch,
  ): Promise<{ readonly journal: Journal; readonly records: readonly SecretRecord[] }> {
    await store.commit([put(ownerKey, ownerBytes(epoch))]);
    const entries = await store.list(prefix);
    const records = entries.map(({ key, value }) => {
      const record = sealer.open(key, value);
      if (record === null) throw new DamagedJournal("a stored record does not open");
      return record as SecretRecord;
    });
    const numbers = entries.map(({ key }) => Number(key.slice(prefix.length)));
    const [first = 0, last = -1] = [numbers[0], numbers.at(-1)];
    return { journal: new Journal(sealer, epoch, first, last + 1), records };
  }

  /** True only while this epoch owns the seat; goes into every commit. */
  get owned(): Expectation {
    return { key: ownerKey, value: ownerBytes(this.epoch) };
  }

  /** The writes that append records, in order; they count once `taken` is called, after their commit. */
  append(entries: readonly NewRecord[]): { readonly writes: readonly Write[]; readonly taken: () => void } {
    const writes: Write[] = [];
    let [first, next] = [this.#first, this.#next];
    for (const { record, replace } of entries) {
      if (replace) {
        for (let number = first; number < next; number++) writes.push(remove(keyOf(number)));
        first = next;
      }
      const key = keyOf(next++);
      writes.push(put(key, this.#sealer.seal(key, record)));
    }
    return {
      writes,
      taken: () => {
        this.#first = first;
        this.#next = next;
      },
    };
  }
}
