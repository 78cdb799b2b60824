import type { PartyId, Roster } from "../../rounds/index.ts";
import type { Sample, Standing } from "./availability.ts";
import type { Seat } from "./seat.ts";
import { isOnline } from "./views/lobby.ts";

/** Signs of life come each ten seconds: one that is over ten seconds late makes its sender slow. */
const slowAfterMs = 20_000;

/** How everybody stands now, as far as signs of life and the relay say. */
export function sampleOf(seat: Pick<Seat, "party" | "present">, roster: Roster, now: number): Sample {
  const me = seat.party.config.identity.id;
  const standingOf = (id: PartyId): Standing => {
    if (id === me) return "online";
    if (!isOnline(seat, id, now)) return "away";
    return now - (seat.party.lastHeard.get(id) ?? 0) > slowAfterMs ? "slow" : "online";
  };
  return { at: now, standing: new Map(roster.seats.map(({ identity }) => [identity, standingOf(identity)])) };
}
