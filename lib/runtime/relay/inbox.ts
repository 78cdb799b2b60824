import type { Page } from "../../wire/relay/batch.ts";
import { put, type Expectation, type Store, type Write } from "../ports/store.ts";
import { decodeCursor, encodeCursor, startCursor, type Cursor, type RoomKeys } from "./keys.ts";
import type { Outbox, Outgoing } from "./outbox.ts";

/** What a message leads to, stored in one transaction with the cursor that says it was read. */
export interface Effect {
  readonly writes: readonly Write[];
  /** Answers to send. */
  readonly messages: readonly Outgoing[];
  /** What must still be true of the store. */
  readonly expect?: readonly Expectation[];
  /** Told once the transaction is durable, before anything else is taken in. */
  readonly committed?: () => void;
  /** Told where nothing of it was stored. */
  readonly failed?: (error: unknown) => void;
}

export const noEffect: Effect = { writes: [], messages: [] };

/** What the first few of several messages lead to, together. */
export interface EffectOfSeveral extends Effect {
  /** How many they are; at least one. The others are offered again. */
  readonly count: number;
}

/** How messages become effects. A handler may be called again for messages whose commit failed; none is ever skipped. */
export interface InboxHandlers {
  /** @param frames the messages that come next, at least one; the first is number `first` */
  onMessages(frames: readonly Uint8Array[], first: number): Promise<EffectOfSeveral> | EffectOfSeveral;
  /** Messages `from` to `to` are gone from the relay: too old, or read by an earlier copy of this store. */
  onExpired(from: number, to: number): Promise<Effect> | Effect;
}

/** A handler failed. Its message stays where it is, and comes again. */
export class EffectError extends Error {
  override readonly name = "EffectError";
}

async function effectOf<E extends Effect>(handle: () => Promise<E> | E): Promise<E> {
  try {
    return await handle();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EffectError(`a received message could not be taken in: ${reason}`, { cause: error });
  }
}

/**
 * Reads an inbox in order, each message once: effect and cursor are stored together. Messages that wait are taken in several at a time,
 * since a commit costs a browser more than most messages do.
 */
export class Inbox {
  readonly #store: Store;
  readonly #keys: RoomKeys;
  readonly #outbox: Outbox;
  readonly #handlers: InboxHandlers;
  #cursor: Cursor = startCursor;
  /** The cursor as stored; what is stored must still be this, or another tab reads the same inbox. */
  #stored: Uint8Array | null = null;

  constructor(store: Store, keys: RoomKeys, outbox: Outbox, handlers: InboxHandlers) {
    this.#store = store;
    this.#keys = keys;
    this.#outbox = outbox;
    this.#handlers = handlers;
  }

  /** Number of the last message whose effect is stored. */
  get seq(): number {
    return this.#cursor.seq;
  }

  async load(): Promise<void> {
    this.#stored = await this.#store.get(this.#keys.cursor);
    this.#cursor = this.#stored === null ? startCursor : decodeCursor(this.#stored);
  }

  /** Takes the relay's name of the numbering. @returns true where it is another than before, after the first time */
  async use(log: string): Promise<boolean> {
    if (log === this.#cursor.log) return false;
    const before = this.#cursor.log;
    await this.#advance({ log, seq: 0 }, noEffect);
    return before !== "";
  }

  async #advance(cursor: Cursor, effect: Effect): Promise<void> {
    const bytes = encodeCursor(cursor);
    const { writes, taken } = this.#outbox.prepare(effect.messages);
    try {
      await this.#store.commit(
        [...effect.writes, ...writes, put(this.#keys.cursor, bytes)],
        [{ key: this.#keys.cursor, value: this.#stored }, ...(effect.expect ?? [])],
      );
    } catch (error) {
      effect.failed?.(error);
      throw error;
    }
    this.#cursor = cursor;
    this.#stored = bytes;
    taken();
    effect.committed?.();
  }

  /**
   * Takes in what a page brings next. What was read already is left out; what would leave a gap is not touched.
   * @param onStep called after each commit
   * @returns true where the inbox is read up to the page's end, false where something before it is missing
   */
  async take(page: Page, onStep: () => void): Promise<boolean> {
    const { log } = this.#cursor;
    if (page.expiredThrough > this.seq) {
      const effect = await effectOf(() => this.#handlers.onExpired(this.seq + 1, page.expiredThrough));
      await this.#advance({ log, seq: page.expiredThrough }, effect);
      onStep();
    }
    if (page.first > this.seq + 1) return page.frames.length === 0 && page.head <= this.seq;
    let next = page.frames.slice(this.seq + 1 - page.first);
    while (next.length > 0) {
      const frames = next;
      const effect = await effectOf(() => this.#handlers.onMessages(frames, this.seq + 1));
      await this.#advance({ log, seq: this.seq + effect.count }, effect);
      next = next.slice(effect.count);
      onStep();
    }
    return true;
  }
}
