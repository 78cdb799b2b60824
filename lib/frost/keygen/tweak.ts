import { add, generatorMultiples, PointVector } from "../math/index.ts";
import type { Bytes } from "../suite/bytes.ts";
import { FrostUsageError } from "../suite/errors.ts";
import type { Identifier } from "../suite/identifier.ts";
import { bytesToBigInt, mod, N } from "../suite/scalar.ts";
import { taggedHash } from "../suite/suite.ts";
import { KeyPackage, PublicKeyPackage } from "./packages.ts";
import { makeSigningShare, scalarOf } from "./secrets.ts";

/**
 * BIP-341 `hash_TapTweak(bytes(P) ‖ root)` as a scalar, or null where it is not below the group order (BIP-341 then
 * fails; no such input is known).
 * @param root 32 bytes, or none for a key without scripts
 */
export function tapTweak(key: PointVector, root: Bytes): bigint | null {
  const scalar = bytesToBigInt(taggedHash("TapTweak", key.toXOnly(), root));
  return scalar < N ? scalar : null;
}

/** Public and secret change that BIP-341 makes of a key with y as it is: negate where y is odd, then add `scalar`·G. */
export interface KeyTweak {
  readonly negate: boolean;
  readonly scalar: bigint;
}

/** A point of the key's polynomial (the key, a verifying share) after the tweak. */
export function tweakPoints(points: PointVector, tweak: KeyTweak): PointVector {
  const even = tweak.negate ? points.negate() : points;
  const change = generatorMultiples([tweak.scalar]);
  return PointVector.concat(Array.from({ length: even.length }, (_, i) => add(even.at(i), change)));
}

/** A share after the tweak. Fixed-pattern scalar operations. */
export function tweakScalar(secret: bigint, tweak: KeyTweak): bigint {
  return mod((tweak.negate ? -secret : secret) + tweak.scalar);
}

/** A commitment after the tweak of its constant. */
export function tweakCommitment(commitment: PointVector, tweak: KeyTweak): PointVector {
  const even = tweak.negate ? commitment.negate() : commitment;
  return PointVector.concat([tweakPoints(commitment.at(0), tweak), even.slice(1)]);
}

const noScripts = new Uint8Array();

/**
 * The change that turns an internal key into a taproot output key without scripts (BIP-341: an unspendable script path,
 * frost-secp256k1-tr `post_dkg`), or null where none exists: the tweak is out of range or the result the identity.
 */
export function outputKeyTweak(key: PointVector): KeyTweak | null {
  const scalar = tapTweak(key, noScripts);
  /* v8 ignore next -- needs a hash not below the group order */
  if (scalar === null) return null;
  const tweak = { negate: !key.hasEvenY(), scalar };
  return tweakPoints(key, tweak).isIdentity() ? null : tweak;
}

/**
 * Turns an internal key of the taproot suite into an output key, as frost-secp256k1-tr does at the end of key
 * generation. Everyone who holds a share must do the same.
 * @throws FrostUsageError for the plain suite or a key that is an output key already
 */
export function toOutputKey(publicKeyPackage: PublicKeyPackage): PublicKeyPackage {
  const tweak = outputTweakOf(publicKeyPackage);
  const { verifyingShares, commitment, ...rest } = publicKeyPackage.fields();
  return new PublicKeyPackage({
    ...rest,
    keyKind: "output",
    verifyingKey: tweakPoints(publicKeyPackage.verifyingKey, tweak),
    commitment: commitment === undefined ? undefined : tweakCommitment(commitment, tweak),
    verifyingShares: new Map(
      [...verifyingShares].map(([identifier, share]): [Identifier, PointVector] => [
        identifier,
        tweakPoints(share, tweak),
      ]),
    ),
  });
}

/** The same for one share. @throws FrostUsageError as `toOutputKey` */
export function toOutputKeyPackage(keyPackage: KeyPackage): KeyPackage {
  const tweak = outputTweakOf(keyPackage);
  return new KeyPackage({
    suite: keyPackage.suite,
    keyKind: "output",
    threshold: keyPackage.threshold,
    identifier: keyPackage.identifier,
    signingShare: makeSigningShare(tweakScalar(scalarOf(keyPackage.signingShare), tweak)),
    verifyingShare: tweakPoints(keyPackage.verifyingShare, tweak),
    verifyingKey: tweakPoints(keyPackage.verifyingKey, tweak),
  });
}

function outputTweakOf(key: PublicKeyPackage | KeyPackage): KeyTweak {
  if (!key.suite.taproot)
    throw new FrostUsageError("wrongSuite", "only keys of the taproot suite become output keys");
  if (key.keyKind === "output")
    throw new FrostUsageError("wrongKeyKind", "this key is an output key already");
  const tweak = outputKeyTweak(key.verifyingKey);
  /* v8 ignore next -- needs a key whose discrete logarithm is minus its own tweak hash */
  if (tweak === null) throw new FrostUsageError("wrongKeyKind", "this key has no output key");
  return tweak;
}
