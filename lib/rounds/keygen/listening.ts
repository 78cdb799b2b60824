import { given } from "../core/given.ts";
import { evidenceCodec } from "../blame/evidence.ts";
import { verifyBlame } from "../blame/verify.ts";
import { sameBytes } from "../core/codec.ts";
import type { Kind } from "../core/kind.ts";
import type { Message } from "../core/machine.ts";
import { bytesOf, type RoundId } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import { groupIdOf, isMember, type Roster, seatIndex } from "../core/roster.ts";
import { openSigned } from "../envelope/frames.ts";
import { verifySignature } from "../envelope/identity.ts";
import { signedPart } from "../../wire/frame.ts";
import { type Draft, slots } from "./draft.ts";
import { fileUnder, heardOf, type Shelf, shelfOf } from "./inbox.ts";
import { abort, blame, certified, dkgBegin } from "./messages.ts";
import { fingerprintVerdict, lifeNonce, lifeShare, MAX_ABORT_FRAMES } from "./messages.ts";
import { mayStop, roundOf } from "./state.ts";
import { accuse, keepConviction, seenContents, stop } from "./stopping.ts";

/** Most attempts at a proof of life that are kept: each reload in its midst costs one. */
export const MAX_ATTEMPTS = 32;

/** Kinds that only seats say. Others may come from the coordinator too. */
const fromSeats: ReadonlySet<Kind> = new Set([
  "DKG_PUBLIC_SHARES",
  "DKG_PRIVATE_SHARES",
  "DKG_END",
  "CERTIFIED",
  "LIFE_NONCE",
  "LIFE_SHARE",
]);

/** Kinds that end or explain a round, and are heard after it ended here too. */
const explaining: ReadonlySet<Kind> = new Set(["ABORT"]);

/** Most convictions that are kept. */
const MAX_CONVICTIONS = 256;

/** Keeps a message for its round. False where it changed nothing. */
export function keep(draft: Draft, message: Message): boolean {
  const { kind, from, roundId } = message;
  const refuse = (reason: IgnoreReason): false => {
    draft.ignore(reason, kind, from);
    return false;
  };
  const { roster } = draft.context;
  if (fromSeats.has(kind) ? seatIndex(roster, from) < 0 : !isMember(roster, from))
    return refuse("wrong-sender");
  if (kind === "DKG_BEGIN" && from !== roster.coordinator) return refuse("wrong-sender");
  const { phase, used } = draft.state;
  const watched = draft.observer && phase.tag === "stopped" && phase.roundId === roundId;
  if (used.has(roundId) && !explaining.has(kind) && !watched) return refuse("used-round");
  const bound = phase.tag === "pending" || "certified" in phase;
  if (bound && roundOf(phase) !== roundId && !explaining.has(kind)) return refuse("wrong-round");
  const shelf = shelfFor(draft, message);
  if (shelf === null) return refuse(kind === "DKG_BEGIN" ? "invalid-content" : "malformed-payload");
  const filing = fileUnder(draft.state.inboxes, shelf, message);
  switch (filing.tag) {
    case "full":
      return refuse("flood");
    case "again":
      draft.ignore("duplicate", kind, from);
      return false;
    case "conflict": {
      if (!filing.convicts) return refuse("conflicts-with-earlier");
      const body = { first: filing.earlier.frame, second: message.frame };
      accuse(draft, roundId, { tag: "equivocation", roster, accused: from, body });
      return true;
    }
    case "new": {
      const { msgId, payload, frame } = message;
      draft.record({ tag: "heard", roundId, shelf, kind, from, msgId, at: draft.now, payload, frame });
      draft.progress();
      return true;
    }
  }
}

/** Where a message of this form is kept, or null where its form is wrong. */
function shelfFor(draft: Draft, { kind, payload }: Message): Shelf | null {
  switch (kind) {
    case "DKG_BEGIN":
      return isApproved(draft, payload) ? shelfOf(kind) : null;
    // Malformed PUBLIC_SHARES and PRIVATE_SHARES are kept: they convict who signed them.
    case "DKG_PUBLIC_SHARES":
    case "DKG_PRIVATE_SHARES":
    case "DKG_END":
      return shelfOf(kind);
    case "CERTIFIED":
      return certified.decode(payload).ok ? shelfOf(kind) : null;
    case "LIFE_NONCE":
    case "LIFE_SHARE": {
      const decoded = (kind === "LIFE_NONCE" ? lifeNonce : lifeShare).decode(payload);
      const attempt = decoded.ok ? decoded.value.attempt : 0;
      return attempt >= 1 && attempt <= MAX_ATTEMPTS ? shelfOf(kind, attempt) : null;
    }
    case "FINGERPRINT_VERDICT": {
      const decoded = fingerprintVerdict.decode(payload);
      return decoded.ok ? shelfOf(kind, decoded.value.matches ? "yes" : "no") : null;
    }
    case "ABORT": {
      const decoded = abort.decode(payload);
      return decoded.ok ? shelfOf(kind, decoded.value.frames.length === 0 ? "" : "frames") : null;
    }
    default:
      return null;
  }
}

/** Every seat approved this group; the approvals may differ in bytes from those seen at sealing. */
function isApproved(draft: Draft, payload: Uint8Array): boolean {
  const begin = dkgBegin.decode(payload);
  if (!begin.ok) return false;
  const { approvals, roster, groupId } = draft.context;
  return (
    begin.value.approvals.length === roster.seats.length &&
    roster.seats.every(({ identity }, i) => {
      const approval = given(begin.value.approvals[i], "an approval per seat");
      const known = approvals[i];
      return (
        (known !== undefined && sameBytes(known, approval)) ||
        verifySignature("approval", [bytesOf(groupId)], approval, identity)
      );
    })
  );
}

/** What an ABORT that was just kept means for a round. */
export function hearAbort(draft: Draft, message: Message): void {
  const decoded = abort.decode(message.payload);
  /* v8 ignore next -- only what decodes is kept */
  if (!decoded.ok) return;
  const { reason, seen, frames } = decoded.value;
  const { roundId } = message;
  for (const frame of frames) compareFrame(draft, roundId, frame);
  if (reason === "transcripts-differ") showDiffering(draft, roundId, seen);
  if (roundOf(draft.state.phase) === roundId && mayStop(draft.state.phase)) {
    stop(draft, reason === "transcripts-differ" ? reason : "aborted-by-peer", { silent: true });
  }
}

/** Another member's copy of PUBLIC_SHARES: if ours differs, its signer signed two. */
function compareFrame(draft: Draft, roundId: RoundId, frame: Uint8Array): void {
  const { groupId, broadcastKey, roster } = draft.context;
  const message = openSigned(frame, groupId, broadcastKey);
  if (typeof message === "string" || message.kind !== "DKG_PUBLIC_SHARES" || message.roundId !== roundId)
    return;
  const ours = heardOf(draft.state.inboxes.get(roundId), "DKG_PUBLIC_SHARES").get(message.from);
  if (ours === undefined || sameBytes(signedPart(ours.frame), signedPart(frame))) return;
  const body = { first: ours.frame, second: frame };
  accuse(draft, roundId, { tag: "equivocation", roster, accused: message.from, body });
}

/** Somebody saw another first round: shows our copies where they differ, so that whoever signed two is convicted. */
function showDiffering(draft: Draft, roundId: RoundId, seen: readonly string[]): void {
  const ours = seenContents(draft, roundId);
  if (ours.length === 0 || seen.length !== ours.length) return;
  const { roster } = draft.context;
  const heard = heardOf(draft.state.inboxes.get(roundId), "DKG_PUBLIC_SHARES");
  const frames = roster.seats
    .flatMap(({ identity }, i) => (seen[i] === ours[i] ? [] : [given(heard.get(identity), "our copy").frame]))
    .slice(0, MAX_ABORT_FRAMES);
  if (frames.length === 0) return;
  const value = { reason: "transcripts-differ", missing: [], seen: ours, frames } as const;
  draft.say("ABORT", roundId, abort, value, slots.abortFrames(roundId));
}

/** Evidence from another member counts if it convicts here. */
export function hearBlame(draft: Draft, message: Message): void {
  const decoded = blame.decode(message.payload);
  if (!decoded.ok || !isMember(draft.context.roster, message.from)) {
    draft.ignore(decoded.ok ? "wrong-sender" : "malformed-payload", "BLAME", message.from);
    return;
  }
  const { evidence } = decoded.value;
  if (draft.state.convictions.length >= MAX_CONVICTIONS) {
    draft.ignore("flood", "BLAME", message.from);
    return;
  }
  const verdict = verifyBlame(evidence);
  const content = evidenceCodec.decode(evidence);
  const sameGroup = content.ok && sameRoster(draft, content.value.roster);
  if (verdict === null || !sameGroup) {
    draft.ignore("invalid-content", "BLAME", message.from);
    return;
  }
  keepConviction(draft, verdict.culprit, message.roundId, evidence);
}

const sameRoster = (draft: Draft, roster: Roster): boolean => groupIdOf(roster) === draft.context.groupId;
