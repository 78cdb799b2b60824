import type { GroupId, PartyId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import { type Roster, seatIndex } from "../core/roster.ts";
import { draftRoster, type ProposalFault, proposalFault } from "../lobby/proposal.ts";
import type { LobbyPhase, LobbySettings, Readiness } from "../lobby/messages.ts";
import { lobbyContext } from "./contexts.ts";
import { missingFrames } from "./gaps.ts";
import type { Party } from "./state.ts";

export interface LobbyBoardRow {
  /** Null for a seat that nobody has taken. */
  readonly identity: PartyId | null;
  readonly name: string;
  readonly weight: number;
  readonly status: "notJoined" | "pending" | "approved" | "declined";
  readonly isMe: boolean;
  readonly readiness: Readiness | null;
  readonly lastHeard: number | null;
  readonly missingFrames: number;
}

/** A lobby as every page shows it, at the coordinator's tab and at the others alike. */
export interface LobbyBoard {
  readonly phase: LobbyPhase | "idle";
  readonly settings: LobbySettings | null;
  readonly rows: readonly LobbyBoardRow[];
  /** The last proposal. */
  readonly roster: Roster | null;
  readonly groupId: GroupId | null;
  /** What this tab is here: `idle` has not asked for a seat. */
  readonly mine: Party["member"]["phase"]["tag"];
  readonly refused: StopReason | null;
  /** Of the coordinator: why the roster cannot be proposed yet, null where it can; undefined for members. */
  readonly proposalFault: ProposalFault | null | undefined;
}

/** The lobby of this party. */
export function lobbyBoard(party: Party): LobbyBoard {
  const { member, lobby } = party;
  const told = member.board?.state ?? null;
  const mine = member.phase;
  const roster = lobby === null ? ("roster" in mine ? mine.roster : null) : proposed(party);
  const seats = lobby?.seats ?? told?.seats ?? [];
  const settings = lobby?.settings ?? told?.settings ?? null;
  const approvals = (identity: PartyId): boolean => {
    if (lobby?.phase.tag === "proposed") return lobby.phase.proposal.approvals.has(identity);
    if (lobby?.phase.tag === "sealed" || told?.phase === "sealed" || mine.tag === "sealed") return true;
    return roster !== null && (told?.approved.includes(seatIndex(roster, identity)) ?? false);
  };
  const declined = (identity: PartyId): boolean =>
    lobby?.phase.tag === "proposed" && lobby.phase.proposal.declined.has(identity);
  const rows = seats.map(({ identity, name, weight, readiness }): LobbyBoardRow => ({
    identity,
    name,
    weight,
    status: approvals(identity) ? "approved" : declined(identity) ? "declined" : "pending",
    isMe: identity === party.config.identity.id,
    readiness: party.readiness.get(identity) ?? readiness,
    lastHeard: party.lastHeard.get(identity) ?? null,
    missingFrames: missingFrames(party.gaps, identity),
  }));
  const empty: LobbyBoardRow = {
    identity: null,
    name: "",
    weight: 1,
    status: "notJoined",
    isMe: false,
    readiness: null,
    lastHeard: null,
    missingFrames: 0,
  };
  const free = Math.max(0, (settings?.seats ?? 0) - rows.length);
  const groupId =
    lobby?.phase.tag === "sealed" ? lobby.phase.groupId : "groupId" in mine ? mine.groupId : null;
  return {
    phase: lobby?.phase.tag ?? told?.phase ?? "idle",
    settings,
    rows: [...rows, ...Array.from({ length: free }, () => empty)],
    roster,
    groupId,
    mine: mine.tag,
    refused: mine.tag === "refused" ? mine.reason : null,
    proposalFault: lobby === null ? undefined : proposalFault(lobbyContext(party), lobby),
  };
}

function proposed(party: Party): Roster | null {
  const { lobby } = party;
  if (lobby?.phase.tag === "proposed") return lobby.phase.proposal.roster;
  if (lobby?.phase.tag === "sealed") return lobby.groups.get(lobby.phase.groupId)?.roster ?? null;
  return lobby === null ? null : draftRoster(lobbyContext(party), lobby);
}
