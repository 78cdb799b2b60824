import { given } from "../core/given.ts";
import * as P from "micro-packed";
import { groupCoder, hashCoder, roundCoder } from "../core/coders.ts";
import { type Codec, codec, fixed, listOf } from "../core/codec.ts";
import type { GroupId, Hash, RoundId } from "../core/names.ts";
import { groupIdOf, MAX_SEATS, type Roster } from "../core/roster.ts";
import { verifySignature } from "../envelope/identity.ts";
import { certificateParts, keyHashOf } from "./hashes.ts";

/** One seat's part of a certificate. */
export interface CertificatePart {
  /** BIP-340 for the purpose "certificate" over group, round, keyHash and reveal. */
  readonly signature: Uint8Array;
  /** r: 32 bytes. */
  readonly reveal: Uint8Array;
}

/**
 * All n seats locked one key: whoever holds this knows that every honest seat keeps its share. It beats any abort,
 * stands alone (anyone with the roster can check it) and gives the fingerprint.
 */
export interface Certificate {
  readonly groupId: GroupId;
  readonly roundId: RoundId;
  readonly round1Hash: Hash;
  /** Q, the taproot output key: 33 bytes. */
  readonly groupPublicKey: Uint8Array;
  /** In seat order. */
  readonly parts: readonly CertificatePart[];
}

export const certificateCodec: Codec<Certificate> = codec(
  256 + 96 * MAX_SEATS,
  P.struct({
    groupId: groupCoder,
    roundId: roundCoder,
    round1Hash: hashCoder,
    groupPublicKey: fixed(33),
    parts: listOf(MAX_SEATS, P.struct({ signature: fixed(64), reveal: fixed(32) })),
  }),
);

export const certificateKeyHash = (certificate: Certificate): Hash =>
  keyHashOf(certificate.round1Hash, certificate.groupPublicKey);

/** True where every seat of the roster has signed this key. n signature checks. */
export function isCertificateOf(roster: Roster, certificate: Certificate): boolean {
  const { groupId, roundId, parts } = certificate;
  if (groupId !== groupIdOf(roster) || parts.length !== roster.seats.length) return false;
  const keyHash = certificateKeyHash(certificate);
  return roster.seats.every((seat, i) => {
    const part = given(parts[i], "a part per seat");
    const over = certificateParts(groupId, roundId, keyHash, part.reveal);
    return verifySignature("certificate", over, part.signature, seat.identity);
  });
}
