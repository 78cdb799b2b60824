import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import { type Identifier, identifierToScalar, sortIdentifiers } from "../suite/identifier.ts";
import type { Rng } from "../suite/rng.ts";
import { mod, scalarFromBytes, scalarToBytes } from "../suite/scalar.ts";
import { lagrange } from "../suite/lagrange.ts";
import type { Suite } from "../suite/suite.ts";
import { evaluateCommitment, type PointVector } from "../math/index.ts";
import { type KeyKind, KeyPackage, PublicKeyPackage } from "./packages.ts";
import { checkThreshold } from "./parameters.ts";
import { commitToPolynomial, commitToScalar, evaluatePolynomial, randomPolynomial } from "./polynomial.ts";
import { makeSigningShare, scalarOf, type SigningShare } from "./secrets.ts";

export interface DealerOptions {
  readonly suite: Suite;
  readonly threshold: number;
  readonly identifiers: readonly Identifier[];
  /** What the dealt key is: the dealer states it, the scheme cannot see it. See `KeyKind`. */
  readonly keyKind: KeyKind;
  /** The key to split, 32 bytes; drawn from the random source where absent. */
  readonly secret?: Uint8Array;
}

export interface DealtKey {
  /** By identifier. */
  readonly keyPackages: ReadonlyMap<Identifier, KeyPackage>;
  readonly publicKeyPackage: PublicKeyPackage;
}

/**
 * Trusted-dealer key generation (RFC 9591 appendix C; frost-secp256k1-tr `generate_with_dealer` and `split`): for
 * importing an existing key, for vectors and for tests. The dealer knows the whole key. No tweak is applied, as in
 * frost-secp256k1-tr: `toOutputKey` does.
 * Fixed-pattern work on all secrets.
 * @throws FrostUsageError for parameters out of range, or an output key of a suite that has none
 */
export function dealKey(options: DealerOptions, rng: Rng): DealtKey {
  const { suite, threshold, keyKind } = options;
  const identifiers = sortIdentifiers(options.identifiers);
  checkThreshold(threshold, identifiers);
  if (keyKind === "output" && !suite.taproot) {
    throw new FrostUsageError("wrongKeyKind", "the plain suite has no taproot output keys");
  }
  const secret = options.secret === undefined ? undefined : scalarFromBytes(options.secret);
  if (secret === 0n) throw new FrostUsageError("invalidParameters", "a secret key is not zero");
  const coefficients = randomPolynomial(threshold, rng, secret);
  const commitment = commitToPolynomial(coefficients);
  const verifyingKey = commitment.at(0);
  const keyPackages = new Map(
    identifiers.map((identifier) => {
      const share = evaluatePolynomial(coefficients, identifierToScalar(identifier));
      /* v8 ignore next -- a share is zero with probability 2^-256 */
      if (share === 0n)
        throw new FrostUsageError("badRandomness", "the polynomial has a root at an identifier");
      const keyPackage = new KeyPackage({
        suite,
        keyKind,
        threshold,
        identifier,
        signingShare: makeSigningShare(share),
        verifyingShare: commitToScalar(share),
        verifyingKey,
      });
      return [identifier, keyPackage];
    }),
  );
  const verifyingShares = new Map(
    [...keyPackages].map(([identifier, own]) => [identifier, own.verifyingShare]),
  );
  return {
    keyPackages,
    publicKeyPackage: new PublicKeyPackage({
      suite,
      keyKind,
      threshold,
      identifiers,
      verifyingKey,
      commitment,
      verifyingShares,
    }),
  };
}

/** What a dealer sends one participant (frost-secp256k1-tr `SecretShare`). */
export interface DealerShare {
  readonly suite: Suite;
  readonly identifier: Identifier;
  readonly signingShare: SigningShare;
  readonly commitment: PointVector;
}

/**
 * Checks a dealt share (RFC 9591 appendix C.2 `vss_verify`) and makes a key package of it. All participants must
 * compare the commitment among themselves. Fixed-pattern in the share.
 * @returns `invalidSecretShare` without culprits (the dealer has no identifier), or `unusableGroupKey`
 */
export function acceptDealerShare(share: DealerShare, keyKind: KeyKind): Result<KeyPackage> {
  const { suite, identifier, signingShare, commitment } = share;
  if (commitment.length < 2 || commitment.hasIdentity()) {
    return failure({ code: "unusableGroupKey", culprits: [], remedy: "restartKeygen" });
  }
  const verifyingShare = commitToScalar(scalarOf(signingShare));
  if (!verifyingShare.equals(evaluateCommitment(commitment, identifierToScalar(identifier)))) {
    return failure({ code: "invalidSecretShare", culprits: [], remedy: "restartKeygenWithoutCulprits" });
  }
  return success(
    new KeyPackage({
      suite,
      keyKind,
      threshold: commitment.length,
      identifier,
      signingShare,
      verifyingShare,
      verifyingKey: commitment.at(0),
    }),
  );
}

/**
 * The whole secret key from at least `threshold` key packages of one key (RFC 9591 appendix C.1): for moving a key out.
 * Fixed-pattern scalar operations.
 * @throws FrostUsageError for too few, doubled or unrelated packages, or where the result is not the key
 */
export function revealGroupSecret(keyPackages: readonly KeyPackage[]): Uint8Array {
  const [first] = keyPackages;
  const identifiers = keyPackages.map(({ identifier }) => identifier);
  if (
    first === undefined ||
    identifiers.length < first.threshold ||
    new Set(identifiers).size !== identifiers.length
  ) {
    throw new FrostUsageError("mismatchedInputs", "at least threshold different shares are needed");
  }
  const xs = identifiers.map(identifierToScalar);
  let secret = 0n;
  keyPackages.forEach(({ signingShare }, i) => {
    secret += lagrange(xs, xs[i] ?? 0n) * scalarOf(signingShare);
  });
  secret = mod(secret);
  if (!commitToScalar(secret).equals(first.verifyingKey)) {
    throw new FrostUsageError("mismatchedInputs", "these shares do not belong to one key");
  }
  return scalarToBytes(secret);
}
