import type { BlockRef } from "../../bitcoin/node.ts";
import type { Txid } from "../../bytes.ts";
import type { ContractAction } from "../../contract/actions.ts";
import type { StoredPlan } from "./plans.ts";

/** A contract action with the group's signature: whoever holds it may submit it, and nothing else can be made of it. */
export interface SignedAction {
  readonly action: Exclude<ContractAction, { tag: "setWallet" }>;
  /** Key epoch the signature is for. */
  readonly epoch: bigint;
  /** BIP 340, 64 bytes. */
  readonly signature: Uint8Array;
}

/** Why a request waits for a person. */
export type PersonReason =
  /** Someone pressed the button. */
  | "marked"
  /** The deposit or the request's fee output was spent by a transaction that is none of ours. */
  | "spentElsewhere"
  /** A deposit that was minted for is gone for good: sBTC without bitcoin behind it. */
  | "depositGone"
  /** A payout that was settled cannot be mined any more. */
  | "payoutGone"
  /** A request was paid although its sBTC were given back. */
  | "paidAndRefunded"
  /** It pays a wallet the group has handed over since. */
  | "earlierWallet"
  /** What it would take to go on was refused for good; the hold says by whom. */
  | "refused";

/** Where a deposit stands. What a state needs to go on stands in it. */
export type PegInState =
  /** Known, and in no block of the best chain (any more). */
  | { readonly tag: "seen" }
  | { readonly tag: "confirming"; readonly block: BlockRef }
  /** A deposit script: the sweep is decided to the byte; the group has been asked, or will be. */
  | { readonly tag: "sweeping"; readonly plan: StoredPlan }
  /** The signed sweep waits for its confirmations. */
  | { readonly tag: "sweepSent" }
  /** Swept into the peg in `block`; what is minted for it is what came in. */
  | { readonly tag: "swept"; readonly block: BlockRef }
  /** The group signed the mint; the call is on its way. */
  | { readonly tag: "minting"; readonly block: BlockRef; readonly signed: SignedAction }
  | { readonly tag: "minted"; readonly block: BlockRef }
  /**
   * Minted, and the deposit has left the chain (at the height `since`): it is broadcast again, and nothing is minted or
   * paid while coins are missing.
   */
  | { readonly tag: "unbacked"; readonly since: number }
  /** The group signed the rejection; the call is on its way. */
  | { readonly tag: "rejecting"; readonly block: BlockRef; readonly signed: SignedAction }
  /** Ruled out on the contract since the Bitcoin height `since`. */
  | { readonly tag: "rejected"; readonly since: number }
  /** The return is decided to the byte; the group has been asked, or will be. */
  | { readonly tag: "returning"; readonly since: number; readonly plan: StoredPlan }
  /** The return is signed and waits for its confirmations. */
  | { readonly tag: "returnSent" }
  | { readonly tag: "returned"; readonly txid: Txid; readonly block: BlockRef }
  /** A deposit script that is not swept, for the reason in the hold: its depositor takes it back, or has. */
  | { readonly tag: "declined" }
  | { readonly tag: "needsPerson"; readonly reason: PersonReason };

/** Where a peg-out request stands. */
export type PegOutState =
  | { readonly tag: "seen" }
  | { readonly tag: "confirming"; readonly block: BlockRef }
  | { readonly tag: "locking"; readonly block: BlockRef; readonly signed: SignedAction }
  /** The sBTC are locked. `expires` is the burn height after which it may be cancelled. */
  | { readonly tag: "locked"; readonly expires: number }
  /** The payout is decided to the byte; the group has been asked, or will be. */
  | { readonly tag: "signing"; readonly expires: number; readonly plan: StoredPlan }
  /** A signed payout waits for its confirmations. `since` is the Bitcoin height it was first broadcast at. */
  | { readonly tag: "broadcast"; readonly expires: number; readonly since: number }
  | {
      readonly tag: "settling";
      readonly payout: Txid;
      readonly block: BlockRef;
      readonly signed: SignedAction;
    }
  | { readonly tag: "settled"; readonly payout: Txid }
  /** Settled, and the payout has left the chain: it is broadcast again. */
  | { readonly tag: "unpaid"; readonly payout: Txid }
  /** Expired: the cancel is decided to the byte; the group has been asked, or will be. */
  | { readonly tag: "cancelling"; readonly expires: number; readonly plan: StoredPlan }
  /** The signed cancel waits for its confirmations. */
  | { readonly tag: "cancelSent"; readonly expires: number }
  | {
      readonly tag: "refunding";
      readonly cancel: Txid;
      readonly block: BlockRef;
      readonly signed: SignedAction;
    }
  | { readonly tag: "refunded"; readonly cancel: Txid }
  /** Cannot be locked, for the reason in the hold; nothing was taken from its owner but the fee output. */
  | { readonly tag: "declined" }
  | { readonly tag: "needsPerson"; readonly reason: PersonReason };

export type PegInTag = PegInState["tag"];
export type PegOutTag = PegOutState["tag"];

// Both chains say where a request stands, whatever was known before: a reorganisation takes blocks back, an older disk is
// put back, another coordinator went on in between. So what the chains can say may come after every state, and only what
// this coordinator makes itself (plans, signed actions) has one way in. What has no way back is final on the contract.
const pegInFromChains: readonly PegInTag[] = [
  ...(["seen", "confirming", "sweepSent", "swept", "minted", "unbacked"] as const),
  ...(["rejected", "returnSent", "returned", "declined", "needsPerson"] as const),
];
const pegOutFromChains: readonly PegOutTag[] = [
  ...(["seen", "confirming", "locked", "broadcast", "settled", "unpaid"] as const),
  ...(["cancelling", "cancelSent", "refunded", "needsPerson"] as const),
];

/** Which state may follow which, for deposits. A state may always follow itself. */
export const pegInTransitions: Readonly<Record<PegInTag, readonly PegInTag[]>> = {
  seen: pegInFromChains,
  confirming: [...pegInFromChains, "sweeping", "minting", "rejecting"],
  sweeping: pegInFromChains,
  sweepSent: [...pegInFromChains, "sweeping"],
  swept: [...pegInFromChains, "minting"],
  minting: pegInFromChains,
  minted: pegInFromChains,
  unbacked: pegInFromChains,
  rejecting: pegInFromChains,
  rejected: [...pegInFromChains, "returning"],
  returning: pegInFromChains,
  returnSent: [...pegInFromChains, "returning"],
  returned: pegInFromChains,
  declined: pegInFromChains,
  // What is final on the contract; all else stays until a person says so, and is looked at anew from `seen`.
  needsPerson: ["seen", "minted", "unbacked"],
};

/** Which state may follow which, for peg-out requests. A state may always follow itself. */
export const pegOutTransitions: Readonly<Record<PegOutTag, readonly PegOutTag[]>> = {
  seen: pegOutFromChains,
  confirming: [...pegOutFromChains, "locking", "declined"],
  locking: pegOutFromChains,
  locked: [...pegOutFromChains, "signing"],
  signing: pegOutFromChains,
  broadcast: [...pegOutFromChains, "signing", "settling"],
  settling: pegOutFromChains,
  settled: pegOutFromChains,
  unpaid: pegOutFromChains,
  cancelling: pegOutFromChains,
  cancelSent: [...pegOutFromChains, "refunding"],
  refunding: pegOutFromChains,
  refunded: pegOutFromChains,
  declined: pegOutFromChains,
  needsPerson: ["seen", "settled", "unpaid", "refunded"],
};

/** States in which nothing more is to be done unless a block is taken back. */
export const restingStates: ReadonlySet<PegInTag | PegOutTag> = new Set<PegInTag | PegOutTag>([
  "minted",
  "returned",
  "settled",
  "refunded",
  "declined",
  "needsPerson",
]);
