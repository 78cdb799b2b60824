import type { Machine, MachineEvent, Outcome, Rng } from "../core/machine.ts";
import { roundId as roundIdOf } from "../core/names.ts";
import { seatIndex } from "../core/roster.ts";
import { answer, beImpatient } from "./asking.ts";
import { answerFingerprint, askFingerprint, certify, fingerprintQuestion } from "./concluding.ts";
import { readCertificate, reportMismatch, weighVerdicts } from "./concluding.ts";
import type { KeygenContext } from "./context.ts";
import { Draft, slots } from "./draft.ts";
import { accuseLiars, gatherEnds, withClaims } from "./ending.ts";
import type { KeygenFact } from "./facts.ts";
import { heardOf, MAX_ROUNDS } from "./inbox.ts";
import { proveLife } from "./life.ts";
import { hearAbort, hearBlame, keep } from "./listening.ts";
import { dkgBegin } from "./messages.ts";
import { replayBase, replayCoordinatorPhase } from "./replay.ts";
import { currentRound, discard, nextRound } from "./rounds.ts";
import { type CoordinatorState, mayStop } from "./state.ts";
import { stop } from "./stopping.ts";

/** What the person at the coordinator's tab may do. */
export type CoordinatorKeygenCommand =
  /** "Run DKG": begins a round, where none is running and no key is locked. */
  | { readonly tag: "runDkg" }
  /** Stops the running round for everybody who has not locked. */
  | { readonly tag: "stopKeygen" }
  | { readonly tag: "reportMismatch" };

type CoordinatorDraft = Draft<CoordinatorState>;

const replay = (state: CoordinatorState, fact: KeygenFact): CoordinatorState => {
  const phase = replayCoordinatorPhase(state.phase, fact);
  return { ...replayBase(state, fact), phase };
};

function runDkg(draft: CoordinatorDraft): void {
  const { phase, inboxes } = draft.state;
  if ((phase.tag !== "idle" && phase.tag !== "stopped") || inboxes.size >= MAX_ROUNDS) {
    draft.ignore("not-now");
    return;
  }
  const roundId = roundIdOf(draft.rng(16));
  const { approvals } = draft.context;
  draft.say("DKG_BEGIN", roundId, dkgBegin, { approvals }, slots.begin(roundId));
}

/** Follows the round that seats take part in: the lowest begun one. */
function observe(draft: CoordinatorDraft): boolean {
  const { phase } = draft.state;
  if ("certified" in phase) return false;
  const roundId = nextRound(draft);
  if (roundId === null) return false;
  if (phase.tag !== "idle" && phase.tag !== "stopped") {
    if (phase.roundId === roundId) return false;
    stop(draft, "lower-round", { silent: true });
    return true;
  }
  if (heardOf(draft.state.inboxes.get(roundId), "ABORT").size > 0) {
    return discard(draft, roundId, "aborted-by-peer", false);
  }
  draft.record({ tag: "observed", roundId, at: draft.now });
  draft.progress();
  return true;
}

function checkFirstRound(draft: CoordinatorDraft): boolean {
  const { phase } = draft.state;
  if (phase.tag !== "collectingPublicShares") return false;
  const { roundId } = phase;
  const current = currentRound(draft, roundId);
  if (typeof current === "boolean") return current;
  const { round1Hash, keyHash } = current;
  draft.record({ tag: "round1", roundId, at: draft.now, round1Hash, keyHash });
  draft.progress();
  return true;
}

/** A round that was stopped here may still have been locked by every seat: its certificate beats the stop. */
function settle(draft: CoordinatorDraft): boolean {
  const { phase, inboxes } = draft.state;
  if (phase.tag !== "collectingEnds" && phase.tag !== "stopped") return false;
  const { roundId } = phase;
  const { roster } = draft.context;
  const ends = heardOf(inboxes.get(roundId), "DKG_END").size;
  if (ends === 0 || (phase.tag === "stopped" && ends < roster.seats.length)) return false;
  const current = currentRound(draft, roundId);
  if (typeof current === "boolean") return false;
  const certificate = gatherEnds(draft, roundId, current);
  if (certificate === null) return false;
  const claimed = withClaims(draft, roundId, current.key);
  certify(draft, certificate, { keyPackages: [], publicKeyPackage: claimed.key });
  accuseLiars(draft, roundId, claimed.liars);
  return true;
}

/** A coordinator that also holds a seat compares once, at that seat. */
function followOwnSeat(draft: CoordinatorDraft): boolean {
  const { phase, inboxes } = draft.state;
  if (phase.tag !== "comparing") return false;
  const { me } = draft.context;
  if (!heardOf(inboxes.get(phase.certified.roundId), "FINGERPRINT_VERDICT", "yes").has(me)) return false;
  draft.record({ tag: "matches", at: draft.now });
  return true;
}

const hasSeat = (draft: CoordinatorDraft): boolean => seatIndex(draft.context.roster, draft.context.me) >= 0;

function advance(draft: CoordinatorDraft): void {
  const steps = [observe, checkFirstRound, settle, proveLife, followOwnSeat, weighVerdicts];
  while (steps.some((one) => one(draft))) {
    if (!hasSeat(draft)) askFingerprint(draft);
  }
}

function hear(
  draft: CoordinatorDraft,
  event: MachineEvent<CoordinatorKeygenCommand> & { tag: "message" },
): void {
  const { message } = event;
  switch (message.kind) {
    case "DKG_QUERY":
      // In a tab with a seat, the seat answers.
      if (!hasSeat(draft)) answer(draft, message);
      return;
    case "CERTIFICATE": {
      const { phase } = draft.state;
      if ("certified" in phase || phase.tag === "idle" || phase.roundId !== message.roundId) return;
      const current = currentRound(draft, phase.roundId);
      const certificate = typeof current === "boolean" ? null : readCertificate(draft, message, current);
      if (certificate === null || typeof current === "boolean") {
        draft.ignore("invalid-content", "CERTIFICATE", message.from);
      } else certify(draft, certificate, { keyPackages: [], publicKeyPackage: current.key });
      return;
    }
    case "ABORT":
      if (keep(draft, message)) hearAbort(draft, message);
      return;
    case "BLAME":
      hearBlame(draft, message);
      return;
    case "DKG_PRIVATE_SHARES":
      return;
    default:
      keep(draft, message);
  }
}

function step(
  context: KeygenContext,
  state: CoordinatorState,
  event: MachineEvent<CoordinatorKeygenCommand>,
  rng: Rng,
): Outcome<CoordinatorState, KeygenFact> {
  const draft = new Draft<CoordinatorState>(context, state, event.now, rng, { replay });
  draft.observer = true;
  if (state.patience.progressAt === null && !hasSeat(draft)) askFingerprint(draft);
  switch (event.tag) {
    case "message":
      hear(draft, event);
      break;
    case "command":
      if (event.command.tag === "runDkg") runDkg(draft);
      else if (event.command.tag === "stopKeygen" && mayStop(draft.state.phase)) stop(draft, "stopped-here");
      else if (event.command.tag !== "reportMismatch" || !reportMismatch(draft)) draft.ignore("not-now");
      break;
    case "decided": {
      const { phase } = draft.state;
      const asked =
        phase.tag === "comparing" && fingerprintQuestion(context.groupId, phase.certified.roundId);
      if (asked === event.id && !hasSeat(draft)) answerFingerprint(draft, event.verdict.tag === "yes");
      break;
    }
    case "tick":
      break;
  }
  advance(draft);
  beImpatient(draft);
  return { state: draft.state, facts: draft.facts, out: draft.out };
}

/** Key generation as its coordinator starts and watches it: the same transcript, without shares of its own. */
export const keygenCoordinator: Machine<
  KeygenContext,
  CoordinatorState,
  CoordinatorKeygenCommand,
  KeygenFact
> = {
  step,
  replay: (_context, state, fact) => replay(state, fact),
};
