import { given } from "../core/given.ts";
import { type Roster, type RosterFault, rosterFault, SUITE } from "../core/roster.ts";
import type { LobbyContext } from "./context.ts";
import type { LobbyCoordinatorState } from "./state.ts";

/** Why a roster cannot be proposed yet. */
export type ProposalFault = RosterFault | "not-now" | "seats-missing";

/** The roster as it would be proposed now. */
export function draftRoster(context: LobbyContext, state: LobbyCoordinatorState): Roster | null {
  const { settings, seats, version } = state;
  if (settings === null) return null;
  return {
    version: version + 1,
    suite: SUITE,
    lobbyId: context.lobbyId,
    name: settings.name,
    network: settings.network,
    threshold: settings.threshold,
    seats: seats.map(({ identity, name, weight }) => ({ identity, name, weight })),
    coordinator: context.coordinator,
  };
}

/** Why a roster cannot be proposed yet: the word beside the disabled button. Null where it can. */
export function proposalFault(context: LobbyContext, state: LobbyCoordinatorState): ProposalFault | null {
  const roster = draftRoster(context, state);
  if (roster === null || state.phase.tag === "closed" || state.phase.tag === "proposed") return "not-now";
  if (roster.seats.length < given(state.settings, "an open lobby's settings").seats) return "seats-missing";
  return rosterFault(roster);
}
