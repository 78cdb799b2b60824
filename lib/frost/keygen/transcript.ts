import { type Bytes, concatBytes, prefixed, uintBytes, utf8ToBytes } from "../suite/bytes.ts";
import { FrostUsageError } from "../suite/errors.ts";
import { type Identifier, identifierToBytes } from "../suite/identifier.ts";
import { scalarToBytes } from "../suite/scalar.ts";
import { taggedHash } from "../suite/suite.ts";
import type { PublicKeyPackage } from "./packages.ts";
import { type KeygenParameters, nameOf } from "./parameters.ts";
import type { Round1Package } from "./round1.ts";

/**
 * A round-1 package as it is hashed: 33-byte points, whichever encoding carried it.
 * name 32 ‖ t×33 commitments, length-prefixed ‖ R 33 ‖ μ 32.
 */
export function canonicalRound1Package(pkg: Round1Package): Bytes {
  return concatBytes(
    identifierToBytes(pkg.identifier),
    prefixed(pkg.commitment.allCompressed()),
    pkg.proof.R.toCompressed(),
    scalarToBytes(pkg.proof.mu),
  );
}

/** What else a round-1 hash covers. */
export interface Round1Context {
  /** Protocol version, 0 … 255. */
  readonly version: number;
  readonly groupId: Bytes;
  readonly roundId: Bytes;
  /** What each participant broadcast beside its package, as exact bytes; by its first identifier. */
  readonly extra?: ReadonlyMap<Identifier, Bytes>;
}

/**
 * 32-byte hash of everything broadcast in round 1 (CertEq of ChillDKG in our form): version, suite, group, round,
 * threshold, who holds which identifiers, and every package with its extra bytes, in numeric order of the
 * participants. Every field is length-prefixed. Two participants that see the same hash saw the same round 1.
 * The packages need not have been verified.
 * @throws FrostUsageError unless there is exactly one package per participant
 */
export function round1Hash(
  context: Round1Context,
  parameters: KeygenParameters,
  packages: readonly Round1Package[],
): Bytes {
  const byName = new Map(packages.map((pkg) => [pkg.identifier, pkg]));
  if (byName.size !== packages.length || packages.length !== parameters.participants.length) {
    throw new FrostUsageError("mismatchedInputs", "one round-1 package per participant is hashed");
  }
  const entries = parameters.participants.flatMap((participant) => {
    const name = nameOf(participant);
    const pkg = byName.get(name);
    if (pkg === undefined)
      throw new FrostUsageError("mismatchedInputs", "one round-1 package per participant is hashed");
    return [
      concatBytes(...participant.identifiers.map(identifierToBytes)),
      canonicalRound1Package(pkg),
      context.extra?.get(name) ?? new Uint8Array(),
    ];
  });
  const fields = [
    uintBytes(context.version, 1),
    utf8ToBytes(parameters.suite.id),
    utf8ToBytes(parameters.binding),
    parameters.session,
    context.groupId,
    context.roundId,
    uintBytes(parameters.threshold, 2),
    ...entries,
  ];
  return taggedHash("hoarfrost/round1/1", ...fields.map(prefixed));
}

/** 32-byte hash of a transcript and the key it gave (33 bytes): what a certificate of the key signs. */
export function keyHash(round1: Bytes, publicKeyPackage: PublicKeyPackage): Bytes {
  return taggedHash("hoarfrost/key/1", prefixed(round1), publicKeyPackage.verifyingKey.toCompressed());
}
