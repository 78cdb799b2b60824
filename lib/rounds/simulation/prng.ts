/**
 * A seeded stream of decisions and bytes (sfc32). It drives a simulation only: the same seed replays the same
 * run, byte for byte. It must never be handed to a machine that guards real money.
 */
export interface Prng {
  /** A 32-bit unsigned integer. */
  next(): number;
  /** An integer in [0, bound). */
  below(bound: number): number;
  /** An integer in [low, high], both ends included. */
  between(low: number, high: number): number;
  /** True with the given probability (0..1). */
  chance(probability: number): boolean;
  /** One element of a list that has at least one. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  /** `length` bytes. */
  bytes(length: number): Uint8Array;
  /** An independent stream; the same label of the same parent gives the same stream. */
  fork(label: string): Prng;
}

function hash32(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** Makes the stream of one seed; `label` separates streams that share a seed. */
export function createPrng(seed: number, label = ""): Prng {
  let a = hash32(label, seed);
  let b = hash32(label, Math.floor(seed / 2 ** 32) + 0x9e3779b9);
  let c = hash32(label, seed ^ 0x85ebca6b);
  let counter = 1;
  const next = (): number => {
    const out = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + out) >>> 0;
    return out;
  };
  for (let i = 0; i < 12; i++) next();
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  const pick = <T>(items: readonly T[]): T => {
    const index = below(items.length);
    if (index >= items.length) throw new Error("pick needs at least one item");
    return items[index] as T;
  };
  return {
    next,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => next() / 2 ** 32 < probability,
    pick,
    shuffle: (items) => {
      const copy = [...items];
      for (let i = copy.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const held = copy[i] as (typeof copy)[number];
        copy[i] = copy[j] as (typeof copy)[number];
        copy[j] = held;
      }
      return copy;
    },
    bytes: (length) => {
      const out = new Uint8Array(length);
      for (let i = 0; i < length; i += 4) {
        const word = next();
        for (let j = 0; j < 4 && i + j < length; j++) out[i + j] = (word >>> (8 * j)) & 0xff;
      }
      return out;
    },
    fork: (child) => createPrng(seed, `${label}/${child}`),
  };
}
