/** A bucket that refills steadily: it holds `burst`, and refills by `perSecond`. */
class Bucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;
  #at: number;

  constructor(perSecond: number, burst: number, now: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#level = burst;
    this.#at = now;
  }

  #refill(now: number): void {
    this.#level = Math.min(this.#burst, this.#level + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
  }

  /** Milliseconds until `cost` may be taken; 0 where it may be now. A cost above the burst needs a full bucket. */
  wait(cost: number, now: number): number {
    this.#refill(now);
    const missing = Math.min(cost, this.#burst) - this.#level;
    return missing <= 0 ? 0 : Math.ceil((missing / this.#perSecond) * 1000);
  }

  take(cost: number): void {
    this.#level -= cost;
  }

  isFull(now: number): boolean {
    this.#refill(now);
    return this.#level >= this.#burst;
  }
}

/** How much may pass: deliveries and bytes, sustained and at once. */
export interface Allowance {
  readonly perSecond: number;
  readonly burst: number;
  readonly bytesPerSecond: number;
  readonly byteBurst: number;
}

interface Pair {
  readonly count: Bucket;
  readonly bytes: Bucket;
}

const SWEEP_AFTER = 4_096;

/** Measures what identities and addresses do, and says how long they have to wait. */
export class Meter {
  readonly #pairs = new Map<string, Pair>();
  readonly #allowance: Allowance;
  readonly #elapsed: () => number;
  #sweepAt = SWEEP_AFTER;

  constructor(allowance: Allowance, elapsed: () => number) {
    this.#allowance = allowance;
    this.#elapsed = elapsed;
  }

  #pair(key: string, now: number): Pair {
    const found = this.#pairs.get(key);
    if (found !== undefined) return found;
    if (this.#pairs.size >= this.#sweepAt) this.#sweep(now);
    const { perSecond, burst, bytesPerSecond, byteBurst } = this.#allowance;
    const pair = {
      count: new Bucket(perSecond, burst, now),
      bytes: new Bucket(bytesPerSecond, byteBurst, now),
    };
    this.#pairs.set(key, pair);
    return pair;
  }

  /** Forgets who did nothing for long: a full bucket and a new one are the same. */
  #sweep(now: number): void {
    for (const [key, { count, bytes }] of this.#pairs)
      if (count.isFull(now) && bytes.isFull(now)) this.#pairs.delete(key);
    this.#sweepAt = Math.max(SWEEP_AFTER, 2 * this.#pairs.size);
  }

  /** Milliseconds until this much may pass; 0 where it may be now. Takes nothing. */
  wait(key: string, count: number, bytes: number): number {
    const now = this.#elapsed();
    const pair = this.#pair(key, now);
    return Math.max(pair.count.wait(count, now), pair.bytes.wait(bytes, now));
  }

  take(key: string, count: number, bytes: number): void {
    const pair = this.#pair(key, this.#elapsed());
    pair.count.take(count);
    pair.bytes.take(bytes);
  }
}
