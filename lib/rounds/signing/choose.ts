import type { Hash, PartyId } from "../core/names.ts";
import { keyCount, keysOfSeat, type SigningContext } from "./context.ts";
import { isOpen } from "./coordinator-replay.ts";
import type { CoordinatorMemory, LiveRequest } from "./coordinator-state.ts";
import { isUsable } from "./pool.ts";

/** True while a seat owes its share in an open session: ROAST gives it no second one until it answers. */
export const isBusy = (live: LiveRequest, seat: PartyId): boolean =>
  [...live.sessions.values()].some(
    (session) =>
      isOpen(live, session) &&
      session.members.some((member) => member.seat === seat) &&
      !session.answers.has(seat),
  );

/** Keys of seats that have neither refused nor fallen out. */
export const keysLeft = (context: SigningContext, live: LiveRequest): number =>
  context.roster.seats.reduce(
    (sum, seat) => sum + (live.standings.get(seat.identity)?.tag === "asked" ? seat.weight : 0),
    0,
  );

/**
 * Sessions one request may have: n − t + 1, as every earlier one is held up by another seat for good, and one
 * more for each accepted loss of nonces.
 */
export const mostSessions = (context: SigningContext, live: LiveRequest): number => {
  let losses = 0;
  for (const standing of live.standings.values()) {
    if (standing.tag === "asked") losses += standing.reloads;
    if (standing.tag === "unresponsive") losses += 2;
  }
  return keyCount(context) - context.roster.threshold + 1 + losses;
};

/** Columns of a seat that a request may use. */
export const usableColumns = (
  memory: CoordinatorMemory,
  seat: PartyId,
  digest: Hash,
  isLive: (other: Hash) => boolean,
): number => memory.pools.get(seat)?.columns.filter((column) => isUsable(column, digest, isLive)).length ?? 0;

/**
 * Who may be in the next session. `anybody`: also seats that have not answered yet, as a guess. `answered`: only
 * seats that answered this request, so that nothing but the network is between them and their shares.
 */
export type Candidates = "anybody" | "answered";

/**
 * The seats of the next session: idle ones with enough commitments, first those that answered this request, in
 * the order of their answers, then the ones last heard of; as few as hold the threshold in keys.
 * @returns null where the idle seats hold fewer keys
 */
export function chooseSeats(
  context: SigningContext,
  memory: CoordinatorMemory,
  digest: Hash,
  live: LiveRequest,
  isLive: (other: Hash) => boolean,
  candidates: Candidates,
): readonly PartyId[] | null {
  const count = live.request.messages.length;
  const idle = context.roster.seats
    .map((seat) => seat.identity)
    .filter(
      (seat) =>
        live.standings.get(seat)?.tag === "asked" &&
        !isBusy(live, seat) &&
        usableColumns(memory, seat, digest, isLive) >= count,
    );
  const willing = memory.willing.get(digest) ?? [];
  const first = willing.filter((seat) => idle.includes(seat));
  const later = idle
    .filter((seat) => candidates === "anybody" && !first.includes(seat))
    .sort(
      /* v8 ignore next -- an idle seat has a pool */
      (a, b) => (memory.pools.get(b)?.heardAt ?? 0) - (memory.pools.get(a)?.heardAt ?? 0),
    );
  const weight = (seat: PartyId): number => keysOfSeat(context, seat).length;
  const { threshold } = context.roster;
  const chosen: PartyId[] = [];
  let keys = 0;
  for (const seat of [...first, ...later]) {
    if (keys >= threshold) break;
    chosen.push(seat);
    keys += weight(seat);
  }
  if (keys < threshold) return null;
  // A heavy seat at the end can make lighter ones before it superfluous.
  for (const seat of [...chosen].reverse()) {
    if (keys - weight(seat) < threshold) continue;
    keys -= weight(seat);
    chosen.splice(chosen.indexOf(seat), 1);
  }
  return chosen;
}
