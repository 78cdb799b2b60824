import type { PostResult } from "../../wire/relay/events.ts";
import { isPassing, type Refusal } from "../../wire/relay/refusals.ts";
import type { Clock } from "../ports/clock.ts";
import type { TransportConnection } from "../ports/transport.ts";
import type { Outbox } from "./outbox.ts";
import { postBatch, ProtocolError } from "./session.ts";

export interface SenderOptions {
  readonly connection: TransportConnection;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** A message the relay will never take, with its reason. It is out of the outbox. */
  readonly onRefused: (frame: Uint8Array, refusal: Refusal) => void;
  readonly onProgress: () => void;
  /** The connection cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

const DEFAULT_WAIT_MS = 1_000;
/** Batches under way at once, so that the relay and we work at the same time. */
const BATCHES = 2;
/** What the relay took leaves the store after this time, where no commit took it along. */
const TIDY_AFTER_MS = 1_000;
/** Fewer messages than this are not spread over batches. */
const SMALL_BATCH = 8;

type Batch = readonly { readonly number: number; readonly frame: Uint8Array }[];

/**
 * Sends the outbox over one connection. When the relay stops at a message, all batches under way are waited for before
 * anything is sent again, so that the order of the messages is kept.
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #underWay = new Set<number>();
  #batches = 0;
  #turn = 0;
  #held = false;
  #holdMs = 0;
  #stopped = false;
  #cancelWait: () => void = () => undefined;
  #cancelTidying: (() => void) | null = null;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Sends what waits, as far as that is not under way already and the relay did not ask to wait. */
  kick(): void {
    const { outbox, clock } = this.#options;
    while (!this.#stopped && !this.#held && this.#batches < BATCHES) {
      const most = Math.max(SMALL_BATCH, Math.ceil(outbox.size / BATCHES));
      const batch = outbox.batch(clock.now(), this.#underWay, most);
      if (batch.length === 0) {
        this.#wakeForParked();
        return;
      }
      this.#send(batch);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWait();
    this.#cancelTidying?.();
  }

  #send(batch: Batch): void {
    this.#batches++;
    for (const { number } of batch) this.#underWay.add(number);
    this.#exchange(batch, this.#turn).catch((error: unknown) => {
      if (!this.#stopped) this.#options.onFailure(error);
    });
  }

  async #exchange(batch: Batch, turn: number): Promise<void> {
    const { connection, onProgress } = this.#options;
    const frames = batch.map(({ frame }) => frame);
    const answer = await postBatch(connection, frames, turn);
    if (!answer.ok && !isPassing(answer.code)) throw new ProtocolError(answer.sentence);
    const wait = answer.ok
      ? await this.#settle(batch, answer.results)
      : (answer.retryAfterMs ?? DEFAULT_WAIT_MS);
    for (const { number } of batch) this.#underWay.delete(number);
    this.#batches--;
    if (wait !== null) this.#hold(turn, wait);
    onProgress();
    if (this.#held && this.#batches === 0) this.#wakeAfter(this.#holdMs);
    else this.kick();
  }

  /** Nothing more is sent until all batches are back and `ms` have passed; what is sent then belongs to a new turn. */
  #hold(turn: number, ms: number): void {
    if (turn === this.#turn) this.#turn++;
    this.#holdMs = this.#held ? Math.max(this.#holdMs, ms) : ms;
    this.#held = true;
  }

  /** @returns null where the relay took every message it could ever take, else milliseconds to wait before the next batch */
  async #settle(batch: Batch, results: readonly PostResult[]): Promise<number | null> {
    const { outbox, clock, onRefused } = this.#options;
    const accepted: number[] = [];
    const refused: { number: number; frame: Uint8Array; refusal: Refusal }[] = [];
    let wait: number | null = null;
    for (const [index, result] of results.entries()) {
      const item = batch[index];
      if (item === undefined) continue;
      if (!("code" in result)) accepted.push(item.number);
      else if (result.code === "inbox-full")
        outbox.park(item.number, clock.now() + (result.retryAfterMs ?? DEFAULT_WAIT_MS));
      else if (!isPassing(result.code)) refused.push({ ...item, refusal: result });
      else if (result.code === "not-tried") wait ??= 0;
      else wait = Math.max(wait ?? 0, result.retryAfterMs ?? DEFAULT_WAIT_MS);
    }
    await outbox.done(
      accepted,
      refused.map(({ number }) => number),
    );
    this.#tidySoon();
    for (const { frame, refusal } of refused) onRefused(frame, refusal);
    return wait;
  }

  #tidySoon(): void {
    const { outbox, clock, onFailure } = this.#options;
    if (this.#stopped) return;
    this.#cancelTidying ??= clock.after(TIDY_AFTER_MS, () => {
      this.#cancelTidying = null;
      outbox.tidy().catch((error: unknown) => {
        if (!this.#stopped) onFailure(error);
      });
    });
  }

  #wakeForParked(): void {
    const next = this.#options.outbox.nextParked();
    if (next === null || this.#batches > 0) return;
    this.#wakeAfter(Math.max(1, next - this.#options.clock.now()));
  }

  #wakeAfter(ms: number): void {
    this.#cancelWait();
    this.#cancelWait = this.#options.clock.after(ms, () => {
      this.#held = false;
      this.kick();
    });
  }
}
