import { sha256 } from "@noble/hashes/sha2.js";
import { secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { type Bytes, concatBytes, utf8ToBytes } from "./bytes.ts";
import { bytesToBigInt, mod } from "./scalar.ts";

export type SuiteId = "FROST-secp256k1-SHA256-TR-v1" | "FROST-secp256k1-SHA256-v1";

/**
 * A FROST ciphersuite over secp256k1 and SHA-256 (RFC 9591 §6.5 and, with BIP-340/341 output, frost-secp256k1-tr 3.x).
 * Both produce and check every hash the same way; `taproot` says whether keys and R are taken with even y, signatures
 * are 64 bytes (x-only R ‖ z) and key generation ends with the taproot tweak over an empty merkle root.
 */
export interface Suite {
  /** The context string every hash starts with. */
  readonly id: SuiteId;
  readonly taproot: boolean;
  /** Binding factor. */
  H1(message: Bytes): bigint;
  /** Challenge; for the taproot suite the BIP-340 tagged hash. */
  H2(message: Bytes): bigint;
  /** Nonces. */
  H3(message: Bytes): bigint;
  /** Message digest, 32 bytes. */
  H4(message: Bytes): Bytes;
  /** Commitment list digest, 32 bytes. */
  H5(message: Bytes): Bytes;
  /** Proof of possession in key generation, as frost-secp256k1-tr computes it. */
  HDKG(message: Bytes): bigint;
  /** Proof of possession bound to a session: our own domain, in no other implementation. */
  HSession(message: Bytes): bigint;
  /** Identifier derivation. */
  HID(message: Bytes): bigint;
}

/** BIP-340 tagged hash, 32 bytes. */
export function taggedHash(tag: string, ...parts: readonly Bytes[]): Bytes {
  const tagHash = sha256(utf8ToBytes(tag));
  return sha256(concatBytes(tagHash, tagHash, ...parts));
}

function suite(id: SuiteId, taproot: boolean): Suite {
  const toScalar = (domain: string) => {
    const DST = utf8ToBytes(id + domain);
    return (message: Bytes) => secp256k1_hasher.hashToScalar(message, { DST });
  };
  const digest = (domain: string) => {
    const prefix = utf8ToBytes(id + domain);
    return (message: Bytes) => sha256(concatBytes(prefix, message));
  };
  return Object.freeze({
    id,
    taproot,
    H1: toScalar("rho"),
    H2: taproot
      ? (message: Bytes) => mod(bytesToBigInt(taggedHash("BIP0340/challenge", message)))
      : toScalar("chal"),
    H3: toScalar("nonce"),
    H4: digest("msg"),
    H5: digest("com"),
    HDKG: toScalar("dkg"),
    HSession: toScalar("hoarfrost-dkg-session-1"),
    HID: toScalar("id"),
  });
}

/** FROST(secp256k1, SHA-256) with BIP-340/341 output; byte-compatible with frost-secp256k1-tr 3.x. */
export const secp256k1Tr: Suite = suite("FROST-secp256k1-SHA256-TR-v1", true);
/** FROST(secp256k1, SHA-256) of RFC 9591 §6.5, behind the same functions. */
export const secp256k1Plain: Suite = suite("FROST-secp256k1-SHA256-v1", false);
