import { given } from "../core/given.ts";
import type { KeyMaterial } from "../../frost/index.ts";
import type { Message } from "../core/machine.ts";
import { seatIndex } from "../core/roster.ts";
import { sameBytes } from "../core/codec.ts";
import { type Certificate, certificateCodec, certificateKeyHash, isCertificateOf } from "./certificate.ts";
import { type Draft, slots } from "./draft.ts";
import { keyBytes } from "./facts.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { fingerprintCommitmentOf } from "./hashes.ts";
import { heardOf } from "./inbox.ts";
import { certified as certifiedMessage, fingerprintVerdict } from "./messages.ts";
import type { PublicRound } from "./public-round.ts";
import type { CertifiedKey } from "./state.ts";
import { eraseRound } from "./stopping.ts";

/** All n seats locked one key: secrets of the round are erased, everybody is told, and its shares are tried out. */
export function certify(draft: Draft, certificate: Certificate, key: KeyMaterial): void {
  const { roundId } = certificate;
  const { groupId } = draft.context;
  const keyHash = certificateKeyHash(certificate);
  draft.record({
    tag: "certified",
    roundId,
    at: draft.now,
    keyHash,
    certificate: certificateCodec.encode(certificate),
    ...keyBytes(key),
  });
  eraseRound(draft, roundId);
  draft.progress();
  draft.notify({ tag: "certified", groupId, roundId });
  if (seatIndex(draft.context.roster, draft.context.me) >= 0) {
    draft.say("CERTIFIED", roundId, certifiedMessage, { keyHash }, slots.certified(roundId));
  }
}

/** A certificate that somebody sent, if it is one of this round and of what every seat committed to. */
export function readCertificate(draft: Draft, message: Message, round: PublicRound): Certificate | null {
  const decoded = certificateCodec.decode(message.payload);
  if (!decoded.ok) return null;
  const certificate = decoded.value;
  const { roster } = draft.context;
  if (certificate.roundId !== message.roundId || certificateKeyHash(certificate) !== round.keyHash)
    return null;
  if (!isCertificateOf(roster, certificate)) return null;
  const asCommitted = roster.seats.every(({ identity }, i) => {
    const { reveal } = given(certificate.parts[i], "a part per seat");
    const commitment = given(round.dealt.get(identity), "what a seat dealt").fingerprintCommitment;
    return sameBytes(fingerprintCommitmentOf(identity, reveal), commitment);
  });
  return asCommitted ? certificate : null;
}

/** Name of the question whether a group's fingerprint matches. */
export const fingerprintQuestion = (groupId: string, roundId: string): string =>
  `fingerprint/${groupId}/${roundId}`;

/** Asks a person to compare. Asked again after every reload until it is answered. */
export function askFingerprint(draft: Draft): void {
  const { phase } = draft.state;
  if (phase.tag !== "comparing") return;
  const { groupId, roster } = draft.context;
  const { roundId, certificate } = phase.certified;
  draft.decide({
    tag: "compareFingerprint",
    id: fingerprintQuestion(groupId, roundId),
    groupId,
    roundId,
    ...fingerprintOf(roster, certificate),
  });
}

/** The person's answer. "Does not match" stops the group for good, and says so to all. */
export function answerFingerprint(draft: Draft, matches: boolean): void {
  const { phase } = draft.state;
  /* v8 ignore next -- called where the open question was answered */
  if (phase.tag !== "comparing") return;
  const { roundId, keyHash } = phase.certified;
  if (matches) draft.record({ tag: "matches", at: draft.now });
  else mismatch(draft, phase.certified);
  sayVerdict(draft, roundId, keyHash, matches);
  draft.progress();
}

/** A person saw a mismatch after all, once the address was out: an alarm, as nothing can be taken back. */
export function reportMismatch(draft: Draft): boolean {
  const { phase } = draft.state;
  if (phase.tag !== "ready") return false;
  sayVerdict(draft, phase.certified.roundId, phase.certified.keyHash, false);
  return true;
}

function sayVerdict(
  draft: Draft,
  roundId: CertifiedKey["roundId"],
  keyHash: CertifiedKey["keyHash"],
  matches: boolean,
): void {
  const slot = `${slots.verdict(roundId)}/${matches ? "yes" : "no"}`;
  draft.say("FINGERPRINT_VERDICT", roundId, fingerprintVerdict, { keyHash, matches }, slot);
}

function mismatch(draft: Draft, certified: CertifiedKey): void {
  draft.record({ tag: "unusable", at: draft.now, reason: "fingerprint-mismatch" });
  draft.notify({ tag: "stopped", reason: "fingerprint-mismatch", roundId: certified.roundId });
}

/** Weighs the verdicts heard so far. True where the state changed. */
export function weighVerdicts(draft: Draft): boolean {
  const { phase, inboxes } = draft.state;
  if (!("certified" in phase) || phase.tag === "unusable") return false;
  const { certified } = phase;
  const { roster, groupId } = draft.context;
  const inbox = inboxes.get(certified.roundId);
  const against = heardOf(inbox, "FINGERPRINT_VERDICT", "no");
  if (phase.tag === "ready") {
    const from = [...against.keys()].find((party) => !phase.alarms.includes(party));
    if (from === undefined) return false;
    draft.record({ tag: "alarm", from, at: draft.now });
    draft.notify({ tag: "alarm", groupId, from });
    return true;
  }
  if (against.size > 0) {
    mismatch(draft, certified);
    return true;
  }
  if (phase.tag !== "confirming") return false;
  const inFavour = heardOf(inbox, "FINGERPRINT_VERDICT", "yes");
  const agreed = roster.seats.every(({ identity }) => {
    const message = inFavour.get(identity);
    const verdict = message === undefined ? null : fingerprintVerdict.decode(message.payload);
    return verdict?.ok === true && verdict.value.keyHash === certified.keyHash;
  });
  if (!agreed) return false;
  draft.record({ tag: "ready", at: draft.now });
  draft.notify({ tag: "ready", groupId, roundId: certified.roundId });
  return true;
}
