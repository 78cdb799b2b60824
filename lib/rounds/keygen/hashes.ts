import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalRound1Package, type PublicKeyPackage, type Round1Package } from "../../frost/index.ts";
import { tagged, uint32 } from "../core/hash.ts";
import { bytesOf, type GroupId, hashOf, type Hash, type PartyId, type RoundId } from "../core/names.ts";
import { SUITE } from "../core/roster.ts";

/** Protocol version that hashes cover. */
const VERSION = 1;

/** Names a round for everything that must not be carried into another one. */
export const sessionOf = (group: GroupId, round: RoundId): Uint8Array =>
  concatBytes(bytesOf(group), bytesOf(round));

/**
 * What one seat dealt, as every other seat must have seen it: over 33-byte points, whichever encoding carried them.
 * One hash per seat, so that evidence about a dealer need not quote everybody's commitments.
 */
export const contentHash = (
  identity: PartyId,
  pkg: Round1Package,
  encryptionKey: Uint8Array,
  fingerprintCommitment: Uint8Array,
): Hash =>
  hashOf(
    tagged(
      "hoarfrost/public-shares/1",
      bytesOf(identity),
      canonicalRound1Package(pkg),
      encryptionKey,
      fingerprintCommitment,
    ),
  );

/** round1Hash (DESIGN §5): version, suite, group, round, and what every seat dealt, in seat order. */
export const round1HashOf = (group: GroupId, round: RoundId, contents: readonly Hash[]): Hash =>
  hashOf(
    tagged(
      "hoarfrost/round1/1",
      Uint8Array.of(VERSION),
      utf8ToBytes(SUITE),
      bytesOf(group),
      bytesOf(round),
      ...contents.map(bytesOf),
    ),
  );

/** keyHash = H(round1Hash, Q): what a certificate signs. Q is the output key, 33 bytes. */
export const keyHashOf = (round1Hash: Hash, groupPublicKey: Uint8Array): Hash =>
  hashOf(tagged("hoarfrost/key/1", bytesOf(round1Hash), groupPublicKey));

export const keyHashOfPackage = (round1Hash: Hash, key: PublicKeyPackage): Hash =>
  keyHashOf(round1Hash, key.verifyingKey.toCompressed());

/** Commitment to r, under the identity that will reveal it. */
export const fingerprintCommitmentOf = (identity: PartyId, reveal: Uint8Array): Uint8Array =>
  tagged("hoarfrost/fingerprint-commitment/1", bytesOf(identity), reveal);

/** What a certificate's signatures are over, beside their tag. */
export const certificateParts = (
  group: GroupId,
  round: RoundId,
  keyHash: Hash,
  reveal: Uint8Array,
): Uint8Array[] => [bytesOf(group), bytesOf(round), bytesOf(keyHash), reveal];

/** The message all seats sign to show that every share works: a tagged hash that is no other message. */
export const lifeMessage = (group: GroupId, keyHash: Hash): Uint8Array =>
  tagged("hoarfrost/proof-of-life/1", bytesOf(group), bytesOf(keyHash));

/** Names all commitments of one attempt, by seat order. */
export const lifePackageHash = (
  group: GroupId,
  round: RoundId,
  attempt: number,
  commitments: readonly (readonly Uint8Array[])[],
): Hash =>
  hashOf(
    tagged(
      "hoarfrost/life-package/1",
      bytesOf(group),
      bytesOf(round),
      uint32(attempt),
      ...commitments.map((seat) => concatBytes(uint32(seat.length), ...seat)),
    ),
  );

/** H("hoarfrost/fingerprint/1", keyHash, r_1 … r_n): people compare its first 32 bits. */
export const fingerprintBits = (keyHash: Hash, reveals: readonly Uint8Array[]): Uint8Array =>
  tagged("hoarfrost/fingerprint/1", bytesOf(keyHash), ...reveals).slice(0, 4);
