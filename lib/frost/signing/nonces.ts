import type { PointVector } from "../math/index.ts";
import { concatBytes, inspectSymbol } from "../suite/bytes.ts";
import { FrostUsageError } from "../suite/errors.ts";
import type { Identifier } from "../suite/identifier.ts";
import { type Rng, takeTwo } from "../suite/rng.ts";
import { scalarToBytes } from "../suite/scalar.ts";
import type { Suite } from "../suite/suite.ts";
import type { KeyPackage } from "../keygen/packages.ts";
import { commitToScalar } from "../keygen/polynomial.ts";
import { scalarOf } from "../keygen/secrets.ts";

/** One signer's public nonce commitments for one message (RFC 9591 §5.1, one entry of the commitment list). */
export interface SigningCommitments {
  readonly identifier: Identifier;
  /** D = d·G */
  readonly hiding: PointVector;
  /** E = e·G */
  readonly binding: PointVector;
}

/** The secret half, taken out of `SigningNonces` exactly once. */
export interface TakenNonces {
  readonly hiding: bigint;
  readonly binding: bigint;
}

/** This layer only: takes the nonces out and marks them spent, in one step. */
export let spendNonces: (nonces: SigningNonces) => TakenNonces;
/** This layer only. */
export let makeSigningNonces: (
  hiding: bigint,
  binding: bigint,
  commitments: SigningCommitments,
) => SigningNonces;

/**
 * A pair of nonces for one message (RFC 9591 §5.1). It can be spent once and lives in memory only: there is no way to
 * write one down, a structured clone or JSON copy is no `SigningNonces`, and nothing restores one.
 */
export class SigningNonces {
  #pair: TakenNonces | undefined;
  /** The public half, which the coordinator gets. */
  readonly commitments: SigningCommitments;

  static {
    makeSigningNonces = (hiding, binding, commitments) => new SigningNonces({ hiding, binding }, commitments);
    spendNonces = (nonces) => {
      if (!(#pair in nonces))
        throw new FrostUsageError("notNonces", "only nonces made by `commit` in this process sign");
      const pair = nonces.#pair;
      if (pair === undefined) throw new FrostUsageError("spentNonces", "these nonces have been spent");
      nonces.#pair = undefined;
      return pair;
    };
  }

  private constructor(pair: TakenNonces, commitments: SigningCommitments) {
    this.#pair = pair;
    this.commitments = Object.freeze(commitments);
  }

  get spent(): boolean {
    return this.#pair === undefined;
  }

  /** Drops the nonces unused: on cancel, expiry or shutdown. */
  erase(): void {
    this.#pair = undefined;
  }

  toJSON(): string {
    return "[SigningNonces redacted]";
  }
  toString(): string {
    return this.toJSON();
  }
  [inspectSymbol](): string {
    return this.toJSON();
  }
}

/**
 * Round one of signing (RFC 9591 §5.1 `commit`, nonces by §4.1 `nonce_generate`: H3(32 random bytes ‖ signing share)),
 * `count` times: one pair per message to come. May run before the messages are known.
 *
 * Two fixed-pattern multiplications of the base point per pair.
 * @throws FrostUsageError where the random source repeats itself: nonces must never be derived from a fixed value
 */
export function commit(keyPackage: KeyPackage, count: number, rng: Rng): readonly SigningNonces[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new FrostUsageError("invalidParameters", "the number of nonce pairs is a whole number from 1");
  }
  return Array.from({ length: count }, () => {
    const [hidingBytes, bindingBytes] = takeTwo(rng, 32);
    const hiding = generateNonce(keyPackage.suite, keyPackage, hidingBytes);
    const binding = generateNonce(keyPackage.suite, keyPackage, bindingBytes);
    return makeSigningNonces(hiding, binding, {
      identifier: keyPackage.identifier,
      hiding: commitToScalar(hiding),
      binding: commitToScalar(binding),
    });
  });
}

function generateNonce(suite: Suite, keyPackage: KeyPackage, random: Uint8Array): bigint {
  const nonce = suite.H3(concatBytes(random, scalarToBytes(scalarOf(keyPackage.signingShare))));
  /* v8 ignore next -- a hash that is zero modulo the group order is not known */
  if (nonce === 0n) throw new FrostUsageError("badRandomness", "the nonce is zero");
  return nonce;
}
