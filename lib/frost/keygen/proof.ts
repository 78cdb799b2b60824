import { isZeroCombination, type PointVector, PointVector as Points } from "../math/index.ts";
import { type Bytes, concatBytes } from "../suite/bytes.ts";
import { type Identifier, identifierToBytes } from "../suite/identifier.ts";
import { batchCoefficients, type Rng, randomScalar } from "../suite/rng.ts";
import { mod, scalarToBytes } from "../suite/scalar.ts";
import { commitToScalar } from "./polynomial.ts";
import { type KeygenParameters, sessionPrefix } from "./parameters.ts";

/**
 * A Schnorr proof of knowledge of the constant coefficient (frost-secp256k1-tr `proof_of_knowledge`): μ·G = R + c·C₀.
 * In the taproot suite R has even y, as its 32-byte encoding can say nothing else.
 */
export interface ProofOfPossession {
  readonly R: PointVector;
  readonly mu: bigint;
}

/**
 * c = HDKG(identifier ‖ C₀ ‖ R) as frost-secp256k1-tr; bound to a session, our own hash over
 * session ‖ identifier ‖ C₀ ‖ R.
 */
function challenge(parameters: KeygenParameters, name: Identifier, key: PointVector, R: PointVector): bigint {
  const statement = concatBytes(identifierToBytes(name), key.toCompressed(), R.toCompressed());
  return parameters.binding === "compatible"
    ? parameters.suite.HDKG(statement)
    : parameters.suite.HSession(concatBytes(sessionPrefix(parameters), statement));
}

/** Proves knowledge of the secret behind `key`. The nonce and the secret go through fixed-pattern operations. */
export function prove(
  parameters: KeygenParameters,
  name: Identifier,
  secret: bigint,
  key: PointVector,
  rng: Rng,
): ProofOfPossession {
  let nonce = randomScalar(rng);
  let R = commitToScalar(nonce);
  if (parameters.suite.taproot && !R.hasEvenY()) {
    nonce = mod(-nonce);
    R = R.negate();
  }
  return { R, mu: mod(nonce + challenge(parameters, name, key, R) * secret) };
}

/** One proof to check: who made it, under which constant commitment. */
export interface Statement {
  readonly name: Identifier;
  readonly key: PointVector;
  readonly proof: ProofOfPossession;
}

/**
 * Names the makers of all false proofs, by one random linear combination where all are true.
 * Accepts a false proof with probability 2⁻¹²⁸ (coefficients are drawn after the proofs are fixed).
 */
export function falseProofs(
  parameters: KeygenParameters,
  statements: readonly Statement[],
  rng: Rng,
): Identifier[] {
  const challenges = statements.map(({ name, key, proof }) => challenge(parameters, name, key, proof.R));
  const coefficients = batchCoefficients(rng, "proof", statements.map(proofBytes), statements.length);
  let total = 0n;
  const onKeys: bigint[] = [];
  statements.forEach(({ proof }, i) => {
    const coefficient = coefficients[i] ?? 0n;
    total += coefficient * proof.mu;
    onKeys.push(coefficient * (challenges[i] ?? 0n));
  });
  const points = Points.concat([
    ...statements.map(({ proof }) => proof.R),
    ...statements.map(({ key }) => key),
  ]);
  if (isZeroCombination(points, [...coefficients, ...onKeys.map(mod)], mod(-total))) return [];
  return statements
    .filter(
      ({ key, proof }, i) =>
        !isZeroCombination(Points.concat([proof.R, key]), [1n, challenges[i] ?? 0n], mod(-proof.mu)),
    )
    .map(({ name }) => name);
}

/** The statement as 33-byte points: name ‖ C₀ ‖ R ‖ μ. */
function proofBytes({ name, key, proof }: Statement): Bytes {
  return concatBytes(
    identifierToBytes(name),
    key.toCompressed(),
    proof.R.toCompressed(),
    scalarToBytes(proof.mu),
  );
}
