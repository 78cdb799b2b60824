import type { Page } from "../../wire/relay/batch.ts";
import { MAX_BATCH_FRAMES } from "../../wire/relay/batch.ts";
import { isPassing } from "../../wire/relay/refusals.ts";
import type { Clock } from "../ports/clock.ts";
import type { TransportConnection } from "../ports/transport.ts";
import type { Inbox } from "./inbox.ts";
import { acknowledge, ProtocolError, requestPage } from "./session.ts";

export interface ReaderOptions {
  readonly connection: TransportConnection;
  readonly inbox: Inbox;
  readonly clock: Clock;
  /** Told when there is nothing more to read, and when there is again. */
  readonly onCaughtUp: (caughtUp: boolean) => void;
  readonly onStep: () => void;
  /** The connection cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

/** Pages that may wait; more than that is read again later. */
const MAX_WAITING_PAGES = 64;
const ACK_AFTER_MS = 50;
const ACK_AFTER_MESSAGES = 128;
const PAUSE_MS = 1_000;

/**
 * Reads an inbox over one connection. What is pushed is used where it comes next; whatever is missing is asked for until it
 * is there: a failed answer is never taken for an empty one.
 */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #pages: Page[] = [];
  #missing = false;
  #running = false;
  #stopped = false;
  #acked = 0;
  #acking = false;
  #cancelAck: (() => void) | null = null;
  #cancelPause: () => void = () => undefined;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#acked = options.inbox.seq;
  }

  /** Takes a pushed page. */
  push(page: Page): void {
    if (this.#pages.length < MAX_WAITING_PAGES) this.#pages.push(page);
    else this.#missing = true;
    this.#start();
  }

  /** Asks the relay what there is. */
  sync(): void {
    this.#missing = true;
    this.#start();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelAck?.();
    this.#cancelPause();
  }

  #start(): void {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#run().catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    this.#running = false;
    if (!this.#stopped) this.#options.onFailure(error);
  }

  async #run(): Promise<void> {
    const { inbox, onCaughtUp } = this.#options;
    while (!this.#stopped) {
      const pushed = this.#nextPushed();
      if (pushed !== undefined) {
        const whole = await this.#take(pushed);
        if (!whole || pushed.head > inbox.seq) this.#missing ||= this.#pages.length === 0;
      } else if (this.#missing) {
        this.#missing = false;
        onCaughtUp(false);
        const pause = await this.#readOn();
        if (pause > 0) {
          this.#running = false;
          this.#pause(pause);
          return;
        }
      } else {
        // In the same turn as the check: a page that comes right after it must find nobody running.
        this.#running = false;
        onCaughtUp(true);
        return;
      }
    }
  }

  /** The pushed page that waits longest, with those that follow it without a gap: what waits together is read together. */
  #nextPushed(): Page | undefined {
    let page = this.#pages.shift();
    for (let [next] = this.#pages; page !== undefined && next !== undefined; [next] = this.#pages) {
      if (next.first !== page.first + page.frames.length) break;
      page = { ...page, head: next.head, frames: [...page.frames, ...next.frames] };
      this.#pages.shift();
    }
    return page;
  }

  /** Asks for the next page. @returns milliseconds to wait before asking again */
  async #readOn(): Promise<number> {
    const { connection, inbox } = this.#options;
    const before = inbox.seq;
    const page = await requestPage(connection, before + 1, MAX_BATCH_FRAMES);
    if ("code" in page) {
      if (!isPassing(page.code)) throw new ProtocolError(page.sentence);
      return page.retryAfterMs ?? PAUSE_MS;
    }
    await this.#take(page);
    if (page.head <= inbox.seq) return 0;
    this.#missing = true;
    // A relay that says there is more and gives nothing must not keep this tab busy.
    return inbox.seq === before ? PAUSE_MS : 0;
  }

  #pause(ms: number): void {
    this.#missing = true;
    this.#cancelPause = this.#options.clock.after(ms, () => this.#start());
  }

  #take(page: Page): Promise<boolean> {
    return this.#options.inbox.take(page, () => {
      this.#options.onStep();
      this.#acknowledgeSoon();
    });
  }

  #acknowledgeSoon(): void {
    if (this.#acking || this.#stopped) return;
    if (this.#options.inbox.seq - this.#acked >= ACK_AFTER_MESSAGES) this.#acknowledge();
    else this.#cancelAck ??= this.#options.clock.after(ACK_AFTER_MS, () => this.#acknowledge());
  }

  #acknowledge(): void {
    const { connection, inbox, clock } = this.#options;
    this.#cancelAck?.();
    this.#cancelAck = null;
    this.#acking = true;
    const upTo = inbox.seq;
    acknowledge(connection, upTo).then(
      (refused) => {
        this.#acking = false;
        if (this.#stopped) return;
        if (refused === null) this.#acked = upTo;
        else this.#cancelAck ??= clock.after(refused.retryAfterMs ?? PAUSE_MS, () => this.#acknowledge());
        if (refused === null && inbox.seq > upTo) this.#acknowledgeSoon();
      },
      (error: unknown) => this.#fail(error),
    );
  }
}
