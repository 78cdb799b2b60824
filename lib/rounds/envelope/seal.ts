import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { FrameFields } from "../../wire/frame.ts";
import type { Rng } from "../core/machine.ts";

const NONCE_BYTES = 24;

/** HKDF-SHA256 (RFC 5869) to 32 bytes. */
export const derive = (
  secret: Uint8Array,
  salt: Uint8Array,
  label: string,
  ...info: readonly Uint8Array[]
): Uint8Array => hkdf(sha256, secret, salt, concatBytes(utf8ToBytes(label), ...info), 32);

/** XChaCha20-Poly1305 under a random nonce. @returns nonce (24) ‖ ciphertext ‖ tag (16) */
export function seal(key: Uint8Array, plain: Uint8Array, associated: Uint8Array, rng: Rng): Uint8Array {
  const nonce = rng(NONCE_BYTES);
  return concatBytes(nonce, xchacha20poly1305(key, nonce, associated).encrypt(plain));
}

/** The plain bytes, or null where they do not open. Never throws. */
export function unseal(key: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array | null {
  try {
    const nonce = sealed.slice(0, NONCE_BYTES);
    return xchacha20poly1305(key, nonce, associated).decrypt(sealed.slice(NONCE_BYTES));
  } catch {
    return null;
  }
}

/** Key of a direct frame: one per pair, round, kind and direction; never revealed to anybody. */
export const directKey = (product: Uint8Array, fields: FrameFields): Uint8Array =>
  derive(
    product,
    fields.groupId,
    "direct",
    fields.roundId,
    Uint8Array.of(fields.kind),
    fields.from,
    fields.to,
  );

/** Key of a room's broadcasts, from the group broadcast key or the lobby key. */
export const broadcastKey = (roomKey: Uint8Array, fields: FrameFields): Uint8Array =>
  derive(roomKey, fields.groupId, "broadcast", fields.from);
