import type { Machine, MachineEvent, Message, Outcome, Rng } from "../core/machine.ts";
import type { Hash } from "../core/names.ts";
import { admit, areSignatures, isExpired, rebuiltMessages, type RequestFault } from "./checks.ts";
import { keysOfSeat, type SigningContext } from "./context.ts";
import { requestToFact } from "./facts.ts";
import { digestReason, nonceRequest, noncesLost, signed, signShareRequest } from "./messages.ts";
import { operationDigest, shownReason, type SigningRequest } from "./request.ts";
import { Run } from "./run.ts";
import {
  dropRequest,
  keepWaiting,
  memoryOf,
  offerAhead,
  offerNonces,
  setMemory,
  type SignerRun,
  slotOf,
  takeWaiting,
} from "./signer-memory.ts";
import { replaySigner } from "./signer-replay.ts";
import { answerPackage } from "./signer-shares.ts";
import {
  FORGET_AFTER_MS,
  FORGET_AT_ONCE,
  type SignerCommand,
  type SignerFact,
  type SignerRequest,
  type SignerState,
} from "./signer-state.ts";
import { eraseStock } from "./stock.ts";

/**
 * A seat's side of signing, for all requests of its group. Total: bad input is counted as ignored, refusals are
 * messages. It gives nonces and shares only for operations a person or a policy here approved, each nonce once.
 */
export const signerMachine: Machine<SigningContext, SignerState, SignerCommand, SignerFact> = {
  step: stepSigner,
  replay: replaySigner,
};

export function stepSigner(
  context: SigningContext,
  state: SignerState,
  event: MachineEvent<SignerCommand>,
  rng: Rng,
): Outcome<SignerState, SignerFact> {
  const run: SignerRun = new Run(context, state, event.now, rng, (before, fact: SignerFact) =>
    replaySigner(context, before, fact),
  );
  if (keysOfSeat(context, context.me).length === 0) {
    run.ignore("not-for-me", event.tag === "message" ? event.message : undefined);
    return run.outcome();
  }
  if (state.memory?.epoch !== context.epoch) wake(run);
  expire(run);
  switch (event.tag) {
    case "message":
      onMessage(run, event.message);
      break;
    case "decided":
      onDecided(run, event.id, event.verdict);
      break;
    case "command":
      onCommand(run, event.command);
      break;
    case "tick":
      forgetOld(run);
      wishForTicks(run);
      break;
  }
  return run.outcome();
}

/** A driver's timer is spent by its tick: what is still to come is wished for again. */
function wishForTicks(run: SignerRun): void {
  for (const entry of run.state.requests.values()) {
    if (entry.tag === "deciding" || entry.tag === "approved") run.wakeAt(entry.request.expiry);
  }
}

/** The id of the question put to a person about one request. */
export const approvalId = (digest: Hash): string => `approve/${digest}`;

const idPrefix = approvalId("" as Hash);

/** First event of a process: questions are asked again, and coordinators hear that earlier nonces are gone. */
function wake(run: SignerRun): void {
  setMemory(run, {});
  // The clock alone may jump back, and a restored backup has no count to go on from: the larger of both.
  run.record({ tag: "signer/awake", generation: Math.max(run.state.generation + 1, run.now) });
  for (const [digest, entry] of run.state.requests) {
    if (isExpired(entry.request, run.now)) continue;
    if (entry.tag === "deciding") ask(run, digest, entry.request);
    if (entry.tag === "approved") {
      run.say(
        "NONCES_LOST",
        entry.request.roundId,
        noncesLost.encode({ generation: run.state.generation, digest, session: null }),
      );
      offerNonces(run, digest, entry.request);
    }
    run.wakeAt(entry.request.expiry);
  }
}

function ask(run: SignerRun, digest: Hash, request: SigningRequest): void {
  const rebuilt = rebuiltMessages(run.context, request);
  if (!rebuilt.ok) {
    // Kinds of operation can disappear between versions; then nobody can say what this would sign.
    refuse(run, digest, request, rebuilt.fault);
    return;
  }
  run.out.push({
    tag: "decide",
    decision: { tag: "approveOperation", id: approvalId(digest), digest, request, view: rebuilt.view },
  });
}

function expire(run: SignerRun): void {
  for (const [digest, entry] of run.state.requests) {
    if (entry.tag !== "deciding" && entry.tag !== "approved") continue;
    if (!isExpired(entry.request, run.now)) continue;
    run.record({ tag: "signer/ended", digest, end: "expired", reason: "expired" });
    run.out.push({
      tag: "notify",
      notice: { tag: "stopped", reason: "expired", roundId: entry.request.roundId },
    });
    dropRequest(run, digest);
  }
}

/** Erases requests whose expiry is long past, many at a time: rewriting a journal is not free. */
function forgetOld(run: SignerRun): void {
  const old = new Set<Hash>();
  for (const [digest, entry] of run.state.requests) {
    if (run.now >= entry.request.expiry + FORGET_AFTER_MS) old.add(digest);
  }
  if (old.size < FORGET_AT_ONCE) return;
  const kept = <K, V>(map: ReadonlyMap<K, V>, digestOf: (value: V, key: K) => Hash): Map<K, V> =>
    new Map([...map].filter(([key, value]) => !old.has(digestOf(value, key))));
  run.state = {
    ...run.state,
    requests: kept(run.state.requests, (_, digest) => digest),
    rounds: kept(run.state.rounds, (digest) => digest),
    released: kept(run.state.released, ({ digest }) => digest),
  };
  run.out.push({
    tag: "prune",
    keep: (fact) => !old.has(fact.digest as Hash),
  });
}

function onMessage(run: SignerRun, message: Message): void {
  switch (message.kind) {
    case "NONCE_REQUEST":
      onNonceRequest(run, message);
      return;
    case "SIGN_SHARE_REQUEST":
      onSignShareRequest(run, message);
      return;
    case "CANCEL":
      onCancel(run, message);
      return;
    case "SIGNED":
      onSigned(run, message);
      return;
    default:
      run.ignore("not-for-me", message);
  }
}

function onNonceRequest(run: SignerRun, message: Message): void {
  const asked = nonceRequest.decode(message.payload, message);
  if (asked === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  if (asked.request === null) {
    if (run.state.mode.tag === "halted") run.ignore("not-now", message);
    else offerAhead(run, message.from, message.roundId, asked.pairs);
    return;
  }
  const known = intake(run, message, asked.request);
  if (known?.entry.tag === "approved") offerNonces(run, known.digest, asked.request);
}

function onSignShareRequest(run: SignerRun, message: Message): void {
  const asked = signShareRequest.decode(message.payload, message);
  if (asked === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  const known = intake(run, message, asked.request);
  if (known === null) return;
  if (known.entry.tag === "deciding") keepWaiting(run, known.digest, asked);
  if (known.entry.tag === "approved") answerPackage(run, known.digest, known.entry, asked);
}

/** Finds the request a message carries, or takes it in: refused at sight, or put to a person. */
function intake(
  run: SignerRun,
  message: Message,
  request: SigningRequest,
): { readonly digest: Hash; readonly entry: SignerRequest } | null {
  const digest = operationDigest(request);
  const entry = run.state.requests.get(digest);
  if (entry !== undefined) {
    if (entry.tag === "refused") {
      run.sayAgain(slotOf(digest, "refuse"));
    } else if (entry.tag === "expired") {
      sayRefusal(run, digest, request, "expired");
    } else if (entry.tag === "cancelled" || entry.tag === "signed") {
      run.ignore("too-late", message);
    }
    return { digest, entry };
  }
  const admitted = admit(run.context, run.state, request, run.now);
  if (!admitted.ok) {
    // Nothing is kept of it: the same request gets the same answer again.
    run.ignore("invalid-content", message);
    sayRefusal(run, digest, request, admitted.fault);
    return null;
  }
  run.record({ tag: "signer/asked", digest, ...requestToFact(request) });
  ask(run, digest, request);
  run.wakeAt(request.expiry);
  return { digest, entry: { tag: "deciding", request } };
}

function sayRefusal(run: SignerRun, digest: Hash, request: SigningRequest, reason: RequestFault): void {
  run.say("REFUSE", request.roundId, digestReason.encode({ digest, reason }));
}

function refuse(run: SignerRun, digest: Hash, request: SigningRequest, given: string): void {
  const reason = shownReason(given);
  run.record({ tag: "signer/ended", digest, end: "refused", reason });
  dropRequest(run, digest);
  run.say("REFUSE", request.roundId, digestReason.encode({ digest, reason }), slotOf(digest, "refuse"));
}

function onCancel(run: SignerRun, message: Message): void {
  const cancel = digestReason.decode(message.payload, message);
  if (cancel === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  const entry = run.state.requests.get(cancel.digest);
  if (entry?.request.coordinator !== message.from) {
    run.ignore(entry === undefined ? "wrong-round" : "wrong-sender", message);
    return;
  }
  if (entry.tag !== "deciding" && entry.tag !== "approved") {
    run.ignore("too-late", message);
    return;
  }
  run.record({ tag: "signer/ended", digest: cancel.digest, end: "cancelled", reason: cancel.reason });
  run.out.push({
    tag: "notify",
    notice: { tag: "stopped", reason: "cancelled", roundId: entry.request.roundId },
  });
  dropRequest(run, cancel.digest);
}

/** Signatures prove themselves, whoever shows them and whatever was answered here. */
function onSigned(run: SignerRun, message: Message): void {
  const result = signed.decode(message.payload, message);
  if (result === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  const entry = run.state.requests.get(result.digest);
  if (entry === undefined || entry.tag === "signed") {
    run.ignore(entry === undefined ? "wrong-round" : "duplicate", message);
    return;
  }
  if (!areSignatures(run.context, entry.request, result.signatures)) {
    run.ignore("invalid-content", message);
    return;
  }
  run.record({ tag: "signer/signed", digest: result.digest, signatures: result.signatures });
  dropRequest(run, result.digest);
}

function onDecided(
  run: SignerRun,
  id: string,
  verdict: Extract<MachineEvent<SignerCommand>, { tag: "decided" }>["verdict"],
): void {
  if (!id.startsWith(idPrefix)) {
    run.ignore("not-for-me");
    return;
  }
  const digest = id.slice(idPrefix.length) as Hash;
  const entry = run.state.requests.get(digest);
  if (entry?.tag !== "deciding") {
    run.ignore(entry === undefined ? "wrong-round" : "already-answered");
    return;
  }
  const { request } = entry;
  if (verdict.tag === "no") {
    refuse(run, digest, request, verdict.reason);
    return;
  }
  run.record({ tag: "signer/approved", digest });
  const answered = takeWaiting(run, digest).map((asked) =>
    answerPackage(
      run,
      digest,
      /* v8 ignore next -- it was approved just before */ run.state.requests.get(digest) ?? entry,
      asked,
    ),
  );
  if (!answered.includes(true)) offerNonces(run, digest, request);
}

function onCommand(run: SignerRun, command: SignerCommand): void {
  if (command.tag === "refuse") {
    const entry = run.state.requests.get(command.digest);
    if (entry?.tag === "deciding" || entry?.tag === "approved") {
      refuse(run, command.digest, entry.request, command.reason);
    } else run.ignore("too-late");
    return;
  }
  if (run.state.mode.tag === "halted") {
    run.ignore("duplicate");
    return;
  }
  run.record({ tag: "signer/halted", reason: command.reason });
  for (const [digest, entry] of run.state.requests) {
    if (entry.tag === "deciding" || entry.tag === "approved") refuse(run, digest, entry.request, "halted");
  }
  setMemory(run, { stock: eraseStock(memoryOf(run.context, run.state).stock), offers: new Map() });
}
