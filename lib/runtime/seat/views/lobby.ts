import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { PartyId } from "../../../rounds/core/names.ts";
import type { Network as RosterNetwork } from "../../../rounds/core/roster.ts";
import type { LobbySeat, LobbyState, Readiness } from "../../../rounds/lobby/messages.ts";
import type { Party } from "../../../rounds/party/state.ts";
import { words } from "../../../rounds/keygen/words.ts";
import type { Network, Quorum, Role, ShortCode } from "../../views/common.ts";
import type {
  InviteView,
  LobbyView,
  PreflightCheck,
  RunBlock,
  SeatView,
  SettingsView,
  StorageView,
  TrialTabView,
} from "../../views/lobby.ts";
import type { Seat } from "../seat.ts";
import { seatNumber } from "./people.ts";

/** Silence after which somebody counts as away: three missed signs of life. */
export const awayAfterMs = 35_000;

export interface LobbyExtras {
  readonly role: Role;
  readonly now: number;
  readonly build: string;
  readonly storage: StorageView;
  readonly invite: InviteView | null;
  readonly trial: readonly Omit<TrialTabView, "state">[] | null;
  readonly starting: boolean;
}

/** The board both roles see: the coordinator's own state, or its last word as a member heard it. */
export function boardOf(party: Party): LobbyState | null {
  const { lobby, member } = party;
  if (lobby === null) return member.board?.state ?? null;
  if (lobby.settings === null || lobby.phase.tag === "idle") return null;
  const approved =
    lobby.phase.tag === "proposed"
      ? lobby.seats.flatMap(({ identity }, i) => (hasApproved(party, identity) ? [i] : []))
      : [];
  return { settings: lobby.settings, phase: lobby.phase.tag, version: lobby.version, seats: lobby.seats, approved };
}

function hasApproved(party: Party, id: PartyId): boolean {
  return party.lobby?.phase.tag === "proposed" && party.lobby.phase.proposal.approvals.has(id);
}

/** An identity as eight hex digits and four words: for telling people apart, not for the comparison of keys. */
export function shortIdentity(id: PartyId): ShortCode {
  const bits = sha256(utf8ToBytes(`hoarfrost/identity-words/1/${id}`)).subarray(0, 4);
  return { hex: bytesToHex(bits), words: [...bits].map((byte) => words[byte] ?? "") };
}

export function lobbyView(seat: Seat, extras: LobbyExtras): LobbyView | null {
  const { party, secrets } = seat;
  const board = boardOf(party);
  const plan = secrets.plan;
  if (board === null && plan.seats.length === 0) return null;
  const total = board?.settings.seats ?? plan.seats.length;
  const taken = board?.seats ?? [];
  const free = plan.seats.filter((name) => !taken.some((other) => other.name === name));
  const sealed = board?.phase === "sealed" || seat.group !== null;
  const seats = Array.from({ length: total }, (_, i): SeatView => {
    const joined = taken[i];
    return joined === undefined
      ? emptySeat(i, free[i - taken.length] ?? `Seat ${seatNumber(i)}`)
      : joinedSeat(seat, joined, i, sealed || (board?.approved.includes(i) ?? false), extras);
  });
  const settings: SettingsView = {
    name: board?.settings.name ?? plan.group,
    network: networkOf(board?.settings.network ?? plan.network),
    threshold: board?.settings.threshold ?? plan.threshold,
    seats: seats.map((view, i) => ({ seat: view.seat, name: view.name, weight: taken[i]?.weight ?? 1 })),
  };
  const answer = yourAnswer(party);
  const coordinator = coordinatorName(party, taken);
  const why = runBlock(seats, extras, sealed, seat, coordinator);
  return {
    role: extras.role,
    settings,
    coordinator,
    seats,
    approved: quorum(seats),
    preflight: preflight(seats, extras, seat),
    run: why === null ? { allowed: true } : { allowed: false, why },
    ...(answer === null ? {} : { yourAnswer: answer }),
    ...(seat.group === null ? {} : { groupId: seat.group.sealed.groupId }),
    invites: extras.invite === null ? [] : [{ ...extras.invite, used: taken.length >= total }],
    ...(extras.trial === null ? {} : { trial: extras.trial.map((tab) => ({ ...tab, state: tabState(seats, tab.name) })) }),
    storage: extras.storage,
  };
}

const networkOf = (network: string): Network =>
  (["devnet", "regtest", "signet", "testnet", "mainnet"] as const satisfies readonly RosterNetwork[]).find((known) => known === network) ?? "devnet";

const quorum = (seats: readonly SeatView[]): Quorum => ({
  have: seats.filter(({ settings }) => settings === "approved").length,
  needed: seats.length,
  total: seats.length,
});

const tabState = (seats: readonly SeatView[], name: string): TrialTabView["state"] => {
  const found = seats.find((seat) => seat.name === name && seat.presence !== "not-joined");
  return found === undefined ? "not-open" : found.settings === "approved" ? "approved" : "open";
};

function coordinatorName(party: Party, seats: readonly LobbySeat[]): string {
  return seats.find(({ identity }) => identity === party.config.invite.coordinator)?.name ?? "the coordinator";
}

function yourAnswer(party: Party): LobbyView["yourAnswer"] | null {
  switch (party.member.phase.tag) {
    case "reviewing":
      return "wanted";
    case "approved":
    case "sealed":
      return "approved";
    case "declined":
      return "refused";
    case "idle":
    case "joined":
    case "refused":
      return null;
  }
}

const emptySeat = (index: number, name: string): SeatView => ({
  name,
  seat: seatNumber(index),
  you: false,
  weight: 1,
  presence: "not-joined",
  settings: "not-yet",
  versionMatches: true,
  storage: "unknown",
  backup: "after-key",
  awaited: true,
});

function joinedSeat(seat: Seat, joined: LobbySeat, index: number, approved: boolean, extras: LobbyExtras): SeatView {
  const { party } = seat;
  const me = party.config.identity.id;
  const you = joined.identity === me;
  const readiness: Readiness = party.readiness.get(joined.identity) ?? joined.readiness;
  const heard = party.lastHeard.get(joined.identity) ?? joined.joinedAt;
  const online = you || seat.present.has(joined.identity) || extras.now - heard < awayAfterMs;
  const declined = party.lobby?.phase.tag === "proposed" && party.lobby.phase.proposal.declined.has(joined.identity);
  const own = you ? yourAnswer(party) : null;
  const settings = declined || own === "refused" ? "refused" : approved || own === "approved" ? "approved" : "not-yet";
  return {
    name: joined.name,
    seat: seatNumber(index),
    you,
    weight: joined.weight,
    presence: online ? "online" : "away",
    presenceAt: you ? extras.now : heard,
    settings,
    identity: shortIdentity(joined.identity),
    version: readiness.software,
    versionMatches: readiness.software === extras.build,
    storage: readiness.storageProtected ? "protected" : "may-be-cleared",
    backup: "after-key",
    awaited: settings === "not-yet",
  };
}

function runBlock(
  seats: readonly SeatView[],
  extras: LobbyExtras,
  sealed: boolean,
  seat: Seat,
  coordinator: string,
): RunBlock | null {
  const named = (wanted: (view: SeatView) => boolean) => seats.filter(wanted).map(({ name }) => name);
  const missing = named(({ presence }) => presence === "not-joined");
  if (missing.length > 0) return { kind: "waiting-for", people: missing, step: "join" };
  const refused = named(({ settings }) => settings === "refused");
  if (refused.length > 0) return { kind: "refused-by", people: refused };
  const undecided = named(({ settings }) => settings === "not-yet");
  if (undecided.length > 0) return { kind: "waiting-for", people: undecided, step: "approve" };
  if (extras.role !== "coordinator") return { kind: "not-coordinator", coordinator };
  if (seat.relay?.connection.tag !== "online") return { kind: "offline" };
  return sealed && !extras.starting ? null : { kind: "starting" };
}

function preflight(seats: readonly SeatView[], extras: LobbyExtras, seat: Seat): PreflightCheck[] {
  const named = (wanted: (view: SeatView) => boolean) => seats.filter(wanted).map(({ name }) => name);
  const check = (kind: PreflightCheck["kind"], people: readonly string[], otherwise: PreflightCheck["state"], blocks: boolean) =>
    ({ kind, state: people.length === 0 ? "passed" : otherwise, blocks, people }) as const;
  const online = seat.relay?.connection.tag === "online";
  return [
    check("joined", named(({ presence }) => presence === "not-joined"), "waiting", true),
    check("approved", named(({ settings }) => settings !== "approved"), "waiting", true),
    { kind: "relay", state: online ? "passed" : "waiting", blocks: true, people: named(({ presence }) => presence === "away") },
    { ...check("version", named(({ versionMatches }) => !versionMatches), "warning", false), value: extras.build },
    check("storage", named(({ storage }) => storage === "may-be-cleared"), "warning", false),
  ];
}
