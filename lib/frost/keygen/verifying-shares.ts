import { checkEvaluations, evaluateCommitmentAt, PointVector } from "../math/index.ts";
import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import { type Identifier, identifierToScalar, sortIdentifiers } from "../suite/identifier.ts";
import { batchCoefficients, type Rng } from "../suite/rng.ts";
import type { PublicKeyPackage } from "./packages.ts";

/**
 * Takes over verifying shares that participants claim for themselves, all checked against the commitment by one random
 * linear combination: far cheaper than deriving them, and a false one passes with probability 2⁻¹²⁸. Public data,
 * variable time.
 * @param claims one point per identifier; identifiers may be missing, to be derived when needed
 * @returns the key with these shares filled in, or `invalidVerifyingShare` naming **all** identifiers whose claim is
 * false
 * @throws FrostUsageError for an identifier outside the key, or a key without commitment
 */
export function checkVerifyingShares(
  publicKeyPackage: PublicKeyPackage,
  claims: ReadonlyMap<Identifier, PointVector>,
  rng: Rng,
): Result<PublicKeyPackage> {
  const { commitment } = publicKeyPackage;
  if (commitment === undefined) {
    throw new FrostUsageError(
      "mismatchedInputs",
      "a key without a commitment has nothing to check claims against",
    );
  }
  const identifiers = sortIdentifiers(claims.keys());
  if (identifiers.some((identifier) => !publicKeyPackage.has(identifier))) {
    throw new FrostUsageError("unknownIdentifier", "a claim is made for an identifier of the key");
  }
  if (identifiers.length === 0) return success(publicKeyPackage);
  const claimed = PointVector.concat(identifiers.map((identifier) => claims.get(identifier) ?? none()));
  if (claimed.length !== identifiers.length) {
    throw new FrostUsageError("mismatchedInputs", "a claim is one point");
  }
  const xs = identifiers.map(identifierToScalar);
  const checked = [publicKeyPackage.verifyingKey.toCompressed(), claimed.allUncompressed()];
  const coefficients = batchCoefficients(rng, "verifying-shares", checked, xs.length);
  if (checkEvaluations(commitment, xs, claimed, coefficients)) {
    return success(publicKeyPackage.withVerifyingShares(claims));
  }
  const derived = evaluateCommitmentAt(commitment, xs);
  const culprits = identifiers.filter((_, i) => !claimed.equalsAt(i, derived, i));
  return failure({ code: "invalidVerifyingShare", culprits, remedy: "restartKeygenWithoutCulprits" });
}

function none(): never {
  /* v8 ignore next -- the identifiers are the map's own keys */
  throw new FrostUsageError("unknownIdentifier", "no claim for this identifier");
}
