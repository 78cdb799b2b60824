import type { Person, Quorum, Role, ShortCode } from "./common.ts";
import type { ErrorView } from "./errors.ts";

export type BoardStepId =
  | "begin"
  | "public-shares"
  | "proofs-checked"
  | "private-shares"
  | "shares-checked"
  | "key-signed"
  | "certified"
  | "share-tested"
  | "asked"
  | "approved"
  | "nonces"
  | "share"
  | "share-verified";

export type BoardCell =
  | { readonly state: "not-yet" }
  | { readonly state: "not-needed" }
  | {
      readonly state: "received" | "sent" | "verified";
      readonly at: number;
      readonly count?: readonly [number, number];
    }
  | { readonly state: "partly"; readonly count: readonly [number, number]; readonly needs: readonly string[] }
  | {
      readonly state: "waiting";
      readonly since: number;
      readonly lastSeenAt?: number;
      readonly late: boolean;
    }
  | { readonly state: "refused"; readonly at: number; readonly reason?: string }
  | { readonly state: "invalid"; readonly at: number; readonly what: string };

export interface BoardRow extends Person {
  readonly cells: readonly BoardCell[];
}

export type Party =
  | { readonly role: "coordinator"; readonly name: string }
  | { readonly role: "relay" }
  | { readonly role: "signer"; readonly seat: number; readonly name: string };

/** One message on the chart. `to` empty means everybody. A message still expected has no time. */
export interface MessageView {
  readonly id: string;
  readonly kind: string;
  readonly at?: number;
  readonly from: Party;
  readonly to: readonly number[];
  readonly sealed: boolean;
  readonly state: "delivered" | "late" | "expected" | "refused";
  /** Since when a late message is awaited. */
  readonly since?: number;
}

/** Why a round stands still, as far as this tab can know it. Silence is never called misbehaviour. */
export interface WaitView {
  readonly people: readonly string[];
  readonly step: BoardStepId;
  readonly since: number;
  readonly cause: "working" | "background" | "offline" | "relay" | "silent" | "locked" | "you";
}

export interface BoardView {
  readonly round: "keygen" | "proof-of-life" | "signing";
  readonly role: Role;
  readonly roundId: string;
  readonly transcript?: { readonly hex: string; readonly agreedBy: number; readonly of: number };
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly usualMs?: number;
  readonly online: Quorum;
  readonly steps: readonly BoardStepId[];
  readonly rows: readonly BoardRow[];
  readonly progress: { readonly done: number; readonly waiting: number; readonly total: number };
  readonly wait?: WaitView;
  readonly coordinator: string;
  readonly messages: readonly MessageView[];
  readonly canCancel: boolean;
  readonly error?: ErrorView;
}

/** One person's answer to the comparison, as signed by that person. */
export interface CompareAnswer extends Person {
  readonly answer: "none" | "matches" | "differs";
  readonly at?: number;
  /** The code that person's tab reported with the answer. */
  readonly code?: string;
}

export interface CompareView {
  readonly threshold: number;
  readonly total: number;
  readonly code: ShortCode;
  readonly answers: readonly CompareAnswer[];
  readonly confirmed: Quorum;
  /** False in a tab that holds no seat: it watches. */
  readonly canAnswer: boolean;
  readonly sending: boolean;
  readonly error?: ErrorView;
}

/** A group that was stopped for good, or one whose alarm was raised after its address was shown. */
export interface StoppedView {
  readonly cause: "mismatch" | "alarm";
  readonly answers: readonly CompareAnswer[];
  readonly build: string;
  readonly groupName: string;
}

/** Every share proven to work, before any address is shown. */
export interface ProofView {
  readonly shares: readonly (Person & {
    readonly state: "waiting" | "verified" | "invalid";
    readonly at?: number;
  })[];
  readonly verified: Quorum;
  /** Known once the key is there. */
  readonly messageHash?: string;
  readonly signature?: string;
  readonly endedAt?: number;
}
