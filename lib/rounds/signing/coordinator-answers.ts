import type { Message } from "../core/machine.ts";
import type { Hash, PartyId } from "../core/names.ts";
import { evidenceCodec } from "../blame/evidence.ts";
import { verifyBlame } from "../blame/verify.ts";
import { blame } from "../keygen/messages.ts";
import { keysOfSeat } from "./context.ts";
import { isOpen } from "./coordinator-replay.ts";
import {
  advance,
  coordinatorSlot,
  type CoordinatorRun,
  liveRequest,
  memory,
  setCoordinatorMemory,
} from "./coordinator-sessions.ts";
import { type LiveRequest, type Member, type Session, shareFields } from "./coordinator-state.ts";
import { encodeShareEvidence, isRightResponse } from "./evidence.ts";
import { digestReason, nonceResponse, noncesLost, signed, signShareResponse } from "./messages.ts";
import { announce, emptyPool, hear, type PoolChange } from "./pool.ts";
import { aggregateAll, openSessions } from "./scheme.ts";

/** Takes over a change of a seat's pool; a new epoch ends the sessions that wait for the old one's nonces. */
function takePools(run: CoordinatorRun, message: Message, change: PoolChange | null): boolean {
  if (change === null) {
    run.ignore("too-late", message);
    return false;
  }
  setCoordinatorMemory(run, { pools: change.pools });
  if (change.reloaded) {
    for (const digest of run.state.requests.keys()) loseSessions(run, digest, message, null);
  }
  return true;
}

/**
 * Ends what a seat can no longer answer: open sessions with nonces of another epoch than it speaks in, and the one it
 * names. Whatever it says in a new epoch tells this, whether or not it had answered before.
 */
function loseSessions(run: CoordinatorRun, digest: Hash, message: Message, named: number | null): void {
  const live = liveRequest(run, digest);
  if (live === null) return;
  for (const session of live.sessions.values()) {
    const member = session.members.find((item) => item.seat === message.from);
    if (member === undefined || session.answers.has(message.from)) continue;
    if (member.epoch === message.epoch && session.session !== named) continue;
    if (!isOpen(live, session)) continue;
    run.record({ tag: "coordinator/lost", digest, session: session.session, seat: message.from });
  }
}

function markWilling(run: CoordinatorRun, digest: Hash, seat: PartyId): void {
  const known = memory(run).willing.get(digest) ?? [];
  if (known.includes(seat)) return;
  setCoordinatorMemory(run, { willing: new Map(memory(run).willing).set(digest, [...known, seat]) });
}

export function onNonceResponse(run: CoordinatorRun, message: Message): void {
  const response = nonceResponse.decode(message.payload, message);
  if (response === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  const { pools } = memory(run);
  const change = announce(
    run.context,
    pools,
    run.state.used,
    message,
    response.entries,
    response.digest,
    run.now,
  );
  if (!takePools(run, message, change)) return;
  if (response.digest !== null) markWilling(run, response.digest, message.from);
  for (const digest of run.state.requests.keys()) advance(run, digest);
}

export function onSignShareResponse(run: CoordinatorRun, message: Message): void {
  const response = signShareResponse.decode(message.payload, message);
  if (response === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  const seat = message.from;
  const live = liveRequest(run, response.digest);
  const session = live?.sessions.get(response.session);
  const change = announce(
    run.context,
    memory(run).pools,
    run.state.used,
    message,
    response.next,
    response.digest,
    run.now,
  );
  if (change !== null) setCoordinatorMemory(run, { pools: change.pools });
  if (live === null || session === undefined) {
    run.ignore("wrong-round", message);
    return;
  }
  if (!session.members.some((member) => member.seat === seat)) {
    run.ignore("wrong-sender", message);
    return;
  }
  if (session.answers.get(seat)?.tag === "shares") {
    run.ignore("duplicate", message);
    return;
  }
  if (response.packageHash !== session.packageHash || live.standings.get(seat)?.tag === "excluded") {
    run.ignore("invalid-content", message);
    return;
  }
  markWilling(run, response.digest, seat);
  run.record({
    tag: "coordinator/answered",
    digest: response.digest,
    session: response.session,
    seat,
    entries: response.entries.map(shareFields),
    frame: message.frame,
  });
  judge(run, response.digest, response.session, seat);
  for (const digest of run.state.requests.keys()) advance(run, digest);
}

/**
 * Aggregates once all shares are in, and verifies single shares only where that fails, or from a request's second
 * session on: by then somebody is slow or wrong, and who it is decides who is asked next.
 */
function judge(run: CoordinatorRun, digest: Hash, number: number, seat: PartyId): void {
  const live = liveRequest(run, digest);
  const session = live?.sessions.get(number);
  if (live === null || session === undefined) return;
  const entries = session.members.flatMap((member) => {
    const answer = session.answers.get(member.seat);
    return answer?.tag === "shares" ? answer.entries : [];
  });
  const complete = session.members.every((member) => session.answers.get(member.seat)?.tag === "shares");
  if (complete) {
    const key = run.context.key.publicKeyPackage;
    const signatures = aggregateAll(openSessions(key, session) ?? [], entries);
    if (signatures !== null && signatures.length > 0) {
      finish(run, digest, live, signatures);
      return;
    }
    for (const member of session.members) convictIfWrong(run, digest, live, session, member.seat);
  } else if (live.sessions.size > 1) {
    convictIfWrong(run, digest, live, session, seat);
  }
}

function finish(
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  signatures: readonly Uint8Array[],
): void {
  run.record({ tag: "coordinator/signed", digest, signatures });
  run.forget(coordinatorSlot(digest, ""));
  const payload = signed.encode({ digest, signatures });
  run.say("SIGNED", live.request.roundId, payload, coordinatorSlot(digest, "signed"));
}

/** Excludes a seat whose shares are wrong, and shows everybody why. */
function convictIfWrong(
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  session: Session,
  seat: PartyId,
): void {
  const { context } = run;
  const answer = session.answers.get(seat);
  const member = session.members.find((item) => item.seat === seat);
  if (answer?.tag !== "shares" || member === undefined) return;
  const key = context.key.publicKeyPackage;
  const sessions = openSessions(key, session) ?? [];
  if (isRightResponse(sessions, keysOfSeat(context, seat), answer.entries)) return;
  const evidence = shareEvidence(run, session, member, answer.frame);
  run.record({ tag: "coordinator/excluded", digest, seat, evidence });
  if (evidence.length === 0) return;
  const { roundId } = live.request;
  run.out.push({ tag: "notify", notice: { tag: "blamed", culprit: seat, roundId, evidence } });
  run.say("BLAME", roundId, blame.encode({ evidence }), `blame/${digest}/${seat}`);
}

/** Evidence that convicts everywhere; empty where what is known does not suffice: then nobody is accused. */
function shareEvidence(
  run: CoordinatorRun,
  session: Session,
  member: Member,
  response: Uint8Array,
): Uint8Array {
  const { roster, broadcastKey, ends, key } = run.context;
  try {
    const { sources } = member;
    const evidence = evidenceCodec.encode({
      roster,
      accused: member.seat,
      tag: "signing",
      body: {
        broadcastKey,
        end: ends.get(member.seat) ?? new Uint8Array(),
        groupPublicKey: key.publicKeyPackage.verifyingKey.toCompressed(),
        bytes: encodeShareEvidence({ signingPackage: session, sources, response }),
      },
    });
    return verifyBlame(evidence) === null ? new Uint8Array() : evidence;
  } catch (error) {
    if (error instanceof RangeError) return new Uint8Array();
    throw error;
  }
}

export function onRefuse(run: CoordinatorRun, message: Message): void {
  const refusal = digestReason.decode(message.payload, message);
  if (refusal === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  const live = liveRequest(run, refusal.digest);
  if (live?.standings.get(message.from)?.tag !== "asked") {
    run.ignore(live === null ? "wrong-round" : "already-answered", message);
    return;
  }
  const { digest, reason } = refusal;
  run.record({ tag: "coordinator/refused", digest, seat: message.from, reason });
  advance(run, digest);
}

/** A seat's nonces are gone: those of other epochs, or those of one session. */
export function onNoncesLost(run: CoordinatorRun, message: Message): void {
  const lost = noncesLost.decode(message.payload, message);
  if (lost === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  if (!takePools(run, message, hear(memory(run).pools, message, run.now))) return;
  if (lost.session !== null) {
    setCoordinatorMemory(run, { pools: emptyPool(memory(run).pools, message.from) });
  }
  const live = liveRequest(run, lost.digest);
  if (live === null) {
    run.ignore("wrong-round", message);
    return;
  }
  loseSessions(run, lost.digest, message, lost.session);
  advance(run, lost.digest);
}
