import { columnSums, type PointVector } from "../math/index.ts";
import { inspectSymbol } from "../suite/bytes.ts";
import { type FrostError, failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import type { Identifier } from "../suite/identifier.ts";
import { scalarFromBytes } from "../suite/scalar.ts";
import type { Rng } from "../suite/rng.ts";
import { type Binding, type KeygenParameters, nameOf, participantNamed } from "./parameters.ts";
import { commitToPolynomial, randomPolynomial } from "./polynomial.ts";
import { falseProofs, type ProofOfPossession, prove } from "./proof.ts";

/**
 * What a dealer broadcasts first (frost-secp256k1-tr `dkg::round1::Package`): commitments to the coefficients of its
 * polynomial, constant first, and a proof that it knows the constant.
 */
export interface Round1Package<B extends Binding = Binding> {
  readonly binding: B;
  /** The dealer, by its first identifier. */
  readonly identifier: Identifier;
  readonly commitment: PointVector;
  readonly proof: ProofOfPossession;
}

/** This layer only: what a round-1 secret holds. */
export let round1SecretParts: (secret: Round1Secret) => {
  coefficients: readonly bigint[];
  package: Round1Package;
};
/** This layer only. */
export let makeRound1Secret: (coefficients: readonly bigint[], pkg: Round1Package) => Round1Secret;

/** A dealer's polynomial with its package, kept until the key is certified. Redacted; `revealRound1Secret` persists it. */
export class Round1Secret {
  #coefficients: readonly bigint[] | undefined;
  readonly #package: Round1Package;

  static {
    makeRound1Secret = (coefficients, pkg) => new Round1Secret(coefficients, pkg);
    round1SecretParts = (secret) => {
      if (secret.#coefficients === undefined) {
        throw new FrostUsageError("erasedSecret", "this polynomial has been erased");
      }
      return { coefficients: secret.#coefficients, package: secret.#package };
    };
  }

  private constructor(coefficients: readonly bigint[], pkg: Round1Package) {
    this.#coefficients = coefficients;
    this.#package = pkg;
  }

  get identifier(): Identifier {
    return this.#package.identifier;
  }

  /** Drops the polynomial: at the certificate, or at a permitted abort. */
  erase(): void {
    this.#coefficients = undefined;
  }

  toJSON(): string {
    return "[Round1Secret redacted]";
  }
  toString(): string {
    return this.toJSON();
  }
  [inspectSymbol](): string {
    return this.toJSON();
  }
}

/**
 * Key generation, part 1 (KG20 figure 1 round 1; frost-secp256k1-tr `dkg::part1`): draws a polynomial of `threshold`
 * coefficients, commits to it and proves possession of its constant.
 *
 * Fixed-pattern work: `threshold` + 1 multiplications of the base point.
 * @param name the first identifier of the participant that runs this
 * @param secret fixes the constant (32 bytes, not zero), for vectors; drawn from `rng` where absent
 */
export function part1<B extends Binding>(
  parameters: KeygenParameters<B>,
  name: Identifier,
  rng: Rng,
  secret?: Uint8Array,
): { readonly secret: Round1Secret; readonly package: Round1Package<B> } {
  participantNamed(parameters, name);
  const constant = secret === undefined ? undefined : scalarFromBytes(secret);
  if (constant === 0n) throw new FrostUsageError("invalidParameters", "a secret key is not zero");
  const coefficients = randomPolynomial(parameters.threshold, rng, constant);
  const commitment = commitToPolynomial(coefficients);
  const proof = prove(parameters, name, coefficients[0] ?? 0n, commitment.at(0), rng);
  const pkg: Round1Package<B> = { binding: parameters.binding, identifier: name, commitment, proof };
  return { secret: makeRound1Secret(coefficients, pkg), package: pkg };
}

/** All round-1 packages of one key generation, every one checked. Made by `verifyRound1` only. */
export class Round1Transcript<B extends Binding = Binding> {
  readonly parameters: KeygenParameters<B>;
  /** In numeric order of the dealers. */
  readonly packages: readonly Round1Package<B>[];
  /** The sum of all commitments, constant first; element 0 is the group key before any tweak. */
  readonly commitment: PointVector;

  /** Use `verifyRound1`. */
  private constructor(
    parameters: KeygenParameters<B>,
    packages: readonly Round1Package<B>[],
    commitment: PointVector,
  ) {
    this.parameters = parameters;
    this.packages = packages;
    this.commitment = commitment;
  }

  /** The package of the dealer named `name`. @throws FrostUsageError where there is none */
  packageOf(name: Identifier): Round1Package<B> {
    const found = this.packages.find(({ identifier }) => identifier === name);
    if (found === undefined)
      throw new FrostUsageError("unknownIdentifier", "no dealer has this first identifier");
    return found;
  }

  /**
   * Checks the round-1 packages of **all** participants, one's own included (KG20 figure 1 round 1 step 5).
   *
   * Every commitment must have exactly `threshold` points (a longer one would raise the threshold, a shorter one lower
   * it), none the identity, and every proof of possession must hold under its dealer's own name and this session.
   * Proofs are checked by one random linear combination; only where it fails, one by one. Public data, variable time.
   * @returns names **all** dealers at fault: `wrongCommitmentCount`, `identityElement`, `invalidProofOfPossession`; or
   * `wrongParticipants` where packages are missing, doubled or of strangers; or `unusableGroupKey`
   */
  static verify<B extends Binding>(
    parameters: KeygenParameters<B>,
    packages: readonly Round1Package<B>[],
    rng: Rng,
  ): Result<Round1Transcript<B>> {
    const byName = new Map(packages.map((pkg) => [pkg.identifier, pkg]));
    const ordered = parameters.participants.map((participant) => byName.get(nameOf(participant)));
    const present = ordered.filter((pkg) => pkg !== undefined);
    const sameBinding = packages.every(({ binding }) => binding === parameters.binding);
    if (present.length !== ordered.length || packages.length !== ordered.length || !sameBinding) {
      return failure({ code: "wrongParticipants", culprits: [], remedy: "restartKeygen" });
    }
    const wrongCount = present.filter(({ commitment }) => commitment.length !== parameters.threshold);
    if (wrongCount.length > 0) return dealersAtFault("wrongCommitmentCount", wrongCount);
    const identities = present.filter(
      ({ commitment, proof }) => commitment.hasIdentity() || proof.R.isIdentity(),
    );
    if (identities.length > 0) return dealersAtFault("identityElement", identities);
    const unprovable = parameters.suite.taproot ? present.filter(({ proof }) => !proof.R.hasEvenY()) : [];
    const statements = present.map(({ identifier, commitment, proof }) => ({
      name: identifier,
      key: commitment.at(0),
      proof,
    }));
    const unproven = new Set([
      ...unprovable.map(({ identifier }) => identifier),
      ...falseProofs(parameters, statements, rng),
    ]);
    if (unproven.size > 0) {
      return dealersAtFault(
        "invalidProofOfPossession",
        present.filter(({ identifier }) => unproven.has(identifier)),
      );
    }
    const commitment = columnSums(present.map((pkg) => pkg.commitment));
    // An identity in the sum means a group key without a secret, or a threshold lower than agreed.
    if (commitment.hasIdentity())
      return failure({ code: "unusableGroupKey", culprits: [], remedy: "restartKeygen" });
    return success(new Round1Transcript(parameters, present, commitment));
  }
}

/** See `Round1Transcript.verify`. */
export const verifyRound1: typeof Round1Transcript.verify = (parameters, packages, rng) =>
  Round1Transcript.verify(parameters, packages, rng);

function dealersAtFault<T>(
  code: "wrongCommitmentCount" | "identityElement" | "invalidProofOfPossession",
  packages: readonly Round1Package[],
): Result<T> {
  const error: FrostError = {
    code,
    culprits: packages.map(({ identifier }) => identifier),
    remedy: "restartKeygenWithoutCulprits",
  };
  return failure(error);
}

/** True where both are the same package: same dealer, points and proof. */
export function sameRound1Package(left: Round1Package, right: Round1Package): boolean {
  return (
    left.binding === right.binding &&
    left.identifier === right.identifier &&
    left.commitment.equals(right.commitment) &&
    left.proof.R.equals(right.proof.R) &&
    left.proof.mu === right.proof.mu
  );
}
