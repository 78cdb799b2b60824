import { PointVector } from "../math/index.ts";
import { WireError } from "../suite/errors.ts";
import { compareIdentifiers, type Identifier, sortIdentifiers } from "../suite/identifier.ts";
import type { Suite } from "../suite/suite.ts";
import { type Round1Package } from "../keygen/round1.ts";
import type { ProofOfPossession } from "../keygen/proof.ts";
import type { SigningCommitments } from "../signing/nonces.ts";
import type { SigningPackage } from "../signing/session.ts";
import type { SignatureShare } from "../signing/sign.ts";
import { type Tweak, noTweak } from "../signing/tweak.ts";
import { type Codec, decodeWith, header, Kind, type Reader, readHeader, type Writer } from "./bytes-io.ts";

/** A value with the suite it belongs to, which every encoding names. */
export interface Suited<T> {
  readonly suite: Suite;
  readonly value: T;
}

/**
 * A round-1 package of our own frames: header 3 ‖ name 32 ‖ t 2 ‖ t×65 commitments ‖ R 65 ‖ μ 32. In the taproot suite
 * R has even y. Points are the same as those of the 33-byte form, without the square roots.
 */
export const round1PackageCodec: Codec<Suited<Round1Package<"session">>> = {
  encode: ({ suite, value }) => {
    const { identifier, commitment, proof } = value;
    const writer = header(Kind.round1Package, suite)
      .identifier(identifier)
      .uint(commitment.length, 2)
      .points(commitment);
    return writeProof(writer, proof).finish();
  },
  decode: (bytes) =>
    decodeWith(bytes, (reader) => {
      const suite = readHeader(reader, Kind.round1Package);
      const identifier = reader.identifier();
      const commitment = reader.points(reader.uint(2));
      return {
        suite,
        value: { binding: "session", identifier, commitment, proof: readProof(reader, suite) },
      };
    }),
};

export function writeProof(writer: Writer, { R, mu }: ProofOfPossession): Writer {
  return writer.points(R).scalar(mu);
}

export function readProof(reader: Reader, suite: Suite): ProofOfPossession {
  const R = reader.points(1);
  if (suite.taproot && !R.hasEvenY()) throw new WireError("point", "R of a proof has even y in this suite");
  return { R, mu: reader.scalar() };
}

/** Nonce commitments: header 3 ‖ identifier 32 ‖ D 65 ‖ E 65. */
export const signingCommitmentsCodec: Codec<Suited<SigningCommitments>> = {
  encode: ({ suite, value }) => writeCommitments(header(Kind.signingCommitments, suite), value).finish(),
  decode: (bytes) =>
    decodeWith(bytes, (reader) => {
      const suite = readHeader(reader, Kind.signingCommitments);
      return { suite, value: readCommitments(reader) };
    }),
};

function writeCommitments(writer: Writer, { identifier, hiding, binding }: SigningCommitments): Writer {
  return writer.identifier(identifier).points(hiding).points(binding);
}

function readCommitments(reader: Reader): SigningCommitments {
  const identifier = reader.identifier();
  const points = reader.points(2);
  return { identifier, hiding: points.at(0), binding: points.at(1) };
}

/** One signature share: header 3 ‖ identifier 32 ‖ z 32. */
export const signatureShareCodec: Codec<Suited<SignatureShare>> = {
  encode: ({ suite, value }) =>
    header(Kind.signatureShare, suite).identifier(value.identifier).scalar(value.z).finish(),
  decode: (bytes) =>
    decodeWith(bytes, (reader) => {
      const suite = readHeader(reader, Kind.signatureShare);
      return { suite, value: { identifier: reader.identifier(), z: reader.scalar() } };
    }),
};

/**
 * A signing package: header 3 ‖ message length 4 ‖ message ‖ tweak 1 (0 none, 1 empty root, 2 root of 32 bytes, which
 * follow) ‖ count 2 ‖ count × (identifier 32 ‖ D 65 ‖ E 65), identifiers strictly ascending.
 */
export const signingPackageCodec: Codec<Suited<SigningPackage>> = {
  encode: ({ suite, value }) => {
    const writer = header(Kind.signingPackage, suite).uint(value.message.length, 4).bytes(value.message);
    writeTweak(writer, value.tweak).uint(value.commitments.length, 2);
    const sorted = [...value.commitments].sort((a, b) => compareIdentifiers(a.identifier, b.identifier));
    for (const entry of sorted) writeCommitments(writer, entry);
    return writer.finish();
  },
  decode: (bytes) =>
    decodeWith(bytes, (reader) => {
      const suite = readHeader(reader, Kind.signingPackage);
      const message = reader.take(reader.uint(4)).slice();
      const tweak = readTweak(reader);
      const commitments = readMany(reader, 162, readCommitments);
      requireAscending(commitments.map(({ identifier }) => identifier));
      return { suite, value: { message, tweak, commitments } };
    }),
};

function writeTweak(writer: Writer, tweak: Tweak): Writer {
  if (tweak.kind === "none") return writer.uint(0, 1);
  if (tweak.root.length !== 0 && tweak.root.length !== 32)
    throw new WireError("value", "a merkle root has 32 bytes");
  return tweak.root.length === 0 ? writer.uint(1, 1) : writer.uint(2, 1).bytes(tweak.root);
}

function readTweak(reader: Reader): Tweak {
  const kind = reader.uint(1);
  if (kind === 0) return noTweak;
  if (kind > 2) throw new WireError("value", "unknown tweak");
  return { kind: "merkleRoot", root: reader.take(kind === 1 ? 0 : 32).slice() };
}

/**
 * Verifying shares that a participant claims: header 3 ‖ count 2 ‖ count × (identifier 32 ‖ Y 65), identifiers strictly
 * ascending. What they claim is for `checkVerifyingShares` to find out.
 */
export const verifyingSharesCodec: Codec<Suited<ReadonlyMap<Identifier, PointVector>>> = {
  encode: ({ suite, value }) => {
    const writer = header(Kind.verifyingShares, suite).uint(value.size, 2);
    for (const identifier of sortIdentifiers(value.keys())) {
      writer.identifier(identifier).points(value.get(identifier) ?? PointVector.concat([]));
    }
    return writer.finish();
  },
  decode: (bytes) =>
    decodeWith(bytes, (reader) => {
      const suite = readHeader(reader, Kind.verifyingShares);
      const claims = readMany(reader, 97, (entry) => [entry.identifier(), entry.points(1)] as const);
      requireAscending(claims.map(([identifier]) => identifier));
      return { suite, value: new Map(claims) };
    }),
};

/** A 2-byte count, checked against what is left before anything is allocated, and that many entries. */
export function readMany<T>(reader: Reader, size: number, read: (reader: Reader) => T): T[] {
  const count = reader.uint(2);
  if (count * size > reader.remaining) throw new WireError("length", `${count} entries do not fit`);
  return Array.from({ length: count }, () => read(reader));
}

export function requireAscending(identifiers: readonly Identifier[]): void {
  identifiers.forEach((identifier, i) => {
    const before = identifiers[i - 1];
    if (before !== undefined && compareIdentifiers(before, identifier) >= 0) {
      throw new WireError("order", "identifiers ascend, none twice");
    }
  });
}
