import { JournalError } from "../core/journal.ts";
import type { GroupId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import { groupIdOf, type Roster, rosterCodec } from "../core/roster.ts";
import type { Application, MemberPhase, MemberState } from "./state.ts";

/** What a member keeps. `sealed` holds the group broadcast key in clear: records are sealed whole. */
export type MemberFact =
  | {
      readonly tag: "joined";
      readonly at: number;
      readonly name: string;
      readonly software: string;
      readonly storageProtected: boolean;
      readonly backupVerified: boolean;
    }
  | { readonly tag: "proposed"; readonly at: number; readonly roster: Uint8Array }
  | { readonly tag: "approved"; readonly at: number }
  | { readonly tag: "declined"; readonly at: number }
  | {
      readonly tag: "sealed";
      readonly at: number;
      readonly roster: Uint8Array;
      readonly approvals: readonly Uint8Array[];
      readonly broadcastKey: Uint8Array;
      readonly statement: Uint8Array;
    }
  | { readonly tag: "refused"; readonly at: number; readonly reason: StopReason };

export function rosterOf(bytes: Uint8Array): Roster {
  const decoded = rosterCodec.decode(bytes);
  if (!decoded.ok) throw new JournalError("a roster in the journal is malformed");
  return decoded.value;
}

const applicationOf = (phase: MemberPhase): Application => {
  if ("application" in phase) return phase.application;
  // A restored backup knows its group without having joined here.
  return { name: "", readiness: { software: "", storageProtected: false, backupVerified: false } };
};

const misplaced = (fact: MemberFact): never => {
  throw new JournalError(`"${fact.tag}" cannot come here`);
};

export function replayMember(state: MemberState, fact: MemberFact): MemberState {
  const { phase } = state;
  const application = applicationOf(phase);
  const since = fact.at;
  switch (fact.tag) {
    case "joined": {
      const { name, software, storageProtected, backupVerified } = fact;
      const readiness = { software, storageProtected, backupVerified };
      return { ...state, phase: { tag: "joined", application: { name, readiness }, since } };
    }
    case "proposed": {
      const roster = rosterOf(fact.roster);
      const groupId = groupIdOf(roster);
      return {
        ...state,
        version: roster.version,
        phase: { tag: "reviewing", application, groupId, roster, since },
      };
    }
    case "approved": {
      if (phase.tag !== "reviewing") return misplaced(fact);
      const { groupId, roster } = phase;
      const approved = new Map<GroupId, Roster>(state.approved).set(groupId, roster);
      return { ...state, approved, phase: { tag: "approved", application, groupId, roster, since } };
    }
    case "declined": {
      if (phase.tag !== "reviewing") return misplaced(fact);
      const { groupId, roster } = phase;
      return { ...state, phase: { tag: "declined", application, groupId, roster, since } };
    }
    case "sealed": {
      const roster = rosterOf(fact.roster);
      const groupId = groupIdOf(roster);
      const { approvals, broadcastKey, statement } = fact;
      const groups = new Map(state.groups).set(groupId, {
        groupId,
        roster,
        approvals,
        broadcastKey,
        statement,
      });
      const current = roster.version >= state.version;
      return {
        ...state,
        groups,
        version: Math.max(state.version, roster.version),
        phase: current ? { tag: "sealed", application, groupId, roster, since } : phase,
      };
    }
    case "refused":
      return { ...state, phase: { tag: "refused", reason: fact.reason, since } };
  }
}
