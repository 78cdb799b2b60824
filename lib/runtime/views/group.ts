import type { BoardView } from "./ceremony.ts";
import type { Network, Person, Quorum, Role, ShortCode } from "./common.ts";
import type { ErrorView } from "./errors.ts";
import type { SeatView, StorageView } from "./lobby.ts";
import type { PegCoordinatorView } from "./peg-coordinator.ts";
import type { PegPolicyView } from "./peg-policy.ts";
import type { ComposeView, InboxView, RequestView } from "./requests.ts";
import type { NextGroupView } from "./rotation.ts";
import type { BackupView } from "./storage.ts";

export type Availability = "online" | "slow" | "away" | "unknown";

export interface AvailabilityRow extends Person {
  readonly now: "online" | "away";
  /** Oldest first, equal slices of the window. */
  readonly bins: readonly Availability[];
  readonly onlineShare: number;
}

export interface StatusView {
  readonly from: number;
  readonly to: number;
  readonly availability: readonly AvailabilityRow[];
  /** Slices in which enough keys were online to sign. */
  readonly couldSign: { readonly bins: readonly boolean[]; readonly share: number };
  readonly latency: readonly (Person & {
    readonly samplesMs: readonly number[];
    readonly medianMs?: number;
  })[];
  readonly rounds: readonly {
    readonly day: number;
    readonly done: number;
    readonly refused: number;
    readonly failed: number;
  }[];
  readonly history: readonly RoundSummary[];
  readonly online: Quorum;
  /** Who, when leaving, stops signing: absent where there is margin. */
  readonly noMarginFor?: readonly string[];
}

export interface RoundSummary {
  readonly id: string;
  readonly kind: "keygen" | "proof-of-life" | "signing";
  readonly at: number;
  readonly tookMs?: number;
  readonly outcome: "done" | "refused" | "failed" | "cancelled" | "running";
  readonly people: readonly string[];
  readonly note?: string;
}

export interface OverviewView {
  readonly role: Role;
  readonly name: string;
  readonly network: Network;
  readonly threshold: number;
  readonly total: number;
  readonly address: string;
  readonly publicKey: string;
  readonly code: ShortCode;
  readonly comparedAt?: number;
  readonly proofOfLifeAt?: number;
  readonly online: Quorum;
  readonly storage?: StorageView;
  readonly backup: BackupView["state"];
  /** Set when a member reported a different code after the address was shown. */
  readonly alarm?: { readonly people: readonly string[]; readonly at: number };
}

/** Everything a member's tab shows once the group has a key. Sections are chosen by the URL fragment. */
export interface GroupView {
  readonly overview: OverviewView;
  readonly seats: readonly SeatView[];
  readonly inbox: InboxView;
  readonly requests: readonly RequestView[];
  readonly compose: ComposeView;
  readonly status: StatusView;
  readonly backup: BackupView;
  readonly board?: BoardView;
  /** Earlier keys of which this tab keeps a share, oldest first, by the codes people compared. */
  readonly oldKeys?: readonly { readonly name: string; readonly code: ShortCode }[];
  /** When this tab locks itself, and whether it can notify. */
  readonly lockAfterMs?: number;
  readonly notifications: "off" | "on" | "blocked" | "unavailable";
  /** The peg, in the tab that coordinates it. */
  readonly peg?: PegCoordinatorView;
  /** The group that is made while this one goes on. */
  readonly next?: NextGroupView;
  /** When this seat answers requests of the peg by itself; absent where it has no share, or no chains to check against. */
  readonly policy?: PegPolicyView;
  readonly transcript?: { readonly fileName: string };
  readonly error?: ErrorView;
}
