import type { Network, Sentence } from "./common.ts";

/** Which way a request goes: BTC to sBTC, or back. */
export type PegDirection = "in" | "out";

/** A link to a transaction or address in an explorer, or nothing where the network has none. */
export interface PegLink {
  readonly label: string;
  readonly href: string;
}

/** One step of a request's way. */
export interface PegStep {
  readonly id: "requested" | "seen" | "approved" | "signing" | "broadcast" | "done";
  readonly title: string;
  readonly state: "done" | "now" | "next" | "bad";
  /** What is known about the step, and from where. */
  readonly note: Sentence;
  /** When it happened; absent where nobody but the signers knows. */
  readonly at?: number;
  readonly links: readonly PegLink[];
}

/** Why a request does not go on, or did not end as asked. */
export type PegStopCode =
  | "not-found"
  | "not-a-request"
  | "other-peg"
  | "old-peg"
  | "below-minimum"
  | "above-cap"
  | "window-full"
  | "supply-full"
  | "recipient-not-allowed"
  | "halted"
  | "owner-short"
  | "message-used"
  | "rejected"
  | "returned"
  | "reclaimed"
  | "expired"
  | "cancelled"
  | "refunded"
  | "unbacked"
  | "unpaid";

/** What a person can do about it with one click. */
export type PegNextStep = "reclaim" | "new-request" | "retry-later" | "contact" | "wait" | "none";

export interface PegStopView {
  readonly code: PegStopCode;
  /** "stop": it will not go on by itself. "sun": it waits for something. "go": it ended well, in another way. */
  readonly tone: "stop" | "sun" | "go" | "info";
  readonly detail?: string;
  readonly next: PegNextStep;
}

/** Taking a deposit back after its lock. */
export interface ReclaimView {
  readonly state: "locked" | "open" | "working" | "done";
  /** Blocks until it opens; 0 once it is open. */
  readonly blocksLeft: number;
  /** The blocks between the deposit's confirmation and the reclaim. */
  readonly lockBlocks: number;
  readonly problem?: string;
}

/** One request, as far as the two chains tell. */
export interface PegStatusView {
  readonly direction: PegDirection;
  readonly txid: string;
  readonly network: Network;
  readonly title: string;
  readonly lead: string;
  readonly steps: readonly PegStep[];
  readonly amount?: { readonly sats: bigint; readonly unit: "BTC" | "sBTC" };
  readonly facts: readonly { readonly label: string; readonly value: Sentence }[];
  readonly stop?: PegStopView;
  readonly reclaim?: ReclaimView;
  readonly link: string;
  /** When the chains were last asked, and why the last attempt failed. */
  readonly asked: { readonly at: number; readonly problem?: string };
  /** Nothing will change any more. */
  readonly final: boolean;
}

/** A request of one's own, from this browser's memory. */
export interface PegRequestRow {
  readonly direction: PegDirection;
  readonly txid: string;
  readonly sats: bigint;
  readonly to: string;
  readonly at: number;
  /** As last seen; the request's own page asks again. */
  readonly state: string;
  readonly tone: "go" | "sun" | "stop" | "act" | "wait";
  readonly href: string;
}
