import { evaluateCommitment, isZeroCombination, PointVector } from "../../math/index.ts";
import { FrostUsageError, WireError } from "../../suite/errors.ts";
import { type Identifier, identifierToScalar, sortIdentifiers } from "../../suite/identifier.ts";
import { batchCoefficients, type Rng } from "../../suite/rng.ts";
import { Fn, mod } from "../../suite/scalar.ts";
import type { Suite } from "../../suite/suite.ts";
import { commitToPolynomial, commitToScalar, evaluatePolynomial } from "../../keygen/polynomial.ts";
import { type KeyKind, KeyPackage, PublicKeyPackage } from "../../keygen/packages.ts";
import type { KeygenParameters } from "../../keygen/parameters.ts";
import {
  makeRound1Secret,
  type Round1Package,
  type Round1Secret,
  round1SecretParts,
} from "../../keygen/round1.ts";
import { makeRound2Secret, type Round2Secret, round2SecretParts } from "../../keygen/round2.ts";
import { dealtScalars, makeSecretShares, scalarOf } from "../../keygen/secrets.ts";
import type { SigningCommitments } from "../../signing/nonces.ts";
import type { SigningPackage } from "../../signing/session.ts";
import { noTweak } from "../../signing/tweak.ts";
import type * as model from "./model.ts";

// Between frost-secp256k1-tr's structs and ours. Importers check what arithmetic can check and throw `WireError`.

export function exportKeyPackage(keyPackage: KeyPackage): model.ZfKeyPackage {
  const { identifier, signingShare, verifyingShare, verifyingKey, threshold } = keyPackage;
  return { identifier, signingShare, verifyingShare, verifyingKey, minSigners: threshold };
}

/**
 * @param keyKind what the key is: key generation of frost-secp256k1-tr makes output keys, its dealer internal ones
 * @throws WireError where the verifying share is not that of the signing share
 */
export function importKeyPackage(suite: Suite, foreign: model.ZfKeyPackage, keyKind: KeyKind): KeyPackage {
  const { identifier, signingShare, verifyingShare, verifyingKey, minSigners } = foreign;
  checkKeyKind(suite, keyKind);
  if (minSigners < 2) throw new WireError("value", "a threshold is 2 or more");
  if (!commitToScalar(scalarOf(signingShare)).equals(verifyingShare)) {
    throw new WireError("value", "the verifying share is not that of the signing share");
  }
  return new KeyPackage({
    suite,
    keyKind,
    threshold: minSigners,
    identifier,
    signingShare,
    verifyingShare,
    verifyingKey,
  });
}

/** Derives the verifying shares that are not known yet. */
export function exportPublicKeyPackage(publicKeyPackage: PublicKeyPackage): model.ZfPublicKeyPackage {
  const { identifiers, verifyingKey, threshold } = publicKeyPackage;
  const all = publicKeyPackage.allVerifyingShares();
  const verifyingShares = new Map(identifiers.map((identifier, i) => [identifier, all.at(i)]));
  return { verifyingShares, verifyingKey, minSigners: threshold };
}

/**
 * Checks that key and verifying shares lie on one polynomial of `threshold` coefficients (a random combination that is
 * zero exactly for such points, but for probability 2⁻¹²⁸): a wrong threshold or share is refused.
 * @param options.threshold needed where the package is of a version before 3.0 and does not say; must agree where it does
 */
export function importPublicKeyPackage(
  suite: Suite,
  foreign: model.ZfPublicKeyPackage,
  options: { readonly keyKind: KeyKind; readonly threshold?: number },
  rng: Rng,
): PublicKeyPackage {
  checkKeyKind(suite, options.keyKind);
  const threshold = foreign.minSigners ?? options.threshold;
  if (threshold === undefined) {
    throw new FrostUsageError("invalidParameters", "this package does not say its threshold: give it");
  }
  if (options.threshold !== undefined && options.threshold !== threshold) {
    throw new WireError("value", "the package has another threshold");
  }
  const identifiers = sortIdentifiers(foreign.verifyingShares.keys());
  if (threshold < 2 || threshold > identifiers.length)
    throw new WireError("value", "no key has this threshold");
  const shares = identifiers.map(
    (identifier) => foreign.verifyingShares.get(identifier) ?? PointVector.concat([]),
  );
  const points = PointVector.concat([foreign.verifyingKey, ...shares]);
  if (!onOnePolynomial([0n, ...identifiers.map(identifierToScalar)], points, threshold, rng)) {
    throw new WireError("value", "the verifying shares are not those of this key and threshold");
  }
  return new PublicKeyPackage({
    suite,
    keyKind: options.keyKind,
    threshold,
    identifiers,
    verifyingKey: foreign.verifyingKey,
    verifyingShares: foreign.verifyingShares,
  });
}

/**
 * Dual-code test: Pᵢ lie on a polynomial of degree below `threshold` exactly where Σ vᵢ·f(xᵢ)·Pᵢ = 0 for every f of
 * degree below n − threshold, with vᵢ = Π 1/(xᵢ − xⱼ); a random f finds others with all but probability 2⁻¹²⁸.
 */
function onOnePolynomial(xs: readonly bigint[], points: PointVector, threshold: number, rng: Rng): boolean {
  const f = batchCoefficients(rng, "import", [points.allCompressed()], xs.length - threshold);
  const scalars = xs.map((x) => {
    const product = xs.reduce((value, other) => (other === x ? value : mod(value * (x - other))), 1n);
    return mod(Fn.inv(product) * evaluatePolynomial(f, x));
  });
  return isZeroCombination(points, scalars);
}

export function exportSigningCommitments({
  hiding,
  binding,
}: SigningCommitments): model.ZfSigningCommitments {
  return { hiding, binding };
}

export function importSigningCommitments(
  identifier: Identifier,
  { hiding, binding }: model.ZfSigningCommitments,
): SigningCommitments {
  return { identifier, hiding, binding };
}

/** @throws FrostUsageError for a package with a tweak, which this struct cannot say */
export function exportSigningPackage(signingPackage: SigningPackage): model.ZfSigningPackage {
  if (signingPackage.tweak.kind !== "none") {
    throw new FrostUsageError(
      "mismatchedInputs",
      "the foreign package has no place for a tweak: say it beside",
    );
  }
  return {
    signingCommitments: new Map(
      signingPackage.commitments.map((entry) => [entry.identifier, exportSigningCommitments(entry)]),
    ),
    message: signingPackage.message,
  };
}

export function importSigningPackage(foreign: model.ZfSigningPackage): SigningPackage {
  return {
    message: foreign.message,
    tweak: noTweak,
    commitments: [...foreign.signingCommitments].map(([identifier, entry]) =>
      importSigningCommitments(identifier, entry),
    ),
  };
}

export function exportRound1Package(pkg: Round1Package<"compatible">): model.ZfRound1Package {
  return { commitment: pkg.commitment, proofOfKnowledge: pkg.proof };
}

/** @param identifier who sent it: the foreign package does not say */
export function importRound1Package(
  identifier: Identifier,
  foreign: model.ZfRound1Package,
): Round1Package<"compatible"> {
  return {
    binding: "compatible",
    identifier,
    commitment: foreign.commitment,
    proof: foreign.proofOfKnowledge,
  };
}

/**
 * The polynomial between part 1 and part 2, for a Rust signer to go on with. **Secret.**
 * @throws FrostUsageError for a secret of a run bound to a session, which the Rust side could not finish
 */
export function exportRound1Secret(
  parameters: KeygenParameters<"compatible">,
  secret: Round1Secret,
): model.ZfRound1SecretPackage {
  const { coefficients, package: own } = round1SecretParts(secret);
  if (own.binding !== "compatible")
    throw new FrostUsageError("mismatchedInputs", "this run is bound to a session");
  return {
    identifier: own.identifier,
    coefficients: makeSecretShares(coefficients),
    commitment: own.commitment,
    minSigners: parameters.threshold,
    maxSigners: parameters.identifiers.length,
  };
}

/**
 * The other way. The struct lacks the proof, which is public: take it from the package that was broadcast.
 * @throws WireError where polynomial, commitment and broadcast package do not belong together
 */
export function importRound1Secret(
  foreign: model.ZfRound1SecretPackage,
  broadcast: Round1Package<"compatible">,
): Round1Secret {
  const coefficients = dealtScalars(foreign.coefficients);
  if (
    foreign.identifier !== broadcast.identifier ||
    coefficients.includes(0n) ||
    !commitToPolynomial(coefficients).equals(foreign.commitment) ||
    !foreign.commitment.equals(broadcast.commitment)
  ) {
    throw new WireError("value", "polynomial, commitment and broadcast package do not belong together");
  }
  return makeRound1Secret(coefficients, broadcast);
}

/** What is left after part 2. **Secret.** @throws FrostUsageError for a participant of several identifiers */
export function exportRound2Secret(
  parameters: KeygenParameters<"compatible">,
  secret: Round2Secret,
): model.ZfRound2SecretPackage {
  const { commitment, ownShares } = round2SecretParts(secret);
  if (ownShares.count !== 1)
    throw new FrostUsageError("mismatchedInputs", "the Rust side knows one identifier each");
  return {
    identifier: secret.identifier,
    commitment,
    secretShare: ownShares,
    minSigners: parameters.threshold,
    maxSigners: parameters.identifiers.length,
  };
}

/** @throws WireError where the share is not the one the commitment gives its own identifier */
export function importRound2Secret(foreign: model.ZfRound2SecretPackage): Round2Secret {
  const [share = 0n] = dealtScalars(foreign.secretShare);
  const { commitment } = foreign;
  if (
    commitment.length < 2 ||
    !commitToScalar(share).equals(evaluateCommitment(commitment, identifierToScalar(foreign.identifier)))
  ) {
    throw new WireError("value", "the share is not that of the commitment");
  }
  return makeRound2Secret(foreign.identifier, commitment, foreign.secretShare);
}

function checkKeyKind(suite: Suite, keyKind: KeyKind): void {
  if (keyKind === "output" && !suite.taproot) {
    throw new FrostUsageError("wrongKeyKind", "the plain suite has no taproot output keys");
  }
}
