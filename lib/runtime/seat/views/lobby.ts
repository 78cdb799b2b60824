import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import {
  lobbyBoard,
  type LobbyBoard,
  type LobbyBoardRow,
  type Party,
  type PartyId,
} from "../../../rounds/index.ts";
import { words } from "../../../rounds/keygen/words.ts";
import type { Network, Role, ShortCode } from "../../views/common.ts";
import type {
  InviteView,
  LobbyView,
  PreflightCheck,
  RunBlock,
  SeatView,
  StorageView,
  TrialTabView,
} from "../../views/lobby.ts";
import type { Plan } from "../secrets.ts";
import type { ReadableSeat } from "./readable-seat.ts";
import { seatNumber } from "./people.ts";

/** Silence after which somebody counts as away: three missed signs of life. */
export const awayAfterMs = 35_000;

/** What a lobby screen shows beside the lobby itself. */
export interface LobbyExtras {
  readonly role: Role;
  readonly now: number;
  readonly build: string;
  readonly storage: StorageView;
  readonly invite: InviteView | null;
  readonly trial: readonly Omit<TrialTabView, "state">[] | null;
  /** The ceremony was asked for and has not begun. */
  readonly starting: boolean;
}

/** An identity as eight hex digits and four words: for telling people apart, not for the comparison of keys. */
export function shortIdentity(id: PartyId): ShortCode {
  const bits = sha256(utf8ToBytes(`hoarfrost/identity-words/1/${id}`)).subarray(0, 4);
  return { hex: bytesToHex(bits), words: [...bits].map((byte) => words[byte] ?? "") };
}

/** True where somebody gave a sign of life lately, or the relay says so. */
export function isOnline(seat: Pick<ReadableSeat, "party" | "present">, id: PartyId, now: number): boolean {
  const me = seat.party.config.identity.id;
  return id === me || seat.present.has(id) || now - (seat.party.lastHeard.get(id) ?? 0) < awayAfterMs;
}

export function lobbyView(seat: ReadableSeat, extras: LobbyExtras): LobbyView {
  const board = lobbyBoard(seat.party);
  const { plan } = seat.secrets;
  const coordinatorId = seat.party.config.invite.coordinator;
  const seats = seatViews(seat, board, plan, extras);
  const ownSeat = board.rows.findIndex(({ identity }) => identity === coordinatorId);
  const coordinator = board.rows[ownSeat]?.name ?? "the coordinator";
  const why = runBlock(seats, extras, seat, board, coordinator);
  const own = answerOf(board);
  // A trial's tab answers by itself, and asks nobody for the moment that takes.
  const answer = own === "wanted" && seat.secrets.trial ? null : own;
  const approved = seats.filter(({ settings }) => settings === "approved").length;
  return {
    role: extras.role,
    settings: {
      name: board.settings?.name ?? plan.group,
      network: networkOf(board.settings?.network ?? plan.network),
      threshold: board.settings?.threshold ?? plan.threshold,
      seats: seats.map(({ seat: number, name, weight }) => ({ seat: number, name, weight })),
    },
    coordinator,
    ...(ownSeat < 0 ? {} : { coordinatorSeat: seatNumber(ownSeat) }),
    seats,
    approved: { have: approved, needed: seats.length, total: seats.length },
    preflight: preflight(seats, extras, seat),
    run: why === null ? { allowed: true } : { allowed: false, why },
    ...(answer === null ? {} : { yourAnswer: answer }),
    ...(board.groupId === null ? {} : { groupId: board.groupId }),
    invites:
      extras.invite === null
        ? []
        : [{ ...extras.invite, used: seats.every(({ presence }) => presence !== "not-joined") }],
    ...choices(seat, board, extras.role),
    ...(extras.trial === null
      ? {}
      : { trial: extras.trial.map((tab) => ({ ...tab, state: tabState(seats, tab.name) })) }),
    storage: extras.storage,
  };
}

/** A lobby is closed before its settings are sealed, and not that of a next group: the group there is stays. */
export const mayClose = ({ groups, lobby }: Party): boolean =>
  groups.size === 0 && (lobby?.phase.tag === "open" || lobby?.phase.tag === "proposed");

/** What the coordinator may do to a lobby that is not sealed. */
function choices(
  { party }: ReadableSeat,
  { phase, rows }: LobbyBoard,
  role: Role,
): Pick<LobbyView, "removable" | "closable"> {
  if (role !== "coordinator" || (phase !== "open" && phase !== "proposed")) return {};
  const removable = rows.flatMap((row) => (row.identity === null || row.isMe ? [] : [row.name]));
  return { removable, ...(mayClose(party) ? { closable: true } : {}) };
}

export const networkOf = (network: string): Network =>
  (["devnet", "regtest", "signet", "testnet", "mainnet"] as const).find((known) => known === network) ??
  "devnet";

function tabState(seats: readonly SeatView[], name: string): TrialTabView["state"] {
  const found = seats.find((seat) => seat.name === name && seat.presence !== "not-joined");
  if (found === undefined) return "not-open";
  return found.settings === "approved" ? "approved" : "open";
}

function answerOf(board: LobbyBoard): "wanted" | "approved" | "refused" | null {
  switch (board.mine) {
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

function seatViews(seat: ReadableSeat, board: LobbyBoard, plan: Plan, extras: LobbyExtras): SeatView[] {
  // A next group's free seats are for people nobody has named yet.
  const planned = seat.party.groups.size > 0 ? [] : plan.seats;
  const free = planned.filter((name) => !board.rows.some((row) => row.name === name));
  // Before the coordinator's first word only the plan in the link is known.
  const rows = board.rows.length > 0 ? board.rows : plan.seats.map(() => null);
  return rows.map((row, index) => {
    if (row?.identity != null) return joinedSeat(seat, row, row.identity, index, board, extras);
    const name = free.shift() ?? `Seat ${seatNumber(index)}`;
    return {
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
    };
  });
}

function joinedSeat(
  seat: ReadableSeat,
  row: LobbyBoardRow,
  identity: PartyId,
  index: number,
  board: LobbyBoard,
  extras: LobbyExtras,
): SeatView {
  const own = row.isMe ? answerOf(board) : null;
  const approved = row.status === "approved" || own === "approved";
  const settings =
    row.status === "declined" || own === "refused" ? "refused" : approved ? "approved" : "not-yet";
  const { readiness } = row;
  return {
    name: row.name,
    seat: seatNumber(index),
    you: row.isMe,
    weight: row.weight,
    presence: isOnline(seat, identity, extras.now) ? "online" : "away",
    ...(row.lastHeard === null ? {} : { presenceAt: row.lastHeard }),
    settings,
    identity: shortIdentity(identity),
    ...(readiness === null ? {} : { version: readiness.software }),
    versionMatches: readiness?.software === extras.build,
    storage: readiness?.storageProtected === true ? "protected" : "may-be-cleared",
    backup: "after-key",
    awaited: settings === "not-yet",
  };
}

function runBlock(
  seats: readonly SeatView[],
  extras: LobbyExtras,
  seat: ReadableSeat,
  board: LobbyBoard,
  coordinator: string,
): RunBlock | null {
  if (board.phase === "closed" || board.refused === "lobby-closed") return { kind: "closed" };
  const named = (wanted: (view: SeatView) => boolean) => seats.filter(wanted).map(({ name }) => name);
  const missing = named(({ presence }) => presence === "not-joined");
  if (missing.length > 0) return { kind: "waiting-for", people: missing, step: "join" };
  const refused = named(({ settings }) => settings === "refused");
  if (refused.length > 0) return { kind: "refused-by", people: refused };
  const undecided = named(({ settings }) => settings === "not-yet");
  if (undecided.length > 0) return { kind: "waiting-for", people: undecided, step: "approve" };
  if (extras.role !== "coordinator") return { kind: "not-coordinator", coordinator };
  if (seat.relay?.connection.tag !== "online") return { kind: "offline" };
  return board.phase === "sealed" && !extras.starting ? null : { kind: "starting" };
}

function preflight(seats: readonly SeatView[], extras: LobbyExtras, seat: ReadableSeat): PreflightCheck[] {
  const check = (
    kind: PreflightCheck["kind"],
    wrong: (view: SeatView) => boolean,
    otherwise: PreflightCheck["state"],
    blocks: boolean,
  ): PreflightCheck => {
    const people = seats.filter(wanted(wrong)).map(({ name }) => name);
    return { kind, state: people.length === 0 ? "passed" : otherwise, blocks, people };
  };
  const connected = seat.relay?.connection.tag === "online";
  // Somebody who is silent holds the ceremony up and does not forbid it: its messages wait at the relay.
  const relay: PreflightCheck = connected
    ? check("relay", ({ presence }) => presence === "away", "warning", false)
    : { kind: "relay", state: "waiting", blocks: true, people: [] };
  return [
    check("joined", ({ presence }) => presence === "not-joined", "waiting", true),
    check("approved", ({ settings }) => settings !== "approved", "waiting", true),
    relay,
    { ...check("version", ({ versionMatches }) => !versionMatches, "warning", false), value: extras.build },
    check("storage", ({ storage }) => storage === "may-be-cleared", "warning", false),
  ];
}

const wanted = (wrong: (view: SeatView) => boolean) => (view: SeatView) => wrong(view);
