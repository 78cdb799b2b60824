import { type Bytes, concatBytes, inspectSymbol } from "../suite/bytes.ts";
import { FrostUsageError, WireError } from "../suite/errors.ts";
import { scalarFromBytes, scalarToBytes } from "../suite/scalar.ts";

/** This layer only: the scalar inside a share. */
export let scalarOf: (share: SigningShare) => bigint;
/** This layer only: wraps a secret scalar. */
export let makeSigningShare: (scalar: bigint) => SigningShare;

/**
 * A participant's share of the group's secret key. Prints, logs and stringifies as redacted; a structured clone or
 * JSON copy holds nothing. Persistence goes through `revealSigningShare`, by name.
 */
export class SigningShare {
  #scalar: bigint | undefined;

  static {
    makeSigningShare = (scalar) => new SigningShare(scalar);
    scalarOf = (share) => {
      if (share.#scalar === undefined)
        throw new FrostUsageError("erasedSecret", "this share has been erased");
      return share.#scalar;
    };
  }

  private constructor(scalar: bigint) {
    this.#scalar = scalar;
  }

  /** Drops the scalar. The engine may keep copies: a bigint cannot be overwritten in place. */
  erase(): void {
    this.#scalar = undefined;
  }

  toJSON(): string {
    return "[SigningShare redacted]";
  }
  toString(): string {
    return this.toJSON();
  }
  [inspectSymbol](): string {
    return this.toJSON();
  }
}

/** The 32 secret bytes of a share, for sealed storage or transfer to another signer only. */
export function revealSigningShare(share: SigningShare): Bytes {
  return scalarToBytes(scalarOf(share));
}

/** A share from its 32 bytes. Throws `WireError` for another length, zero, or a value not below the group order. */
export function restoreSigningShare(bytes: Bytes): SigningShare {
  const scalar = scalarFromBytes(bytes);
  if (scalar === 0n) throw new WireError("scalar", "a signing share is not zero");
  return makeSigningShare(scalar);
}

/** This layer only: the scalars inside dealt shares. */
export let dealtScalars: (shares: SecretShares) => readonly bigint[];
/** This layer only: wraps dealt scalars. */
export let makeSecretShares: (scalars: readonly bigint[]) => SecretShares;

/**
 * What one dealer sends one recipient: the dealer's polynomial at each of the recipient's identifiers, in order
 * (frost-secp256k1-tr's `round2::Package`, once per identifier). Redacted like `SigningShare`.
 */
export class SecretShares {
  #scalars: readonly bigint[] | undefined;

  static {
    makeSecretShares = (scalars) => new SecretShares(scalars);
    dealtScalars = (shares) => {
      if (shares.#scalars === undefined)
        throw new FrostUsageError("erasedSecret", "these shares have been erased");
      return shares.#scalars;
    };
  }

  private constructor(scalars: readonly bigint[]) {
    this.#scalars = scalars;
  }

  /** How many shares: the recipient's weight. */
  get count(): number {
    return dealtScalars(this).length;
  }

  erase(): void {
    this.#scalars = undefined;
  }

  toJSON(): string {
    return "[SecretShares redacted]";
  }
  toString(): string {
    return this.toJSON();
  }
  [inspectSymbol](): string {
    return this.toJSON();
  }
}

/** 32 secret bytes per share, one after the other, to be sealed for the recipient (or stored sealed). */
export function revealSecretShares(shares: SecretShares): Bytes {
  return concatBytes(...dealtScalars(shares).map(scalarToBytes));
}

/**
 * Dealt shares from their bytes. Zero is accepted: whether a share is right is decided by its commitment alone.
 * Throws `WireError` where the length is not 32·`count` or a value is not below the group order.
 */
export function restoreSecretShares(bytes: Bytes, count: number): SecretShares {
  if (bytes.length !== 32 * count) throw new WireError("length", `${count} shares have ${32 * count} bytes`);
  return makeSecretShares(
    Array.from({ length: count }, (_, i) => scalarFromBytes(bytes.subarray(32 * i, 32 * i + 32))),
  );
}
