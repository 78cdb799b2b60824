import type { Network, Sentence } from "./common.ts";
import type { PegDashboardView } from "./peg-dashboard.ts";
import type { PegDirection, PegLink } from "./peg-status.ts";

/** States of the peg queue (DESIGN §7): deposits, then requests, then what waits for a person. */
export type PegQueueState =
  | "seen"
  | "confirming"
  | "swept"
  | "minted"
  | "rejected"
  | "returned"
  | "locked"
  | "signing"
  | "broadcast"
  | "settled"
  | "cancelling"
  | "refunded"
  | "unbacked"
  | "needs-a-person";

/** One request in the queue. */
export interface PegQueueItem {
  /** Key of the item: kind, txid and output. */
  readonly id: string;
  readonly direction: PegDirection;
  readonly state: PegQueueState;
  readonly sats: bigint;
  /** Recipient: a Stacks principal or a Bitcoin address. */
  readonly to: string;
  readonly since: number;
  readonly confirmations?: { readonly have: number; readonly needed: number };
  /** Present while the signers are asked for something it needs. */
  readonly asked?: true;
  /** Set where it does not go on by itself: why, in a sentence, and what may be tried. */
  readonly stuck?: {
    readonly why: Sentence;
    readonly code: string;
    readonly offers: readonly ("retry" | "process" | "mark")[];
  };
  readonly links: readonly PegLink[];
}

/** One step of setting the peg up; done steps stay done after a reload. */
export interface PegSetupStep {
  readonly id:
    "key" | "fee-wallet" | "deploy" | "limits" | "signers" | "members" | "wallet-address" | "watching";
  readonly title: string;
  readonly state: "done" | "now" | "next" | "failed";
  readonly note: Sentence;
  readonly at?: number;
  /** What the button says where the step waits for a click; absent where it runs by itself. */
  readonly action?: string;
  readonly links: readonly PegLink[];
}

/** The group's two wallets for fees, in this tab. */
export interface FeeWalletView {
  readonly stacks: string;
  readonly ustx?: bigint;
  readonly bitcoin: string;
  readonly sats?: bigint;
  readonly low: boolean;
}

/** What a sweep of the fee wallet sends: satoshi of bitcoin, or micro-STX. */
export interface FeeSweepView {
  readonly chain: "bitcoin" | "stacks";
  readonly to: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly txid: string;
}

/** The sweep that waits for a person's word, and those sent last. */
export interface FeeSweepsView {
  readonly prepared?: FeeSweepView;
  /** Requests under way that may need the wallet; 0 where none do. */
  readonly needed: number;
  readonly sent: readonly (FeeSweepView & {
    readonly at: number;
    readonly state: "sent" | "mined" | "refused";
    /** The node's own words. */
    readonly reason?: string;
    readonly links: readonly PegLink[];
  })[];
}

/** Coins of the peg that become one. Amounts in satoshi. */
export interface PegJoiningView {
  readonly state: "asking" | "sent" | "done" | "ended";
  readonly coins: number;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly at: number;
  readonly confirmations?: { readonly have: number; readonly needed: number };
  /** Why nothing was joined. */
  readonly reason?: string;
  readonly links: readonly PegLink[];
}

/** Members of the alpha, from the contract's allow-list as this tab wrote it. */
export interface PegMemberRow {
  readonly who: string;
  readonly kind: "stacks" | "bitcoin";
  readonly allowed: boolean;
}

/** How far a peg is on its way to the next group. */
export interface PegHandOffView {
  readonly to: {
    readonly name: string;
    readonly people: readonly string[];
    readonly threshold: number;
    readonly total: number;
  };
  readonly steps: readonly {
    readonly title: string;
    readonly state: "done" | "now" | "next";
    readonly note?: Sentence;
  }[];
  /** Why it stands still; a click tries again. */
  readonly stuck?: string;
  /** False once the contract names the next group. */
  readonly canStop: boolean;
  readonly moved: readonly { readonly txid: string; readonly sats: bigint; readonly confirmed: boolean }[];
}

/** Everything the coordinator's peg screen shows. */
export interface PegCoordinatorView {
  readonly network: Network;
  /** `address.sbtc` once deployed. */
  readonly contract?: string;
  /** Link for testers, once the wallet address is set. */
  readonly testers?: string;
  readonly setup: readonly PegSetupStep[];
  readonly loop: {
    readonly state: "off" | "running" | "paused" | "elsewhere" | "stopped";
    /** What it does just now. */
    readonly doing: Sentence;
    readonly tip?: { readonly bitcoin: number; readonly stacks: number };
  };
  /** Why mints and payouts stand still although the loop runs; absent while they do not. */
  readonly halt?: {
    readonly why: "unbacked" | "contract-halted" | "source-down";
    readonly detail: Sentence;
    readonly deficit?: bigint;
  };
  readonly queue: readonly PegQueueItem[];
  readonly feeWallet: FeeWalletView;
  readonly sweeps: FeeSweepsView;
  /** The joining of coins that is under way, or came last. */
  readonly joining?: PegJoiningView;
  /** How the peg does; absent before its loop has looked once. */
  readonly numbers?: PegDashboardView;
  readonly members: readonly PegMemberRow[];
  readonly allowList: boolean;
  /** One-off commands that can be carried out here. */
  readonly offers: readonly ("peg-hand-off" | "peg-consolidate" | "peg-sweep-fee-wallet")[];
  /** A hand-over that was begun. */
  readonly handOff?: PegHandOffView;
  /** A command under way, by its name. */
  readonly busy?: PegCommand["do"];
  readonly problem?: { readonly what: string; readonly detail: string };
}

/** What the coordinator's screen asks for. Each is one function. */
export type PegCommand =
  | { readonly do: "peg-setup"; readonly step: PegSetupStep["id"] }
  | { readonly do: "peg-take-over" }
  | { readonly do: "peg-pause"; readonly paused: boolean }
  | { readonly do: "peg-retry"; readonly item: string }
  | { readonly do: "peg-process"; readonly item: string }
  | { readonly do: "peg-mark"; readonly item: string }
  | { readonly do: "peg-process-txid"; readonly txid: string }
  | { readonly do: "peg-hand-off" }
  | { readonly do: "peg-hand-off-stop" }
  /** Saves the record by which a member without a seat in the next group can judge it. */
  | { readonly do: "peg-introduction" }
  | { readonly do: "peg-consolidate" }
  /** Works out what a sweep to an address would send; an empty one forgets it. */
  | { readonly do: "peg-prepare-sweep"; readonly to: string }
  /** Sends the sweep that was shown. `anyway`: although requests under way may need the wallet. */
  | { readonly do: "peg-sweep-fee-wallet"; readonly txid: string; readonly anyway: boolean }
  | { readonly do: "peg-halt"; readonly halted: boolean }
  | {
      readonly do: "peg-members";
      readonly entries: readonly Omit<PegMemberRow, "kind">[];
    }
  | { readonly do: "peg-allow-list"; readonly enabled: boolean };

export type PegCommandAct = (command: PegCommand) => void;
