import type { PointVector } from "../../math/index.ts";
import type { Bytes } from "../../suite/bytes.ts";
import type { Identifier } from "../../suite/identifier.ts";
import type { ProofOfPossession } from "../../keygen/proof.ts";
import type { SecretShares, SigningShare } from "../../keygen/secrets.ts";

// The structs of frost-secp256k1-tr 3.x as it serializes them, field for field and in its order, before any check
// that needs arithmetic. `convert.ts` turns them into ours and back.

/** `round1::SigningCommitments`: ours carry the identifier too, theirs are keyed by it. */
export interface ZfSigningCommitments {
  readonly hiding: PointVector;
  readonly binding: PointVector;
}

/** `SigningPackage` */
export interface ZfSigningPackage {
  readonly signingCommitments: ReadonlyMap<Identifier, ZfSigningCommitments>;
  readonly message: Bytes;
}

/** `round2::SignatureShare` */
export interface ZfSignatureShare {
  readonly share: bigint;
}

/** `keys::SecretShare`: what a dealer sends. */
export interface ZfSecretShare {
  readonly identifier: Identifier;
  readonly signingShare: SigningShare;
  readonly commitment: PointVector;
}

/** `keys::KeyPackage` */
export interface ZfKeyPackage {
  readonly identifier: Identifier;
  readonly signingShare: SigningShare;
  readonly verifyingShare: PointVector;
  readonly verifyingKey: PointVector;
  readonly minSigners: number;
}

/** `keys::PublicKeyPackage`; `minSigners` is absent in what versions before 3.0 wrote. */
export interface ZfPublicKeyPackage {
  readonly verifyingShares: ReadonlyMap<Identifier, PointVector>;
  readonly verifyingKey: PointVector;
  readonly minSigners: number | undefined;
}

/** `keys::dkg::round1::Package` */
export interface ZfRound1Package {
  readonly commitment: PointVector;
  readonly proofOfKnowledge: ProofOfPossession;
}

/** `keys::dkg::round1::SecretPackage`: it has no header. */
export interface ZfRound1SecretPackage {
  readonly identifier: Identifier;
  readonly coefficients: SecretShares;
  readonly commitment: PointVector;
  readonly minSigners: number;
  readonly maxSigners: number;
}

/** `keys::dkg::round2::SecretPackage`: it has no header. */
export interface ZfRound2SecretPackage {
  readonly identifier: Identifier;
  readonly commitment: PointVector;
  readonly secretShare: SecretShares;
  readonly minSigners: number;
  readonly maxSigners: number;
}

/** `keys::dkg::round2::Package` */
export interface ZfRound2Package {
  readonly signingShare: SecretShares;
}
