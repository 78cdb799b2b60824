import type { ChromeView, Network, Quorum, Sentence } from "./common.ts";
import type { PegDashboardView } from "./peg-dashboard.ts";
import type { PegDirection, PegRequestRow, PegStatusView } from "./peg-status.ts";

/** Every reason for which the form does not go on. `peg-copy.ts` has the words for each. */
export type PegProblemCode =
  | "amount-empty"
  | "amount-not-a-number"
  | "amount-too-precise"
  | "amount-too-large"
  | "amount-below-minimum"
  | "amount-above-cap"
  | "amount-above-window"
  | "amount-above-supply"
  | "amount-above-balance"
  | "amount-below-dust"
  | "principal-invalid"
  | "principal-wrong-network"
  | "principal-not-allowed"
  | "principal-is-peg"
  | "contract-name-long"
  | "address-invalid"
  | "address-wrong-network"
  | "address-not-allowed"
  | "address-is-peg"
  | "message-used"
  | "owner-differs"
  | "signature-invalid"
  | "halted"
  | "no-wallet-yet"
  | "wallet-differs"
  | "contract-foreign"
  | "contract-missing"
  | "contract-name"
  | "funds-short"
  | "fee-too-high"
  | "psbt-changed"
  | "psbt-unsigned"
  | "psbt-unreadable"
  | "wallet-missing"
  | "wallet-cancelled"
  | "wallet-network"
  | "wallet-address"
  | "wallet-method"
  | "wallet-failed"
  | "node-down"
  | "node-wrong"
  | "node-rejected"
  | "sources-missing"
  | "storage"
  | "unexpected";

export interface PegProblem {
  readonly code: PegProblemCode;
  /** The value it is about, or the source's own words: public text. */
  readonly detail?: string;
  /** The nearest amount that would do, in satoshi. */
  readonly nearest?: bigint;
}

/** A wallet that can be connected. */
export interface WalletChoice {
  readonly id: string;
  readonly name: string;
  /** Where to get it; absent where it is installed. */
  readonly install?: string;
  readonly test: boolean;
}

export type PegWalletView =
  | {
      readonly state: "none" | "choosing" | "connecting";
      readonly choices: readonly WalletChoice[];
      readonly problem?: PegProblem;
    }
  | {
      readonly state: "connected";
      readonly name: string;
      readonly test: boolean;
      readonly stacks: string;
      readonly bitcoin: string;
      /** Satoshi; absent until the chains have answered. */
      readonly btc?: bigint;
      readonly sbtc?: bigint;
      /** Micro-STX, which pays for transfers. */
      readonly ustx?: bigint;
      readonly faucet: "none" | "ready" | "working" | "paid";
      readonly problem?: PegProblem;
    };

export type PegFormStep = "amount" | "recipient" | "way" | "sign" | "check" | "pay";

export interface PegFormLine {
  readonly step: PegFormStep;
  readonly label: string;
  readonly state: "done" | "now" | "next";
  /** The answer, once given. */
  readonly answer?: Sentence;
}

/** The question on screen. */
export type PegAsk =
  | {
      readonly step: "amount";
      readonly text: string;
      /** Shown once the person left the field or asked to go on. */
      readonly problem?: PegProblem;
      readonly available?: bigint;
    }
  | {
      readonly step: "recipient";
      readonly text: string;
      readonly own?: string;
      readonly verdict?: "checking" | "own" | "allowed" | "open";
      readonly problem?: PegProblem;
    }
  | {
      readonly step: "way";
      readonly way: "deposit" | "direct";
      readonly lockBlocks: number;
      readonly problem?: PegProblem;
    }
  | {
      readonly step: "sign";
      /** The exact words the owner signs. */
      readonly text: string;
      readonly owner: string;
      readonly state: "ready" | "asking" | "waiting" | "signed";
      readonly recovered?: string;
      readonly problem?: PegProblem;
      /** Where this amount to this address was asked before: amounts that would do instead. */
      readonly instead?: { readonly less?: bigint; readonly more?: bigint; readonly usedBy: string };
    }
  | {
      readonly step: "check";
      readonly rows: readonly { readonly label: string; readonly value: Sentence; readonly note?: string }[];
      readonly problem?: PegProblem;
    }
  | {
      readonly step: "pay";
      readonly state: "ready" | "building" | "waiting" | "sending";
      readonly pays: bigint;
      readonly minerFee?: bigint;
      readonly script: { readonly address: string; readonly uri?: string };
      readonly psbtReady: boolean;
      /** Set once the transaction is with the network. */
      readonly problem?: PegProblem;
    };

/** What the contract says about the peg, and what this page made sure of. */
export interface PegFactsView {
  readonly contract: string;
  readonly network: Network;
  readonly walletAddress: string;
  readonly quorum: Quorum;
  readonly halted: boolean;
  readonly tip: number;
}

export interface PegFormView {
  readonly direction: PegDirection;
  readonly title: string;
  readonly peg: PegFactsView;
  readonly lines: readonly PegFormLine[];
  readonly ask: PegAsk;
  readonly happens: {
    readonly total: string;
    readonly steps: readonly { readonly title: string; readonly note: string; readonly when: string }[];
  };
  readonly limits: {
    readonly min: bigint;
    readonly max: bigint;
    readonly windowTotal: bigint;
    readonly windowUsed: bigint;
    readonly windowBlocks: number;
    /** The amount in the form, where it is one. */
    readonly yours?: bigint;
  };
}

/** Sending sBTC to somebody else. */
export interface PegTransferView {
  readonly amount: string;
  readonly to: string;
  readonly state: "writing" | "checking" | "waiting" | "sent" | "done" | "failed";
  readonly txid?: string;
  readonly problem?: PegProblem;
  readonly amountProblem?: PegProblem;
  readonly toProblem?: PegProblem;
}

export type PegScreen =
  | { readonly tag: "starting" }
  | { readonly tag: "choose"; readonly text: string; readonly busy: boolean; readonly problem?: PegProblem }
  | { readonly tag: "form"; readonly form: PegFormView }
  | { readonly tag: "status"; readonly status: PegStatusView }
  | { readonly tag: "looking"; readonly txid: string; readonly problem?: PegProblem }
  | { readonly tag: "requests"; readonly requests: readonly PegRequestRow[]; readonly problem?: PegProblem }
  | { readonly tag: "wallet"; readonly transfer: PegTransferView }
  /** `numbers` is absent until the chains have answered. */
  | { readonly tag: "numbers"; readonly numbers?: PegDashboardView }
  | { readonly tag: "failed"; readonly problem: PegProblem };

export type PegPageView = {
  readonly chrome: ChromeView;
  readonly network?: Network;
  readonly contract?: string;
  readonly wallet: PegWalletView;
} & PegScreen;

/** What a person asked for on the page. */
export type PegIntent =
  | { readonly do: "peg"; readonly text: string; readonly open: boolean }
  | { readonly do: "direction"; readonly direction: PegDirection }
  | { readonly do: "write"; readonly text: string }
  | { readonly do: "way"; readonly way: "deposit" | "direct" }
  | { readonly do: "next" }
  | { readonly do: "back" }
  | { readonly do: "edit"; readonly step: PegFormStep }
  | { readonly do: "amount-instead"; readonly sats: bigint }
  | { readonly do: "sign" }
  | { readonly do: "pay" }
  | { readonly do: "save-psbt" }
  | { readonly do: "read-psbt"; readonly file: File }
  | { readonly do: "wallet-choose" }
  | { readonly do: "wallet-close" }
  | { readonly do: "wallet-connect"; readonly id: string }
  | { readonly do: "wallet-disconnect" }
  | { readonly do: "faucet" }
  | { readonly do: "transfer-write"; readonly amount: string; readonly to: string }
  | { readonly do: "transfer" }
  | { readonly do: "reclaim" }
  | { readonly do: "try-again" };

export type PegAct = (intent: PegIntent) => void;
