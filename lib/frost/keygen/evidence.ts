import { evaluateCommitmentAt, PointVector } from "../math/index.ts";
import { identifierToScalar, type Identifier } from "../suite/identifier.ts";
import { type KeygenParameters, nameOf, participantNamed } from "./parameters.ts";
import { commitToScalar } from "./polynomial.ts";
import { falseProofs } from "./proof.ts";
import type { Round1Package } from "./round1.ts";
import { dealtScalars, type SecretShares } from "./secrets.ts";

// What a third party checks about one dealer alone, without everybody else's packages.

/**
 * Whether one round-1 package is right by itself: as many commitments as the threshold, none the identity, and a proof
 * of possession that holds under the dealer's own name and this session. Public data, variable time.
 */
export function isValidPackage(parameters: KeygenParameters, pkg: Round1Package): boolean {
  const { identifier, commitment, proof } = pkg;
  return (
    pkg.binding === parameters.binding &&
    parameters.participants.some((participant) => nameOf(participant) === identifier) &&
    commitment.length === parameters.threshold &&
    !commitment.hasIdentity() &&
    !proof.R.isIdentity() &&
    (!parameters.suite.taproot || proof.R.hasEvenY()) &&
    falseProofs(parameters, [{ name: identifier, key: commitment.at(0), proof }], unusedRandomness())
      .length === 0
  );
}

/** A batch of one has the coefficient 1 whatever is drawn: evidence is checked alike by everyone, at any time. */
function unusedRandomness(): (length: number) => Uint8Array {
  let call = 0;
  return (length) => new Uint8Array(length).fill(call++);
}

/**
 * Whether `shares` are what this package says the recipient must get. Fixed-pattern in the shares.
 * @throws FrostUsageError where the recipient is no participant
 */
export function matchesPackage(
  parameters: KeygenParameters,
  pkg: Round1Package,
  recipient: Identifier,
  shares: SecretShares,
): boolean {
  const { identifiers } = participantNamed(parameters, recipient);
  if (shares.count !== identifiers.length) return false;
  const expected = evaluateCommitmentAt(pkg.commitment, identifiers.map(identifierToScalar));
  return PointVector.concat(dealtScalars(shares).map(commitToScalar)).equals(expected);
}
