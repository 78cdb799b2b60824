import { JournalError } from "../core/journal.ts";
import type { PartyId } from "../core/names.ts";
import { groupIdOf, type Network } from "../core/roster.ts";
import { rosterOf } from "./member-facts.ts";
import type { LobbyCoordinatorState } from "./state.ts";

/** What a lobby's coordinator keeps. `sealed` holds the group broadcast key in clear: records are sealed whole. */
export type LobbyCoordinatorFact =
  | {
      readonly tag: "opened";
      readonly at: number;
      readonly name: string;
      readonly network: Network;
      readonly threshold: number;
      readonly seats: number;
      readonly expected: readonly PartyId[];
    }
  | {
      readonly tag: "seated";
      readonly at: number;
      readonly identity: PartyId;
      readonly name: string;
      readonly software: string;
      readonly storageProtected: boolean;
      readonly backupVerified: boolean;
    }
  | { readonly tag: "weighed"; readonly identity: PartyId; readonly weight: number }
  | { readonly tag: "removed"; readonly identity: PartyId }
  | { readonly tag: "proposed"; readonly at: number; readonly roster: Uint8Array }
  | { readonly tag: "reopened"; readonly at: number; readonly threshold: number; readonly seats: number }
  | { readonly tag: "withdrawn"; readonly at: number }
  | { readonly tag: "consented"; readonly identity: PartyId; readonly signature: Uint8Array }
  | { readonly tag: "declined"; readonly identity: PartyId; readonly reason: string }
  | {
      readonly tag: "sealed";
      readonly at: number;
      readonly roster: Uint8Array;
      readonly approvals: readonly Uint8Array[];
      readonly broadcastKey: Uint8Array;
      readonly statement: Uint8Array;
    }
  | { readonly tag: "closed"; readonly at: number };

const misplaced = (fact: LobbyCoordinatorFact): never => {
  throw new JournalError(`"${fact.tag}" cannot come here`);
};

export function replayLobbyCoordinator(
  state: LobbyCoordinatorState,
  fact: LobbyCoordinatorFact,
): LobbyCoordinatorState {
  const { phase } = state;
  switch (fact.tag) {
    case "opened": {
      const { name, network, threshold, seats, expected, at } = fact;
      return {
        ...state,
        settings: { name, network, threshold, seats },
        expected,
        phase: { tag: "open", since: at },
      };
    }
    case "seated": {
      const { identity, name, software, storageProtected, backupVerified, at } = fact;
      const readiness = { software, storageProtected, backupVerified };
      const seat = { identity, name, weight: 1, readiness, joinedAt: at };
      const known = state.seats.some((one) => one.identity === identity);
      const seats = known
        ? state.seats.map((one) => (one.identity === identity ? { ...one, name, readiness } : one))
        : [...state.seats, seat];
      return { ...state, seats };
    }
    case "weighed": {
      const seats = state.seats.map((one) =>
        one.identity === fact.identity ? { ...one, weight: fact.weight } : one,
      );
      return { ...state, seats };
    }
    case "removed":
      return {
        ...state,
        seats: state.seats.filter((one) => one.identity !== fact.identity),
        removed: new Set(state.removed).add(fact.identity),
      };
    case "proposed": {
      const roster = rosterOf(fact.roster);
      const proposal = {
        groupId: groupIdOf(roster),
        roster,
        approvals: new Map(),
        declined: new Map(),
      };
      return { ...state, version: roster.version, phase: { tag: "proposed", proposal, since: fact.at } };
    }
    case "reopened": {
      const { threshold, seats, at } = fact;
      if (state.settings === null) return misplaced(fact);
      return {
        ...state,
        settings: { ...state.settings, threshold, seats },
        phase: { tag: "open", since: at },
      };
    }
    case "withdrawn":
      return { ...state, phase: { tag: "open", since: fact.at } };
    case "consented": {
      if (phase.tag !== "proposed") return misplaced(fact);
      const approvals = new Map(phase.proposal.approvals).set(fact.identity, fact.signature);
      return { ...state, phase: { ...phase, proposal: { ...phase.proposal, approvals } } };
    }
    case "declined": {
      if (phase.tag !== "proposed") return misplaced(fact);
      const declined = new Map(phase.proposal.declined).set(fact.identity, fact.reason);
      return { ...state, phase: { ...phase, proposal: { ...phase.proposal, declined } } };
    }
    case "sealed": {
      const roster = rosterOf(fact.roster);
      const groupId = groupIdOf(roster);
      const { approvals, broadcastKey, statement, at } = fact;
      const groups = new Map(state.groups).set(groupId, {
        groupId,
        roster,
        approvals,
        broadcastKey,
        statement,
      });
      return { ...state, groups, phase: { tag: "sealed", groupId, since: at } };
    }
    case "closed":
      return { ...state, phase: { tag: "closed", since: fact.at } };
  }
}
