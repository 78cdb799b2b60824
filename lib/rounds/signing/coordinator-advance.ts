import type { Hash, PartyId } from "../core/names.ts";
import { type Candidates, chooseSeats, keysLeft, mostSessions } from "./choose.ts";
import { judgeUnfinished } from "./coordinator-judging.ts";
import { isOpen } from "./coordinator-replay.ts";
import {
  type CoordinatorRun,
  endRequest,
  isLiveHere,
  liveRequest,
  memory,
  openSession,
} from "./coordinator-sessions.ts";
import type { LiveRequest, Session } from "./coordinator-state.ts";

/**
 * Moves a request on: ends it where too few keys are left, and opens a session where enough seats are idle and no
 * open session is about to be answered.
 */
export function advance(run: CoordinatorRun, digest: Hash): void {
  const before = liveRequest(run, digest);
  if (before === null) return;
  if (hasKeys(run, before)) {
    const candidates = candidatesNow(run, digest, before);
    if (candidates === null) return;
    if (candidates === "answered" && nextSeats(run, digest, before, candidates) === null) return;
  }
  if (before.sessions.size > 0) judgeUnfinished(run, digest);
  const live = liveRequest(run, digest);
  /* v8 ignore next -- judging excludes seats and ends no request */
  if (live === null) return;
  if (!hasKeys(run, live)) {
    endRequest(run, digest, live, "failed", "too-few-keys");
    return;
  }
  const candidates = candidatesNow(run, digest, live);
  const seats = candidates === null ? null : nextSeats(run, digest, live, candidates);
  if (seats !== null) openSession(run, digest, live, seats);
}

const hasKeys = (run: CoordinatorRun, live: LiveRequest): boolean =>
  keysLeft(run.context, live) >= run.context.roster.threshold;

const nextSeats = (
  run: CoordinatorRun,
  digest: Hash,
  live: LiveRequest,
  candidates: Candidates,
): readonly PartyId[] | null =>
  live.sessions.size >= mostSessions(run.context, live)
    ? null
    : chooseSeats(run.context, memory(run), digest, live, isLiveHere(run), candidates);

/**
 * Who may be asked for shares at this moment. While a session is young nobody is, as it may still succeed without the
 * cost of another; but one that waits for a seat which has not answered was a guess, and its person may take any
 * time: seats that have answered do not wait for that.
 */
function candidatesNow(run: CoordinatorRun, digest: Hash, live: LiveRequest): Candidates | null {
  const open = [...live.sessions.values()].filter((session) => isOpen(live, session));
  if (open.length === 0) return "anybody";
  /* v8 ignore next -- noted when a session is opened, or found open after a reload */
  const openedAt = memory(run).openedAt.get(digest) ?? run.now;
  const youngUntil = openedAt + run.context.times.hedge;
  if (run.now >= youngUntil) return "anybody";
  run.wakeAt(youngUntil);
  const willing = memory(run).willing.get(digest) ?? [];
  const isSoonComplete = ({ members, answers }: Session): boolean =>
    members.every(({ seat }) => answers.has(seat) || willing.includes(seat));
  return open.some(isSoonComplete) ? null : "answered";
}
