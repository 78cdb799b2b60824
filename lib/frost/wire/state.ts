import { PointVector } from "../math/index.ts";
import { type Bytes, concatBytes } from "../suite/bytes.ts";
import { FrostUsageError, WireError } from "../suite/errors.ts";
import type { Identifier } from "../suite/identifier.ts";
import { scalarToBytes } from "../suite/scalar.ts";
import { commitToPolynomial, commitToScalar } from "../keygen/polynomial.ts";
import { type KeyKind, KeyPackage, PublicKeyPackage } from "../keygen/packages.ts";
import { makeRound1Secret, type Round1Secret, round1SecretParts } from "../keygen/round1.ts";
import { restoreSigningShare, revealSigningShare, scalarOf } from "../keygen/secrets.ts";
import type { Suite } from "../suite/suite.ts";
import { type Codec, decodeWith, header, Kind, type Reader, readHeader } from "./bytes-io.ts";
import { readMany, readProof, requireAscending, writeProof } from "./own.ts";

// What a participant stores about its own key. Nonces have no such form, on purpose.

/**
 * A public key package: header 3 ‖ key kind 1 ‖ t 2 ‖ n 2 ‖ n×32 identifiers, ascending ‖ 1 if a commitment follows ‖
 * commitment t×65, or the key 65 ‖ count 2 ‖ count × (identifier 32 ‖ Y 65) known verifying shares, ascending.
 * Decoding checks form, not whether the verifying shares are right: it is one's own state, or a certified one.
 */
export const publicKeyPackageCodec: Codec<PublicKeyPackage> = {
  encode: (value) => {
    const { suite, keyKind, threshold, identifiers, commitment, verifyingKey, verifyingShares } =
      value.fields();
    const writer = header(Kind.publicKeyPackage, suite)
      .uint(keyKind === "output" ? 1 : 0, 1)
      .uint(threshold, 2)
      .uint(identifiers.length, 2);
    for (const identifier of identifiers) writer.identifier(identifier);
    writer
      .uint(commitment === undefined ? 0 : 1, 1)
      .points(commitment ?? verifyingKey)
      .uint(verifyingShares.size, 2);
    for (const identifier of identifiers) {
      const share = verifyingShares.get(identifier);
      if (share !== undefined) writer.identifier(identifier).points(share);
    }
    return writer.finish();
  },
  decode: (bytes) =>
    decodeWith(bytes, (reader) => {
      const suite = readHeader(reader, Kind.publicKeyPackage);
      const keyKind = readKeyKind(reader, suite);
      const threshold = reader.uint(2);
      const identifiers = readMany(reader, 32, (entry) => entry.identifier());
      requireAscending(identifiers);
      const commitment = readFlag(reader) ? reader.points(threshold) : undefined;
      const verifyingKey = commitment === undefined ? reader.points(1) : firstOf(commitment);
      const shares = readMany(reader, 97, (entry): [Identifier, PointVector] => [
        entry.identifier(),
        entry.points(1),
      ]);
      requireAscending(shares.map(([identifier]) => identifier));
      const verifyingShares = new Map(shares);
      return asWireError(
        () =>
          new PublicKeyPackage({
            suite,
            keyKind,
            threshold,
            identifiers,
            commitment,
            verifyingKey,
            verifyingShares,
          }),
      );
    }),
};

/**
 * A key package with its **secret** share, for sealed storage only: header 3 ‖ key kind 1 ‖ t 2 ‖ identifier 32 ‖
 * share 32 ‖ verifying share 65 ‖ group key 65.
 */
export function revealKeyPackage(keyPackage: KeyPackage): Bytes {
  return header(Kind.keyPackage, keyPackage.suite)
    .uint(keyPackage.keyKind === "output" ? 1 : 0, 1)
    .uint(keyPackage.threshold, 2)
    .identifier(keyPackage.identifier)
    .bytes(revealSigningShare(keyPackage.signingShare))
    .points(keyPackage.verifyingShare)
    .points(keyPackage.verifyingKey)
    .finish();
}

/** A key package from its bytes; the verifying share is recomputed and compared. @throws WireError */
export function restoreKeyPackage(bytes: Bytes): KeyPackage {
  return decodeWith(bytes, (reader) => {
    const suite = readHeader(reader, Kind.keyPackage);
    const keyKind = readKeyKind(reader, suite);
    const threshold = reader.uint(2);
    if (threshold < 2) throw new WireError("value", "a threshold is 2 or more");
    const identifier = reader.identifier();
    const signingShare = restoreSigningShare(reader.take(32));
    const verifyingShare = reader.points(1);
    if (!commitToScalar(scalarOf(signingShare)).equals(verifyingShare)) {
      throw new WireError("value", "the verifying share is not that of the signing share");
    }
    const verifyingKey = reader.points(1);
    return new KeyPackage({
      suite,
      keyKind,
      threshold,
      identifier,
      signingShare,
      verifyingShare,
      verifyingKey,
    });
  });
}

/**
 * A **secret** polynomial with its package, for sealed storage until the key is certified: header 3 ‖ binding 1 ‖ name
 * 32 ‖ t 2 ‖ t×32 coefficients ‖ t×65 commitments ‖ R 65 ‖ μ 32.
 */
export function revealRound1Secret(suite: Suite, secret: Round1Secret): Bytes {
  const { coefficients, package: own } = round1SecretParts(secret);
  const writer = header(Kind.round1Secret, suite)
    .uint(own.binding === "session" ? 1 : 0, 1)
    .identifier(own.identifier)
    .uint(coefficients.length, 2)
    .bytes(concatBytes(...coefficients.map(scalarToBytes)))
    .points(own.commitment);
  return writeProof(writer, own.proof).finish();
}

/** A polynomial from its bytes; the commitments are recomputed and compared. @throws WireError */
export function restoreRound1Secret(bytes: Bytes): Round1Secret {
  return decodeWith(bytes, (reader) => {
    const suite = readHeader(reader, Kind.round1Secret);
    const binding = readFlag(reader) ? "session" : "compatible";
    const identifier = reader.identifier();
    const coefficients = readMany(reader, 97, (entry) => entry.scalar());
    if (coefficients.includes(0n)) throw new WireError("scalar", "a coefficient is not zero");
    const commitment = reader.points(coefficients.length);
    if (!commitToPolynomial(coefficients).equals(commitment)) {
      throw new WireError("value", "the commitments are not those of the polynomial");
    }
    const proof = readProof(reader, suite);
    return makeRound1Secret(coefficients, { binding, identifier, commitment, proof });
  });
}

function readFlag(reader: Reader): boolean {
  const flag = reader.uint(1);
  if (flag > 1) throw new WireError("value", "a flag is 0 or 1");
  return flag === 1;
}

function readKeyKind(reader: Reader, suite: Suite): KeyKind {
  const output = readFlag(reader);
  if (output && !suite.taproot) throw new WireError("value", "the plain suite has no output keys");
  return output ? "output" : "internal";
}

function firstOf(points: PointVector): PointVector {
  if (points.length === 0) throw new WireError("value", "a commitment has points");
  return points.at(0);
}

function asWireError<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof FrostUsageError) throw new WireError("value", error.message);
    throw error;
  }
}
