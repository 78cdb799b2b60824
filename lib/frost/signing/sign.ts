import { failure, FrostUsageError, type Result, success } from "../suite/errors.ts";
import type { Identifier } from "../suite/identifier.ts";
import { mod } from "../suite/scalar.ts";
import type { KeyPackage } from "../keygen/packages.ts";
import { scalarOf } from "../keygen/secrets.ts";
import { type SigningNonces, spendNonces, type TakenNonces } from "./nonces.ts";
import type { SigningSession } from "./session.ts";

/** One identifier's part of one signature (RFC 9591 §5.2), public. */
export interface SignatureShare {
  readonly identifier: Identifier;
  readonly z: bigint;
}

/** One share to compute: one identifier, one message. */
export interface SignRequest {
  readonly session: SigningSession;
  readonly keyPackage: KeyPackage;
  readonly nonces: SigningNonces;
}

/**
 * Round two of signing for one identifier and one message (RFC 9591 §5.2 `sign`). See `signAll`.
 */
export function sign(
  session: SigningSession,
  keyPackage: KeyPackage,
  nonces: SigningNonces,
): Result<SignatureShare> {
  const shares = signAll([{ session, keyPackage, nonces }]);
  return shares.ok ? success(shares.value[0] ?? none()) : shares;
}

/**
 * Round two of signing for all messages and identifiers of one request (RFC 9591 §5.2 `sign`).
 *
 * **All** nonces are spent before the first share is computed, and stay spent whatever happens then. Secret scalars go
 * through fixed patterns of modular operations; bigint arithmetic itself is not constant time (docs/frost.md).
 * @returns the shares in the order of `requests`, or `ownCommitmentMissing` where a session does not list exactly the
 * commitments of the nonces given for it (a coordinator's fault)
 * @throws FrostUsageError for nonces that are spent, doubled or not made by `commit`, or a key package of another key
 */
export function signAll(requests: readonly SignRequest[]): Result<readonly SignatureShare[]> {
  const taken = spendAll(requests.map(({ nonces }) => nonces));
  for (const { session, keyPackage, nonces } of requests) {
    if (
      keyPackage.suite !== session.publicKeyPackage.suite ||
      !keyPackage.verifyingKey.equals(session.publicKeyPackage.verifyingKey)
    ) {
      throw new FrostUsageError("mismatchedInputs", "the session is of another key than the share");
    }
    const { identifier, hiding, binding } = nonces.commitments;
    if (identifier !== keyPackage.identifier) {
      throw new FrostUsageError("mismatchedInputs", "these nonces were made for another identifier");
    }
    const listed = session.commitmentsOf(identifier);
    if (listed === undefined || !listed.hiding.equals(hiding) || !listed.binding.equals(binding)) {
      return failure({ code: "ownCommitmentMissing", culprits: [], remedy: "refuseRequest" });
    }
  }
  return success(requests.map((request, i) => computeShare(request, taken[i] ?? none())));
}

/** Spends every pair, also where one of them turns out to be spent already. */
function spendAll(list: readonly SigningNonces[]): TakenNonces[] {
  const taken: TakenNonces[] = [];
  let refusal: unknown;
  for (const nonces of list) {
    try {
      taken.push(spendNonces(nonces));
    } catch (error) {
      refusal ??= error;
    }
  }
  if (refusal !== undefined) throw refusal as Error;
  return taken;
}

/** z = ±(d + ρe) + λ·c·s′ where s′ is the share of the effective key. */
function computeShare({ session, keyPackage }: SignRequest, nonces: TakenNonces): SignatureShare {
  const { identifier } = keyPackage;
  const { negate, shift } = session.effectiveKey;
  const nonce = mod(nonces.hiding + nonces.binding * session.bindingFactor(identifier));
  const share = scalarOf(keyPackage.signingShare);
  const effective = mod((negate ? -share : share) + shift);
  const weight = mod(session.lambda(identifier) * session.challenge);
  return { identifier, z: mod((session.negateNonces ? -nonce : nonce) + weight * effective) };
}

function none(): never {
  /* v8 ignore next -- one share per request and one pair per request, by construction */
  throw new FrostUsageError("mismatchedInputs", "nothing was requested");
}
