/** Seconds without a question after which a chain with nothing to mine stands still. */
const idleAfter = 300;

/** Surroundings of a {@link BlockTimer}. */
export interface BlockTimerOptions {
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Mines a block. */
  readonly mine: () => void;
  /** Whether a transaction waits for a block. */
  readonly isWaiting: () => boolean;
}

/**
 * Mines a block every so many seconds while somebody looks or something waits. A chain left alone overnight does not
 * grow by thousands of empty blocks.
 */
export class BlockTimer {
  readonly #options: BlockTimerOptions;
  #seconds = 0;
  #timer: NodeJS.Timeout | null = null;
  #lastTick = 0;
  #lastAsked: number;

  constructor(seconds: number, options: BlockTimerOptions) {
    this.#options = options;
    this.#lastAsked = options.now();
    this.set(seconds);
  }

  /** Seconds between blocks; 0 where blocks are mined only on demand. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Seconds until the next block, at least 0; null where none comes by itself. */
  get nextIn(): number | null {
    if (this.#timer === null || this.#isIdle) return null;
    return Math.max(0, this.#lastTick + this.#seconds - this.#options.now());
  }

  /** Begins anew with this many seconds between blocks; 0 stops. */
  set(seconds: number): void {
    this.stop();
    this.#seconds = seconds;
    this.#lastTick = this.#options.now();
    if (seconds > 0) this.#timer = setInterval(() => this.#tick(), seconds * 1000);
  }

  /** Somebody looked. */
  asked(): void {
    this.#lastAsked = this.#options.now();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  get #isIdle(): boolean {
    return this.#options.now() - this.#lastAsked > idleAfter && !this.#options.isWaiting();
  }

  #tick(): void {
    this.#lastTick = this.#options.now();
    if (!this.#isIdle) this.#options.mine();
  }
}
