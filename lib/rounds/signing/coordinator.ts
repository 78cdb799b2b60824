import type { Fact, Machine, MachineEvent, Message, Outcome, Rng } from "../core/machine.ts";
import type { Hash, RoundId } from "../core/names.ts";
import { isExpired } from "./checks.ts";
import { mayCoordinate, operationContext, type SigningContext } from "./context.ts";
import { onNonceResponse, onNoncesLost, onRefuse, onSignShareResponse } from "./coordinator-answers.ts";
import { isOpen, replayCoordinator } from "./coordinator-replay.ts";
import { advance } from "./coordinator-advance.ts";
import {
  askForNonces,
  coordinatorSlot,
  type CoordinatorRun,
  endRequest,
  liveRequest,
  memory,
  newRun,
  owingNonces,
  sayPackage,
  setCoordinatorMemory,
} from "./coordinator-sessions.ts";
import {
  type CoordinatorCommand,
  type CoordinatorFact,
  type CoordinatorState,
  isLive,
} from "./coordinator-state.ts";
import { requestToFact } from "./facts.ts";
import { MAX_STOCK, nonceRequest, PAIR_BYTES } from "./messages.ts";
import { operationDigest, shownReason, type SigningRequest } from "./request.ts";
import { FORGET_AFTER_MS, FORGET_AT_ONCE } from "./signer-state.ts";
import { hashesOf } from "./stock.ts";

/** A package with the longest commitment list must fit one frame beside operation and certificate. */
const MOST_LIST_BYTES = 384 * 1024;

/**
 * The coordinating side of signing, for all requests this party makes. Robust (ROAST, ePrint 2022/550): silent and
 * wrong seats cost time, never the signature, while enough keys are left. It decides nothing about what is signed:
 * every signer checks for itself.
 */
export const signingCoordinatorMachine: Machine<
  SigningContext,
  CoordinatorState,
  CoordinatorCommand,
  CoordinatorFact
> = { step: stepCoordinator, replay: replayCoordinator };

export function stepCoordinator(
  context: SigningContext,
  state: CoordinatorState,
  event: MachineEvent<CoordinatorCommand>,
  rng: Rng,
): Outcome<CoordinatorState, CoordinatorFact> {
  const run = newRun(context, state, event.now, rng);
  if (state.memory?.epoch !== context.epoch) wake(run);
  expire(run);
  switch (event.tag) {
    case "message":
      onMessage(run, event.message);
      break;
    case "command":
      onCommand(run, event.command);
      break;
    case "tick":
      onTick(run);
      break;
    case "decided":
      run.ignore("not-for-me");
      break;
  }
  return run.outcome();
}

function onMessage(run: CoordinatorRun, message: Message): void {
  switch (message.kind) {
    case "NONCE_RESPONSE":
      onNonceResponse(run, message);
      return;
    case "SIGN_SHARE_RESPONSE":
      onSignShareResponse(run, message);
      return;
    case "REFUSE":
      onRefuse(run, message);
      return;
    case "NONCES_LOST":
      onNoncesLost(run, message);
      return;
    default:
      run.ignore("not-for-me", message);
  }
}

function onCommand(run: CoordinatorRun, command: CoordinatorCommand): void {
  switch (command.tag) {
    case "sign":
      sign(run, command);
      return;
    case "prepare": {
      const pairs = Math.max(1, Math.min(Math.trunc(command.pairs) || 1, MAX_STOCK));
      const payload = nonceRequest.encode({ request: null, pairs, certificate: run.context.certificate });
      run.say("NONCE_REQUEST", command.roundId, payload);
      return;
    }
    case "cancel": {
      const live = liveRequest(run, command.digest);
      if (live === null) run.ignore("too-late");
      else endRequest(run, command.digest, live, "cancelled", shownReason(command.reason));
      return;
    }
  }
}

const isRoundTaken = (state: CoordinatorState, roundId: RoundId): boolean =>
  [...state.requests.values()].some((entry) => entry.request.roundId === roundId);

function sign(run: CoordinatorRun, command: Extract<CoordinatorCommand, { tag: "sign" }>): void {
  const { context } = run;
  const rebuilt = context.operations.rebuild(command.operation, operationContext(context));
  if (!rebuilt.ok || !mayCoordinate(context, context.me)) {
    run.ignore("invalid-content");
    return;
  }
  const request: SigningRequest = {
    groupId: context.groupId,
    roundId: command.roundId,
    coordinator: context.me,
    expiry: command.expiry,
    operation: command.operation,
    messages: rebuilt.messages,
  };
  if (isRoundTaken(run.state, command.roundId)) {
    run.ignore("used-round");
    return;
  }
  const listBytes = context.roster.threshold * request.messages.length * PAIR_BYTES;
  const isInTime = Number.isSafeInteger(request.expiry) && !isExpired(request, run.now);
  if (!isInTime || listBytes > MOST_LIST_BYTES) {
    run.ignore("invalid-content");
    return;
  }
  const digest = operationDigest(request);
  run.record({ tag: "coordinator/requested", digest, ...requestToFact(request) });
  run.wakeAt(request.expiry);
  advance(run, digest);
  const live = liveRequest(run, digest);
  /* v8 ignore next -- all seats are asked, and hold the threshold */
  if (live === null) return;
  // With nonces in stock one round trip may do; whoever is slow then is asked after the hedge, not at once.
  if (live.sessions.size > 0) repeatAt(run, digest, context.times.hedge, context.times.repeat);
  else {
    askForNonces(run, live, null);
    repeatAt(run, digest, context.times.repeat, context.times.repeat);
  }
}

function repeatAt(run: CoordinatorRun, digest: Hash, wait: number, next: number): void {
  const at = run.now + wait;
  setCoordinatorMemory(run, { repeats: new Map(memory(run).repeats).set(digest, { at, delay: next }) });
  run.wakeAt(at);
}

function onTick(run: CoordinatorRun): void {
  for (const [digest, entry] of run.state.requests) {
    if (!isLive(entry)) continue;
    advance(run, digest);
    const due = memory(run).repeats.get(digest);
    // A driver's timer is spent by its tick: what is still to come is wished for again.
    run.wakeAt(
      Math.min(
        entry.request.expiry,
        /* v8 ignore next -- a live request has its next repeat */ due?.at ?? Infinity,
      ),
    );
    if (due === undefined || run.now < due.at) continue;
    sayAgain(run, digest);
    const { repeatMost } = run.context.times;
    repeatAt(run, digest, due.delay, Math.min(2 * due.delay, repeatMost));
  }
  forgetOld(run);
}

/**
 * Says what is owed again to each seat that owes it, in frames of their own: a relay that lost or hid the first
 * one would take an identical frame for a duplicate.
 */
function sayAgain(run: CoordinatorRun, digest: Hash): void {
  const live = liveRequest(run, digest);
  if (live === null) return;
  for (const seat of owingNonces(run, digest, live)) askForNonces(run, live, seat);
  for (const session of live.sessions.values()) {
    if (!isOpen(live, session)) continue;
    for (const { seat } of session.members) {
      if (!session.answers.has(seat)) sayPackage(run, session, seat);
    }
  }
}

/** First event of a process: open sessions are said again as they were, and nonces are asked for anew. */
function wake(run: CoordinatorRun): void {
  setCoordinatorMemory(run, {});
  for (const [digest, entry] of run.state.requests) {
    if (!isLive(entry) || isExpired(entry.request, run.now)) continue;
    for (const session of entry.sessions.values()) {
      if (!isOpen(entry, session)) continue;
      const slot = coordinatorSlot(digest, `session/${session.session}`);
      run.sayAgain(slot);
      setCoordinatorMemory(run, { openedAt: new Map(memory(run).openedAt).set(digest, run.now) });
    }
    askForNonces(run, entry, null);
    repeatAt(run, digest, run.context.times.repeat, run.context.times.repeat);
    run.wakeAt(entry.request.expiry);
  }
}

function expire(run: CoordinatorRun): void {
  for (const [digest, entry] of run.state.requests) {
    if (isLive(entry) && isExpired(entry.request, run.now))
      endRequest(run, digest, entry, "expired", "expired");
  }
}

/** Erases ended requests whose expiry is long past, many at a time. */
function forgetOld(run: CoordinatorRun): void {
  const old = new Set<Hash>();
  for (const [digest, entry] of run.state.requests) {
    if (!isLive(entry) && run.now >= entry.request.expiry + FORGET_AFTER_MS) old.add(digest);
  }
  if (old.size < FORGET_AT_ONCE) return;
  const requests = new Map([...run.state.requests].filter(([digest]) => !old.has(digest)));
  const used = new Set<Hash>();
  for (const entry of requests.values()) {
    for (const session of entry.sessions.values()) {
      for (const hash of hashesOf(session.commitmentList)) used.add(hash);
    }
  }
  run.state = { ...run.state, requests, used };
  run.out.push({ tag: "prune", keep: (fact: Fact) => !old.has(fact.digest as Hash) });
}
