import type { Hash } from "../core/names.ts";
import { chooseSeats, keysLeft, mostSessions } from "./choose.ts";
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

/**
 * Moves a request on: ends it where too few keys are left, and opens a session where enough seats are idle and no
 * open session is young.
 */
export function advance(run: CoordinatorRun, digest: Hash): void {
  const before = liveRequest(run, digest);
  if (before === null || !isDue(run, digest)) return;
  if (before.sessions.size > 0) judgeUnfinished(run, digest);
  const live = liveRequest(run, digest);
  /* v8 ignore next -- judging excludes seats and ends no request */
  if (live === null) return;
  if (keysLeft(run.context, live) < run.context.roster.threshold) {
    endRequest(run, digest, live, "failed", "too-few-keys");
    return;
  }
  if (!isDue(run, digest) || live.sessions.size >= mostSessions(run.context, live)) return;
  const seats = chooseSeats(run.context, memory(run), digest, live, isLiveHere(run));
  if (seats !== null) openSession(run, digest, live, seats);
}

/** False while an open session is young: it may still succeed without the cost of another. */
function isDue(run: CoordinatorRun, digest: Hash): boolean {
  const live = liveRequest(run, digest);
  /* v8 ignore next -- asked about live requests */
  if (live === null) return false;
  if (keysLeft(run.context, live) < run.context.roster.threshold) return true;
  if (![...live.sessions.values()].some((session) => isOpen(live, session))) return true;
  /* v8 ignore next -- noted when a session is opened, or found open after a reload */
  const openedAt = memory(run).openedAt.get(digest) ?? run.now;
  const youngUntil = openedAt + run.context.times.hedge;
  if (run.now < youngUntil) run.wakeAt(youngUntil);
  return run.now >= youngUntil;
}
