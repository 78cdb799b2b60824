import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Rng } from "../core/machine.ts";
import { bytesOf, type Hash, type PartyId } from "../core/names.ts";
import { derive, seal, unseal } from "../envelope/seal.ts";

const NO_DATA = new Uint8Array();

/** A key pair for one round: e is erased at the certificate, or published by an accuser to convict a dealer. */
export interface EncryptionKeyPair {
  /** e: 32 secret bytes. */
  readonly secret: Uint8Array;
  /** E = e·G: 33 bytes. */
  readonly publicKey: Uint8Array;
}

/** e as 32 bytes that are a scalar from 1 to n-1; the chance of a second draw is 2^-128. */
export function encryptionKeyPair(rng: Rng): EncryptionKeyPair {
  for (;;) {
    const secret = rng(32);
    const publicKey = encryptionKeyOf(secret);
    /* v8 ignore next -- 32 random bytes are no scalar once in 2^128 */
    if (publicKey !== null) return { secret, publicKey };
  }
}

/** E of e: 33 bytes, or null where e is no scalar from 1 to n-1. */
export const encryptionKeyOf = (secret: Uint8Array): Uint8Array | null =>
  secp256k1.utils.isValidSecretKey(secret) ? secp256k1.getPublicKey(secret, true) : null;

/** True for 33 bytes that are a compressed point of the curve. */
export const isEncryptionKey = (publicKey: Uint8Array): boolean =>
  publicKey.length === 33 && secp256k1.utils.isValidPublicKey(publicKey, true);

/** Whose shares for whom, in which transcript. */
export interface ShareAddress {
  readonly round1Hash: Hash;
  readonly from: PartyId;
  readonly to: PartyId;
}

/** x of e·E, the same from both sides: compute it once per pair. Fixed-pattern in e. */
export const pairProduct = (secret: Uint8Array, other: Uint8Array): Uint8Array =>
  secp256k1.getSharedSecret(secret, other, true).slice(1);

const shareKey = (product: Uint8Array, { round1Hash, from, to }: ShareAddress): Uint8Array =>
  derive(product, bytesOf(round1Hash), "share", bytesOf(from), bytesOf(to));

/** Seals 32·w bytes of shares under the pair's key for this transcript and direction. */
export const sealShares = (
  product: Uint8Array,
  address: ShareAddress,
  shares: Uint8Array,
  rng: Rng,
): Uint8Array => seal(shareKey(product, address), shares, NO_DATA, rng);

/** The shares, or null where they do not open: that convicts the dealer who signed them. */
export const openShares = (
  product: Uint8Array,
  address: ShareAddress,
  sealed: Uint8Array,
): Uint8Array | null => unseal(shareKey(product, address), sealed, NO_DATA);
