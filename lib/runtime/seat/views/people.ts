import type { PartyId } from "../../../rounds/core/names.ts";
import type { Roster } from "../../../rounds/core/roster.ts";
import type { Person } from "../../views/common.ts";

/** Seats are counted from 1 on screens. */
export const seatNumber = (index: number): number => index + 1;

/** Everybody with a seat, in seat order. */
export const peopleOf = (roster: Roster, me: PartyId): readonly (Person & { readonly id: PartyId })[] =>
  roster.seats.map(({ identity, name }, index) => ({
    id: identity,
    name,
    seat: seatNumber(index),
    you: identity === me,
  }));

/** The name of a member; "the coordinator" for one without a seat. */
export const nameOf = (roster: Roster, id: PartyId): string =>
  roster.seats.find(({ identity }) => identity === id)?.name ??
  (id === roster.coordinator ? "the coordinator" : "somebody unknown");

export const namesOf = (roster: Roster, ids: Iterable<PartyId>): string[] =>
  [...ids].map((id) => nameOf(roster, id));

export function personOf(roster: Roster, id: PartyId, me: PartyId): Person {
  const index = roster.seats.findIndex(({ identity }) => identity === id);
  return { name: nameOf(roster, id), seat: seatNumber(index), you: id === me };
}

/** Keys of seats: thresholds count keys, not people. */
export const keysOfSeats = (roster: Roster, ids: Iterable<PartyId>): number => {
  const wanted = new Set(ids);
  return roster.seats.reduce((sum, { identity, weight }) => sum + (wanted.has(identity) ? weight : 0), 0);
};
