import { ALL, type Hash, type PartyId } from "../core/names.ts";
import { isBusy, usableColumns } from "./choose.ts";
import { keysOfSeat, type SigningContext } from "./context.ts";
import { replayCoordinator } from "./coordinator-replay.ts";
import {
  type CoordinatorFact,
  type CoordinatorMemory,
  type CoordinatorState,
  entryFields,
  freshCoordinatorMemory,
  isLive,
  type LiveRequest,
  type Member,
  memberFields,
} from "./coordinator-state.ts";
import { type CommitmentEntry, digestReason, nonceRequest, signShareRequest } from "./messages.ts";
import type { SigningPackage } from "./package.ts";
import { type Column, takeColumns } from "./pool.ts";
import { Run } from "./run.ts";

export type CoordinatorRun = Run<CoordinatorState, CoordinatorFact>;

export const coordinatorMemory = (context: SigningContext, state: CoordinatorState): CoordinatorMemory =>
  state.memory?.epoch === context.epoch ? state.memory : freshCoordinatorMemory(context.epoch);

export const memory = (run: CoordinatorRun): CoordinatorMemory => coordinatorMemory(run.context, run.state);

export function setCoordinatorMemory(run: CoordinatorRun, change: Partial<CoordinatorMemory>): void {
  run.state = { ...run.state, memory: { ...memory(run), ...change } };
}

/** Where what is said about one request is kept in the outbox. */
export const coordinatorSlot = (digest: Hash, name: string): string => `coordinator/${digest}/${name}`;

export function liveRequest(run: CoordinatorRun, digest: Hash): LiveRequest | null {
  const entry = run.state.requests.get(digest);
  return entry !== undefined && isLive(entry) ? entry : null;
}

/** Whether a request of this coordinator may still end signed. */
export const isLiveHere =
  (run: CoordinatorRun) =>
  (digest: Hash): boolean =>
    liveRequest(run, digest) !== null;

/** Fixes a package over the chosen seats' commitments, and asks them for shares. */
export function openSession(
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  seats: readonly PartyId[],
): void {
  const { request } = live;
  const session = live.sessions.size + 1;
  const members: Member[] = [];
  const list: CommitmentEntry[] = [];
  for (const seat of seats) {
    const taken = takeColumns(memory(run).pools, seat, request.messages.length, digest, isLiveHere(run));
    /* v8 ignore next -- chosen for having enough */
    if (taken === null) return;
    setCoordinatorMemory(run, { pools: taken.pools });
    members.push({
      seat,
      generation: taken.pool.generation,
      sources: [...new Set(taken.taken.map((column) => column.source))],
    });
    list.push(...entriesOf(run.context, seat, taken.taken));
  }
  const commitmentList = list.sort((a, b) => a.identifier - b.identifier);
  run.record({
    tag: "coordinator/opened",
    digest,
    session,
    members: members.map(memberFields),
    commitmentList: commitmentList.map(entryFields),
  });
  setCoordinatorMemory(run, { openedAt: new Map(memory(run).openedAt).set(digest, run.now) });
  run.wakeAt(run.now + run.context.times.hedge);
  const slot = coordinatorSlot(digest, `session/${session}`);
  sayPackage(run, { request, session, commitmentList }, ALL, slot);
}

/** Asks for shares on a package; with a slot the frame is kept for a later reload. */
export function sayPackage(
  run: CoordinatorRun,
  { request, session, commitmentList }: SigningPackage,
  to: PartyId,
  slot?: string,
): void {
  const { certificate } = run.context;
  const payload = signShareRequest.encode({ request, session, commitmentList, certificate });
  run.say("SIGN_SHARE_REQUEST", request.roundId, payload, slot, to);
}

const entriesOf = (
  context: SigningContext,
  seat: PartyId,
  columns: readonly Column[],
): readonly CommitmentEntry[] =>
  keysOfSeat(context, seat).map((identifier, i) => ({
    identifier,
    /* v8 ignore next -- a column has one pair per key */
    pairs: columns.map((column) => column.pairs[i] ?? new Uint8Array()),
  }));

/** Asks for nonces: everybody at first, later those who owe an answer, with frames of their own. */
export function askForNonces(run: CoordinatorRun, live: LiveRequest, to: PartyId | null): void {
  const { request } = live;
  const payload = nonceRequest.encode({
    request,
    pairs: request.messages.length,
    certificate: run.context.certificate,
  });
  if (to === null) run.say("NONCE_REQUEST", request.roundId, payload);
  else run.say("NONCE_REQUEST", request.roundId, payload, undefined, to);
}

/** Seats that are idle here and have no commitments left for this request. */
export const owingNonces = (run: CoordinatorRun, digest: Hash, live: LiveRequest): readonly PartyId[] =>
  run.context.roster.seats
    .map((seat) => seat.identity)
    .filter((seat) => {
      if (live.standings.get(seat)?.tag !== "asked" || isBusy(live, seat)) return false;
      const columns = usableColumns(memory(run), seat, digest, isLiveHere(run));
      const willing = memory(run).willing.get(digest)?.includes(seat) === true;
      return columns < live.request.messages.length || !willing;
    });

/** Ends a request without signatures, for all to see. */
export function endRequest(
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  end: "failed" | "cancelled" | "expired",
  reason: string,
): void {
  run.record({ tag: "coordinator/ended", digest, end, reason });
  run.forget(coordinatorSlot(digest, ""));
  run.out.push({
    tag: "notify",
    notice: {
      tag: "stopped",
      reason: end === "failed" ? "too-few-keys" : end === "expired" ? "expired" : "stopped-here",
      roundId: live.request.roundId,
    },
  });
  // Expiry needs no message: everybody has the request's expiry.
  if (end !== "expired") {
    const slot = coordinatorSlot(digest, "cancel");
    run.say("CANCEL", live.request.roundId, digestReason.encode({ digest, reason }), slot);
  }
}

export const newRun = (
  context: SigningContext,
  state: CoordinatorState,
  now: number,
  rng: Run<CoordinatorState, CoordinatorFact>["rng"],
): CoordinatorRun =>
  new Run(context, state, now, rng, (before, fact: CoordinatorFact) =>
    replayCoordinator(context, before, fact),
  );
