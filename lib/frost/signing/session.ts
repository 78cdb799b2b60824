import { add, linearCombination, PointVector, sum } from "../math/index.ts";
import { type Bytes, concatBytes } from "../suite/bytes.ts";
import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import {
  compareIdentifiers,
  type Identifier,
  identifierToBytes,
  identifierToScalar,
} from "../suite/identifier.ts";
import { lagrange } from "../suite/lagrange.ts";
import type { PublicKeyPackage } from "../keygen/packages.ts";
import type { SigningCommitments } from "./nonces.ts";
import { type EffectiveKey, effectiveKey, type Tweak } from "./tweak.ts";

/** What one signature is made over: the same for all signers, fixed before any share is computed. */
export interface SigningPackage {
  readonly message: Bytes;
  readonly tweak: Tweak;
  /** One entry per signing identifier, in any order. */
  readonly commitments: readonly SigningCommitments[];
}

/**
 * A signing package under one key, checked, with everything that signers and verifiers share computed once: binding
 * factors, group commitment, challenge. Made by `SigningSession.open` only. Public data, variable time.
 */
export class SigningSession {
  readonly publicKeyPackage: PublicKeyPackage;
  readonly message: Bytes;
  readonly tweak: Tweak;
  /** In numeric order of the identifiers (RFC 9591 §4.3). */
  readonly commitments: readonly SigningCommitments[];
  readonly effectiveKey: EffectiveKey;
  /** R, y as it comes out. */
  readonly groupCommitment: PointVector;
  /** True where BIP-340 wants −R, so that every nonce counts negated. */
  readonly negateNonces: boolean;
  /** c */
  readonly challenge: bigint;
  readonly #bindingFactors: ReadonlyMap<Identifier, bigint>;
  readonly #byIdentifier: ReadonlyMap<Identifier, SigningCommitments>;
  readonly #lambdas = new Map<Identifier, bigint>();
  readonly #xs: readonly bigint[];

  private constructor(
    publicKeyPackage: PublicKeyPackage,
    signingPackage: SigningPackage,
    commitments: readonly SigningCommitments[],
    effective: EffectiveKey,
    bindingFactors: readonly bigint[],
    groupCommitment: PointVector,
  ) {
    const { suite } = publicKeyPackage;
    this.publicKeyPackage = publicKeyPackage;
    this.message = signingPackage.message.slice();
    this.tweak = signingPackage.tweak;
    this.commitments = commitments;
    this.effectiveKey = effective;
    this.groupCommitment = groupCommitment;
    this.negateNonces = suite.taproot && !groupCommitment.hasEvenY();
    this.challenge = computeChallenge(suite, groupCommitment, effective.key, this.message);
    this.#bindingFactors = new Map(
      commitments.map(({ identifier }, i) => [identifier, bindingFactors[i] ?? 0n]),
    );
    this.#byIdentifier = new Map(commitments.map((entry) => [entry.identifier, entry]));
    this.#xs = commitments.map(({ identifier }) => identifierToScalar(identifier));
  }

  /** The signing identifiers, in numeric order. */
  get identifiers(): readonly Identifier[] {
    return this.commitments.map(({ identifier }) => identifier);
  }

  /** This identifier's entry of the commitment list, where it signs. */
  commitmentsOf(identifier: Identifier): SigningCommitments | undefined {
    return this.#byIdentifier.get(identifier);
  }

  /** ρᵢ (RFC 9591 §4.4). @throws FrostUsageError for an identifier that does not sign */
  bindingFactor(identifier: Identifier): bigint {
    return this.#bindingFactors.get(identifier) ?? stranger();
  }

  /** λᵢ over the signing identifiers (RFC 9591 §4.2). @throws FrostUsageError for an identifier that does not sign */
  lambda(identifier: Identifier): bigint {
    const known = this.#lambdas.get(identifier);
    if (known !== undefined) return known;
    if (!this.#byIdentifier.has(identifier)) stranger();
    const value = lagrange(this.#xs, identifierToScalar(identifier));
    this.#lambdas.set(identifier, value);
    return value;
  }

  /**
   * Checks a signing package against the key and computes its session values (RFC 9591 §4.4–4.6, with the even-y rules
   * of frost-secp256k1-tr). Costs one multi-scalar product over the signers.
   * @returns `invalidCommitmentList` where an identifier repeats or is not of the key, or there are fewer than the
   * threshold; `invalidTweak`; or `invalidGroupCommitment` where R would be the identity. Nobody is named: the list is
   * the coordinator's.
   */
  static open(publicKeyPackage: PublicKeyPackage, signingPackage: SigningPackage): Result<SigningSession> {
    const commitments = [...signingPackage.commitments].sort((a, b) =>
      compareIdentifiers(a.identifier, b.identifier),
    );
    const identifiers = commitments.map(({ identifier }) => identifier);
    if (
      identifiers.length < publicKeyPackage.threshold ||
      new Set(identifiers).size !== identifiers.length ||
      !identifiers.every((identifier) => publicKeyPackage.has(identifier)) ||
      commitments.some(({ hiding, binding }) => !onePoint(hiding) || !onePoint(binding))
    ) {
      return failure({ code: "invalidCommitmentList", culprits: [], remedy: "refuseRequest" });
    }
    const { suite, verifyingKey } = publicKeyPackage;
    const effective = effectiveKey(suite, verifyingKey, signingPackage.tweak);
    if (effective === null) return failure({ code: "invalidTweak", culprits: [], remedy: "refuseRequest" });
    const factors = computeBindingFactors(suite, effective.key, commitments, signingPackage.message);
    const groupCommitment = computeGroupCommitment(commitments, factors);
    if (groupCommitment.isIdentity()) {
      return failure({ code: "invalidGroupCommitment", culprits: [], remedy: "refuseRequest" });
    }
    return success(
      new SigningSession(
        publicKeyPackage,
        signingPackage,
        Object.freeze(commitments),
        effective,
        factors,
        groupCommitment,
      ),
    );
  }
}

/** See `SigningSession.open`. */
export const openSigningSession: typeof SigningSession.open = (publicKeyPackage, signingPackage) =>
  SigningSession.open(publicKeyPackage, signingPackage);

/** RFC 9591 §4.3 `encode_group_commitment_list`: identifier ‖ D ‖ E per entry, 98 bytes each, numeric order. */
export function encodeCommitmentList(commitments: readonly SigningCommitments[]): Bytes {
  const list = commitments.flatMap(({ identifier, hiding, binding }) => [
    identifierToBytes(identifier),
    hiding.toCompressed(),
    binding.toCompressed(),
  ]);
  return concatBytes(...list);
}

/** RFC 9591 §4.4 `compute_binding_factors`, in the order of `commitments`, which must be numeric. */
export function computeBindingFactors(
  suite: PublicKeyPackage["suite"],
  groupKey: PointVector,
  commitments: readonly SigningCommitments[],
  message: Bytes,
): bigint[] {
  const prefix = concatBytes(
    groupKey.toCompressed(),
    suite.H4(message),
    suite.H5(encodeCommitmentList(commitments)),
  );
  return commitments.map(({ identifier }) => suite.H1(concatBytes(prefix, identifierToBytes(identifier))));
}

/** RFC 9591 §4.5 `compute_group_commitment`: Σ Dᵢ + ρᵢ·Eᵢ. */
export function computeGroupCommitment(
  commitments: readonly SigningCommitments[],
  bindingFactors: readonly bigint[],
): PointVector {
  const hiding = sum(PointVector.concat(commitments.map((entry) => entry.hiding)));
  const binding = linearCombination(
    PointVector.concat(commitments.map((entry) => entry.binding)),
    bindingFactors,
  );
  return add(hiding, binding);
}

/** RFC 9591 §4.6 `compute_challenge`; in the taproot suite over x-only R and key, as BIP-340. */
export function computeChallenge(
  suite: PublicKeyPackage["suite"],
  groupCommitment: PointVector,
  groupKey: PointVector,
  message: Bytes,
): bigint {
  return suite.taproot
    ? suite.H2(concatBytes(groupCommitment.toXOnly(), groupKey.toXOnly(), message))
    : suite.H2(concatBytes(groupCommitment.toCompressed(), groupKey.toCompressed(), message));
}

function onePoint(points: PointVector): boolean {
  return points.length === 1 && !points.isIdentity();
}

function stranger(): never {
  throw new FrostUsageError("unknownIdentifier", "this identifier does not sign in this session");
}
