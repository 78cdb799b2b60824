import { given } from "../core/given.ts";
import {
  aggregate,
  commit,
  noTweak,
  openSigningSession,
  secp256k1Tr,
  signAll,
  signatureShareCodec,
  type SignatureShare,
  signingCommitmentsCodec,
  type SigningSession,
  tryDecode,
  verifyShare,
} from "../../frost/index.ts";
import { readCommitments } from "../blame/verify.ts";
import { sameBytes } from "../core/codec.ts";
import type { PartyId } from "../core/names.ts";
import { type Roster, seatIndex } from "../core/roster.ts";
import { identifiersOf } from "./context.ts";
import { type Draft, slots } from "./draft.ts";
import { lifeMessage, lifePackageHash } from "./hashes.ts";
import { heardOf, type Inbox } from "./inbox.ts";
import { MAX_ATTEMPTS } from "./listening.ts";
import { lifeNonce, lifeShare } from "./messages.ts";
import type { CertifiedKey, CertifiedPhase } from "./state.ts";
import { accuse } from "./stopping.ts";

type Proving = CertifiedPhase & { tag: "provingLife" };

/** Commitments of one attempt by seat, or null while some are missing or of another form. */
export function commitmentsOf(
  roster: Roster,
  inbox: Inbox | undefined,
  attempt: number,
): Uint8Array[][] | null {
  const heard = heardOf(inbox, "LIFE_NONCE", attempt);
  const all: Uint8Array[][] = [];
  for (const { identity } of roster.seats) {
    const message = heard.get(identity);
    const decoded = message === undefined ? null : lifeNonce.decode(message.payload);
    if (!decoded?.ok || !areOwn(roster, identity, decoded.value.commitments)) return null;
    all.push([...decoded.value.commitments]);
  }
  return all;
}

/** One well-formed pair per identifier of the seat, ascending. */
function areOwn(roster: Roster, identity: PartyId, commitments: readonly Uint8Array[]): boolean {
  const own = identifiersOf(roster, identity);
  const read = readCommitments([commitments]);
  return (
    read !== null &&
    read.length === own.length &&
    own.every((identifier, i) => read[i]?.identifier === identifier)
  );
}

/** The session that all seats sign in one attempt, or null where its commitments cannot be signed together. */
function sessionOf(draft: Draft, certified: CertifiedKey, seats: Uint8Array[][]): SigningSession | null {
  const commitments = given(readCommitments(seats), "commitments that were read before");
  const message = lifeMessage(draft.context.groupId, certified.keyHash);
  const opened = openSigningSession(certified.key.publicKeyPackage, { message, tweak: noTweak, commitments });
  /* v8 ignore next -- well-formed commitments of all seats fail only where R is the identity: a discrete logarithm */
  return opened.ok ? opened.value : null;
}

/** Goes as far with the proof of life as what was heard allows. True where the state changed. */
export function proveLife(draft: Draft): boolean {
  const { phase, inboxes } = draft.state;
  if (phase.tag !== "provingLife") return false;
  const inbox = inboxes.get(phase.certified.roundId);
  return judge(draft, phase, inbox) || takePart(draft, phase, inbox);
}

/** The newest attempt that anybody made nonces for; 0 for none. */
export const highestAttempt = (inbox: Inbox | undefined): number => {
  for (let attempt = MAX_ATTEMPTS; attempt > 0; attempt--) {
    if (heardOf(inbox, "LIFE_NONCE", attempt).size > 0) return attempt;
  }
  return 0;
};

/** A seat's own part: nonces for the newest attempt, and its shares once everybody's nonces are in hand. */
function takePart(draft: Draft, phase: Proving, inbox: Inbox | undefined): boolean {
  const { context } = draft;
  const { certified, attempt, nonces } = phase;
  if (certified.key.keyPackages.length === 0) return false;
  const newest = Math.max(highestAttempt(inbox), attempt, 1);
  if (attempt < newest) return makeNonces(draft, phase, newest);
  const answered = heardOf(inbox, "LIFE_SHARE", attempt);
  // All answered and nothing came of it: they signed different lists, so somebody showed different nonces.
  const seats = commitmentsOf(context.roster, inbox, attempt);
  if (seats !== null && answered.size === context.roster.seats.length) {
    return makeNonces(draft, phase, attempt + 1);
  }
  if (answered.has(context.me)) return false;
  // Nonces live in memory alone: after a reload they are gone, and the attempt with them.
  if (nonces?.attempt !== attempt) return makeNonces(draft, phase, attempt + 1);
  if (seats === null) return false;
  const own = given(seats[seatIndex(context.roster, context.me)], "a seat of its own");
  const mine = nonces.nonces.map((one) =>
    signingCommitmentsCodec.encode({ suite: secp256k1Tr, value: one.commitments }),
  );
  // Another process speaks for this seat (a restored copy): its nonces are not ours to sign with.
  if (!mine.every((bytes, i) => sameBytes(bytes, given(own[i], "a commitment per identifier")))) {
    return makeNonces(draft, phase, attempt + 1);
  }
  const session = sessionOf(draft, certified, seats);
  /* v8 ignore next -- as in sessionOf */
  if (session === null) return false;
  const signed = signAll(
    certified.key.keyPackages.map((keyPackage, i) => ({
      session,
      keyPackage,
      nonces: given(nonces.nonces[i], "a pair per identifier"),
    })),
  );
  draft.set({ phase: { ...phase, nonces: null } });
  /* v8 ignore next -- own commitments were compared with the list just before */
  if (!signed.ok) return makeNonces(draft, { ...phase, nonces: null }, attempt + 1);
  const packageHash = lifePackageHash(context.groupId, certified.roundId, attempt, seats);
  const shares = signed.value.map((value) => signatureShareCodec.encode({ suite: secp256k1Tr, value }));
  draft.say(
    "LIFE_SHARE",
    certified.roundId,
    lifeShare,
    { attempt, packageHash, shares },
    slots.lifeShare(certified.roundId, attempt),
  );
  return false;
}

function makeNonces(draft: Draft, phase: Proving, attempt: number): boolean {
  if (attempt > MAX_ATTEMPTS) {
    draft.record({ tag: "unusable", at: draft.now, reason: "unproven" });
    draft.notify({ tag: "stopped", reason: "unproven", roundId: phase.certified.roundId });
    return true;
  }
  const { keyPackages } = phase.certified.key;
  const nonces = keyPackages.flatMap((keyPackage) => [...commit(keyPackage, 1, draft.rng)]);
  draft.record({ tag: "lifeAttempt", attempt });
  // The newest attempt's frames stay for good: a coordinator without a seat may ask for them long after.
  draft.forget(slots.lifeNonce(phase.certified.roundId, attempt - 1));
  draft.forget(slots.lifeShare(phase.certified.roundId, attempt - 1));
  draft.set({ phase: { ...phase, attempt, nonces: { attempt, nonces }, attemptAt: draft.now } });
  const commitments = nonces.map((one) =>
    signingCommitmentsCodec.encode({ suite: secp256k1Tr, value: one.commitments }),
  );
  const { roundId } = phase.certified;
  draft.say("LIFE_NONCE", roundId, lifeNonce, { attempt, commitments }, slots.lifeNonce(roundId, attempt));
  // The message reaches this machine too; what follows from it follows then.
  return false;
}

/** An attempt in which all n seats answered is checked, share by share; older ones are given up. */
function judge(draft: Draft, phase: Proving, inbox: Inbox | undefined): boolean {
  const { roster, groupId } = draft.context;
  const { certified } = phase;
  const newest = highestAttempt(inbox);
  // Two attempts, so that a late answer to one still counts; more would let one seat keep everybody busy.
  for (let attempt = newest; attempt > 0 && attempt > newest - 2; attempt--) {
    const heard = heardOf(inbox, "LIFE_SHARE", attempt);
    if (heard.size < roster.seats.length) continue;
    const seats = commitmentsOf(roster, inbox, attempt);
    const session = seats === null ? null : sessionOf(draft, certified, seats);
    if (seats === null || session === null) continue;
    const packageHash = lifePackageHash(groupId, certified.roundId, attempt, seats);
    const answers = roster.seats.map(({ identity }) => {
      const decoded = lifeShare.decode(given(heard.get(identity), "an answer per seat").payload);
      /* v8 ignore next -- only what decodes is kept */
      if (!decoded.ok) throw new RangeError("a kept share does not decode");
      return { identity, value: decoded.value };
    });
    // Seats that signed other commitments were shown other frames: a further attempt tells.
    if (answers.some((answer) => answer.value.packageHash !== packageHash)) continue;
    const all: SignatureShare[] = [];
    const wrong: PartyId[] = [];
    for (const answer of answers) {
      const shares = rightShares(roster, answer.identity, session, answer.value.shares);
      if (shares === null) wrong.push(answer.identity);
      else all.push(...shares);
    }
    if (wrong.length === 0 && aggregate(session, all).ok) {
      draft.record({ tag: "alive", at: draft.now });
      return true;
    }
    return failLife(draft, certified, attempt, seats, wrong);
  }
  return false;
}

/** A seat's shares where each of them is right under its own verifying share; null otherwise. */
function rightShares(
  roster: Roster,
  identity: PartyId,
  session: SigningSession,
  bytes: readonly Uint8Array[],
): SignatureShare[] | null {
  const own = identifiersOf(roster, identity);
  if (bytes.length !== own.length) return null;
  const shares = bytes.flatMap((one, i) => {
    const decoded = tryDecode(signatureShareCodec, one);
    return decoded.ok && decoded.value.value.identifier === own[i] ? [decoded.value.value] : [];
  });
  return shares.length === own.length && shares.every((share) => verifyShare(session, share)) ? shares : null;
}

/** Some seat's share does not work: the key is never used, and its seat is convicted by what it signed. */
function failLife(
  draft: Draft,
  certified: CertifiedKey,
  attempt: number,
  commitments: Uint8Array[][],
  wrong: readonly PartyId[],
): boolean {
  const { roster, broadcastKey } = draft.context;
  const inbox = draft.state.inboxes.get(certified.roundId);
  let shown = false;
  for (const accused of wrong) {
    // Who claims false verifying shares is convicted of that, and by them could be shown guilty of nothing else.
    if (draft.state.convictions.some((one) => one.culprit === accused && one.roundId === certified.roundId)) {
      shown = true;
      continue;
    }
    const end = heardOf(inbox, "DKG_END").get(accused)?.frame;
    // Certified by somebody else's certificate, this seat may not have heard every DKG_END itself.
    if (end === undefined) continue;
    const share = given(heardOf(inbox, "LIFE_SHARE", attempt).get(accused), "the wrong share").frame;
    const { groupPublicKey } = certified.certificate;
    const body = { broadcastKey, end, share, groupPublicKey, commitments };
    /* v8 ignore next -- a share that is wrong by a right claim convicts; who claims falsely is convicted above */
    shown = accuse(draft, certified.roundId, { tag: "lifeShare", roster, accused, body }) || shown;
  }
  const reason = shown ? "blamed" : "unproven";
  draft.record({ tag: "unusable", at: draft.now, reason });
  draft.notify({ tag: "stopped", reason, roundId: certified.roundId });
  return true;
}
