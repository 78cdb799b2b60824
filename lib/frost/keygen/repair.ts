import { columnSums, linearCombination, PointVector } from "../math/index.ts";
import { inspectSymbol } from "../suite/bytes.ts";
import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import { type Identifier, identifierToScalar } from "../suite/identifier.ts";
import { lagrange } from "../suite/lagrange.ts";
import { type Rng, randomScalar } from "../suite/rng.ts";
import { mod } from "../suite/scalar.ts";
import { KeyPackage, PublicKeyPackage } from "./packages.ts";
import { nameOf, type Participant } from "./parameters.ts";
import { commitToScalar } from "./polynomial.ts";
import { dealtScalars, makeSecretShares, makeSigningShare, scalarOf, type SecretShares } from "./secrets.ts";

/**
 * Giving one identifier its share: back (repair) or for the first time (enrolment), by helpers that together hold at
 * least `threshold` identifiers and learn nothing of it. The Repairable Threshold Scheme of ePrint 2017/1155 §4, as in
 * frost-core's `repairable`, with one addition: helpers commit to what they send each other, so that a lie is not only
 * noticed (`s·G` must be the verifying share) but has a name.
 */
export interface RepairParameters {
  readonly publicKeyPackage: PublicKeyPackage;
  /** Each with the identifiers it helps with. */
  readonly helpers: readonly Participant[];
  /** Whose share it is. Not a helper's. A new identifier is enrolled. */
  readonly target: Identifier;
}

/** Checked parameters. @throws FrostUsageError for strangers, doubles, too few helpers, or a target among them */
export function repairParameters(
  publicKeyPackage: PublicKeyPackage,
  helpers: readonly Participant[],
  target: Identifier,
): RepairParameters {
  const identifiers = helpers.flatMap((helper) => helper.identifiers);
  if (!identifiers.every((identifier) => publicKeyPackage.has(identifier))) {
    throw new FrostUsageError("unknownIdentifier", "only holders of the key help");
  }
  if (
    helpers.some((helper) => helper.identifiers.length === 0) ||
    identifiers.length < publicKeyPackage.threshold ||
    new Set([...identifiers, target]).size !== identifiers.length + 1
  ) {
    throw new FrostUsageError(
      "invalidParameters",
      "threshold different identifiers must help, the target not among them",
    );
  }
  return Object.freeze({ publicKeyPackage, helpers, target });
}

/** What a helper broadcasts: δ·G for what it sends each helper, in the helpers' order. */
export interface RepairPackage {
  readonly helper: Identifier;
  readonly commitment: PointVector;
}

export interface RepairDealing {
  readonly package: RepairPackage;
  /** δ by the receiving helper's first identifier, one's own included; one scalar each. **Secret.** */
  readonly deltas: ReadonlyMap<Identifier, SecretShares>;
  toJSON(): string;
  [inspectSymbol](): string;
}

/**
 * Part 1, by each helper: splits its contribution ζ·s into one random summand per helper. Fixed-pattern on secrets.
 * @throws FrostUsageError where its key packages are not those of its identifiers
 */
export function repairPart1(
  parameters: RepairParameters,
  helper: Identifier,
  keyPackages: readonly KeyPackage[],
  rng: Rng,
): RepairDealing {
  const { identifiers } = helperNamed(parameters, helper);
  let last = identifiers.reduce((sum, identifier) => {
    const own = keyPackages.find((candidate) => candidate.identifier === identifier);
    if (own === undefined || !own.verifyingKey.equals(parameters.publicKeyPackage.verifyingKey)) {
      throw new FrostUsageError(
        "mismatchedInputs",
        "a key package of this key is needed for every identifier",
      );
    }
    return sum + weightOf(parameters, identifier) * scalarOf(own.signingShare);
  }, 0n);
  const names = parameters.helpers.map(nameOf);
  const deltas = names.map((_, i) => {
    if (i === names.length - 1) return mod(last);
    const delta = randomScalar(rng);
    last -= delta;
    return delta;
  });
  const redacted = () => "[RepairDealing redacted]";
  return {
    package: { helper, commitment: PointVector.concat(deltas.map(commitToScalar)) },
    deltas: new Map(names.map((name, i) => [name, makeSecretShares([deltas[i] ?? 0n])])),
    toJSON: redacted,
    [inspectSymbol]: redacted,
  };
}

/**
 * Part 2, by each helper: σ, the sum of the δ it got, for the target alone.
 * @param packages those of all helpers
 * @param received δ by the sending helper's first identifier, one's own included
 * @returns `missingShares`, or `invalidRepair` naming **all** helpers whose package or δ is wrong
 */
export function repairPart2(
  parameters: RepairParameters,
  helper: Identifier,
  packages: readonly RepairPackage[],
  received: ReadonlyMap<Identifier, SecretShares>,
): Result<SecretShares> {
  const names = parameters.helpers.map(nameOf);
  const position = names.indexOf(nameOf(helperNamed(parameters, helper)));
  const checked = checkPackages(parameters, packages);
  if (!checked.ok) return checked;
  const missing = names.filter((name) => !received.has(name));
  if (missing.length > 0)
    return failure({ code: "missingShares", culprits: [], missing, remedy: "waitForMissing" });
  const deltas = names.map((name) => soleScalar(received.get(name)));
  const culprits = names.filter((_, i) => {
    const delta = deltas[i];
    const commitment = checked.value[i]?.commitment;
    return (
      delta === undefined ||
      commitment === undefined ||
      !commitToScalar(delta).equals(commitment.at(position))
    );
  });
  if (culprits.length > 0)
    return failure({ code: "invalidRepair", culprits, remedy: "retryWithoutCulprits" });
  return success(makeSecretShares([sumScalars(deltas)]));
}

/**
 * Part 3, by the target: sums the σ and checks the result against the target's verifying share, which for a new
 * identifier follows from the key's polynomial.
 * @param received σ by the sending helper's first identifier
 * @returns the share and the public key package with the target in it, or `missingShares`, or `invalidRepair` naming
 * **all** helpers whose package or σ is wrong
 */
export function repairPart3(
  parameters: RepairParameters,
  packages: readonly RepairPackage[],
  received: ReadonlyMap<Identifier, SecretShares>,
): Result<{ readonly keyPackage: KeyPackage; readonly publicKeyPackage: PublicKeyPackage }> {
  const names = parameters.helpers.map(nameOf);
  const checked = checkPackages(parameters, packages);
  if (!checked.ok) return checked;
  const missing = names.filter((name) => !received.has(name));
  if (missing.length > 0)
    return failure({ code: "missingShares", culprits: [], missing, remedy: "waitForMissing" });
  const sigmas = names.map((name) => soleScalar(received.get(name)));
  const share = sumScalars(sigmas);
  const verifyingShare = targetVerifyingShare(parameters);
  if (
    sigmas.includes(undefined) ||
    verifyingShare.isIdentity() ||
    !commitToScalar(share).equals(verifyingShare)
  ) {
    const sums = columnSums(checked.value.map(({ commitment }) => commitment));
    const culprits = names.filter((_, i) => {
      const sigma = sigmas[i];
      return sigma === undefined || !commitToScalar(sigma).equals(sums.at(i));
    });
    return failure({ code: "invalidRepair", culprits, remedy: "retryWithoutCulprits" });
  }
  const publicKeyPackage = withIdentifier(parameters, verifyingShare);
  const { suite, keyKind, threshold, verifyingKey } = publicKeyPackage;
  const keyPackage = new KeyPackage({
    suite,
    keyKind,
    threshold,
    identifier: parameters.target,
    signingShare: makeSigningShare(share),
    verifyingShare,
    verifyingKey,
  });
  return success({ keyPackage, publicKeyPackage });
}

/** The public key package with the target among its identifiers, for those who already hold shares. */
export function enrolledPublicKeyPackage(parameters: RepairParameters): PublicKeyPackage {
  return withIdentifier(parameters, targetVerifyingShare(parameters));
}

function withIdentifier(
  { publicKeyPackage, target }: RepairParameters,
  verifyingShare: PointVector,
): PublicKeyPackage {
  if (publicKeyPackage.has(target)) return publicKeyPackage;
  const fields = publicKeyPackage.fields();
  return new PublicKeyPackage({
    ...fields,
    identifiers: [...fields.identifiers, target],
    verifyingShares: new Map([...fields.verifyingShares, [target, verifyingShare]]),
  });
}

/** The packages in the helpers' order: one each, one point per helper, their sum the helper's known contribution. */
function checkPackages(
  parameters: RepairParameters,
  packages: readonly RepairPackage[],
): Result<RepairPackage[]> {
  const names = parameters.helpers.map(nameOf);
  const byHelper = new Map(packages.map((pkg) => [pkg.helper, pkg]));
  const missing = names.filter((name) => !byHelper.has(name));
  if (missing.length > 0)
    return failure({ code: "missingShares", culprits: [], missing, remedy: "waitForMissing" });
  if (packages.length !== names.length)
    return failure({ code: "wrongParticipants", culprits: [], remedy: "restartKeygen" });
  const ordered = names.map((name) => byHelper.get(name)).filter((pkg) => pkg !== undefined);
  const culprits = parameters.helpers.filter((helper, i) => {
    const commitment = ordered[i]?.commitment;
    if (commitment?.length !== names.length) return true;
    const total = linearCombination(
      commitment,
      names.map(() => 1n),
    );
    return !total.equals(contribution(parameters, helper.identifiers));
  });
  if (culprits.length === 0) return success(ordered);
  return failure({ code: "invalidRepair", culprits: culprits.map(nameOf), remedy: "retryWithoutCulprits" });
}

/** Σ ζᵢYᵢ: what these identifiers contribute, in public. */
function contribution(parameters: RepairParameters, identifiers: readonly Identifier[]): PointVector {
  return linearCombination(
    PointVector.concat(parameters.publicKeyPackage.verifyingSharesOf(identifiers)),
    identifiers.map((identifier) => weightOf(parameters, identifier)),
  );
}

function targetVerifyingShare(parameters: RepairParameters): PointVector {
  const { publicKeyPackage, target, helpers } = parameters;
  if (publicKeyPackage.has(target)) return publicKeyPackage.verifyingShare(target);
  return contribution(
    parameters,
    helpers.flatMap((helper) => helper.identifiers),
  );
}

/** ζᵢ: Lagrange coefficient at the target. */
function weightOf({ helpers, target }: RepairParameters, identifier: Identifier): bigint {
  const xs = helpers.flatMap((helper) => helper.identifiers).map(identifierToScalar);
  return lagrange(xs, identifierToScalar(identifier), identifierToScalar(target));
}

/** Sum modulo the group order (frost-core `repair_share_part2` and `part3`). */
export function sumScalars(scalars: readonly (bigint | undefined)[]): bigint {
  return mod(scalars.reduce<bigint>((sum, scalar) => sum + (scalar ?? 0n), 0n));
}

function soleScalar(shares: SecretShares | undefined): bigint | undefined {
  return shares?.count === 1 ? dealtScalars(shares)[0] : undefined;
}

function helperNamed(parameters: RepairParameters, name: Identifier): Participant {
  const found = parameters.helpers.find((helper) => nameOf(helper) === name);
  if (found === undefined)
    throw new FrostUsageError("unknownIdentifier", "no helper has this first identifier");
  return found;
}
