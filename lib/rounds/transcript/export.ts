import type { GroupId, RoundId } from "../core/names.ts";
import { certifiedOf, roundOf } from "../keygen/state.ts";
import type { Party } from "../party/state.ts";
import type { Transcript } from "./transcript.ts";

/**
 * Everything this party heard of one round of key generation; null where it knows no such round. It holds no secret of
 * this seat, but opens the group's broadcasts to whoever gets it.
 */
export function exportKeygen(party: Party, groupId: GroupId, round?: RoundId): Transcript | null {
  const group = party.groups.get(groupId);
  const state = group?.keygen ?? group?.keygenCoordinator;
  if (group === undefined || state == null) return null;
  const roundId = round ?? roundOf(state.phase);
  const inbox = roundId === null ? undefined : state.inboxes.get(roundId);
  if (roundId === null || inbox === undefined) return null;
  const heard = [...inbox.values()].flatMap((shelf) => [...shelf.values()]);
  const frames = heard.sort((a, b) => a.at - b.at).map((message) => message.frame);
  const { roster, approvals, broadcastKey } = group.sealed;
  return { roster, approvals, certificate: null, roundId, broadcastKey, frames };
}

/**
 * Everything this party said and heard of one signing round; null where it keeps nothing of it. Only the latest rounds
 * are kept.
 */
export function exportSigning(party: Party, groupId: GroupId, roundId: RoundId): Transcript | null {
  const group = party.groups.get(groupId);
  const frames = group?.archive.get(roundId);
  const state = group?.keygen ?? group?.keygenCoordinator;
  const certified = state == null ? null : certifiedOf(state);
  if (group === undefined || frames === undefined || certified === null) return null;
  const { roster, approvals, broadcastKey } = group.sealed;
  const { certificate } = certified;
  return { roster, approvals, certificate, roundId, broadcastKey, frames: [...frames.values()] };
}
