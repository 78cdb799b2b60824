import {
  type Identifier,
  identifierFromNumber,
  parseCompressed,
  type PointVector,
  PublicKeyPackage,
  secp256k1Tr,
  tryDecode,
  verifyingSharesCodec,
} from "../../frost/index.ts";
import type { GroupId, Hash, PartyId, RoundId } from "../core/names.ts";
import { groupIdOf, keysOf, type Roster } from "../core/roster.ts";
import { openSigned } from "../envelope/frames.ts";
import { identifiersOf } from "../keygen/context.ts";
import { keyHashOf } from "../keygen/hashes.ts";
import { dkgEnd } from "../keygen/messages.ts";

/** The group's key as one seat signed for it in its own DKG_END. */
export interface CulpritKey {
  readonly groupId: GroupId;
  readonly roundId: RoundId;
  readonly keyHash: Hash;
  /** Right for the culprit's identifiers alone. */
  readonly key: PublicKeyPackage;
}

/**
 * What an accused seat is judged by: the group key and verifying shares in the DKG_END that it signed itself, so that
 * no accuser can bring a false key against it. Null where the frame is not the accused's DKG_END for this key.
 */
export function culpritKey(
  roster: Roster,
  accused: PartyId,
  broadcastKey: Uint8Array,
  endFrame: Uint8Array,
  groupPublicKey: Uint8Array,
): CulpritKey | null {
  const groupId = groupIdOf(roster);
  const message = openSigned(endFrame, groupId, broadcastKey);
  if (typeof message === "string" || message.kind !== "DKG_END" || message.from !== accused) return null;
  const end = dkgEnd.decode(message.payload);
  if (!end.ok || keyHashOf(end.value.round1Hash, groupPublicKey) !== end.value.keyHash) return null;
  const claims = readClaim(roster, accused, end.value.verifyingShares);
  const verifyingKey = parseCompressed(groupPublicKey);
  if (claims === null || !verifyingKey.ok) return null;
  const [first] = claims.values();
  if (first === undefined) return null;
  const identifiers = Array.from({ length: keysOf(roster) }, (_, i) => identifierFromNumber(i + 1));
  const key = new PublicKeyPackage({
    suite: secp256k1Tr,
    keyKind: "output",
    threshold: roster.threshold,
    identifiers,
    verifyingKey: verifyingKey.points,
    // A key package is complete or has a commitment. Others' shares are never asked for here: any point will do.
    verifyingShares: new Map(identifiers.map((identifier) => [identifier, claims.get(identifier) ?? first])),
  });
  return { groupId, roundId: message.roundId, keyHash: end.value.keyHash, key };
}

/** A seat's claimed verifying shares, exactly one per identifier of its own; null for anything else. */
export function readClaim(
  roster: Roster,
  party: PartyId,
  bytes: Uint8Array,
): ReadonlyMap<Identifier, PointVector> | null {
  const decoded = tryDecode(verifyingSharesCodec, bytes);
  if (!decoded.ok || decoded.value.suite.id !== secp256k1Tr.id) return null;
  const own = identifiersOf(roster, party);
  const claim = decoded.value.value;
  return claim.size === own.length && own.every((identifier) => claim.has(identifier)) ? claim : null;
}
