import { MAX_BATCH_FRAMES } from "../../wire/relay/batch.ts";
import { sameBytes } from "../../wire/relay/bytes.ts";
import { readHeader } from "../../wire/header.ts";
import { put, remove, type Store, type Write } from "../ports/store.ts";
import { numbered, numberOf, type RoomKeys } from "./keys.ts";

/** A message on its way to the relay. */
export interface Outgoing {
  readonly frame: Uint8Array;
  /** True to keep it after the relay accepted it, and to send it again to a relay that lost it, until `settle`. */
  readonly keep: boolean;
}

interface Item extends Outgoing {
  readonly number: number;
  /** Not before this moment: its recipient's inbox was full. */
  parkedUntil: number;
}

const KEEP = 1;
const BATCH_BYTES = 500_000;

function encode({ frame, keep }: Outgoing): Uint8Array {
  const bytes = new Uint8Array(1 + frame.length);
  bytes[0] = keep ? KEEP : 0;
  bytes.set(frame, 1);
  return bytes;
}

/**
 * Messages in the order they were written, until the relay has them. What is here is also in the store. What the relay took leaves the
 * store with the next commit: whoever starts again before that sends it a second time, and the relay knows it by its id.
 */
export class Outbox {
  readonly #store: Store;
  readonly #keys: RoomKeys;
  readonly #items = new Map<number, Item>();
  #kept = new Map<number, Uint8Array>();
  /** What is here no more and in the store still. */
  #gone: ReadonlySet<number> = new Set();
  #next = 0;
  /** Highest number that was ever here. */
  #last = -1;

  constructor(store: Store, keys: RoomKeys) {
    this.#store = store;
    this.#keys = keys;
  }

  get size(): number {
    return this.#items.size;
  }

  /** Reads what an earlier run left. */
  async load(): Promise<void> {
    for (const { key, value } of await this.#store.list(this.#keys.outbox)) {
      const number = numberOf(key);
      this.#add({ number, frame: value.slice(1), keep: value[0] === KEEP, parkedUntil: 0 });
      this.#next = Math.max(this.#next, number + 1);
    }
    for (const { key, value } of await this.#store.list(this.#keys.kept)) {
      const number = numberOf(key);
      this.#kept.set(number, value);
      this.#next = Math.max(this.#next, number + 1);
    }
  }

  /** Keeps the items in the order of their numbers, which is nearly always the order they come in. */
  #add(item: Item): void {
    this.#items.set(item.number, item);
    if (item.number > this.#last) {
      this.#last = item.number;
      return;
    }
    const sorted = [...this.#items].sort(([a], [b]) => a - b);
    this.#items.clear();
    for (const [number, one] of sorted) this.#items.set(number, one);
  }

  /**
   * Makes the writes that put messages here. They count once their commit is done and `taken` was called.
   * @returns the writes, and what to call after the commit
   */
  prepare(messages: readonly Outgoing[]): { writes: readonly Write[]; taken: () => void } {
    const items = messages.map((message): Item => ({ ...message, number: this.#next++, parkedUntil: 0 }));
    const gone = this.#gone;
    return {
      writes: [
        ...items.map((item) => put(numbered(this.#keys.outbox, item.number), encode(item))),
        ...this.#removals(gone),
      ],
      taken: () => {
        for (const item of items) this.#add(item);
        this.#gone = new Set([...this.#gone].filter((number) => !gone.has(number)));
      },
    };
  }

  #removals(numbers: Iterable<number>): Write[] {
    return [...numbers].map((number) => remove(numbered(this.#keys.outbox, number)));
  }

  /** Removes from the store what is here no more. */
  async tidy(): Promise<void> {
    const { writes, taken } = this.prepare([]);
    if (writes.length > 0) await this.#store.commit(writes);
    taken();
  }

  /**
   * The next messages to send, in order, at most `most`; those whose recipient's inbox is full wait without holding up the
   * rest.
   * @param under those that are under way already, by number
   */
  batch(
    now: number,
    under: ReadonlySet<number>,
    most: number,
  ): readonly { number: number; frame: Uint8Array }[] {
    const batch: Item[] = [];
    let bytes = 0;
    for (const item of this.#items.values()) {
      if (item.parkedUntil > now || under.has(item.number)) continue;
      bytes += item.frame.length + 4;
      if (batch.length >= Math.min(most, MAX_BATCH_FRAMES) || (batch.length > 0 && bytes > BATCH_BYTES))
        break;
      batch.push(item);
    }
    return batch;
  }

  /** When the first parked message may be tried again, or null where none is parked. */
  nextParked(): number | null {
    const times = [...this.#items.values()].map(({ parkedUntil }) => parkedUntil).filter((time) => time > 0);
    return times.length === 0 ? null : Math.min(...times);
  }

  park(number: number, until: number): void {
    const item = this.#items.get(number);
    if (item !== undefined) item.parkedUntil = until;
  }

  /** Takes out what the relay accepted, or refused for good. */
  async done(accepted: readonly number[], refused: readonly number[]): Promise<void> {
    const kept: Item[] = [];
    for (const number of accepted) {
      const item = this.#items.get(number);
      if (item?.keep !== true) continue;
      kept.push(item);
      this.#kept.set(number, item.frame);
    }
    const done = [...accepted, ...refused];
    for (const number of done) this.#items.delete(number);
    if (kept.length === 0) {
      this.#gone = new Set([...this.#gone, ...done]);
      return;
    }
    await this.#store.commit([
      ...this.#removals(done),
      ...kept.map(({ number, frame }) => put(numbered(this.#keys.kept, number), frame)),
    ]);
  }

  /** Puts every kept message back: the relay has another log than the one that accepted them. */
  async sendKeptAgain(): Promise<void> {
    const kept = this.#kept;
    if (kept.size === 0) return;
    this.#kept = new Map();
    const writes = [...kept].flatMap(([number, frame]) => [
      remove(numbered(this.#keys.kept, number)),
      put(numbered(this.#keys.outbox, number), encode({ frame, keep: true })),
    ]);
    await this.#store.commit(writes);
    for (const [number, frame] of kept)
      this.#items.set(number, { number, frame, keep: true, parkedUntil: 0 });
  }

  /** Lets go of a kept message, or of one that is not sent yet: its purpose is fulfilled. */
  async settle(msgId: Uint8Array): Promise<void> {
    const isIt = (frame: Uint8Array) => {
      const header = readHeader(frame);
      return typeof header !== "string" && sameBytes(header.msgId, msgId);
    };
    const kept = [...this.#kept].filter(([, frame]) => isIt(frame)).map(([number]) => number);
    const unsent = [...this.#items.values()].filter(({ frame }) => isIt(frame)).map(({ number }) => number);
    const writes = [
      ...kept.map((number) => remove(numbered(this.#keys.kept, number))),
      ...unsent.map((number) => remove(numbered(this.#keys.outbox, number))),
    ];
    if (writes.length === 0) return;
    await this.#store.commit(writes);
    for (const number of kept) this.#kept.delete(number);
    for (const number of unsent) this.#items.delete(number);
  }
}
