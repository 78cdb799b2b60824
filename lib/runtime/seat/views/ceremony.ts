import {
  type Cell,
  type GroupState,
  keygenBoard,
  type KeygenBoard,
  type KeygenStep,
  type PartyId,
  type Roster,
} from "../../../rounds/index.ts";
import { heardOf } from "../../../rounds/keygen/inbox.ts";
import type {
  BoardCell,
  BoardRow,
  BoardStepId,
  BoardView,
  CompareAnswer,
  CompareView,
  ProofView,
  StoppedView,
  WaitView,
} from "../../views/ceremony.ts";
import type { Quorum, Role, ShortCode } from "../../views/common.ts";
import type { ErrorView } from "../../views/errors.ts";
import { chart } from "./chart.ts";
import { isOnline } from "./lobby.ts";
import type { ReadableSeat } from "./readable-seat.ts";
import { namesOf, seatNumber } from "./people.ts";

/** After so long without an answer a cell says so in words. */
const lateAfterMs = 15_000;

/** Columns of the board; the comparison has a screen of its own. */
const columns: readonly { readonly id: BoardStepId; readonly step: KeygenStep }[] = [
  { id: "public-shares", step: "publicShares" },
  { id: "private-shares", step: "privateShares" },
  { id: "key-signed", step: "end" },
  { id: "certified", step: "certified" },
  { id: "share-tested", step: "life" },
];

/** The board of this tab's group, as plain protocol values. */
export const boardOf = (seat: ReadableSeat, group: GroupState): KeygenBoard | null =>
  keygenBoard(seat.party, group.sealed.groupId);

const proven = (board: KeygenBoard): boolean =>
  board.phase === "comparing" || board.phase === "confirming" || board.phase === "ready";

function cellView(cell: Cell, isMe: boolean, lastHeard: number | null, now: number): BoardCell {
  switch (cell.tag) {
    case "notYet":
      return { state: "not-yet" };
    case "waiting": {
      const late = now - cell.since > lateAfterMs;
      return {
        state: "waiting",
        since: cell.since,
        late,
        ...(lastHeard === null ? {} : { lastSeenAt: lastHeard }),
      };
    }
    case "sent":
      return { state: isMe ? "sent" : "received", at: cell.at };
    case "verified":
      return { state: "verified", at: cell.at };
    case "invalid":
      return { state: "invalid", at: cell.at, what: "This message was checked here and is wrong." };
  }
}

/** The board of a key generation as this tab sees it; null before one began. */
export function ceremonyView(
  seat: ReadableSeat,
  group: GroupState,
  role: Role,
  now: number,
): BoardView | null {
  const board = boardOf(seat, group);
  if (board?.roundId == null) return null;
  const { roster } = group.sealed;
  // Shares go from each member to each: a coordinator without a seat sees none of them, and its board has no such column.
  const shown = columns.filter(({ step }) => group.keygen !== null || step !== "privateShares");
  const rows = board.rows.map((row, index): BoardRow => ({
    name: row.name,
    seat: seatNumber(index),
    you: row.isMe,
    cells: shown.map(({ step }) => cellView(row.cells[step], row.isMe, row.lastHeard, now)),
  }));
  const cells = rows.flatMap((row) => row.cells);
  const count = (state: BoardCell["state"]) => cells.filter((cell) => cell.state === state).length;
  const wait = waitView(seat, board, roster, now);
  const error = stopError(board, roster);
  const messages = chart(seat.frames.all, board.roundId, roster);
  const startedAt = messages[0]?.at ?? board.since ?? now;
  return {
    round: "keygen",
    role,
    roundId: board.roundId,
    ...transcript(group, board),
    startedAt,
    ...(proven(board) && board.since !== null ? { endedAt: board.since } : {}),
    online: onlineQuorum(seat, roster, now),
    steps: shown.map(({ id }) => id),
    rows,
    progress: { done: count("verified"), waiting: count("waiting"), total: cells.length },
    ...(wait === null ? {} : { wait }),
    coordinator: namesOf(roster, [roster.coordinator])[0] ?? "the coordinator",
    messages,
    canCancel: board.can.stop,
    ...(error === null ? {} : { error }),
  };
}

/** Keys whose holders are online, as far as signs of life say. */
export function onlineQuorum(seat: ReadableSeat, roster: Roster, now: number): Quorum {
  const keys = (wanted: (id: PartyId) => boolean) =>
    roster.seats.reduce((sum, { identity, weight }) => sum + (wanted(identity) ? weight : 0), 0);
  return { have: keys((id) => isOnline(seat, id, now)), needed: roster.threshold, total: keys(() => true) };
}

function transcript(group: GroupState, board: KeygenBoard): Pick<BoardView, "transcript"> {
  const phase = (group.keygen ?? group.keygenCoordinator)?.phase;
  if (phase === undefined || !("round1Hash" in phase || "certified" in phase)) return {};
  const hex = "round1Hash" in phase ? phase.round1Hash : phase.certified.keyHash;
  const ended = board.rows.filter((row) => row.cells.end.tag === "sent" || row.cells.end.tag === "verified");
  return { transcript: { hex: hex.slice(0, 16), agreedBy: ended.length, of: board.rows.length } };
}

function waitView(seat: ReadableSeat, board: KeygenBoard, roster: Roster, now: number): WaitView | null {
  const [first] = board.waitingFor;
  const column = columns.find(({ step }) => step === first?.step);
  if (first === undefined || column === undefined || board.since === null) return null;
  const me = seat.party.config.identity.id;
  const offline = seat.relay?.connection.tag !== "online";
  const gone = first.from.every((id) => !isOnline(seat, id, now));
  const silent = now - board.since > lateAfterMs;
  const cause = offline
    ? "relay"
    : first.from.length === 1 && first.from[0] === me
      ? "you"
      : gone
        ? "offline"
        : silent
          ? "silent"
          : "working";
  return { people: namesOf(roster, first.from), step: column.id, since: board.since, cause };
}

/** Why a key generation ended here without a key, for a person. */
function stopError(board: KeygenBoard, roster: Roster): ErrorView | null {
  if (board.reason === null || board.phase !== "stopped") return null;
  const culprits = board.convictions
    .filter((one) => one.roundId === board.roundId)
    .map(({ culprit }) => culprit);
  const missing = board.waitingFor.flatMap(({ from }) => from);
  const people = namesOf(roster, new Set(culprits.length > 0 ? culprits : missing));
  const detail = board.roundId === null ? {} : { detail: `round ${board.roundId.slice(0, 8)}` };
  return { code: board.reason, people, ...detail, ...(board.since === null ? {} : { at: board.since }) };
}

/** The code that people compare; null before all shares are shown to work. */
export function codeOf(board: KeygenBoard): ShortCode | null {
  const { fingerprint } = board;
  return fingerprint === null ? null : { hex: fingerprint.hex.replace(" ", ""), words: fingerprint.words };
}

/** What each seat has signed about the comparison. */
function answersOf(board: KeygenBoard): CompareAnswer[] {
  return board.rows.map(({ name, isMe, cells }, index): CompareAnswer => {
    const person = { name, seat: seatNumber(index), you: isMe };
    const { fingerprint: cell } = cells;
    if (cell.tag === "invalid") return { ...person, answer: "differs", at: cell.at };
    if (cell.tag === "verified" || cell.tag === "sent") return { ...person, answer: "matches", at: cell.at };
    return { ...person, answer: "none" };
  });
}

export function compareView(seat: ReadableSeat, group: GroupState, sending: boolean): CompareView | null {
  const board = boardOf(seat, group);
  const code = board === null ? null : codeOf(board);
  if (board === null || code === null || (board.phase !== "comparing" && board.phase !== "confirming"))
    return null;
  const answers = answersOf(board);
  const have = answers.filter(({ answer }) => answer === "matches").length;
  return {
    threshold: board.threshold,
    total: board.keys,
    code,
    answers,
    confirmed: { have, needed: answers.length, total: answers.length },
    canAnswer: group.keygen !== null && board.phase === "comparing",
    sending,
  };
}

export function stoppedView(seat: ReadableSeat, group: GroupState, build: string): StoppedView | null {
  const board = boardOf(seat, group);
  if (board?.phase !== "unusable") return null;
  return { cause: "mismatch", answers: answersOf(board), build, groupName: group.sealed.roster.name };
}

/** Proof of life: each share shown to work, before any address. */
export function proofView(seat: ReadableSeat, group: GroupState): ProofView | null {
  const board = boardOf(seat, group);
  if (board === null || !(proven(board) || board.phase === "provingLife")) return null;
  const phase = (group.keygen ?? group.keygenCoordinator)?.phase;
  if (phase === undefined || !("certified" in phase)) return null;
  const shares = board.rows.map(({ name, isMe, cells }, index) => {
    const person = { name, seat: seatNumber(index), you: isMe };
    const { life } = cells;
    if (life.tag === "invalid") return { ...person, state: "invalid" as const, at: life.at };
    if (life.tag === "verified") return { ...person, state: "verified" as const, at: life.at };
    return { ...person, state: "waiting" as const };
  });
  const have = shares.filter(({ state }) => state === "verified").length;
  return {
    shares,
    verified: { have, needed: shares.length, total: shares.length },
    messageHash: phase.certified.keyHash,
    ...(proven(board) && board.since !== null ? { endedAt: board.since } : {}),
  };
}

/** When the coordinator's first message of a round came; null where none did. */
export const begunAt = (group: GroupState): number | null => {
  const state = group.keygen ?? group.keygenCoordinator;
  const rounds = [...(state?.inboxes.values() ?? [])];
  const [first] = rounds.flatMap((inbox) => [...heardOf(inbox, "DKG_BEGIN").values()]);
  return first?.at ?? null;
};
