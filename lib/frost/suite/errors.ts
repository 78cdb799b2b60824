import type { Identifier } from "./identifier.ts";

/** What a caller can do about a fault. One table above turns these into words for people. */
export type Remedy =
  | "restartKeygenWithoutCulprits"
  | "restartKeygen"
  | "retryWithoutCulprits"
  | "waitForMissing"
  | "refuseRequest";

interface Fault<Code extends string, R extends Remedy> {
  readonly code: Code;
  /** Participants proven to have sent the wrong value. Empty means that nobody can be named from this alone. */
  readonly culprits: readonly Identifier[];
  readonly remedy: R;
}

/**
 * What other parties did wrong, as a value. A culprit is named by its (first) identifier and only ever for a value
 * that, taken as sent by that participant, is wrong: whether it *was* sent by that participant is for the layer
 * above to know (signed frames).
 */
export type FrostError =
  | Fault<"wrongParticipants", "restartKeygen">
  | Fault<"wrongCommitmentCount", "restartKeygenWithoutCulprits">
  | Fault<"identityElement", "restartKeygenWithoutCulprits">
  | Fault<"invalidProofOfPossession", "restartKeygenWithoutCulprits">
  | Fault<"invalidSecretShare", "restartKeygenWithoutCulprits">
  | Fault<"invalidConstantTerm", "restartKeygenWithoutCulprits">
  | Fault<"unusableGroupKey", "restartKeygen">
  | Fault<"invalidVerifyingShare", "restartKeygenWithoutCulprits">
  | Fault<"invalidRepair", "retryWithoutCulprits">
  | (Fault<"missingShares", "waitForMissing"> & { readonly missing: readonly Identifier[] })
  | Fault<"invalidCommitmentList", "refuseRequest">
  | Fault<"invalidTweak", "refuseRequest">
  | Fault<"invalidGroupCommitment", "refuseRequest">
  | Fault<"ownCommitmentMissing", "refuseRequest">
  | Fault<"unexpectedShare", "retryWithoutCulprits">
  | Fault<"invalidSignatureShare", "retryWithoutCulprits">;

export type FrostErrorCode = FrostError["code"];

/** Either a value or what others did wrong. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: FrostError };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure<T>(error: FrostError): Result<T> {
  return { ok: false, error };
}

/** Our own misuse of this library. */
export type UsageCode =
  | "invalidParameters"
  | "invalidIdentifier"
  | "unknownIdentifier"
  | "wrongSuite"
  | "wrongKeyKind"
  | "badRandomness"
  | "spentNonces"
  | "notNonces"
  | "mismatchedInputs"
  | "erasedSecret"
  | "corruptState";

/** Thrown where the caller, not a peer, is at fault. The message never holds a secret. */
export class FrostUsageError extends Error {
  override readonly name = "FrostUsageError";
  readonly code: UsageCode;
  constructor(code: UsageCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type WireCode =
  "length" | "version" | "kind" | "suite" | "identifier" | "scalar" | "point" | "order" | "value" | "syntax";

/** Thrown by decoders, and only by them: these bytes are not the canonical form of a value. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: WireCode;
  constructor(code: WireCode, message: string) {
    super(message);
    this.code = code;
  }
}
