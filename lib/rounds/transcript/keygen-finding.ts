import {
  noTweak,
  openSigningSession,
  signatureShareCodec,
  tryDecode,
  verifyShare,
} from "../../frost/index.ts";
import type { SignatureShare, SigningSession } from "../../frost/index.ts";
import { readCommitments } from "../blame/verify.ts";
import type { Message } from "../core/machine.ts";
import type { Hash, MsgId, PartyId } from "../core/names.ts";
import { counterBytes } from "../core/predictable.ts";
import type { StopReason } from "../core/reason.ts";
import { groupIdOf, type Roster } from "../core/roster.ts";
import { type Certificate, isCertificateOf } from "../keygen/certificate.ts";
import { identifiersOf } from "../keygen/context.ts";
import { checkEnd } from "../keygen/ending.ts";
import { type Fingerprint, fingerprintOf } from "../keygen/fingerprint.ts";
import { lifeMessage, lifePackageHash } from "../keygen/hashes.ts";
import { filed, heardOf, type Inbox, type Inboxes, shelfOf } from "../keygen/inbox.ts";
import { commitmentsOf, highestAttempt } from "../keygen/life.ts";
import { abort, fingerprintVerdict, lifeNonce, lifeShare } from "../keygen/messages.ts";
import { type PublicRound, publicRound } from "../keygen/public-round.ts";
import type { Transcript } from "./transcript.ts";

/** What a transcript shows of a key generation. */
export interface KeygenFinding {
  /** Null where the transcript does not hold all PUBLIC_SHARES, or one of them is wrong. */
  readonly round1Hash: Hash | null;
  readonly keyHash: Hash | null;
  /** 33 bytes, once every seat has locked it. */
  readonly groupPublicKey: Uint8Array | null;
  readonly certificate: Certificate | null;
  readonly fingerprint: Fingerprint | null;
  /** All n shares of one attempt work. */
  readonly alive: boolean;
  readonly matches: readonly PartyId[];
  readonly mismatches: readonly PartyId[];
  readonly aborts: readonly { readonly from: PartyId; readonly reason: StopReason }[];
  /** Messages that are signed and wrong. */
  readonly wrong: readonly MsgId[];
}

/** Shelves of what was said, as the machines keep it; the first of each sender counts. */
function shelved({ roundId }: Transcript, messages: readonly Message[]): Inbox | undefined {
  let inboxes: Inboxes = new Map();
  messages.forEach(({ kind, from, msgId, payload, frame }, at) => {
    const shelf = shelfOf(kind, turnOf(kind, payload));
    if (heardOf(inboxes.get(roundId), kind, turnOf(kind, payload)).has(from)) return;
    inboxes = filed(inboxes, roundId, shelf, { kind, from, msgId, at, payload, frame });
  });
  return inboxes.get(roundId);
}

function turnOf(kind: Message["kind"], payload: Uint8Array): string | number {
  switch (kind) {
    case "LIFE_NONCE":
    case "LIFE_SHARE": {
      const decoded = (kind === "LIFE_NONCE" ? lifeNonce : lifeShare).decode(payload);
      return decoded.ok ? decoded.value.attempt : 0;
    }
    case "FINGERPRINT_VERDICT": {
      const decoded = fingerprintVerdict.decode(payload);
      return decoded.ok && decoded.value.matches ? "yes" : "no";
    }
    default:
      return "";
  }
}

export function readKeygen(transcript: Transcript, messages: readonly Message[]): KeygenFinding {
  const { roster, roundId } = transcript;
  const groupId = groupIdOf(roster);
  const inbox = shelved(transcript, messages);
  const context = { groupId, roster };
  const wrong: MsgId[] = [];
  const result = publicRound(context, roundId, inbox, counterBytes());
  const dealt = heardOf(inbox, "DKG_PUBLIC_SHARES");
  if (result.tag === "invalid")
    wrong.push(...result.culprits.flatMap((party) => dealt.get(party)?.msgId ?? []));
  const round = result.tag === "complete" ? result.round : null;
  const certificate = round === null ? null : certificateFrom(transcript, round, inbox, wrong);
  const matches: PartyId[] = [];
  const mismatches: PartyId[] = [];
  for (const turn of ["yes", "no"] as const) {
    for (const [from] of heardOf(inbox, "FINGERPRINT_VERDICT", turn))
      (turn === "yes" ? matches : mismatches).push(from);
  }
  return {
    round1Hash: round?.round1Hash ?? null,
    keyHash: round?.keyHash ?? null,
    groupPublicKey: certificate?.groupPublicKey ?? null,
    certificate,
    fingerprint: certificate === null ? null : fingerprintOf(roster, certificate),
    alive: round !== null && certificate !== null && isAlive(roster, transcript, round, inbox, wrong),
    matches,
    mismatches,
    aborts: [...heardOf(inbox, "ABORT").values()].flatMap(({ from, payload }) => {
      const decoded = abort.decode(payload);
      return decoded.ok ? [{ from, reason: decoded.value.reason }] : [];
    }),
    wrong,
  };
}

function certificateFrom(
  { roster, roundId }: Transcript,
  round: PublicRound,
  inbox: Inbox | undefined,
  wrong: MsgId[],
): Certificate | null {
  const groupId = groupIdOf(roster);
  const ends = heardOf(inbox, "DKG_END");
  const parts = roster.seats.flatMap(({ identity }) => {
    const heard = ends.get(identity);
    if (heard === undefined) return [];
    const check = checkEnd({ groupId }, roundId, round, heard);
    if (check.tag === "valid") return [{ signature: check.end.signature, reveal: check.end.reveal }];
    wrong.push(heard.msgId);
    return [];
  });
  const groupPublicKey = round.key.verifyingKey.toCompressed();
  const certificate = { groupId, roundId, round1Hash: round.round1Hash, groupPublicKey, parts };
  return isCertificateOf(roster, certificate) ? certificate : null;
}

function isAlive(
  roster: Roster,
  { roundId }: Transcript,
  round: PublicRound,
  inbox: Inbox | undefined,
  wrong: MsgId[],
): boolean {
  const groupId = groupIdOf(roster);
  for (let attempt = highestAttempt(inbox); attempt > 0; attempt--) {
    const seats = commitmentsOf(roster, inbox, attempt);
    const commitments = seats === null ? null : readCommitments(seats);
    if (seats === null || commitments === null) continue;
    const message = lifeMessage(groupId, round.keyHash);
    const session = openSigningSession(round.key, { message, tweak: noTweak, commitments });
    if (!session.ok) continue;
    const packageHash = lifePackageHash(groupId, roundId, attempt, seats);
    const heard = heardOf(inbox, "LIFE_SHARE", attempt);
    let right = 0;
    for (const [from, { payload, msgId }] of heard) {
      const decoded = lifeShare.decode(payload);
      if (!decoded.ok || decoded.value.packageHash !== packageHash) continue;
      if (areRight(roster, from, session.value, decoded.value.shares)) right++;
      else wrong.push(msgId);
    }
    if (right === roster.seats.length) return true;
  }
  return false;
}

function areRight(
  roster: Roster,
  from: PartyId,
  session: SigningSession,
  bytes: readonly Uint8Array[],
): boolean {
  const own = identifiersOf(roster, from);
  const shares: SignatureShare[] = bytes.flatMap((one) => {
    const decoded = tryDecode(signatureShareCodec, one);
    return decoded.ok ? [decoded.value.value] : [];
  });
  return (
    shares.length === own.length &&
    shares.every((share, i) => share.identifier === own[i] && verifyShare(session, share))
  );
}
