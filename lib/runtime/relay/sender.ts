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

/** Sends the outbox over one connection, a batch at a time, so that the order of the messages is kept. */
export class Sender {
  readonly #options: SenderOptions;
  #running = false;
  #stopped = false;
  #waitUntil = 0;
  #cancelWait: () => void = () => undefined;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** Sends what waits, unless that is being done already or the relay asked to wait. */
  kick(): void {
    if (this.#running || this.#stopped || this.#options.clock.now() < this.#waitUntil) return;
    this.#running = true;
    this.#cancelWait();
    this.#run().catch((error: unknown) => {
      this.#running = false;
      if (!this.#stopped) this.#options.onFailure(error);
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelWait();
  }

  async #run(): Promise<void> {
    const { connection, outbox, clock } = this.#options;
    while (!this.#stopped) {
      const batch = outbox.batch(clock.now());
      if (batch.length === 0) {
        // In the same turn as the check: a message that comes right after it must find nobody running.
        this.#running = false;
        this.#wakeForParked();
        return;
      }
      const answer = await postBatch(
        connection,
        batch.map(({ frame }) => frame),
      );
      if (!answer.ok && !isPassing(answer.code)) throw new ProtocolError(answer.sentence);
      const wait = answer.ok
        ? await this.#settle(batch, answer.results)
        : (answer.retryAfterMs ?? DEFAULT_WAIT_MS);
      this.#options.onProgress();
      if (wait > 0) {
        this.#running = false;
        this.#waitUntil = clock.now() + wait;
        this.#wakeAfter(wait);
        return;
      }
    }
  }

  /** @returns milliseconds to wait before the next batch */
  async #settle(
    batch: readonly { number: number; frame: Uint8Array }[],
    results: readonly PostResult[],
  ): Promise<number> {
    const { outbox, clock, onRefused } = this.#options;
    const accepted: number[] = [];
    const refused: { number: number; frame: Uint8Array; refusal: Refusal }[] = [];
    let wait = 0;
    for (const [index, result] of results.entries()) {
      const item = batch[index];
      if (item === undefined) continue;
      if (!("code" in result)) accepted.push(item.number);
      else if (result.code === "inbox-full")
        outbox.park(item.number, clock.now() + (result.retryAfterMs ?? DEFAULT_WAIT_MS));
      else if (!isPassing(result.code)) refused.push({ ...item, refusal: result });
      else if (result.code !== "not-tried") wait = Math.max(wait, result.retryAfterMs ?? DEFAULT_WAIT_MS);
    }
    await outbox.done(
      accepted,
      refused.map(({ number }) => number),
    );
    for (const { frame, refusal } of refused) onRefused(frame, refusal);
    return wait;
  }

  #wakeForParked(): void {
    const next = this.#options.outbox.nextParked();
    if (next !== null) this.#wakeAfter(Math.max(1, next - this.#options.clock.now()));
  }

  #wakeAfter(ms: number): void {
    this.#cancelWait();
    this.#cancelWait = this.#options.clock.after(ms, () => {
      this.#waitUntil = 0;
      this.kick();
    });
  }
}
