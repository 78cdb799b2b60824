import type { PegDirection } from "./peg-status.ts";
import type { PegQueueState } from "./peg-coordinator.ts";

/** What the peg held and what was minted, after one block. Satoshi. */
export interface PegBalancePoint {
  readonly at: number;
  readonly height: number;
  /** Absent where only the coordinator, who reads every block, knows it. */
  readonly held?: bigint;
  readonly supply: bigint;
}

/** What went through in one day. Satoshi. */
export interface PegVolumeDay {
  readonly day: number;
  readonly pegIn: bigint;
  readonly pegOut: bigint;
  readonly requests: number;
}

/** One finished request: from the block it is in to the block in which it ended. */
export interface PegDuration {
  readonly direction: PegDirection;
  readonly txid: string;
  readonly at: number;
  readonly ms: number;
}

/** How many requests are in one state. */
export interface PegQueueRow {
  readonly state: PegQueueState;
  readonly count: number;
  readonly sats: bigint;
}

/** How one signer answered what it was asked. */
export interface PegSignerRow {
  readonly name: string;
  readonly answered: number;
  readonly asked: number;
  readonly medianMs?: number;
}

/** How the peg does: every chart is made of these rows and shows them as a table. */
export interface PegDashboardView {
  readonly balance: readonly PegBalancePoint[];
  readonly volume: readonly PegVolumeDay[];
  readonly durations: readonly PegDuration[];
  /** Absent where nobody but the coordinator knows it. */
  readonly queue?: readonly PegQueueRow[];
  readonly signers?: readonly PegSignerRow[];
  /** True where older deeds of the contract were left out. */
  readonly cut?: boolean;
}
