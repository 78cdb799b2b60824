interface Penalty {
  /** How often this identity was cut off lately. */
  readonly strikes: number;
  readonly until: number;
}

const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;
const FORGIVEN_AFTER_MS = 600_000;
const SWEEP_AFTER = 4_096;

/**
 * Keeps out, for a while, who was cut off for ignoring refusals: 5 seconds the first time, twice as long each time after, at
 * most 5 minutes. Only who was logged in can be kept out, so nobody can do this to someone else.
 */
export class Penalties {
  readonly #penalties = new Map<string, Penalty>();
  readonly #elapsed: () => number;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** Keeps `key` out. @returns for how many milliseconds */
  strike(key: string): number {
    const now = this.#elapsed();
    if (this.#penalties.size >= SWEEP_AFTER) this.#sweep(now);
    const earlier = this.#penalties.get(key);
    const forgiven = earlier === undefined || now - earlier.until > FORGIVEN_AFTER_MS;
    const strikes = forgiven ? 1 : earlier.strikes + 1;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** (strikes - 1));
    this.#penalties.set(key, { strikes, until: now + ms });
    return ms;
  }

  /** Milliseconds until `key` is let in again; 0 where it may come. */
  wait(key: string): number {
    const penalty = this.#penalties.get(key);
    return penalty === undefined ? 0 : Math.max(0, Math.ceil(penalty.until - this.#elapsed()));
  }

  #sweep(now: number): void {
    for (const [key, { until }] of this.#penalties)
      if (now - until > FORGIVEN_AFTER_MS) this.#penalties.delete(key);
  }
}
