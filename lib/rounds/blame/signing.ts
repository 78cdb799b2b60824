import type { PartyId } from "../core/names.ts";
import type { Roster } from "../core/roster.ts";
import { culpritKey } from "./culprit-key.ts";
import type { SigningEvidence } from "./evidence.ts";

/** Evidence of the signing machines, judged by the key that the accused itself signed for. */
export function verifySigningEvidence(roster: Roster, accused: PartyId, body: SigningEvidence): boolean {
  const judged = culpritKey(roster, accused, body.broadcastKey, body.end, body.groupPublicKey);
  return judged !== null && false;
}
