import type { Fact } from "../core/machine.ts";
import type { Epoch, Hash, PartyId, RoundId } from "../core/names.ts";
import type { Operation } from "../operation/operation.ts";
import type { RequestFields } from "./facts.ts";
import type { CommitmentEntry, ShareEntry } from "./messages.ts";
import type { SigningPackage } from "./package.ts";
import type { Pools } from "./pool.ts";
import type { SigningRequest } from "./request.ts";

/** How a seat stands in one request, as far as it outlives a reload of the coordinator. */
export type Standing =
  /** May be asked. `reloads` counts open sessions that ended because its nonces were lost: one is accepted. */
  | { readonly tag: "asked"; readonly reloads: number }
  /** It said no. An answer, never blamed. */
  | { readonly tag: "refused"; readonly reason: string }
  /** It lost its nonces a second time: not asked again in this request, and not blamed. */
  | { readonly tag: "unresponsive" }
  /** It sent a share that is proven wrong. */
  | { readonly tag: "excluded"; readonly evidence: Uint8Array };

/** A seat's part in a session. */
export interface Member {
  readonly seat: PartyId;
  /** Of the process that announced its commitments. */
  readonly generation: number;
  /** The signed frames that announced them. */
  readonly sources: readonly Uint8Array[];
}

/** What a member did with its part. */
export type Answer =
  | { readonly tag: "shares"; readonly entries: readonly ShareEntry[]; readonly frame: Uint8Array }
  /** It cannot answer any more: its nonces are lost, or it refused. */
  | { readonly tag: "lost" };

/** One session of a request. It is open while every member may still answer and some have not. */
export interface Session extends SigningPackage {
  readonly packageHash: Hash;
  readonly members: readonly Member[];
  readonly answers: ReadonlyMap<PartyId, Answer>;
}

/** A request that may still end signed. */
export interface LiveRequest {
  readonly request: SigningRequest;
  readonly standings: ReadonlyMap<PartyId, Standing>;
  /** By number, from 1. */
  readonly sessions: ReadonlyMap<number, Session>;
}

/**
 * collectingCommitments: no session is open. collectingShares: at least one is. signed, failed, cancelled, expired:
 * ended, for the reason of that name; `failed` has too few keys left.
 */
export type CoordinatorRequest =
  | ({ readonly tag: "collectingCommitments" } & LiveRequest)
  | ({ readonly tag: "collectingShares" } & LiveRequest)
  | ({ readonly tag: "signed"; readonly signatures: readonly Uint8Array[] } & LiveRequest)
  | ({ readonly tag: "failed" } & LiveRequest)
  | ({ readonly tag: "cancelled"; readonly reason: string } & LiveRequest)
  | ({ readonly tag: "expired" } & LiveRequest);

/** When to say things again, for one request. */
export interface Repeat {
  readonly at: number;
  readonly delay: number;
}

/** What ends with the process. Commitments are public, but after a reload nobody knows which are still good. */
export interface CoordinatorMemory {
  readonly epoch: Epoch;
  readonly pools: Pools;
  /** Seats that answered a request's call for nonces or gave a share, by digest, in the order of their answers. */
  readonly willing: ReadonlyMap<Hash, readonly PartyId[]>;
  /** When the latest session of a request was opened. */
  readonly openedAt: ReadonlyMap<Hash, number>;
  readonly repeats: ReadonlyMap<Hash, Repeat>;
  /** Shares of unfinished sessions that were verified: "digest/session/seat". */
  readonly verified: ReadonlySet<string>;
}

export interface CoordinatorState {
  /** By digest. */
  readonly requests: ReadonlyMap<Hash, CoordinatorRequest>;
  /** Commitments put into a package, ever: each is used once. */
  readonly used: ReadonlySet<Hash>;
  readonly memory: CoordinatorMemory | null;
}

export const initialCoordinator: CoordinatorState = { requests: new Map(), used: new Set(), memory: null };

export const freshCoordinatorMemory = (epoch: Epoch): CoordinatorMemory => ({
  epoch,
  pools: new Map(),
  willing: new Map(),
  openedAt: new Map(),
  repeats: new Map(),
  verified: new Set(),
});

export type CoordinatorCommand =
  /** Asks the group to sign. `roundId` is random and new; the messages are rebuilt from the operation. */
  | {
      readonly tag: "sign";
      readonly roundId: RoundId;
      readonly operation: Operation;
      /** Milliseconds since 1970. */
      readonly expiry: number;
    }
  /** Asks every seat for nonces ahead of any request, `pairs` per identifier. */
  | { readonly tag: "prepare"; readonly roundId: RoundId; readonly pairs: number }
  | { readonly tag: "cancel"; readonly digest: Hash; readonly reason: string };

export const isLive = (
  entry: CoordinatorRequest,
): entry is Extract<CoordinatorRequest, { tag: "collectingCommitments" | "collectingShares" }> =>
  entry.tag === "collectingCommitments" || entry.tag === "collectingShares";

export type RequestedFact = Fact &
  RequestFields & { readonly tag: "coordinator/requested"; readonly digest: Hash };

interface MemberFields {
  readonly [field: string]: PartyId | number | readonly Uint8Array[];
  readonly seat: PartyId;
  readonly generation: number;
  readonly sources: readonly Uint8Array[];
}
interface EntryFields {
  readonly [field: string]: number | readonly Uint8Array[];
  readonly identifier: number;
  readonly pairs: readonly Uint8Array[];
}
interface ShareFields {
  readonly [field: string]: number | readonly Uint8Array[];
  readonly identifier: number;
  readonly shares: readonly Uint8Array[];
}
export interface OpenedFact extends Fact {
  readonly tag: "coordinator/opened";
  readonly digest: Hash;
  readonly session: number;
  readonly members: readonly MemberFields[];
  readonly commitmentList: readonly EntryFields[];
}
export interface AnsweredFact extends Fact {
  readonly tag: "coordinator/answered";
  readonly digest: Hash;
  readonly session: number;
  readonly seat: PartyId;
  readonly entries: readonly ShareFields[];
  readonly frame: Uint8Array;
}
export interface LostFact extends Fact {
  readonly tag: "coordinator/lost";
  readonly digest: Hash;
  readonly session: number;
  readonly seat: PartyId;
}
export interface SeatRefusedFact extends Fact {
  readonly tag: "coordinator/refused";
  readonly digest: Hash;
  readonly seat: PartyId;
  readonly reason: string;
}
export interface ExcludedFact extends Fact {
  readonly tag: "coordinator/excluded";
  readonly digest: Hash;
  readonly seat: PartyId;
  readonly evidence: Uint8Array;
}
export interface CoordinatorEndedFact extends Fact {
  readonly tag: "coordinator/ended";
  readonly digest: Hash;
  readonly end: "failed" | "cancelled" | "expired";
  readonly reason: string;
}
export interface CoordinatorSignedFact extends Fact {
  readonly tag: "coordinator/signed";
  readonly digest: Hash;
  readonly signatures: readonly Uint8Array[];
}
export type CoordinatorFact =
  | RequestedFact
  | OpenedFact
  | AnsweredFact
  | LostFact
  | SeatRefusedFact
  | ExcludedFact
  | CoordinatorEndedFact
  | CoordinatorSignedFact;

export const memberFields = (member: Member): MemberFields => ({ ...member });
export const entryFields = (entry: CommitmentEntry): EntryFields => ({ ...entry });
export const shareFields = (entry: ShareEntry): ShareFields => ({ ...entry });
