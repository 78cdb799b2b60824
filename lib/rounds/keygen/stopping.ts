import { type Evidence, evidenceCodec } from "../blame/evidence.ts";
import { verifyBlame } from "../blame/verify.ts";
import type { PartyId, RoundId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import { type Draft, slots } from "./draft.ts";
import type { KeygenFact } from "./facts.ts";
import { heardOf } from "./inbox.ts";
import { abort, blame } from "./messages.ts";
import { dealtIn } from "./public-round.ts";
import { mayStop, roundOf } from "./state.ts";

/** Facts that a later one of the same round makes needless, secrets among them. */
const superseded: ReadonlySet<KeygenFact["tag"]> = new Set(["begun", "observed", "round1", "locked"]);

/** Erases a round's secrets from the journal: its end is recorded, and nothing of it will be asked again. */
export function eraseRound(draft: Draft, round: RoundId): void {
  draft.out.push({
    tag: "prune",
    keep: (fact) => !(superseded.has(fact.tag as KeygenFact["tag"]) && fact["roundId"] === round),
  });
  draft.forget(slots.allPrivateShares(round));
}

interface StopOptions {
  readonly missing?: readonly PartyId[];
  /** Others know already, or learn it by other means. */
  readonly silent?: boolean;
}

/**
 * Ends the running round before its lock: recorded first, so that this transcript is never signed afterwards, then
 * told to the others.
 */
export function stop(
  draft: Draft,
  reason: StopReason,
  { missing = [], silent = false }: StopOptions = {},
): void {
  const { phase } = draft.state;
  const roundId = roundOf(phase);
  if (roundId === null || !mayStop(phase)) return;
  const seen = reason === "transcripts-differ" ? seenContents(draft, roundId) : [];
  draft.record({ tag: "stopped", roundId, at: draft.now, reason, missing });
  eraseRound(draft, roundId);
  draft.progress();
  draft.notify({ tag: "stopped", reason, roundId });
  if (!silent) {
    const { seats } = draft.context.roster;
    const absent = missing.map((party) => seats.findIndex((seat) => seat.identity === party));
    draft.say("ABORT", roundId, abort, { reason, missing: absent, seen, frames: [] }, slots.abort(roundId));
  }
}

/** Content hashes of all PUBLIC_SHARES of a round in seat order, or nothing while some are missing or malformed. */
export function seenContents(draft: Draft, round: RoundId) {
  const { roster } = draft.context;
  const heard = heardOf(draft.state.inboxes.get(round), "DKG_PUBLIC_SHARES");
  const seen = roster.seats.flatMap(({ identity }) => {
    const message = heard.get(identity);
    return (message && dealtIn(roster, message)?.content) ?? [];
  });
  return seen.length === roster.seats.length ? seen : [];
}

/** Keeps a conviction, tells the screen, and stops the round if that is still permitted. False where it is known. */
export function keepConviction(
  draft: Draft,
  culprit: PartyId,
  roundId: RoundId,
  evidence: Uint8Array,
): boolean {
  if (draft.state.convictions.some((one) => one.culprit === culprit && one.roundId === roundId)) return false;
  draft.record({ tag: "convicted", culprit, roundId, evidence, at: draft.now });
  draft.notify({ tag: "blamed", culprit, roundId, evidence });
  if (roundOf(draft.state.phase) === roundId) stop(draft, "blamed", { silent: true });
  return true;
}

/**
 * Publishes evidence, once it convicts here as it will convict elsewhere. False where it shows nothing: then nobody
 * is blamed, and the caller stops for another reason.
 */
export function accuse(draft: Draft, roundId: RoundId, evidence: Evidence): boolean {
  let bytes: Uint8Array;
  try {
    bytes = evidenceCodec.encode(evidence);
  } catch {
    // What was signed can be longer than evidence may be; the round stops without it.
    return false;
  }
  if (verifyBlame(bytes) === null) return false;
  if (keepConviction(draft, evidence.accused, roundId, bytes)) {
    draft.say("BLAME", roundId, blame, { evidence: bytes }, slots.blame(roundId, evidence.accused));
  }
  return true;
}
