/**
 * FROST threshold signatures over secp256k1 with BIP-340/341 output: the scheme, without messages, time or storage.
 *
 * Own misuse throws `FrostUsageError`; malformed bytes throw `WireError`; what other participants did wrong comes back
 * as a value (`Result`). Randomness is always an argument. docs/frost.md tells the rest.
 */
export { parseCompressed, type PointVector } from "./math/index.ts";
export type { Bytes } from "./suite/bytes.ts";
export {
  type FrostError,
  type FrostErrorCode,
  FrostUsageError,
  type Remedy,
  type Result,
  type UsageCode,
  type WireCode,
  WireError,
} from "./suite/errors.ts";
export type { Rng } from "./suite/rng.ts";
export { secp256k1Plain, secp256k1Tr, type Suite, type SuiteId, taggedHash } from "./suite/suite.ts";
export {
  compareIdentifiers,
  deriveIdentifier,
  type Identifier,
  identifierFromBytes,
  identifierFromNumber,
  identifierToBytes,
  parseIdentifier,
  sortIdentifiers,
} from "./suite/identifier.ts";

export {
  type Binding,
  compatibleParameters,
  type KeygenOptions,
  type KeygenParameters,
  MAX_IDENTIFIERS,
  nameOf,
  type Participant,
  participantsFromIdentifiers,
  participantsFromWeights,
  sessionParameters,
} from "./keygen/parameters.ts";
export type { ProofOfPossession } from "./keygen/proof.ts";
export {
  part1,
  type Round1Package,
  type Round1Secret,
  type Round1Transcript,
  verifyRound1,
} from "./keygen/round1.ts";
export { isValidPackage, matchesPackage } from "./keygen/evidence.ts";
export { part2, part3, verifySecretShares } from "./keygen/round2.ts";
export { canonicalRound1Package, keyHash, type Round1Context, round1Hash } from "./keygen/transcript.ts";
export { type KeyKind, type KeyMaterial, KeyPackage, PublicKeyPackage } from "./keygen/packages.ts";
export { checkVerifyingShares } from "./keygen/verifying-shares.ts";
export { toOutputKey, toOutputKeyPackage } from "./keygen/tweak.ts";
export {
  acceptDealerShare,
  type DealerOptions,
  type DealerShare,
  dealKey,
  type DealtKey,
  revealGroupSecret,
} from "./keygen/dealer.ts";
export {
  restoreSecretShares,
  restoreSigningShare,
  revealSecretShares,
  revealSigningShare,
  type SecretShares,
  type SigningShare,
} from "./keygen/secrets.ts";

export { commit, type SigningCommitments, type SigningNonces } from "./signing/nonces.ts";
export {
  encodeCommitmentList,
  openSigningSession,
  type SigningPackage,
  type SigningSession,
} from "./signing/session.ts";
export { sign, signAll, type SignatureShare, type SignRequest } from "./signing/sign.ts";
export { aggregate, verifyShare } from "./signing/aggregate.ts";
export { noTweak, type Tweak } from "./signing/tweak.ts";
export { taprootScript, type TaprootKey, type TaprootSpend } from "./signing/taproot.ts";
export { verifySchnorr, verifySignature } from "./signing/verify.ts";

export { type Codec, tryDecode } from "./wire/bytes-io.ts";
export {
  round1PackageCodec,
  signatureShareCodec,
  signingCommitmentsCodec,
  signingPackageCodec,
  type Suited,
  verifyingSharesCodec,
} from "./wire/own.ts";
export {
  publicKeyPackageCodec,
  restoreKeyPackage,
  restoreRound1Secret,
  revealKeyPackage,
  revealRound1Secret,
} from "./wire/state.ts";
