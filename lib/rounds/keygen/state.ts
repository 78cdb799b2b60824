import type { KeyMaterial, Round1Secret, SigningNonces } from "../../frost/index.ts";
import type { Hash, PartyId, RoundId } from "../core/names.ts";
import type { StopReason } from "../core/reason.ts";
import type { Secret } from "../core/secret.ts";
import type { Certificate } from "./certificate.ts";
import type { Inboxes } from "./inbox.ts";
import type { PublicRound } from "./public-round.ts";

/** What a seat made for one round; erased at the certificate or at a permitted stop. */
export interface RoundSecrets {
  readonly polynomial: Round1Secret;
  /** e */
  readonly encryption: Secret;
  /** r: revealed by DKG_END. */
  readonly reveal: Secret;
}

/** A key that all n seats have locked. */
export interface CertifiedKey {
  readonly roundId: RoundId;
  readonly keyHash: Hash;
  readonly certificate: Certificate;
  /** A coordinator without a seat holds no key package. */
  readonly key: KeyMaterial;
}

/** Evidence against somebody, as it was made or heard here. */
export interface Conviction {
  readonly culprit: PartyId;
  readonly roundId: RoundId;
  readonly evidence: Uint8Array;
  readonly at: number;
}

/** What both roles keep beside their phase. */
export interface KeygenBase {
  readonly inboxes: Inboxes;
  /** Rounds that ended here without a key, and why: none of them is taken up again. */
  readonly used: ReadonlyMap<RoundId, StopReason>;
  readonly convictions: readonly Conviction[];
  /** Not journalled: since when nothing came, and when others are asked next. */
  readonly patience: Patience;
  /** Not journalled: the checked first round, read again after a reload. */
  readonly publicRound: { readonly roundId: RoundId; readonly round: PublicRound } | null;
}

export interface Patience {
  /** Last progress by this party's clock (ms); null before the first event after a start. */
  readonly progressAt: number | null;
  readonly askAt: number;
  readonly interval: number;
  /** Last answer given to each asker (ms), so that asking often does not make others talk often. */
  readonly answered: ReadonlyMap<PartyId, number>;
}

export const freshPatience: Patience = { progressAt: null, askAt: 0, interval: 0, answered: new Map() };

export const emptyBase: KeygenBase = {
  inboxes: new Map(),
  used: new Map(),
  convictions: [],
  patience: freshPatience,
  publicRound: null,
};

/** Not journalled: nonces of the running attempt. Lost on reload, and then a new attempt is made. */
export interface LifeNonces {
  readonly attempt: number;
  readonly nonces: readonly SigningNonces[];
}

/** From the certificate on, both roles go the same way. */
export type CertifiedPhase =
  /** Every seat signs a message of this key; `attempt` is the last that this seat made nonces for. */
  | {
      readonly tag: "provingLife";
      readonly certified: CertifiedKey;
      readonly attempt: number;
      readonly since: number;
      readonly nonces: LifeNonces | null;
      readonly attemptAt: number | null;
    }
  /** All shares work; a person here is to compare the fingerprint. */
  | { readonly tag: "comparing"; readonly certified: CertifiedKey; readonly since: number }
  /** It matches here; others have yet to say so. */
  | { readonly tag: "confirming"; readonly certified: CertifiedKey; readonly since: number }
  /** All seats said that it matches: the address may be shown and the key used. */
  | {
      readonly tag: "ready";
      readonly certified: CertifiedKey;
      readonly since: number;
      /** Who reported a mismatch after all. */
      readonly alarms: readonly PartyId[];
      /** When the first of them came, by this party's clock (ms). */
      readonly alarmedAt: number | null;
    }
  /** The share is kept, and never used. */
  | {
      readonly tag: "unusable";
      readonly certified: CertifiedKey;
      readonly since: number;
      readonly reason: StopReason;
    };

export interface StoppedPhase {
  readonly tag: "stopped";
  readonly roundId: RoundId;
  readonly reason: StopReason;
  /** Who was waited for. */
  readonly missing: readonly PartyId[];
  readonly since: number;
}

export type SignerPhase =
  | { readonly tag: "idle" }
  | {
      readonly tag: "collectingPublicShares";
      readonly roundId: RoundId;
      readonly secrets: RoundSecrets;
      readonly since: number;
    }
  | {
      readonly tag: "collectingPrivateShares";
      readonly roundId: RoundId;
      readonly secrets: RoundSecrets;
      readonly round1Hash: Hash;
      readonly since: number;
    }
  /** DKG_END is sent: the share is kept whatever happens. */
  | {
      readonly tag: "pending";
      readonly roundId: RoundId;
      readonly round1Hash: Hash;
      readonly keyHash: Hash;
      readonly key: KeyMaterial;
      readonly since: number;
    }
  | CertifiedPhase
  | StoppedPhase;

export type CoordinatorPhase =
  | { readonly tag: "idle" }
  | { readonly tag: "collectingPublicShares"; readonly roundId: RoundId; readonly since: number }
  /** All PUBLIC_SHARES are right; seats exchange shares and lock. */
  | {
      readonly tag: "collectingEnds";
      readonly roundId: RoundId;
      readonly round1Hash: Hash;
      readonly keyHash: Hash;
      readonly since: number;
    }
  | CertifiedPhase
  | StoppedPhase;

export interface SignerState extends KeygenBase {
  readonly phase: SignerPhase;
}
export interface CoordinatorState extends KeygenBase {
  readonly phase: CoordinatorPhase;
}
export type KeygenState = SignerState | CoordinatorState;

export const initialSigner: SignerState = { ...emptyBase, phase: { tag: "idle" } };
export const initialCoordinator: CoordinatorState = { ...emptyBase, phase: { tag: "idle" } };

/** The certified key of a state, from the certificate on, usable or not. */
export function certifiedOf(state: KeygenState): CertifiedKey | null {
  return "certified" in state.phase ? state.phase.certified : null;
}

/** The key that may sign and receive: only once ready. */
export function usableKey(state: KeygenState): CertifiedKey | null {
  return state.phase.tag === "ready" ? state.phase.certified : null;
}

/** The round a phase is about. */
export function roundOf(phase: SignerPhase | CoordinatorPhase): RoundId | null {
  if (phase.tag === "idle") return null;
  return "certified" in phase ? phase.certified.roundId : phase.roundId;
}

/** True before the lock: a stop is still permitted, and erases. */
export const mayStop = (phase: SignerPhase | CoordinatorPhase): boolean =>
  phase.tag === "collectingPublicShares" ||
  phase.tag === "collectingPrivateShares" ||
  phase.tag === "collectingEnds";
