import type { Fact } from "../core/machine.ts";
import type { Epoch, Hash } from "../core/names.ts";
import type { RequestFields } from "./facts.ts";
import type { CommitmentEntry, SignShareRequest } from "./messages.ts";
import type { SigningRequest } from "./request.ts";
import { emptyStock, type NonceStock } from "./stock.ts";

/**
 * What a signer knows of one request.
 *
 * deciding: asked, no answer yet. approved: nonces and shares may be given until expiry. refused, cancelled,
 * expired: no share, ever. signed: the signatures were seen and hold.
 */
export type SignerRequest =
  | { readonly tag: "deciding"; readonly request: SigningRequest }
  | { readonly tag: "approved"; readonly request: SigningRequest; readonly answers: Answers }
  | { readonly tag: "refused"; readonly request: SigningRequest; readonly reason: string }
  | { readonly tag: "cancelled"; readonly request: SigningRequest; readonly reason: string }
  | { readonly tag: "expired"; readonly request: SigningRequest }
  | {
      readonly tag: "signed";
      readonly request: SigningRequest;
      readonly signatures: readonly Uint8Array[];
    };

/** Shares given for a request: package hash by session number, with the epoch that gave it. */
export type Answers = ReadonlyMap<number, { readonly packageHash: Hash; readonly epoch: Epoch }>;

/** The nonces on offer for one request, or made ahead: in memory only, public half. */
export interface Offer {
  readonly entries: readonly CommitmentEntry[];
  readonly hashes: readonly Hash[];
}

/** What ends with the process: nonces and what refers to them. */
export interface SignerMemory {
  readonly epoch: Epoch;
  readonly stock: NonceStock;
  /** By request digest, or by round for nonces made ahead. */
  readonly offers: ReadonlyMap<string, Offer>;
  /** Packages that came before the answer of a person, by digest. */
  readonly waiting: ReadonlyMap<Hash, readonly SignShareRequest[]>;
}

export interface SignerState {
  /** serving: answers requests. halted: refuses every request with `reason`, for good. */
  readonly mode: { readonly tag: "serving" } | { readonly tag: "halted"; readonly reason: string };
  /** By digest. */
  readonly requests: ReadonlyMap<Hash, SignerRequest>;
  /** Digest first seen under "coordinator/roundId": another one under the same name is refused. */
  readonly rounds: ReadonlyMap<string, Hash>;
  /** Of the latest start of this seat: see `Generation`. */
  readonly generation: number;
  /** Package a commitment was spent on, newest last: what a share left here for. */
  readonly released: ReadonlyMap<Hash, { readonly packageHash: Hash; readonly digest: Hash }>;
  /** null after a reload, until the first event. */
  readonly memory: SignerMemory | null;
}

export const initialSigner: SignerState = {
  mode: { tag: "serving" },
  requests: new Map(),
  rounds: new Map(),
  released: new Map(),
  generation: 0,
  memory: null,
};

export const freshMemory = (epoch: Epoch): SignerMemory => ({
  epoch,
  stock: emptyStock,
  offers: new Map(),
  waiting: new Map(),
});

export type SignerCommand =
  /** Takes an approval back, or refuses before being asked twice. */
  | { readonly tag: "refuse"; readonly digest: Hash; readonly reason: string }
  /** Refuses everything from here on: fingerprint mismatch, retired key. */
  | { readonly tag: "halt"; readonly reason: string };

/** Undecided and approved requests one coordinator may have here at once. */
export const LIVE_REQUESTS = 64;
/** Requests of one coordinator that are remembered at once, ended ones included. */
export const REQUESTS_KEPT = 1_024;
/** Packages kept per request while a person decides. */
export const WAITING_KEPT = 4;
/** Offers of nonces made ahead that are announced again on demand, per signer. */
export const AHEAD_OFFERS_KEPT = 64;
/** A request may not expire later than this from now: nothing is remembered for ever. */
export const LONGEST_EXPIRY_MS = 31 * 24 * 3_600_000;
/** Ended requests are forgotten this long after their expiry, and this many at a time. */
export const FORGET_AFTER_MS = 24 * 3_600_000;
export const FORGET_AT_ONCE = 32;

export type AskedFact = Fact & RequestFields & { readonly tag: "signer/asked"; readonly digest: Hash };
export interface ApprovedFact extends Fact {
  readonly tag: "signer/approved";
  readonly digest: Hash;
}
export interface EndedFact extends Fact {
  readonly tag: "signer/ended";
  readonly digest: Hash;
  readonly end: "refused" | "cancelled" | "expired";
  readonly reason: string;
}
export interface ReleasedFact extends Fact {
  readonly tag: "signer/released";
  readonly digest: Hash;
  readonly session: number;
  readonly packageHash: Hash;
  readonly commitments: readonly Hash[];
  readonly epoch: Epoch;
}
export interface SignedFact extends Fact {
  readonly tag: "signer/signed";
  readonly digest: Hash;
  readonly signatures: readonly Uint8Array[];
}
/** A process of this seat started. */
export interface AwakeFact extends Fact {
  readonly tag: "signer/awake";
  readonly generation: number;
}
export interface HaltedFact extends Fact {
  readonly tag: "signer/halted";
  readonly reason: string;
}
export type SignerFact =
  AskedFact | ApprovedFact | EndedFact | ReleasedFact | SignedFact | HaltedFact | AwakeFact;
