import { evaluateCommitmentAt, PointVector } from "../math/index.ts";
import { inspectSymbol } from "../suite/bytes.ts";
import { FrostUsageError } from "../suite/errors.ts";
import { type Identifier, identifierToScalar, sortIdentifiers } from "../suite/identifier.ts";
import type { Suite } from "../suite/suite.ts";
import { checkThreshold } from "./parameters.ts";
import type { SigningShare } from "./secrets.ts";

/**
 * "output": a taproot output key, tweaked with an empty merkle root so that no hidden script path can exist (what our
 * key generation ends with); `5120‖x` may be paid to as it is.
 * "internal": an untweaked key (of the plain suite, or dealt or imported so): paying to its bare x is refused.
 */
export type KeyKind = "output" | "internal";

interface PublicKeyPackageFields {
  readonly suite: Suite;
  readonly keyKind: KeyKind;
  readonly threshold: number;
  readonly identifiers: readonly Identifier[];
  readonly verifyingKey: PointVector;
  /** Commitment to the polynomial whose constant is the key, where known. */
  readonly commitment?: PointVector | undefined;
  /** Verifying shares already known to be right. */
  readonly verifyingShares?: ReadonlyMap<Identifier, PointVector> | undefined;
}

/**
 * What everyone may know of a key (frost-secp256k1-tr `PublicKeyPackage`, plus the summed commitment, from which
 * verifying shares are derived when first asked for: signing and optimistic aggregation never ask).
 */
export class PublicKeyPackage {
  readonly suite: Suite;
  readonly keyKind: KeyKind;
  /** Identifiers needed to sign. */
  readonly threshold: number;
  /** In numeric order. */
  readonly identifiers: readonly Identifier[];
  /** The group public key, y as it is: 33 bytes by `verifyingKey.toCompressed()`, BIP-340 form by `.toXOnly()`. */
  readonly verifyingKey: PointVector;
  readonly commitment: PointVector | undefined;
  readonly #shares: Map<Identifier, PointVector>;
  readonly #members: ReadonlySet<Identifier>;

  /** @throws FrostUsageError where neither a commitment nor every verifying share is given, or they disagree in size */
  constructor(fields: PublicKeyPackageFields) {
    this.identifiers = Object.freeze(sortIdentifiers(fields.identifiers));
    checkThreshold(fields.threshold, this.identifiers);
    this.suite = fields.suite;
    this.keyKind = fields.keyKind;
    this.threshold = fields.threshold;
    this.verifyingKey = fields.verifyingKey;
    this.commitment = fields.commitment;
    this.#members = new Set(this.identifiers);
    this.#shares = new Map(fields.verifyingShares);
    if ([...this.#shares.keys()].some((identifier) => !this.#members.has(identifier))) {
      throw new FrostUsageError("mismatchedInputs", "a verifying share belongs to an identifier of the key");
    }
    if (this.commitment === undefined) {
      if (this.#shares.size !== this.identifiers.length) {
        throw new FrostUsageError("mismatchedInputs", "without a commitment every verifying share is needed");
      }
    } else if (this.commitment.length !== this.threshold || !this.commitment.equalsAt(0, this.verifyingKey)) {
      throw new FrostUsageError(
        "mismatchedInputs",
        "the commitment has threshold points and starts with the key",
      );
    }
  }

  /** The key as BIP-340 and scripts see it, 32 bytes. */
  get xOnly(): Uint8Array {
    return this.verifyingKey.toXOnly();
  }

  has(identifier: Identifier): boolean {
    return this.#members.has(identifier);
  }

  /** Y = s·G of one identifier, derived on first use. @throws FrostUsageError for an identifier outside the key */
  verifyingShare(identifier: Identifier): PointVector {
    return this.verifyingSharesOf([identifier])[0] ?? missing();
  }

  /** Verifying shares of several identifiers, in their order; those not yet known are derived together. */
  verifyingSharesOf(identifiers: readonly Identifier[]): readonly PointVector[] {
    if (identifiers.some((identifier) => !this.#members.has(identifier))) {
      throw new FrostUsageError("unknownIdentifier", "this identifier holds no share of the key");
    }
    const unknown = sortIdentifiers(
      new Set(identifiers.filter((identifier) => !this.#shares.has(identifier))),
    );
    if (unknown.length > 0 && this.commitment !== undefined) {
      const derived = evaluateCommitmentAt(this.commitment, unknown.map(identifierToScalar));
      unknown.forEach((identifier, i) => this.#shares.set(identifier, derived.at(i)));
    }
    return identifiers.map((identifier) => this.#shares.get(identifier) ?? missing());
  }

  /** All verifying shares, in the order of `identifiers`. */
  allVerifyingShares(): PointVector {
    return PointVector.concat(this.verifyingSharesOf(this.identifiers));
  }

  /** Whether the verifying share of `identifier` is known without deriving it. */
  knows(identifier: Identifier): boolean {
    return this.#shares.has(identifier);
  }

  /** The same key with these verifying shares filled in. The caller has checked them. */
  withVerifyingShares(shares: ReadonlyMap<Identifier, PointVector>): PublicKeyPackage {
    return new PublicKeyPackage({ ...this.fields(), verifyingShares: new Map([...this.#shares, ...shares]) });
  }

  /** All fields, with the verifying shares known so far. */
  fields(): PublicKeyPackageFields & { readonly verifyingShares: ReadonlyMap<Identifier, PointVector> } {
    return {
      suite: this.suite,
      keyKind: this.keyKind,
      threshold: this.threshold,
      identifiers: this.identifiers,
      verifyingKey: this.verifyingKey,
      commitment: this.commitment,
      verifyingShares: new Map(this.#shares),
    };
  }
}

function missing(): never {
  /* v8 ignore next -- the constructor asks for a commitment or for every share */
  throw new FrostUsageError("unknownIdentifier", "this verifying share is not known");
}

/** One identifier's share with what is needed to sign (frost-secp256k1-tr `KeyPackage`). Prints as redacted. */
export class KeyPackage {
  readonly suite: Suite;
  readonly keyKind: KeyKind;
  readonly threshold: number;
  readonly identifier: Identifier;
  readonly signingShare: SigningShare;
  readonly verifyingShare: PointVector;
  readonly verifyingKey: PointVector;

  constructor(fields: {
    readonly suite: Suite;
    readonly keyKind: KeyKind;
    readonly threshold: number;
    readonly identifier: Identifier;
    readonly signingShare: SigningShare;
    readonly verifyingShare: PointVector;
    readonly verifyingKey: PointVector;
  }) {
    this.suite = fields.suite;
    this.keyKind = fields.keyKind;
    this.threshold = fields.threshold;
    this.identifier = fields.identifier;
    this.signingShare = fields.signingShare;
    this.verifyingShare = fields.verifyingShare;
    this.verifyingKey = fields.verifyingKey;
  }

  toJSON(): string {
    return "[KeyPackage redacted]";
  }
  toString(): string {
    return this.toJSON();
  }
  [inspectSymbol](): string {
    return this.toJSON();
  }
}

/** What key generation, dealing or resharing gives one participant: a package per identifier, and the public one. */
export interface KeyMaterial {
  /** In the order of the participant's identifiers. */
  readonly keyPackages: readonly KeyPackage[];
  readonly publicKeyPackage: PublicKeyPackage;
}
