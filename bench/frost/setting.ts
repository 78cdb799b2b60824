import { randomBytes } from "@noble/hashes/utils.js";
import type { DKG_Round1, DKG_Round2 } from "@noble/curves/abstract/frost.js";
import {
  checkVerifyingShares,
  compatibleParameters,
  exportRound1Package,
  type Identifier,
  type KeygenParameters,
  type KeyPackage,
  nameOf,
  part1,
  part2,
  part3,
  participantsFromWeights,
  type PublicKeyPackage,
  revealSecretShares,
  round1PackageCodec,
  restoreSecretShares,
  type Round1Package,
  type Rng,
  secp256k1Tr,
  type SecretShares,
  sessionParameters,
  verifyingSharesCodec,
  verifyRound1,
  zfCodecs,
} from "../../lib/frost/index.ts";
import { evaluateCommitmentAt, generatorMultiples, type PointVector } from "../../lib/frost/math/index.ts";
import { identifierToScalar } from "../../lib/frost/suite/identifier.ts";
import { concatBytes } from "../../lib/frost/suite/bytes.ts";
import { scalarToBytes } from "../../lib/frost/suite/scalar.ts";
import { evaluatePolynomial, randomPolynomial } from "../../lib/frost/keygen/polynomial.ts";
import { prove } from "../../lib/frost/keygen/proof.ts";
import { makeSigningShare } from "../../lib/frost/keygen/secrets.ts";
import { outputKeyTweak, tweakCommitment, tweakScalar } from "../../lib/frost/keygen/tweak.ts";
import {
  KeyPackage as KeyPackageClass,
  PublicKeyPackage as PublicKeyPackageClass,
} from "../../lib/frost/index.ts";
import { timed, type Steps } from "./measure.ts";

export const suite = secp256k1Tr;
export const rng: Rng = (length) => randomBytes(length);

/** Everything one participant (the last: identifier n) needs from the others, in the encodings of each implementation. */
export interface KeygenSetting {
  readonly threshold: number;
  readonly size: number;
  readonly me: Identifier;
  readonly session: KeygenParameters<"session">;
  readonly compatible: KeygenParameters<"compatible">;
  /** Of the n − 1 others. */
  readonly ownFrames: readonly Uint8Array[];
  readonly postcard: readonly { readonly from: Identifier; readonly bytes: Uint8Array }[];
  readonly nobleRound1: readonly DKG_Round1[];
  readonly nobleRound2: readonly DKG_Round2[];
  readonly shares: readonly { readonly from: Identifier; readonly bytes: Uint8Array }[];
  readonly polynomials: readonly (readonly bigint[])[];
}

/** The others' packages, made fast with variable-time products: they are not what is measured. */
export function keygenSetting(threshold: number, size: number): KeygenSetting {
  const participants = participantsFromWeights(Array.from({ length: size }, () => 1));
  const session = sessionParameters({ suite, threshold, participants, session: rng(32) });
  const compatible = compatibleParameters({ suite, threshold, participants });
  const names = session.participants.map(nameOf);
  const me = names.at(-1)!;
  const dealers = names.slice(0, -1).map((from) => {
    const coefficients = randomPolynomial(threshold, rng);
    return { from, coefficients, commitment: generatorMultiples(coefficients) };
  });
  const packageOf = <B extends "session" | "compatible">(
    parameters: KeygenParameters<B>,
    { from, coefficients, commitment }: (typeof dealers)[number],
  ): Round1Package<B> => ({
    binding: parameters.binding,
    identifier: from,
    commitment,
    proof: prove(parameters, from, coefficients[0]!, commitment.at(0), rng),
  });
  const foreign = dealers.map((dealer) => packageOf(compatible, dealer));
  const shares = dealers.map(({ from, coefficients }) => ({
    from,
    bytes: scalarToBytes(evaluatePolynomial(coefficients, identifierToScalar(me))),
  }));
  return {
    threshold,
    size,
    me,
    session,
    compatible,
    ownFrames: dealers.map((dealer) =>
      round1PackageCodec.encode({ suite, value: packageOf(session, dealer) }),
    ),
    postcard: foreign.map((pkg) => ({
      from: pkg.identifier,
      bytes: zfCodecs(suite).round1Package.postcard.encode(exportRound1Package(pkg)),
    })),
    nobleRound1: foreign.map(({ identifier, commitment, proof }) => ({
      identifier,
      commitment: each(commitment, (i) => Uint8Array.from(commitment.toCompressed(i))),
      proofOfKnowledge: Uint8Array.from(concatBytes(proof.R.toXOnly(), scalarToBytes(proof.mu))),
    })),
    nobleRound2: shares.map(({ from, bytes }) => ({
      identifier: from,
      signingShare: Uint8Array.from(bytes),
    })),
    shares,
    polynomials: dealers.map(({ coefficients }) => coefficients),
  };
}

function each<T>(points: PointVector, make: (index: number) => T): T[] {
  return Array.from({ length: points.length }, (_, i) => make(i));
}

/** One participant's key generation over our own frames, from bytes to a key with all n verifying shares checked. */
export function ourKeygen(setting: KeygenSetting): Steps {
  const { session: parameters, me } = setting;
  const first = timed(() => {
    const own = part1(parameters, me, rng);
    return { own, frame: round1PackageCodec.encode({ suite, value: own.package }) };
  });
  const { own } = first.value;
  const second = timed(() => {
    const packages = setting.ownFrames.map((frame) => round1PackageCodec.decode(frame).value);
    const result = verifyRound1(parameters, [...packages, own.package], rng);
    if (!result.ok) throw new Error(result.error.code);
    return {
      transcript: result.value,
      dealt: [...part2(own.secret, result.value).values()].map(revealSecretShares),
    };
  });
  const { transcript } = second.value;
  const third = timed(() => {
    const result = part3(own.secret, transcript, receivedShares(setting));
    if (!result.ok) throw new Error(result.error.code);
    return result.value.publicKeyPackage;
  });
  // What the others claim for themselves: one frame each. Made outside the clock.
  const key = third.value;
  const frames = key.identifiers.map((identifier, i) => {
    const all = evaluateAll(key);
    return verifyingSharesCodec.encode({ suite, value: new Map([[identifier, all.at(i)]]) });
  });
  const claims = timed(() => {
    const claimed = new Map(frames.flatMap((frame) => [...verifyingSharesCodec.decode(frame).value]));
    const result = checkVerifyingShares(key, claimed, rng);
    if (!result.ok) throw new Error(result.error.code);
  });
  return steps(first.ms, second.ms, third.ms + claims.ms);
}

const evaluated = new WeakMap<PublicKeyPackage, PointVector>();
function evaluateAll(key: PublicKeyPackage): PointVector {
  const known =
    evaluated.get(key) ?? evaluateCommitmentAt(key.commitment!, key.identifiers.map(identifierToScalar));
  evaluated.set(key, known);
  return known;
}

/** The same on frost-secp256k1-tr's encoding, all n verifying shares derived. */
export function ourCompatibleKeygen(setting: KeygenSetting): Steps {
  const { compatible: parameters, me } = setting;
  const { round1Package } = zfCodecs(suite);
  const first = timed(() => {
    const own = part1(parameters, me, rng);
    return { own, bytes: round1Package.postcard.encode(exportRound1Package(own.package)) };
  });
  const { own } = first.value;
  const second = timed(() => {
    const packages = setting.postcard.map(({ from, bytes }): Round1Package<"compatible"> => {
      const { commitment, proofOfKnowledge } = round1Package.postcard.decode(bytes);
      return { binding: "compatible", identifier: from, commitment, proof: proofOfKnowledge };
    });
    const result = verifyRound1(parameters, [...packages, own.package], rng);
    if (!result.ok) throw new Error(result.error.code);
    return {
      transcript: result.value,
      dealt: [...part2(own.secret, result.value).values()].map(revealSecretShares),
    };
  });
  const third = timed(() => {
    const result = part3(own.secret, second.value.transcript, receivedShares(setting));
    if (!result.ok) throw new Error(result.error.code);
    return result.value.publicKeyPackage.allVerifyingShares().allCompressed();
  });
  return steps(first.ms, second.ms, third.ms);
}

function receivedShares({ shares }: KeygenSetting): ReadonlyMap<Identifier, SecretShares> {
  return new Map(shares.map(({ from, bytes }) => [from, restoreSecretShares(bytes, 1)]));
}

export function steps(part1Ms: number, part2Ms: number, part3Ms: number): Steps {
  return { part1: part1Ms, part2: part2Ms, part3: part3Ms, keygen: part1Ms + part2Ms + part3Ms };
}

/** A dealt output key of the parity asked for, all verifying shares known, made fast. */
export function signingKey(
  threshold: number,
  size: number,
  even: boolean,
): { readonly keyPackages: readonly KeyPackage[]; readonly publicKeyPackage: PublicKeyPackage } {
  for (;;) {
    const coefficients = randomPolynomial(threshold, rng);
    const before = generatorMultiples(coefficients);
    const tweak = outputKeyTweak(before.at(0));
    if (tweak === null) continue;
    const commitment = tweakCommitment(before, tweak);
    if (commitment.at(0).hasEvenY() !== even) continue;
    const identifiers = participantsFromWeights(Array.from({ length: size }, () => 1)).map(nameOf);
    const scalars = identifiers.map((x) =>
      tweakScalar(evaluatePolynomial(coefficients, identifierToScalar(x)), tweak),
    );
    const points = generatorMultiples(scalars);
    const common = { suite, keyKind: "output", threshold, verifyingKey: commitment.at(0) } as const;
    const keyPackages = identifiers.map(
      (identifier, i) =>
        new KeyPackageClass({
          ...common,
          identifier,
          signingShare: makeSigningShare(scalars[i]!),
          verifyingShare: points.at(i),
        }),
    );
    const verifyingShares = new Map(identifiers.map((identifier, i) => [identifier, points.at(i)]));
    return {
      keyPackages,
      publicKeyPackage: new PublicKeyPackageClass({ ...common, identifiers, commitment, verifyingShares }),
    };
  }
}
