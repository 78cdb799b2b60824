import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js";
import { verifySchnorr } from "../../frost/index.ts";
import { tagged } from "../core/hash.ts";
import type { Rng } from "../core/machine.ts";
import { bytesOf, type PartyId, partyId } from "../core/names.ts";

/**
 * What an identity key signs, each under its own tag: a signature made for one purpose is none for another.
 * Relay logins and room statements have tags of their own in `lib/wire/relay`.
 */
export const signatureTags = {
  frame: "hoarfrost/frame/1",
  approval: "hoarfrost/approval/1",
  certificate: "hoarfrost/certificate/1",
} as const;
export type Purpose = keyof typeof signatureTags;

const inspect = Symbol.for("nodejs.util.inspect.custom");

/** A tab's secp256k1 key. Prints and serialises as redacted; `reveal` is for sealed storage and backups alone. */
export class Identity {
  readonly #secret: Uint8Array;
  readonly #products = new Map<PartyId, Uint8Array | null>();
  readonly id: PartyId;

  /** @param secret 32 bytes, a scalar from 1 to n-1. @throws Error otherwise */
  constructor(secret: Uint8Array) {
    this.#secret = secret.slice();
    this.id = partyId(schnorr.getPublicKey(this.#secret));
  }

  /** A new identity. The chance that 32 random bytes are no scalar is 2^-128: then the constructor throws. */
  static create(rng: Rng): Identity {
    return new Identity(rng(32));
  }

  /** BIP-340 over `tagged(purpose, ...parts)`. @returns 64 bytes */
  sign(purpose: Purpose, parts: readonly Uint8Array[], rng: Rng): Uint8Array {
    return schnorr.sign(tagged(signatureTags[purpose], ...parts), this.#secret, rng(32));
  }

  /**
   * BIP-340 over a digest that `lib/wire/relay` made (a login, a room statement), each under its own tag; never over
   * bytes that somebody else chose. @returns 64 bytes
   */
  signRelayDigest(digest: Uint8Array, rng: Rng): Uint8Array {
    return schnorr.sign(digest, this.#secret, rng(32));
  }

  /**
   * x coordinate of the static Diffie-Hellman product (the same from both sides, as x knows no sign), by a fixed
   * pattern of operations. @returns 32 bytes, or null where `other` is no point's x
   */
  product(other: PartyId): Uint8Array | null {
    const known = this.#products.get(other);
    if (known !== undefined) return known;
    const made = staticProduct(this.#secret, other);
    this.#products.set(other, made);
    return made;
  }

  /** The 32 secret bytes, for sealed storage. */
  reveal(): Uint8Array {
    return this.#secret.slice();
  }

  toJSON(): string {
    return `[Identity ${this.id}]`;
  }
  toString(): string {
    return this.toJSON();
  }
  [inspect](): string {
    return this.toJSON();
  }
}

function staticProduct(secret: Uint8Array, other: PartyId): Uint8Array | null {
  try {
    const point = concatBytes(Uint8Array.of(2), bytesOf(other));
    return secp256k1.getSharedSecret(secret, point, true).slice(1);
  } catch {
    return null;
  }
}

/** Answers of `verifySignature`, by everything it depends on: a frame is met again as evidence or a repeat. */
const verified = new Map<string, boolean>();
const MOST_VERIFIED = 4_096;

/** True where `signature` is the identity's BIP-340 signature for this purpose over these parts. Never throws. */
export function verifySignature(
  purpose: Purpose,
  parts: readonly Uint8Array[],
  signature: Uint8Array,
  identity: PartyId,
): boolean {
  const message = tagged(signatureTags[purpose], ...parts);
  const key = `${identity}${bytesToHex(message)}${bytesToHex(signature)}`;
  const known = verified.get(key);
  if (known !== undefined) return known;
  const holds = verifySchnorr(bytesOf(identity), message, signature);
  if (verified.size >= MOST_VERIFIED) verified.clear();
  verified.set(key, holds);
  return holds;
}
