import {
  isValidPackage,
  matchesPackage,
  noTweak,
  openSigningSession,
  restoreSecretShares,
  secp256k1Tr,
  signatureShareCodec,
  type SigningCommitments,
  signingCommitmentsCodec,
  tryDecode,
  verifyShare,
} from "../../frost/index.ts";
import { signedPart } from "../../wire/frame.ts";
import { sameBytes } from "../core/codec.ts";
import type { Kind } from "../core/kind.ts";
import type { PartyId } from "../core/names.ts";
import { groupIdOf, identifierNumbers, type Roster, seatIndex } from "../core/roster.ts";
import { hasValidSignature, openSigned, readFrame } from "../envelope/frames.ts";
import { verifySignature } from "../envelope/identity.ts";
import { identifiersOf, parametersOf } from "../keygen/context.ts";
import { certificateParts, fingerprintCommitmentOf, lifeMessage } from "../keygen/hashes.ts";
import { lifePackageHash, round1HashOf } from "../keygen/hashes.ts";
import { dkgEnd, dkgPrivateShares, dkgPublicShares, lifeShare } from "../keygen/messages.ts";
import { readPublicShares } from "../keygen/public-round.ts";
import { encryptionKeyOf, openShares, pairProduct } from "../keygen/share-sealing.ts";
import { areVerifyingSharesWrong } from "./claim.ts";
import { culpritKey } from "./culprit-key.ts";
import {
  type EndEvidence,
  type EquivocationEvidence,
  type EvidenceTag,
  evidenceCodec,
  type LifeShareEvidence,
  type PrivateSharesEvidence,
  type PublicSharesEvidence,
} from "./evidence.ts";
import { verifySigningEvidence } from "./signing.ts";

/** Somebody is shown to have signed what no honest seat signs. */
export interface Verdict {
  readonly culprit: PartyId;
  readonly offence: EvidenceTag;
}

/**
 * Checks evidence against a seat, alone and offline: null means that it shows nothing, and then nobody is blamed.
 * Every rule starts from frames that the accused signed; nothing an accuser says is believed. Never throws.
 */
export function verifyBlame(bytes: Uint8Array): Verdict | null {
  const decoded = evidenceCodec.decode(bytes);
  if (!decoded.ok) return null;
  const evidence = decoded.value;
  const { roster, accused } = evidence;
  if (seatIndex(roster, accused) < 0) return null;
  const shown = ((): boolean => {
    switch (evidence.tag) {
      case "equivocation":
        return isEquivocation(roster, accused, evidence.body);
      case "publicShares":
        return arePublicSharesWrong(roster, accused, evidence.body);
      case "privateShares":
        return arePrivateSharesWrong(roster, accused, evidence.body);
      case "end":
        return isEndWrong(roster, accused, evidence.body);
      case "verifyingShares":
        return areVerifyingSharesWrong(roster, accused, evidence.body);
      case "lifeShare":
        return isLifeShareWrong(roster, accused, evidence.body);
      case "signing":
        return verifySigningEvidence(roster, accused, evidence.body);
    }
  })();
  return shown ? { culprit: accused, offence: evidence.tag } : null;
}

const onceKinds: readonly Kind[] = ["DKG_PUBLIC_SHARES", "DKG_PRIVATE_SHARES", "DKG_END"];

/** Two frames that differ in what is signed, of one kind, round and recipient. They need not be opened. */
function isEquivocation(roster: Roster, accused: PartyId, { first, second }: EquivocationEvidence): boolean {
  const [a, b] = [readFrame(first), readFrame(second)];
  if (typeof a === "string" || typeof b === "string") return false;
  return (
    !sameBytes(signedPart(first), signedPart(second)) &&
    onceKinds.includes(a.kind) &&
    a.kind === b.kind &&
    a.groupId === groupIdOf(roster) &&
    a.groupId === b.groupId &&
    a.roundId === b.roundId &&
    a.to === b.to &&
    a.from === accused &&
    b.from === accused &&
    hasValidSignature(a) &&
    hasValidSignature(b)
  );
}

function arePublicSharesWrong(roster: Roster, accused: PartyId, body: PublicSharesEvidence): boolean {
  const groupId = groupIdOf(roster);
  const message = openSigned(body.frame, groupId, body.broadcastKey);
  if (typeof message === "string" || message.kind !== "DKG_PUBLIC_SHARES" || message.from !== accused)
    return false;
  const dealt = readPublicShares(roster, accused, message.payload);
  return dealt === null || !isValidPackage(parametersOf({ groupId, roster }, message.roundId), dealt.package);
}

function arePrivateSharesWrong(roster: Roster, accused: PartyId, body: PrivateSharesEvidence): boolean {
  const groupId = groupIdOf(roster);
  const frame = readFrame(body.frame);
  if (typeof frame === "string" || frame.kind !== "DKG_PRIVATE_SHARES" || frame.groupId !== groupId)
    return false;
  const { roundId, from, to } = frame;
  if (from !== accused || from === to || !hasValidSignature(frame)) return false;
  const accuserSeat = seatIndex(roster, to);
  const message = dkgPrivateShares.decode(frame.parts.payload);
  // An honest dealer writes no other form, and names no seat that is none.
  if (accuserSeat < 0 || !message.ok) return true;
  const { round1Hash, sealed } = message.value;
  if (
    body.contents.length !== roster.seats.length ||
    round1HashOf(groupId, roundId, body.contents) !== round1Hash
  ) {
    return false;
  }
  const dealer = readPublicShares(roster, from, body.dealerShares);
  const accuser = readPublicShares(roster, to, body.accuserShares);
  if (dealer === null || accuser === null) return false;
  if (dealer.content !== body.contents[seatIndex(roster, from)]) return false;
  if (accuser.content !== body.contents[accuserSeat]) return false;
  const publicKey = encryptionKeyOf(body.encryptionSecret);
  if (publicKey === null || !sameBytes(publicKey, accuser.encryptionKey)) return false;
  const product = pairProduct(body.encryptionSecret, dealer.encryptionKey);
  const plain = openShares(product, { round1Hash, from, to }, sealed);
  return plain === null || !isDealtRightly(roster, roundId, dealer.package, to, plain);
}

/** Whether opened shares are what a dealer's package says this seat must get. */
export function isDealtRightly(
  roster: Roster,
  roundId: Parameters<typeof parametersOf>[1],
  pkg: Parameters<typeof matchesPackage>[1],
  to: PartyId,
  plain: Uint8Array,
): boolean {
  const [name] = identifiersOf(roster, to);
  if (name === undefined) return false;
  try {
    const shares = restoreSecretShares(plain, identifierNumbers(roster, to).length);
    return matchesPackage(parametersOf({ groupId: groupIdOf(roster), roster }, roundId), pkg, name, shares);
  } catch {
    return false;
  }
}

function isEndWrong(roster: Roster, accused: PartyId, body: EndEvidence): boolean {
  const groupId = groupIdOf(roster);
  const dealt = openSigned(body.publicShares, groupId, body.broadcastKey);
  const ended = openSigned(body.end, groupId, body.broadcastKey);
  if (typeof dealt === "string" || typeof ended === "string") return false;
  if (dealt.kind !== "DKG_PUBLIC_SHARES" || dealt.from !== accused) return false;
  if (ended.kind !== "DKG_END" || ended.from !== accused || ended.roundId !== dealt.roundId) return false;
  const end = dkgEnd.decode(ended.payload);
  if (!end.ok) return true;
  const { keyHash, reveal, signature } = end.value;
  const over = certificateParts(groupId, ended.roundId, keyHash, reveal);
  if (!verifySignature("certificate", over, signature, accused)) return true;
  const commitment = dkgPublicShares.decode(dealt.payload);
  return (
    commitment.ok &&
    !sameBytes(commitment.value.fingerprintCommitment, fingerprintCommitmentOf(accused, reveal))
  );
}

function isLifeShareWrong(roster: Roster, accused: PartyId, body: LifeShareEvidence): boolean {
  const judged = culpritKey(roster, accused, body.broadcastKey, body.end, body.groupPublicKey);
  const message = openSigned(body.share, groupIdOf(roster), body.broadcastKey);
  if (judged === null || typeof message === "string") return false;
  const { groupId, roundId, keyHash, key } = judged;
  if (message.kind !== "LIFE_SHARE" || message.from !== accused || message.roundId !== roundId) return false;
  const share = lifeShare.decode(message.payload);
  if (!share.ok) return true;
  const { attempt, packageHash, shares } = share.value;
  if (lifePackageHash(groupId, roundId, attempt, body.commitments) !== packageHash) return false;
  const commitments = readCommitments(body.commitments);
  // Its signer made shares over this list: a list that cannot be signed is its signer's fault too.
  if (commitments === null) return true;
  const session = openSigningSession(key, {
    message: lifeMessage(groupId, keyHash),
    tweak: noTweak,
    commitments,
  });
  if (!session.ok) return true;
  const own = identifiersOf(roster, accused);
  return !own.every((identifier, i) => {
    const bytes = shares[i];
    const one = bytes === undefined ? null : tryDecode(signatureShareCodec, bytes);
    return (
      shares.length === own.length &&
      one?.ok === true &&
      one.value.value.identifier === identifier &&
      verifyShare(session.value, one.value.value)
    );
  });
}

/** All commitments of one attempt as the scheme reads them, or null where one is malformed. */
export function readCommitments(seats: readonly (readonly Uint8Array[])[]): SigningCommitments[] | null {
  const all: SigningCommitments[] = [];
  for (const bytes of seats.flat()) {
    const decoded = tryDecode(signingCommitmentsCodec, bytes);
    if (!decoded.ok || decoded.value.suite.id !== secp256k1Tr.id) return null;
    all.push(decoded.value.value);
  }
  return all;
}
