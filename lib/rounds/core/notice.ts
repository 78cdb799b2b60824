import type { Kind } from "./kind.ts";
import type { GroupId, MsgId, PartyId, RoundId } from "./names.ts";
import type { IgnoreReason, StopReason } from "./reason.ts";

/** Things worth telling a person, a log or a counter. They hold no secret and change no state. */
export type Notice =
  /** Input left the state as it was. Counted; nobody is blamed by it. */
  | {
      readonly tag: "ignored";
      readonly reason: IgnoreReason;
      readonly kind?: Kind | undefined;
      readonly from?: PartyId | undefined;
    }
  /** A lobby, key generation or request ended here without its result. */
  | { readonly tag: "stopped"; readonly reason: StopReason; readonly roundId: RoundId }
  /** Somebody is convicted: `evidence` is what `verifyBlame` accepts. */
  | {
      readonly tag: "blamed";
      readonly culprit: PartyId;
      readonly roundId: RoundId;
      readonly evidence: Uint8Array;
    }
  /** The recipient signed that it has applied this message. */
  | { readonly tag: "delivered"; readonly to: PartyId; readonly msgId: MsgId }
  /** A sealed roster is in hand: the group exists. */
  | { readonly tag: "sealed"; readonly groupId: GroupId }
  /** All n DKG_END signatures over one key are in hand. */
  | { readonly tag: "certified"; readonly groupId: GroupId; readonly roundId: RoundId }
  /** Proof of life and fingerprint are done: the address may be shown. */
  | { readonly tag: "ready"; readonly groupId: GroupId; readonly roundId: RoundId }
  /** A fingerprint verdict after the address was shown says it does not match. */
  | { readonly tag: "alarm"; readonly groupId: GroupId; readonly from: PartyId };
