import { evaluateCommitmentAt, PointVector } from "../math/index.ts";
import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import { type Identifier, identifierToScalar } from "../suite/identifier.ts";
import { mod } from "../suite/scalar.ts";
import { type KeyMaterial, KeyPackage, PublicKeyPackage } from "./packages.ts";
import { nameOf, type Participant, participantNamed } from "./parameters.ts";
import { commitToScalar, evaluatePolynomial } from "./polynomial.ts";
import { type Round1Secret, round1SecretParts, type Round1Transcript, sameRound1Package } from "./round1.ts";
import { dealtScalars, makeSecretShares, makeSigningShare, type SecretShares } from "./secrets.ts";
import { type KeyTweak, outputKeyTweak, tweakCommitment, tweakPoints, tweakScalar } from "./tweak.ts";

/**
 * Key generation, part 2 (KG20 figure 1 round 2 step 1; frost-secp256k1-tr `dkg::part2`): the dealer's polynomial at
 * each other participant's identifiers, by the recipient's name. The same secret always gives the same shares.
 * @throws FrostUsageError where the transcript does not hold this dealer's own package, exactly as dealt
 */
export function part2(
  secret: Round1Secret,
  transcript: Round1Transcript,
): ReadonlyMap<Identifier, SecretShares> {
  const coefficients = ownPolynomial(secret, transcript);
  return new Map(
    transcript.parameters.participants
      .filter((participant) => nameOf(participant) !== secret.identifier)
      .map((participant) => [nameOf(participant), sharesFor(coefficients, participant)]),
  );
}

/**
 * Key generation, part 3 (KG20 figure 1 round 2 steps 2–4; frost-secp256k1-tr `dkg::part3` with `post_dkg`): sums the
 * shares, checks each sum against the summed commitment, and ends with the taproot tweak where the suite has it.
 *
 * The check of the sum is that of SimplPedPop (ePrint 2023/899 §4): what is kept is right whatever single dealers sent.
 * Only where it fails is each dealer's share checked, so every wrong one is named. Shares go through fixed-pattern
 * multiplications of the base point; commitments are public.
 * @param received what each *other* dealer sent, by the dealer's name
 * @returns `missingShares`, `wrongParticipants`, `invalidSecretShare` naming **all** dealers whose shares are wrong (a
 * wrong number of shares included), or `unusableGroupKey`
 */
export function part3(
  secret: Round1Secret,
  transcript: Round1Transcript,
  received: ReadonlyMap<Identifier, SecretShares>,
): Result<KeyMaterial> {
  const coefficients = ownPolynomial(secret, transcript);
  const { parameters } = transcript;
  const own = participantNamed(parameters, secret.identifier);
  const others = parameters.participants.map(nameOf).filter((name) => name !== secret.identifier);
  const missing = others.filter((name) => !received.has(name));
  if (missing.length > 0)
    return failure({ code: "missingShares", culprits: [], missing, remedy: "waitForMissing" });
  if (received.size !== others.length) {
    return failure({ code: "wrongParticipants", culprits: [], remedy: "restartKeygen" });
  }
  const dealt = new Map([...received, [secret.identifier, sharesFor(coefficients, own)]]);
  const miscounted = others.filter((name) => received.get(name)?.count !== own.identifiers.length);
  if (miscounted.length > 0) return wrongShares(miscounted);

  const sums = own.identifiers.map((_, i) =>
    mod([...dealt.values()].reduce((sum, shares) => sum + (dealtScalars(shares)[i] ?? 0n), 0n)),
  );
  const verifyingShares = PointVector.concat(sums.map(commitToScalar));
  const expected = evaluateCommitmentAt(transcript.commitment, own.identifiers.map(identifierToScalar));
  if (!verifyingShares.equals(expected)) {
    const culprits = others.filter((name) => {
      const shares = received.get(name);
      return shares === undefined || !verifySecretShares(transcript, name, secret.identifier, shares);
    });
    /* v8 ignore next 3 -- if every dealt share were right, so would be their sum */
    if (culprits.length === 0) {
      throw new FrostUsageError("corruptState", "the sum is wrong though every share is right");
    }
    return wrongShares(culprits);
  }
  return finish(transcript, own, sums, verifyingShares);
}

/**
 * Whether `shares` are what the dealer's commitment says the recipient must get: the evidence behind
 * `invalidSecretShare`, which anyone holding the opened shares can check. Fixed-pattern in the shares.
 * @throws FrostUsageError where dealer or recipient is not in the transcript
 */
export function verifySecretShares(
  transcript: Round1Transcript,
  dealer: Identifier,
  recipient: Identifier,
  shares: SecretShares,
): boolean {
  const { commitment } = transcript.packageOf(dealer);
  const { identifiers } = participantNamed(transcript.parameters, recipient);
  if (shares.count !== identifiers.length) return false;
  const expected = evaluateCommitmentAt(commitment, identifiers.map(identifierToScalar));
  return PointVector.concat(dealtScalars(shares).map(commitToScalar)).equals(expected);
}

function finish(
  transcript: Round1Transcript,
  own: Participant,
  sums: readonly bigint[],
  verifyingShares: PointVector,
): Result<KeyMaterial> {
  const { suite, threshold, identifiers } = transcript.parameters;
  const tweak: KeyTweak | null = suite.taproot
    ? outputKeyTweak(transcript.commitment.at(0))
    : { negate: false, scalar: 0n };
  const commitment =
    tweak === null
      ? null
      : suite.taproot
        ? tweakCommitment(transcript.commitment, tweak)
        : transcript.commitment;
  const points =
    tweak === null ? null : suite.taproot ? tweakPoints(verifyingShares, tweak) : verifyingShares;
  if (tweak === null || commitment === null || points === null || points.hasIdentity()) {
    return failure({ code: "unusableGroupKey", culprits: [], remedy: "restartKeygen" });
  }
  const keyKind = suite.taproot ? "output" : "internal";
  const verifyingKey = commitment.at(0);
  const keyPackages = own.identifiers.map(
    (identifier, i) =>
      new KeyPackage({
        suite,
        keyKind,
        threshold,
        identifier,
        signingShare: makeSigningShare(tweakScalar(sums[i] ?? 0n, tweak)),
        verifyingShare: points.at(i),
        verifyingKey,
      }),
  );
  const publicKeyPackage = new PublicKeyPackage({
    suite,
    keyKind,
    threshold,
    identifiers,
    verifyingKey,
    commitment,
    verifyingShares: new Map(
      keyPackages.map(({ identifier, verifyingShare }) => [identifier, verifyingShare]),
    ),
  });
  return success({ keyPackages, publicKeyPackage });
}

function ownPolynomial(secret: Round1Secret, transcript: Round1Transcript): readonly bigint[] {
  const { coefficients, package: own } = round1SecretParts(secret);
  participantNamed(transcript.parameters, secret.identifier);
  if (!sameRound1Package(own, transcript.packageOf(secret.identifier))) {
    throw new FrostUsageError("mismatchedInputs", "the transcript holds another package under our own name");
  }
  return coefficients;
}

function sharesFor(coefficients: readonly bigint[], { identifiers }: Participant): SecretShares {
  return makeSecretShares(
    identifiers.map((identifier) => evaluatePolynomial(coefficients, identifierToScalar(identifier))),
  );
}

function wrongShares<T>(culprits: readonly Identifier[]): Result<T> {
  return failure({ code: "invalidSecretShare", culprits, remedy: "restartKeygenWithoutCulprits" });
}
