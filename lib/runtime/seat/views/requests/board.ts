import type { PartyId } from "../../../../rounds/index.ts";
import type { BoardCell, BoardRow, BoardStepId, BoardView, WaitView } from "../../../views/ceremony.ts";
import type { Role } from "../../../views/common.ts";
import type { SessionRecord } from "../../history.ts";
import { onlineQuorum } from "../ceremony.ts";
import { chart } from "../chart.ts";
import { isOnline } from "../lobby.ts";
import { nameOf, namesOf, peopleOf } from "../people.ts";
import { isLiveState, type RequestModel, waitedFor } from "./model.ts";

/** People read before they answer: longer than this and a cell says that it is late. */
const lateApprovalMs = 60_000;
const lateShareMs = 10_000;

const steps: readonly BoardStepId[] = ["asked", "approved", "nonces", "share", "share-verified"];

const notYet: BoardCell = { state: "not-yet" };
const notNeeded: BoardCell = { state: "not-needed" };

/** The board of a request, in the tab that coordinates it; other tabs are not told who has done what. */
export function requestBoard(model: RequestModel): BoardView | null {
  const { led, roster, me, record, seat, now, request } = model;
  if (led === null) return null;
  const rows = peopleOf(roster, me).map(({ id, ...person }): BoardRow => ({
    ...person,
    cells: cellsOf(model, id),
  }));
  const cells = rows.flatMap((row) => row.cells);
  const count = (...states: BoardCell["state"][]) =>
    cells.filter(({ state }) => states.includes(state)).length;
  const wait = waitView(model);
  const role: Role = me === roster.coordinator ? "coordinator" : "signer";
  return {
    round: "signing",
    role,
    roundId: request.roundId,
    startedAt: record.askedAt,
    ...(record.endedAt === undefined ? {} : { endedAt: record.endedAt }),
    online: onlineQuorum(seat, roster, now),
    steps,
    rows,
    progress: {
      done: count("sent", "received", "verified"),
      waiting: count("waiting"),
      total: cells.length - count("not-needed", "refused", "invalid"),
    },
    ...(wait === null ? {} : { wait }),
    coordinator: nameOf(roster, request.coordinator),
    messages: chart(seat.frames.all, request.roundId, roster),
    canCancel: isLiveState(model.state),
  };
}

function cellsOf(model: RequestModel, id: PartyId): readonly BoardCell[] {
  const { record, led, state, seat } = model;
  const seen = record.seats.get(id) ?? {};
  const live = isLiveState(state);
  const missing = live ? notYet : notNeeded;
  const heardAt = seen.approvedAt ?? seen.refusedAt ?? seen.shareAt;
  const asked: BoardCell =
    heardAt === undefined ? { state: "sent", at: record.askedAt } : { state: "received", at: heardAt };
  const waiting = (since: number, late: number): BoardCell => {
    const lastSeenAt = seat.party.lastHeard.get(id);
    return {
      state: "waiting",
      since,
      late: model.now - since > late,
      ...(lastSeenAt === undefined ? {} : { lastSeenAt }),
    };
  };
  const answer = model.answers.find((one) => one.id === id);
  if (answer?.state === "refused") {
    const refused: BoardCell = {
      state: "refused",
      at: answer.at ?? record.askedAt,
      ...(answer.reason === undefined ? {} : { reason: answer.reason }),
    };
    return [asked, refused, notNeeded, notNeeded, notNeeded];
  }
  if (answer?.state !== "approved") {
    return [asked, live ? waiting(record.askedAt, lateApprovalMs) : notNeeded, missing, missing, missing];
  }
  const approved: BoardCell = { state: "verified", at: seen.approvedAt ?? record.endedAt ?? record.askedAt };
  const session = record.sessions.findLast(({ members }) => members.includes(id));
  if (session === undefined) {
    const offered: BoardCell =
      seen.approvedAt === undefined ? missing : { state: "received", at: seen.approvedAt };
    return [asked, approved, offered, missing, missing];
  }
  const nonces: BoardCell = { state: "received", at: session.at };
  const given = led?.sessions.get(session.number)?.answers.get(id)?.tag === "shares";
  if (!given) {
    const share = !live ? notNeeded : seen.lostAt === undefined ? waiting(session.at, lateShareMs) : notYet;
    return [asked, approved, nonces, share, missing];
  }
  const share: BoardCell = { state: "received", at: seen.shareAt ?? session.at };
  return [asked, approved, nonces, share, verdictOf(model, id, session)];
}

function verdictOf({ record, state }: RequestModel, id: PartyId, session: SessionRecord): BoardCell {
  const { wrongAt } = record.seats.get(id) ?? {};
  if (wrongAt !== undefined)
    return {
      state: "invalid",
      at: wrongAt,
      what: "Its share does not fit its one-time numbers and the message.",
    };
  if (record.signedBy?.includes(id) === true) return { state: "verified", at: record.endedAt ?? session.at };
  return isLiveState(state) ? notYet : notNeeded;
}

function waitView(model: RequestModel): WaitView | null {
  const { seat, roster, me, state, record, now } = model;
  const from = waitedFor(model);
  if (from.length === 0) return null;
  const session = state === "signing" ? record.sessions.at(-1) : undefined;
  const since = session?.at ?? record.askedAt;
  const late = now - since > (session === undefined ? lateApprovalMs : lateShareMs);
  const offline = seat.relay?.connection.tag !== "online";
  const gone = from.every((id) => !isOnline(seat, id, now));
  // A share of one's own takes no decision: its tab is working on it.
  const mine = session === undefined && from.length === 1 && from[0] === me;
  const cause = mine ? "you" : offline ? "relay" : gone ? "offline" : late ? "silent" : "working";
  return { people: namesOf(roster, from), step: session === undefined ? "approved" : "share", since, cause };
}
