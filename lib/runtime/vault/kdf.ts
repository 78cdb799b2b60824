import { scryptAsync } from "@noble/hashes/scrypt.js";
import { type VaultError, vaultError } from "./errors.ts";

/** How a passphrase becomes a key (RFC 7914). Stored beside what it protects, so costs can rise later. */
export interface KdfParams {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** 16 random bytes. */
  readonly salt: Uint8Array;
}

/** Cost of new records: 128 MiB and about a second on a laptop. */
export const currentCost = { N: 2 ** 17, r: 8, p: 1 } as const;

// A stored record is hostile until opened: a huge N would hang the tab, a tiny one would make guessing cheap.
const smallestN = 2 ** 15;
const largestN = 2 ** 20;

/** Shortest passphrase we accept for new records, in characters. Length is the only rule that helps. */
export const shortestPassphrase = 12;

/** True where a new passphrase is refused for its length. */
export const isTooShort = (passphrase: string): boolean =>
  passphrase.normalize("NFKC").length < shortestPassphrase;

/** Says what is wrong with parameters read from storage, or null where they may be used. */
export function kdfProblem(params: KdfParams): VaultError | null {
  const { N, r, p, salt } = params;
  const powerOfTwo = Number.isSafeInteger(N) && N >= smallestN && N <= largestN && (N & (N - 1)) === 0;
  if (!powerOfTwo || r !== 8 || p !== 1 || salt.length !== 16) return vaultError("corruptRecord");
  return null;
}

/**
 * Derives the 32-byte key of a passphrase with scrypt. Unicode is normalised (NFKC) first, so that the same words typed on another
 * keyboard give the same key.
 * @param onProgress called with 0..1 while it runs; it takes about a second
 */
export function passphraseKey(
  passphrase: string,
  params: KdfParams,
  onProgress?: (done: number) => void,
): Promise<Uint8Array> {
  const { N, r, p, salt } = params;
  return scryptAsync(new TextEncoder().encode(passphrase.normalize("NFKC")), salt, {
    N,
    r,
    p,
    dkLen: 32,
    maxmem: 128 * N * r + 2 ** 20,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
