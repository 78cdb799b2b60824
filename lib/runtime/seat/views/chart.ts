import type { PartyId, Roster, RoundId } from "../../../rounds/index.ts";
import type { MessageView, Party } from "../../views/ceremony.ts";
import type { LoggedFrame } from "../frame-log.ts";
import { seatNumber } from "./people.ts";

/** The messages of one round that passed through this tab, oldest first. */
export function chart(frames: readonly LoggedFrame[], round: RoundId, roster: Roster): MessageView[] {
  const party = (id: PartyId): Party => {
    const index = roster.seats.findIndex(({ identity }) => identity === id);
    const name = roster.seats[index]?.name;
    return name === undefined
      ? { role: "coordinator", name: "Coordinator" }
      : { role: "signer", seat: seatNumber(index), name };
  };
  return frames
    .filter((frame) => frame.round === round)
    .map(({ id, kind, at, from, to }) => {
      const recipient = to === null ? null : party(to);
      const seats = recipient?.role === "signer" ? [recipient.seat] : [];
      return { id, kind, at, from: party(from), to: seats, sealed: true, state: "delivered" };
    });
}
