import { schnorr_FROST, secp256k1_FROST } from "@noble/curves/secp256k1.js";
import type { FROST, FrostPublic, FrostSecret, NonceCommitments } from "@noble/curves/abstract/frost.js";
import {
  type Identifier,
  importPublicKeyPackage,
  type KeyPackage,
  parseIdentifier,
  type PublicKeyPackage,
  restoreSigningShare,
  revealSigningShare,
  type SigningCommitments,
  type Suite,
} from "../index.ts";
import { KeyPackage as KeyPackageClass, type KeyKind } from "../index.ts";
import { commitToScalar } from "../keygen/polynomial.ts";
import { scalarOf } from "../keygen/secrets.ts";
import { point, hex } from "./hex.ts";
import { seededRng } from "./groups.ts";

/** The second implementation for a suite: FROST of `@noble/curves`. */
export function nobleFor(suite: Suite): FROST {
  return suite.taproot ? schnorr_FROST : secp256k1_FROST;
}

export function toNoblePublic(key: PublicKeyPackage): FrostPublic {
  const { commitment } = key;
  if (commitment === undefined) throw new Error("noble needs the commitment");
  const all = key.allVerifyingShares();
  return {
    signers: { min: key.threshold, max: key.identifiers.length },
    commitments: Array.from({ length: commitment.length }, (_, i) => copy(commitment.toCompressed(i))),
    verifyingShares: Object.fromEntries(
      key.identifiers.map((identifier, i) => [identifier, copy(all.toCompressed(i))]),
    ),
  };
}

export function toNobleSecret(own: KeyPackage): FrostSecret {
  return { identifier: own.identifier, signingShare: copy(revealSigningShare(own.signingShare)) };
}

export function toNobleCommitments({ identifier, hiding, binding }: SigningCommitments): NonceCommitments {
  return { identifier, hiding: copy(hiding.toCompressed()), binding: copy(binding.toCompressed()) };
}

export function fromNobleCommitments(entry: NonceCommitments): SigningCommitments {
  return {
    identifier: parseIdentifier(entry.identifier),
    hiding: point(hex(entry.hiding)),
    binding: point(hex(entry.binding)),
  };
}

export function fromNoblePublic(suite: Suite, key: FrostPublic, keyKind: KeyKind): PublicKeyPackage {
  const verifyingShares = new Map(
    Object.entries(key.verifyingShares).map(([name, bytes]): [Identifier, ReturnType<typeof point>] => [
      parseIdentifier(name),
      point(hex(bytes)),
    ]),
  );
  const verifyingKey = point(hex(key.commitments[0]!));
  const foreign = { verifyingShares, verifyingKey, minSigners: key.signers.min };
  return importPublicKeyPackage(suite, foreign, { keyKind }, seededRng("import"));
}

export function fromNobleSecret(suite: Suite, secret: FrostSecret, key: PublicKeyPackage): KeyPackage {
  const signingShare = restoreSigningShare(secret.signingShare);
  return new KeyPackageClass({
    suite,
    keyKind: key.keyKind,
    threshold: key.threshold,
    identifier: parseIdentifier(secret.identifier),
    signingShare,
    verifyingShare: commitToScalar(scalarOf(signingShare)),
    verifyingKey: key.verifyingKey,
  });
}

function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes);
}
