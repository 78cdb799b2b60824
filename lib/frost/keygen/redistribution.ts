import {
  add,
  columnSums,
  evaluateCommitment,
  evaluateCommitmentAt,
  linearCombination,
  PointVector,
  scaleEach,
} from "../math/index.ts";
import { type Bytes, concatBytes, inspectSymbol, prefixed, uintBytes, utf8ToBytes } from "../suite/bytes.ts";
import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import { type Identifier, identifierToBytes, identifierToScalar } from "../suite/identifier.ts";
import { lagrange } from "../suite/lagrange.ts";
import type { Rng } from "../suite/rng.ts";
import { mod } from "../suite/scalar.ts";
import { taggedHash } from "../suite/suite.ts";
import { type KeyMaterial, KeyPackage, PublicKeyPackage } from "./packages.ts";
import { checkThreshold, nameOf, type Participant } from "./parameters.ts";
import { commitToPolynomial, commitToScalar, evaluatePolynomial, randomPolynomial } from "./polynomial.ts";
import { dealtScalars, makeSecretShares, makeSigningShare, scalarOf, type SecretShares } from "./secrets.ts";

/**
 * New shares of an old key, from dealers whose polynomials have *pinned* constants. A constant is never sent: everyone
 * computes its commitment from the old public key package, so no dealer can move the key, and no proof of possession is
 * needed.
 *
 * "refresh": every member deals zero and adds what it gets to its old share; members may be left out, the threshold
 * stays. "reshare": a quorum of old identifiers deals λᵢsᵢ to any new set with any new threshold.
 *
 * Old shares stay valid among themselves: neither takes anything from who keeps t of them (docs/frost.md).
 */
export interface RedistributionParameters {
  readonly kind: "refresh" | "reshare";
  readonly oldKey: PublicKeyPackage;
  /** Who deals, with the *old* identifiers it deals for. */
  readonly dealers: readonly Participant[];
  /** Who receives, with its *new* identifiers. */
  readonly recipients: readonly Participant[];
  readonly threshold: number;
  /** All new identifiers. */
  readonly identifiers: readonly Identifier[];
}

/**
 * Refresh among `members`, each with all or some of its old identifiers; at least `threshold` identifiers must stay. The
 * threshold is that of the key: there is no argument for it (frost 2.2.0's fix).
 * @throws FrostUsageError
 */
export function refreshParameters(
  oldKey: PublicKeyPackage,
  members: readonly Participant[],
): RedistributionParameters {
  const identifiers = members.flatMap((member) => member.identifiers);
  requireMembers(oldKey, members);
  checkThreshold(oldKey.threshold, identifiers);
  return {
    kind: "refresh",
    oldKey,
    dealers: members,
    recipients: members,
    threshold: oldKey.threshold,
    identifiers,
  };
}

/**
 * Resharing from `dealers` (old identifiers, `oldKey.threshold` or more in all) to `recipients` (new identifiers).
 * @throws FrostUsageError
 */
export function reshareParameters(
  oldKey: PublicKeyPackage,
  dealers: readonly Participant[],
  recipients: readonly Participant[],
  threshold: number,
): RedistributionParameters {
  requireMembers(oldKey, dealers);
  checkThreshold(
    oldKey.threshold,
    dealers.flatMap((dealer) => dealer.identifiers),
  );
  if (recipients.some((recipient) => recipient.identifiers.length === 0)) {
    throw new FrostUsageError("invalidParameters", "every recipient has an identifier");
  }
  const identifiers = recipients.flatMap((recipient) => recipient.identifiers);
  checkThreshold(threshold, identifiers);
  return { kind: "reshare", oldKey, dealers, recipients, threshold, identifiers };
}

function requireMembers(oldKey: PublicKeyPackage, participants: readonly Participant[]): void {
  if (
    participants.some(
      ({ identifiers }) => identifiers.length === 0 || !identifiers.every((x) => oldKey.has(x)),
    )
  ) {
    throw new FrostUsageError("unknownIdentifier", "only holders of the old key take part");
  }
}

/** What a dealer broadcasts: commitments to its coefficients *without* the pinned constant, `threshold` − 1 of them. */
export interface RedistributionPackage {
  /** The dealer's first old identifier. */
  readonly dealer: Identifier;
  readonly commitment: PointVector;
}

/** What each dealer sends each recipient, and broadcasts; redacted, `reveal` is by name of the shares in it. */
export interface Dealing {
  readonly package: RedistributionPackage;
  /** By the recipient's first new identifier, one's own included. */
  readonly shares: ReadonlyMap<Identifier, SecretShares>;
  [inspectSymbol](): string;
  toJSON(): string;
}

/**
 * Part 1: a dealer's polynomial over its pinned constant, its commitments and everyone's shares. Fixed-pattern work on
 * secrets. Send the shares only when all packages are in (`verifyRedistribution`).
 * @param keyPackages the dealer's old key packages, one per identifier it deals for
 * @throws FrostUsageError where they are not
 */
export function redistributionPart1(
  parameters: RedistributionParameters,
  dealer: Identifier,
  keyPackages: readonly KeyPackage[],
  rng: Rng,
): Dealing {
  const constant = ownConstant(parameters, participant(parameters.dealers, dealer), keyPackages);
  const coefficients = randomPolynomial(parameters.threshold, rng, constant);
  const shares = new Map(
    parameters.recipients.map((recipient) => [
      nameOf(recipient),
      makeSecretShares(
        recipient.identifiers.map((x) => evaluatePolynomial(coefficients, identifierToScalar(x))),
      ),
    ]),
  );
  const redacted = () => "[Dealing redacted]";
  return {
    package: { dealer, commitment: commitToPolynomial(coefficients.slice(1)) },
    shares,
    toJSON: redacted,
    [inspectSymbol]: redacted,
  };
}

/** All packages of one redistribution, checked. */
export interface RedistributionTranscript {
  readonly parameters: RedistributionParameters;
  readonly packages: readonly RedistributionPackage[];
  /** Sum over the dealers, without the constant. */
  readonly commitment: PointVector;
}

/**
 * Checks that there is one package per dealer, each of exactly `threshold` − 1 points.
 * @returns `wrongParticipants`, `wrongCommitmentCount` or `identityElement` naming **all** dealers at fault, or
 * `unusableGroupKey` where the sum would lower the threshold
 */
export function verifyRedistribution(
  parameters: RedistributionParameters,
  packages: readonly RedistributionPackage[],
): Result<RedistributionTranscript> {
  const byDealer = new Map(packages.map((pkg) => [pkg.dealer, pkg]));
  const present = parameters.dealers
    .map((dealer) => byDealer.get(nameOf(dealer)))
    .filter((pkg) => pkg !== undefined);
  if (present.length !== parameters.dealers.length || packages.length !== present.length) {
    return failure({ code: "wrongParticipants", culprits: [], remedy: "restartKeygen" });
  }
  for (const [code, wrong] of [
    ["wrongCommitmentCount", (points: PointVector) => points.length !== parameters.threshold - 1],
    ["identityElement", (points: PointVector) => points.hasIdentity()],
  ] as const) {
    const culprits = present.filter(({ commitment }) => wrong(commitment)).map(({ dealer }) => dealer);
    if (culprits.length > 0) return failure({ code, culprits, remedy: "restartKeygenWithoutCulprits" });
  }
  const commitment = columnSums(present.map((pkg) => pkg.commitment));
  if (commitment.hasIdentity())
    return failure({ code: "unusableGroupKey", culprits: [], remedy: "restartKeygen" });
  return success({ parameters, packages: present, commitment });
}

/**
 * Part 2: sums what was received into new shares and checks each against the old public key package and the summed
 * commitment. Nothing old may be erased before all new members have certified this very transcript.
 * @param received by the dealer's first old identifier, one's own dealing included where one deals
 * @param oldKeyPackages for a refresh: the recipient's old key packages
 * @returns new key material of the *same* key, or `missingShares`, `wrongParticipants`, or `invalidSecretShare` naming
 * **all** dealers whose shares are wrong
 */
export function redistributionPart2(
  transcript: RedistributionTranscript,
  recipient: Identifier,
  received: ReadonlyMap<Identifier, SecretShares>,
  oldKeyPackages: readonly KeyPackage[] = [],
): Result<KeyMaterial> {
  const { parameters } = transcript;
  const own = participant(parameters.recipients, recipient);
  const dealers = parameters.dealers.map(nameOf);
  const missing = dealers.filter((dealer) => !received.has(dealer));
  if (missing.length > 0)
    return failure({ code: "missingShares", culprits: [], missing, remedy: "waitForMissing" });
  if (received.size !== dealers.length)
    return failure({ code: "wrongParticipants", culprits: [], remedy: "restartKeygen" });
  const oldShares = parameters.kind === "refresh" ? sharesOf(parameters.oldKey, own, oldKeyPackages) : [];
  const publicKeyPackage = redistributedKey(transcript);
  const sums = own.identifiers.map((_, i) =>
    mod(
      [...received.values()].reduce(
        (sum, shares) => sum + (dealtScalars(shares)[i] ?? 0n),
        oldShares[i] ?? 0n,
      ),
    ),
  );
  const verifyingShares = PointVector.concat(sums.map(commitToScalar));
  const expected = PointVector.concat(publicKeyPackage.verifyingSharesOf(own.identifiers));
  const counted = dealers.every((dealer) => received.get(dealer)?.count === own.identifiers.length);
  if (!counted || !verifyingShares.equals(expected)) {
    const culprits = dealers.filter((dealer) => {
      const shares = received.get(dealer);
      return shares === undefined || !verifyRedistributedShares(transcript, dealer, recipient, shares);
    });
    return failure({ code: "invalidSecretShare", culprits, remedy: "restartKeygenWithoutCulprits" });
  }
  /* v8 ignore next 3 -- a share is zero with probability 2^-256 */
  if (verifyingShares.hasIdentity()) {
    return failure({ code: "unusableGroupKey", culprits: [], remedy: "restartKeygen" });
  }
  const { suite, keyKind, threshold, verifyingKey } = publicKeyPackage;
  const keyPackages = own.identifiers.map(
    (identifier, i) =>
      new KeyPackage({
        suite,
        keyKind,
        threshold,
        identifier,
        signingShare: makeSigningShare(sums[i] ?? 0n),
        verifyingShare: verifyingShares.at(i),
        verifyingKey,
      }),
  );
  return success({ keyPackages, publicKeyPackage });
}

/** Whether one dealer's shares for one recipient are right: the evidence behind `invalidSecretShare`. */
export function verifyRedistributedShares(
  { parameters, packages }: RedistributionTranscript,
  dealer: Identifier,
  recipient: Identifier,
  shares: SecretShares,
): boolean {
  const pkg = packages.find((candidate) => candidate.dealer === dealer);
  if (pkg === undefined)
    throw new FrostUsageError("unknownIdentifier", "no dealer has this first identifier");
  const { identifiers } = participant(parameters.recipients, recipient);
  if (shares.count !== identifiers.length) return false;
  const constant = pinnedConstant(parameters, participant(parameters.dealers, dealer));
  const scalars = dealtScalars(shares);
  return identifiers.every((identifier, i) => {
    const x = identifierToScalar(identifier);
    const rest = scaleEach(evaluateCommitment(pkg.commitment, x), [x]);
    return commitToScalar(scalars[i] ?? 0n).equals(constant === null ? rest : add(constant, rest));
  });
}

/**
 * 32-byte hash of a whole redistribution, over 33-byte points, for its certificate: old key and identifiers, who deals
 * for which, who receives which, threshold and all packages, every field length-prefixed.
 */
export function redistributionHash(
  context: { readonly version: number; readonly groupId: Bytes; readonly roundId: Bytes },
  { parameters, packages }: RedistributionTranscript,
): Bytes {
  const all = (participants: readonly Participant[]) =>
    participants.map(({ identifiers }) => prefixed(concatBytes(...identifiers.map(identifierToBytes))));
  const fields = [
    uintBytes(context.version, 1),
    utf8ToBytes(parameters.kind),
    context.groupId,
    context.roundId,
    utf8ToBytes(parameters.oldKey.suite.id),
    parameters.oldKey.verifyingKey.toCompressed(),
    concatBytes(...parameters.oldKey.identifiers.map(identifierToBytes)),
    concatBytes(...all(parameters.dealers)),
    concatBytes(...all(parameters.recipients)),
    uintBytes(parameters.threshold, 2),
    ...packages.map(({ dealer, commitment }) =>
      concatBytes(identifierToBytes(dealer), commitment.allCompressed()),
    ),
  ];
  return taggedHash("hoarfrost/redistribution/1", ...fields.map(prefixed));
}

/** The new public key package: the old key, the new polynomial. */
function redistributedKey({ parameters, commitment }: RedistributionTranscript): PublicKeyPackage {
  const { kind, oldKey, threshold, identifiers } = parameters;
  const { suite, keyKind, verifyingKey } = oldKey;
  const common = { suite, keyKind, threshold, identifiers, verifyingKey };
  if (kind === "reshare") {
    return new PublicKeyPackage({ ...common, commitment: PointVector.concat([verifyingKey, commitment]) });
  }
  if (oldKey.commitment !== undefined) {
    const moved = add(oldKey.commitment.slice(1), commitment);
    return new PublicKeyPackage({ ...common, commitment: PointVector.concat([verifyingKey, moved]) });
  }
  // A key imported without its commitment: every old verifying share moves by the summed polynomial.
  const xs = identifiers.map(identifierToScalar);
  const moves = scaleEach(evaluateCommitmentAt(commitment, xs), xs);
  const moved = add(PointVector.concat(oldKey.verifyingSharesOf(identifiers)), moves);
  const verifyingShares = new Map(identifiers.map((identifier, i) => [identifier, moved.at(i)]));
  return new PublicKeyPackage({ ...common, verifyingShares });
}

/** λ over all old identifiers that deal. */
function weightOf(parameters: RedistributionParameters, identifier: Identifier): bigint {
  const xs = parameters.dealers.flatMap((dealer) => dealer.identifiers).map(identifierToScalar);
  return lagrange(xs, identifierToScalar(identifier));
}

/** Commitment to the constant a dealer must deal: Σ λᵢYᵢ over its identifiers; null stands for zero. */
function pinnedConstant(parameters: RedistributionParameters, dealer: Participant): PointVector | null {
  if (parameters.kind === "refresh") return null;
  const shares = PointVector.concat(parameters.oldKey.verifyingSharesOf(dealer.identifiers));
  return linearCombination(
    shares,
    dealer.identifiers.map((identifier) => weightOf(parameters, identifier)),
  );
}

function ownConstant(
  parameters: RedistributionParameters,
  dealer: Participant,
  keyPackages: readonly KeyPackage[],
): bigint {
  const shares = sharesOf(parameters.oldKey, dealer, keyPackages);
  if (parameters.kind === "refresh") return 0n;
  return mod(
    dealer.identifiers.reduce(
      (sum, identifier, i) => sum + weightOf(parameters, identifier) * (shares[i] ?? 0n),
      0n,
    ),
  );
}

/** The old shares of a participant's identifiers, in their order. */
function sharesOf(
  key: PublicKeyPackage,
  { identifiers }: Participant,
  keyPackages: readonly KeyPackage[],
): bigint[] {
  return identifiers.map((identifier) => {
    const own = keyPackages.find((candidate) => candidate.identifier === identifier);
    if (own === undefined || !own.verifyingKey.equals(key.verifyingKey)) {
      throw new FrostUsageError(
        "mismatchedInputs",
        "an old key package of this key is needed for every identifier",
      );
    }
    return scalarOf(own.signingShare);
  });
}

function participant(participants: readonly Participant[], name: Identifier): Participant {
  const found = participants.find((candidate) => nameOf(candidate) === name);
  if (found === undefined)
    throw new FrostUsageError("unknownIdentifier", "nobody here has this first identifier");
  return found;
}
