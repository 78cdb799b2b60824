import type { Rng } from "./machine.ts";

/**
 * Predictable bytes for a batch check that everybody must be able to repeat: they leave a forger with grinding the
 * 128-bit hash that lib/frost adds. For nothing that has to stay secret.
 */
export function counterBytes(): Rng {
  let call = 0;
  return (length) => new Uint8Array(length).fill(++call & 255);
}
