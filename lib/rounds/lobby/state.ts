import type { GroupId, PartyId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import type { Roster } from "../core/roster.ts";
import type { LobbySeat, LobbySettings, LobbyState, Readiness } from "./messages.ts";

/** A group that exists: all seats approved its roster. It never changes again. */
export interface SealedGroup {
  readonly groupId: GroupId;
  readonly roster: Roster;
  /** One approval per seat, in seat order. */
  readonly approvals: readonly Uint8Array[];
  /** Opens the group's broadcasts. */
  readonly broadcastKey: Uint8Array;
  /** Signed by the coordinator; a relay opens the group's room by it. */
  readonly statement: Uint8Array;
}

export type SealedGroups = ReadonlyMap<GroupId, SealedGroup>;

/** What somebody asked of the lobby; kept so that it is said again after a reload. */
export interface Application {
  readonly name: string;
  readonly readiness: Readiness;
}

export type MemberPhase =
  /** No seat was asked for. */
  | { readonly tag: "idle" }
  /** A seat was asked for; whether it was given is in `board`. */
  | { readonly tag: "joined"; readonly application: Application; readonly since: number }
  /** A roster holds this identity, and a person is to approve it. */
  | {
      readonly tag: "reviewing";
      readonly application: Application;
      readonly groupId: GroupId;
      readonly roster: Roster;
      readonly since: number;
    }
  /** Approved here; others may have yet to. */
  | {
      readonly tag: "approved";
      readonly application: Application;
      readonly groupId: GroupId;
      readonly roster: Roster;
      readonly since: number;
    }
  /** All approved: the group exists. */
  | {
      readonly tag: "sealed";
      readonly application: Application;
      readonly groupId: GroupId;
      readonly roster: Roster;
      readonly since: number;
    }
  /** Declined here: a later proposal is reviewed anew. */
  | {
      readonly tag: "declined";
      readonly application: Application;
      readonly groupId: GroupId;
      readonly roster: Roster;
      readonly since: number;
    }
  /** No seat here: refused, or the lobby closed. */
  | { readonly tag: "refused"; readonly reason: StopReason; readonly since: number };

export interface MemberState {
  readonly phase: MemberPhase;
  /** Rosters approved by this seat: only these can become groups. */
  readonly approved: ReadonlyMap<GroupId, Roster>;
  readonly groups: SealedGroups;
  /** Highest proposal reviewed: an older one is not taken up again. */
  readonly version: number;
  /** Not journalled: the coordinator's last word on who is there. */
  readonly board: { readonly state: LobbyState; readonly at: number } | null;
  /** Not journalled. */
  readonly patience: LobbyPatience;
}

/** Since when nothing came from the other side, and when it is asked again. */
export interface LobbyPatience {
  readonly heardAt: number | null;
  readonly askAt: number;
  readonly interval: number;
}
export const freshLobbyPatience: LobbyPatience = { heardAt: null, askAt: 0, interval: 0 };

export const initialMember: MemberState = {
  phase: { tag: "idle" },
  approved: new Map(),
  groups: new Map(),
  version: 0,
  board: null,
  patience: freshLobbyPatience,
};

/** A roster being approved. */
export interface Proposal {
  readonly groupId: GroupId;
  readonly roster: Roster;
  readonly approvals: ReadonlyMap<PartyId, Uint8Array>;
  readonly declined: ReadonlyMap<PartyId, string>;
}

export type LobbyCoordinatorPhase =
  /** No lobby was opened in this tab. */
  | { readonly tag: "idle" }
  /** Seats fill. */
  | { readonly tag: "open"; readonly since: number }
  /** A roster is being approved. */
  | { readonly tag: "proposed"; readonly proposal: Proposal; readonly since: number }
  /** All seats approved. */
  | { readonly tag: "sealed"; readonly groupId: GroupId; readonly since: number }
  | { readonly tag: "closed"; readonly since: number };

export interface LobbyCoordinatorState {
  readonly phase: LobbyCoordinatorPhase;
  readonly settings: LobbySettings | null;
  /** In seat order. */
  readonly seats: readonly LobbySeat[];
  /** Whom this lobby is for, where that is known (a roster from a contract); empty for whoever has the invite. */
  readonly expected: readonly PartyId[];
  /** Identities that were sent away: they are not let in again. */
  readonly removed: ReadonlySet<PartyId>;
  /** Number of the last proposal. */
  readonly version: number;
  readonly groups: SealedGroups;
  /** Not journalled: which seats have said that they stored a sealed group. */
  readonly received: ReadonlyMap<PartyId, GroupId>;
  readonly patience: LobbyPatience;
}

export const initialLobbyCoordinator: LobbyCoordinatorState = {
  phase: { tag: "idle" },
  settings: null,
  seats: [],
  expected: [],
  removed: new Set(),
  version: 0,
  groups: new Map(),
  received: new Map(),
  patience: freshLobbyPatience,
};
