import { isZeroCombination, PointVector } from "../math/index.ts";
import { type Bytes, concatBytes } from "../suite/bytes.ts";
import { failure, type Result, success } from "../suite/errors.ts";
import type { Identifier } from "../suite/identifier.ts";
import { mod, N, scalarToBytes } from "../suite/scalar.ts";
import type { SignatureShare } from "./sign.ts";
import type { SigningSession } from "./session.ts";

/**
 * Whether one share is right (RFC 9591 §5.4): z·G = ±(D + ρE) + λ·c·Y′, y coordinates compared. All values of the
 * session are computed once, so that shares can be checked as they arrive. Public data, variable time.
 * @returns false also for an identifier that does not sign in this session, or z out of range
 */
export function verifyShare(session: SigningSession, share: SignatureShare): boolean {
  const commitments = session.commitmentsOf(share.identifier);
  if (commitments === undefined || share.z < 0n || share.z >= N) return false;
  const { negate, shift } = session.effectiveKey;
  const weight = mod(session.lambda(share.identifier) * session.challenge);
  const sign = session.negateNonces ? -1n : 1n;
  const points = PointVector.concat([
    commitments.hiding,
    commitments.binding,
    session.publicKeyPackage.verifyingShare(share.identifier),
  ]);
  const scalars = [sign, sign * session.bindingFactor(share.identifier), negate ? -weight : weight];
  return isZeroCombination(points, scalars, mod(weight * shift - share.z));
}

/**
 * Sums signature shares into a signature (RFC 9591 §5.3 `aggregate`), optimistically: the sum is returned only where it
 * verifies under the effective key; only otherwise is every share verified. Public data, variable time.
 * @param shares one per signing identifier, in any order
 * @returns 64 bytes, x-only R ‖ z (BIP-340), or 65 bytes, R ‖ z, in the plain suite. Otherwise `missingShares`,
 * `unexpectedShare` (an identifier that does not sign here, or twice), or `invalidSignatureShare` naming **all** signers
 * whose share is wrong
 */
export function aggregate(session: SigningSession, shares: readonly SignatureShare[]): Result<Bytes> {
  const byIdentifier = new Map<Identifier, SignatureShare>();
  const unexpected = new Set<Identifier>();
  for (const share of shares) {
    if (session.commitmentsOf(share.identifier) === undefined || byIdentifier.has(share.identifier)) {
      unexpected.add(share.identifier);
    }
    byIdentifier.set(share.identifier, share);
  }
  if (unexpected.size > 0) {
    return failure({ code: "unexpectedShare", culprits: [...unexpected], remedy: "retryWithoutCulprits" });
  }
  const missing = session.identifiers.filter((identifier) => !byIdentifier.has(identifier));
  if (missing.length > 0)
    return failure({ code: "missingShares", culprits: [], missing, remedy: "waitForMissing" });

  const z = mod(shares.reduce((total, share) => total + share.z, 0n));
  if (!signatureHolds(session, z)) {
    // Y of all signers at once: together they cost much less than one by one.
    session.publicKeyPackage.verifyingSharesOf(session.identifiers);
    const culprits = session.identifiers.filter((identifier) => {
      const share = byIdentifier.get(identifier);
      return share === undefined || !verifyShare(session, share);
    });
    return failure({ code: "invalidSignatureShare", culprits, remedy: "retryWithoutCulprits" });
  }
  const R = session.groupCommitment;
  const { suite } = session.publicKeyPackage;
  return success(concatBytes(suite.taproot ? R.toXOnly() : R.toCompressed(), scalarToBytes(z)));
}

/** z·G = ±R + c·P′. */
function signatureHolds(session: SigningSession, z: bigint): boolean {
  const points = PointVector.concat([session.groupCommitment, session.effectiveKey.key]);
  return isZeroCombination(points, [session.negateNonces ? -1n : 1n, session.challenge], mod(-z));
}
