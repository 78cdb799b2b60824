import type { Hash } from "../../core/names.ts";
import type { CoordinatorRequest } from "../coordinator-state.ts";
import { signShareResponse, type SignShareResponse } from "../messages.ts";
import type { Seat, Table } from "./table.ts";

/** A request as its coordinator has it. */
export function requestAt(seat: Seat, digest: Hash): CoordinatorRequest {
  const entry = seat.coordinator.requests.get(digest);
  if (entry === undefined) throw new Error("no such request");
  return entry;
}

export const sessionsOf = (seat: Seat, digest: Hash): number => requestAt(seat, digest).sessions.size;

/** From now on the shares of a seat leave it changed, well sealed and signed by it. */
export function bend(
  table: Table,
  seat: Seat,
  change: (response: SignShareResponse) => SignShareResponse,
): void {
  seat.bend = (posted) => {
    if (posted.kind !== "SIGN_SHARE_RESPONSE") return posted;
    const message = table.open(posted);
    const response = signShareResponse.decode(message.payload, message);
    if (response === null) return posted;
    return seat.write(posted.kind, signShareResponse.encode(change(response)), message.roundId, posted.to);
  };
}
