import type { PartyId } from "../core/names.ts";
import type { Roster } from "../core/roster.ts";
import { convictsOfBadShare } from "../signing/evidence.ts";
import { culpritKey } from "./culprit-key.ts";
import type { SigningEvidence } from "./evidence.ts";

/** Evidence of the signing machines, judged by the key that the accused itself signed for. */
export function verifySigningEvidence(roster: Roster, accused: PartyId, body: SigningEvidence): boolean {
  const { broadcastKey, end, groupPublicKey, bytes } = body;
  const judged = culpritKey(roster, accused, broadcastKey, end, groupPublicKey);
  if (judged === null) return false;
  const { groupId, key } = judged;
  return convictsOfBadShare({ roster, groupId, broadcastKey, key }, accused, bytes);
}
