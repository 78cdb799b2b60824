import { keygenBoard } from "../../rounds/index.ts";
import type { NextGroupView } from "../views/rotation.ts";
import { hasSeat, isGathering } from "./groups.ts";
import type { SeatSession } from "./session.ts";
import type { OpenSeat } from "./stage.ts";
import { mostSeats } from "./start.ts";
import { lobbyOf } from "./view.ts";
import { ceremonyView, compareView, proofView, stoppedView } from "./views/ceremony.ts";

/** The next group as this tab sees it; null where there is none, and this person does not begin one. */
export function nextGroupView(session: SeatSession, open: OpenSeat, now: number): NextGroupView | null {
  const { seat } = open;
  const { party, making } = seat;
  const isCoordinator = party.lobby !== null && session.page === "coordinator";
  if (making !== null && (isCoordinator || hasSeat(party, making))) return makingView(session, open, now);
  if (isGathering(party)) return { stage: "lobby", lobby: lobbyOf(session, open, now) };
  const { lobby } = party;
  if (!isCoordinator || lobby?.phase.tag !== "sealed" || lobby.settings === null) return null;
  const people = lobby.seats.map(({ name }) => name);
  return { stage: "plan", people, threshold: lobby.settings.threshold, maxSeats: mostSeats };
}

function makingView(session: SeatSession, open: OpenSeat, now: number): NextGroupView {
  const { seat } = open;
  const gathering = { stage: "lobby", lobby: lobbyOf(session, open, now) } as const;
  const group = seat.making;
  const board = group === null ? null : keygenBoard(seat.party, group.sealed.groupId);
  if (group === null || board === null || board.phase === "idle") return gathering;
  if (board.phase === "comparing" || board.phase === "confirming") {
    const sending = seat.decisions.some(({ id }) => open.sending.has(id));
    const compare = compareView(seat, group, sending);
    if (compare !== null) return { stage: "compare", compare };
  }
  if (board.phase === "unusable") {
    const stopped = stoppedView(seat, group, session.site.build);
    if (stopped !== null) return { stage: "stopped", stopped };
  }
  const ceremony = ceremonyView(seat, group, session.page, now);
  if (ceremony === null) return gathering;
  const proof = proofView(seat, group);
  return { stage: "ceremony", board: ceremony, ...(proof === null ? {} : { proof }) };
}
