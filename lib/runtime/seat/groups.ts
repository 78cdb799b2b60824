import { type GroupState, type Party, seatIndex } from "../../rounds/index.ts";

/** Ready is what follows the proof of life and the comparison of the code. */
export const isReady = ({ keygen, keygenCoordinator }: GroupState): boolean =>
  (keygen ?? keygenCoordinator)?.phase.tag === "ready";

const newest = (party: Party): GroupState | null => [...party.groups.values()].at(-1) ?? null;

/** The group a tab is for: the newest that has a key, or else the one on its way to the first. */
export const groupInUse = (party: Party): GroupState | null =>
  [...party.groups.values()].findLast(isReady) ?? newest(party);

/** The group whose key is made while another is in use; null where none is. */
export function groupInMaking(party: Party): GroupState | null {
  const last = newest(party);
  return last === null || last === groupInUse(party) ? null : last;
}

/** Whether a next group is on its way in the lobby: this tab gathers its people, or was asked whether it approves them. */
export function isGathering(party: Party): boolean {
  if (groupInUse(party) === null || groupInMaking(party) !== null) return false;
  const mine = party.member.phase.tag;
  const asked = party.groups.size > 0 && (mine === "reviewing" || mine === "approved" || mine === "declined");
  const phase = party.lobby?.phase.tag;
  return asked || phase === "open" || phase === "proposed";
}

/** True where this tab's person has a seat in a group. */
export const hasSeat = (party: Party, { sealed }: GroupState): boolean =>
  seatIndex(sealed.roster, party.config.identity.id) >= 0;
