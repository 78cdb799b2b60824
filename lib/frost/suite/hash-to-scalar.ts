import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concatBytes } from "./bytes.ts";
import { bytesToBigInt, mod } from "./scalar.ts";

const blockOfZeros = sha256.create().update(new Uint8Array(64));

/**
 * `hash_to_field` of RFC 9380 §5.2 for one element of the scalar field: `expand_message_xmd` (§5.3.1) with SHA-256 to
 * 48 bytes under `domain` (shorter than 256 bytes), then reduced. As RFC 9591 §6.5 asks for H1, H2 and H3.
 * The state after the leading block of zeros is kept, and `@noble/curves`' general form is left aside for its speed.
 */
export function hashToScalar(domain: Bytes): (message: Bytes) => bigint {
  const suffix = concatBytes(domain, Uint8Array.of(domain.length));
  const tail = concatBytes(Uint8Array.of(0, 48, 0), suffix);
  const first = concatBytes(Uint8Array.of(1), suffix);
  const second = concatBytes(Uint8Array.of(2), suffix);
  return (message) => {
    const b0 = blockOfZeros.clone().update(message).update(tail).digest();
    const b1 = sha256(concatBytes(b0, first));
    const mixed = b0.map((byte, i) => byte ^ (b1[i] ?? 0));
    const b2 = sha256(concatBytes(mixed, second));
    return mod(bytesToBigInt(concatBytes(b1, b2.subarray(0, 16))));
  };
}
