/** Randomness, as something that can be replaced. */
export interface Rng {
  /** @returns fresh random bytes, fit for secrets */
  bytes(length: number): Uint8Array;
}

/** The randomness of the machine. */
export const systemRng: Rng = {
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
};

/** A number from 0 up to, not including, 1. For delays, not for secrets. */
export function fraction(rng: Rng): number {
  const bytes = rng.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
}
