import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { concatBytes, utf8ToBytes } from "@noble/ciphers/utils.js";

/** Source of random bytes: `crypto.getRandomValues` in a tab, a counter in a test. */
export type Rng = (length: number) => Uint8Array;

const nonceLength = 24;

/** Seals with XChaCha20-Poly1305: `nonce 24 | ciphertext | tag 16`. The context is authenticated, not stored. */
export function seal(key: Uint8Array, context: string, plaintext: Uint8Array, rng: Rng): Uint8Array {
  const nonce = rng(nonceLength);
  return concatBytes(nonce, xchacha20poly1305(key, nonce, utf8ToBytes(context)).encrypt(plaintext));
}

/** Opens what `seal` made under the same key and context; null for anything else. */
export function open(key: Uint8Array, context: string, sealed: Uint8Array): Uint8Array | null {
  if (sealed.length < nonceLength + 16) return null;
  const cipher = xchacha20poly1305(key, sealed.subarray(0, nonceLength), utf8ToBytes(context));
  try {
    return cipher.decrypt(sealed.subarray(nonceLength));
  } catch {
    return null;
  }
}
