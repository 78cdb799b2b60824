import { type Brand, type Bytes, bytesToHex } from "./bytes.ts";
import { FrostUsageError, WireError } from "./errors.ts";
import { scalarFromBytes, scalarToBytes } from "./scalar.ts";
import type { Suite } from "./suite.ts";

/** Canonical lower-case hex (64 digits) of a non-zero scalar: the x at which a share is evaluated (RFC 9591 §4). */
export type Identifier = Brand<string, "Identifier">;

/** The identifier of the participant numbered `number` (1 … 2³²−1). Throws `FrostUsageError` otherwise. */
export function identifierFromNumber(number: number): Identifier {
  if (!Number.isInteger(number) || number < 1 || number > 0xffff_ffff) {
    throw new FrostUsageError(
      "invalidIdentifier",
      "an identifier number is a whole number from 1 to 4294967295",
    );
  }
  return number.toString(16).padStart(64, "0") as Identifier;
}

/** From 32 bytes, big-endian. Throws `WireError` for zero or a value not below the group order. */
export function identifierFromBytes(bytes: Bytes): Identifier {
  if (scalarFromBytes(bytes) === 0n) throw new WireError("identifier", "an identifier is not zero");
  return bytesToHex(bytes) as Identifier;
}

/** From its canonical hex form. Throws `WireError` for anything else, upper case included. */
export function parseIdentifier(text: string): Identifier {
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new WireError("identifier", "an identifier is written as 64 lower-case hex digits");
  }
  return identifierFromBytes(
    Uint8Array.from({ length: 32 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16)),
  );
}

/** HID of `name` under `suite`, as frost-secp256k1-tr's `Identifier::derive`. Such identifiers are large: slower. */
export function deriveIdentifier(suite: Suite, name: Bytes): Identifier {
  const scalar = suite.HID(name);
  /* v8 ignore next -- a hash that is zero modulo the group order is not known */
  if (scalar === 0n) throw new FrostUsageError("invalidIdentifier", "this name derives no identifier");
  return bytesToHex(scalarToBytes(scalar)) as Identifier;
}

/** 32 bytes, big-endian. */
export function identifierToBytes(identifier: Identifier): Bytes {
  return scalarToBytes(identifierToScalar(identifier));
}

export function identifierToScalar(identifier: Identifier): bigint {
  return BigInt(`0x${identifier}`);
}

/** Numeric order, which the commitment list is bound to (RFC 9591 §4.3). Equal-length hex sorts as its number. */
export function compareIdentifiers(left: Identifier, right: Identifier): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A sorted copy, in numeric order. */
export function sortIdentifiers(identifiers: Iterable<Identifier>): Identifier[] {
  return [...identifiers].sort(compareIdentifiers);
}
