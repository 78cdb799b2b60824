import type { Decision } from "../core/decision.ts";
import type { Party } from "./state.ts";

/**
 * Whether the answer to a question still counts. Of one that others settled, that expired or that was taken back, nobody needs to hear:
 * a person asked all the same would believe that something waits for them.
 */
export function isWanted(party: Party, decision: Decision): boolean {
  switch (decision.tag) {
    case "approveRoster": {
      const { phase } = party.member;
      return phase.tag === "reviewing" && phase.groupId === decision.groupId;
    }
    case "compareFingerprint": {
      const group = party.groups.get(decision.groupId);
      const phase = (group?.keygen ?? group?.keygenCoordinator)?.phase;
      return phase?.tag === "comparing" && phase.certified.roundId === decision.roundId;
    }
    case "approveOperation": {
      const group = party.groups.get(decision.request.groupId);
      return group?.signer?.requests.get(decision.digest)?.tag === "deciding";
    }
  }
}
