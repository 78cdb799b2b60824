import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const u32 = (n: number): Uint8Array => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255);

/** A number as 4 bytes, big-endian, for hash inputs. */
export const uint32 = u32;

/**
 * BIP-340 tagged SHA-256 over length-prefixed parts, so that no two lists of parts are the same input.
 * @returns 32 bytes
 */
export function tagged(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const prefix = sha256(utf8ToBytes(tag));
  return sha256(concatBytes(prefix, prefix, ...parts.flatMap((part) => [u32(part.length), part])));
}
