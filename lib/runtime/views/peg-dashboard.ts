import type { PegDirection } from "./peg-status.ts";
import type { PegQueueState } from "./peg-coordinator.ts";

/** What the peg held and what was minted, at one moment. Satoshi. */
export interface PegBalancePoint {
  readonly at: number;
  readonly height: number;
  readonly held: bigint;
  readonly supply: bigint;
}

/** What went through in one day. Satoshi. */
export interface PegVolumeDay {
  readonly day: number;
  readonly pegIn: bigint;
  readonly pegOut: bigint;
  readonly requests: number;
}

/** One finished request: from its confirmation to its end. */
export interface PegDuration {
  readonly direction: PegDirection;
  readonly txid: string;
  readonly at: number;
  readonly ms: number;
}

/** How the peg does: every chart is made of these rows and shows them as a table. */
export interface PegDashboardView {
  readonly balance: readonly PegBalancePoint[];
  readonly volume: readonly PegVolumeDay[];
  readonly durations: readonly PegDuration[];
  readonly queue: readonly { readonly state: PegQueueState; readonly count: number; readonly sats: bigint }[];
  readonly signers: readonly {
    readonly name: string;
    readonly answered: number;
    readonly asked: number;
    readonly medianMs?: number;
  }[];
}
