import type { OperationView } from "../operation/operation.ts";
import type { SigningRequest } from "../signing/request.ts";
import type { GroupId, Hash, RoundId } from "./names.ts";

/**
 * Questions a machine puts to a person or a policy, and the answers. The id names the question: the same question
 * asked again (after a reload, say) has the same id, and only its first answer counts.
 */
export type Decision =
  | {
      readonly tag: "approveRoster";
      readonly id: string;
      readonly groupId: GroupId;
      /** Canonical roster encoding: show its name, network, threshold and seats. */
      readonly roster: Uint8Array;
    }
  | {
      readonly tag: "compareFingerprint";
      readonly id: string;
      readonly groupId: GroupId;
      readonly roundId: RoundId;
      /** "2-of-3" */
      readonly quorum: string;
      /** 8 hex digits in two groups of four */
      readonly hex: string;
      /** four words that encode the same 32 bits */
      readonly words: readonly string[];
    }
  | {
      readonly tag: "approveOperation";
      readonly id: string;
      /** Names exactly what is approved: operation, messages, expiry, group, request, coordinator. */
      readonly digest: Hash;
      readonly request: SigningRequest;
      /** The operation in words, rebuilt here from the operation itself. */
      readonly view: OperationView;
    };

/** `no` answers are final for the thing they were asked about and are told to the others, not kept silent. */
export type Verdict =
  | { readonly tag: "yes" }
  | {
      readonly tag: "no";
      /** short code or text for the others, at most 200 bytes */ readonly reason: string;
    };
