import type { Message } from "../core/machine.ts";
import type { Hash, PartyId } from "../core/names.ts";
import { advance } from "./coordinator-advance.ts";
import { judge } from "./coordinator-judging.ts";
import { isOpen } from "./coordinator-replay.ts";
import { type CoordinatorRun, liveRequest, memory, setCoordinatorMemory } from "./coordinator-sessions.ts";
import { shareFields } from "./coordinator-state.ts";
import { digestReason, nonceResponse, noncesLost, signShareResponse } from "./messages.ts";
import { announce, emptyPool, hear, type Pools } from "./pool.ts";

/** Takes over a change of a seat's pool; false where the message is of an earlier process, or none of this seat. */
function takePools(run: CoordinatorRun, message: Message, pools: Pools | null): boolean {
  if (pools === null) {
    run.ignore("too-late", message);
    return false;
  }
  setCoordinatorMemory(run, { pools });
  /* v8 ignore next -- heard just before */
  const generation = pools.get(message.from)?.generation ?? 0;
  for (const digest of run.state.requests.keys()) loseSessions(run, digest, message, generation, null);
  return true;
}

/**
 * Ends what a seat can no longer answer: open sessions with nonces of an earlier process than the one that speaks, and
 * the one it names. A seat whose owner still reads says nothing until it is approved, and then speaks as another process.
 */
function loseSessions(
  run: CoordinatorRun,
  digest: Hash,
  { from: seat }: Message,
  generation: number,
  named: number | null,
): void {
  const live = liveRequest(run, digest);
  if (live === null) return;
  for (const { session, members, answers } of [...live.sessions.values()].filter((one) =>
    isOpen(live, one),
  )) {
    const member = members.find((item) => item.seat === seat);
    if (member === undefined || answers.has(seat)) continue;
    if (member.generation >= generation && session !== named) continue;
    run.record({ tag: "coordinator/lost", digest, session, seat });
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
  const change = announce(run.context, pools, run.state.used, message, response, run.now);
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
  const announced = { ...response, entries: response.next };
  const pools = announce(run.context, memory(run).pools, run.state.used, message, announced, run.now);
  // Shares count whichever process made them: a frame of an earlier one may come late.
  if (pools !== null) setCoordinatorMemory(run, { pools });
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
  judge(run, response.digest, response.session);
  for (const digest of run.state.requests.keys()) advance(run, digest);
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

/** A seat's nonces are gone: those of earlier processes, or those of one session. */
export function onNoncesLost(run: CoordinatorRun, message: Message): void {
  const lost = noncesLost.decode(message.payload, message);
  if (lost === null) {
    run.ignore("malformed-payload", message);
    return;
  }
  if (!takePools(run, message, hear(memory(run).pools, message, lost.generation, run.now))) return;
  if (lost.session !== null) {
    setCoordinatorMemory(run, { pools: emptyPool(memory(run).pools, message.from) });
  }
  const live = liveRequest(run, lost.digest);
  if (live === null) {
    run.ignore("wrong-round", message);
    return;
  }
  loseSessions(run, lost.digest, message, lost.generation, lost.session);
  advance(run, lost.digest);
}
