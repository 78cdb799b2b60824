import { parseUncompressed, type PointVector } from "../math/index.ts";
import { type Bytes, concatBytes, uintBytes } from "../suite/bytes.ts";
import { WireError } from "../suite/errors.ts";
import { type Identifier, identifierFromBytes, identifierToBytes } from "../suite/identifier.ts";
import { scalarFromBytes, scalarToBytes } from "../suite/scalar.ts";
import { secp256k1Plain, secp256k1Tr, type Suite } from "../suite/suite.ts";

/** Bytes to values and back. `decode` throws `WireError` for anything that `encode` does not write. */
export interface Codec<T> {
  encode(value: T): Bytes;
  decode(bytes: Bytes): T;
}

/** `decode` for bytes from others: the error as a value. Other errors than `WireError` are ours and still throw. */
export function tryDecode<T>(
  codec: Codec<T>,
  bytes: Bytes,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError } {
  try {
    return { ok: true, value: codec.decode(bytes) };
  } catch (error) {
    if (error instanceof WireError) return { ok: false, error };
    throw error;
  }
}

export class Writer {
  readonly #parts: Bytes[] = [];

  uint(value: number, length: number): this {
    return this.bytes(uintBytes(value, length));
  }
  bytes(bytes: Bytes): this {
    this.#parts.push(bytes);
    return this;
  }
  identifier(identifier: Identifier): this {
    return this.bytes(identifierToBytes(identifier));
  }
  scalar(scalar: bigint): this {
    return this.bytes(scalarToBytes(scalar));
  }
  /** 65 bytes each. */
  points(points: PointVector): this {
    return this.bytes(points.allUncompressed());
  }
  finish(): Bytes {
    return concatBytes(...this.#parts);
  }
}

export class Reader {
  readonly #bytes: Bytes;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }
  uint(length: number): number {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }
  /** A view, not a copy. */
  take(length: number): Bytes {
    if (length > this.remaining)
      throw new WireError("length", `${length} bytes wanted, ${this.remaining} left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  identifier(): Identifier {
    return identifierFromBytes(this.take(32));
  }
  scalar(): bigint {
    return scalarFromBytes(this.take(32));
  }
  /** `count` points of 65 bytes: SEC 1 uncompressed, on the curve; the identity has no such form. */
  points(count: number): PointVector {
    const parsed = parseUncompressed(this.take(65 * count));
    if (!parsed.ok) throw new WireError("point", `point ${parsed.index}: ${parsed.fault}`);
    return parsed.points;
  }
  finish(): void {
    if (this.remaining !== 0) throw new WireError("length", `${this.remaining} bytes too many`);
  }
}

/** Kinds keep their number for ever; a retired one is not used again. */
export const Kind = {
  round1Package: 1,
  signingCommitments: 2,
  signatureShare: 3,
  signingPackage: 4,
  publicKeyPackage: 5,
  verifyingShares: 6,
  keyPackage: 7,
  round1Secret: 8,
} as const;

const VERSION = 1;
const suites: readonly Suite[] = [secp256k1Tr, secp256k1Plain];

/** version 1 ‖ kind 1 ‖ suite 1 (0 taproot, 1 plain). */
export function header(kind: number, suite: Suite): Writer {
  return new Writer().uint(VERSION, 1).uint(kind, 1).uint(suites.indexOf(suite), 1);
}

/** Reads a header and returns its suite. */
export function readHeader(reader: Reader, kind: number): Suite {
  if (reader.uint(1) !== VERSION) throw new WireError("version", "unknown version");
  if (reader.uint(1) !== kind) throw new WireError("kind", "another kind of value");
  const suite = suites[reader.uint(1)];
  if (suite === undefined) throw new WireError("suite", "unknown suite");
  return suite;
}

/** Reads a whole value: what is left over is an error. */
export function decodeWith<T>(bytes: Bytes, read: (reader: Reader) => T): T {
  const reader = new Reader(bytes);
  const value = read(reader);
  reader.finish();
  return value;
}
