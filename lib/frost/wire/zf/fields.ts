import { parseCompressed, PointVector } from "../../math/index.ts";
import { type Bytes, bytesToHex, concatBytes, hexToBytes } from "../../suite/bytes.ts";
import { WireError } from "../../suite/errors.ts";
import {
  compareIdentifiers,
  type Identifier,
  identifierFromBytes,
  identifierToBytes,
  sortIdentifiers,
} from "../../suite/identifier.ts";
import { scalarFromBytes, scalarToBytes } from "../../suite/scalar.ts";
import type { Suite } from "../../suite/suite.ts";
import type { ProofOfPossession } from "../../keygen/proof.ts";
import {
  dealtScalars,
  makeSecretShares,
  restoreSecretShares,
  restoreSigningShare,
  revealSecretShares,
  revealSigningShare,
  type SecretShares,
  type SigningShare,
} from "../../keygen/secrets.ts";
import { Reader, Writer } from "../bytes-io.ts";

/** A value parsed from JSON text. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** How one field is written: in postcard's binary form and in serde's JSON form. */
export interface Field<T> {
  write(writer: Writer, value: T): void;
  read(reader: Reader): T;
  toJson(value: T): Json | undefined;
  fromJson(json: Json | undefined): T;
}

/** Fixed-size bytes: as they are in postcard, lower-case hex in JSON. */
function fixed<T>(length: number, toBytes: (value: T) => Bytes, fromBytes: (bytes: Bytes) => T): Field<T> {
  return {
    write: (writer, value) => void writer.bytes(toBytes(value)),
    read: (reader) => fromBytes(reader.take(length)),
    toJson: (value) => bytesToHex(toBytes(value)),
    fromJson: (json) => {
      const bytes = bytesFromJson(json);
      if (bytes.length !== length) throw new WireError("length", `${length} bytes of hex expected`);
      return fromBytes(bytes);
    },
  };
}

function bytesFromJson(json: Json | undefined): Bytes {
  if (typeof json !== "string" || !/^([0-9a-f]{2})*$/.test(json)) {
    throw new WireError("syntax", "lower-case hex expected");
  }
  return hexToBytes(json);
}

export const identifier = fixed<Identifier>(32, identifierToBytes, identifierFromBytes);
export const element = fixed<PointVector>(33, (point) => point.allCompressed(), parsePoint);
export const scalar = fixed<bigint>(32, scalarToBytes, scalarFromBytes);
export const signingShare = fixed<SigningShare>(32, revealSigningShare, restoreSigningShare);
/** One dealt share; zero is a value it may have. */
export const dealtShare = fixed<SecretShares>(32, revealSecretShares, (bytes) =>
  restoreSecretShares(bytes, 1),
);

function parsePoint(bytes: Bytes): PointVector {
  const parsed = parseCompressed(bytes);
  if (!parsed.ok) throw new WireError("point", `not a point: ${parsed.fault}`);
  return parsed.points;
}

/** LEB128, at most 5 bytes, in its shortest form. */
export function writeVarint(writer: Writer, value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    writer.uint((rest % 0x80) + 0x80, 1);
    rest = Math.floor(rest / 0x80);
  }
  writer.uint(rest, 1);
}

export function readVarint(reader: Reader, most: number): number {
  let value = 0;
  for (let scale = 1, index = 0; ; scale *= 0x80, index++) {
    const byte = reader.uint(1);
    value += (byte % 0x80) * scale;
    if (byte < 0x80) {
      if (index > 0 && byte === 0) throw new WireError("value", "a number is written in its shortest form");
      if (value > most) throw new WireError("value", `a number above ${most}`);
      return value;
    }
    if (index === 4) throw new WireError("value", "a number has 5 bytes at most");
  }
}

export const u16: Field<number> = {
  write: writeVarint,
  read: (reader) => readVarint(reader, 0xffff),
  toJson: (value) => value,
  fromJson: (json) => {
    if (
      typeof json !== "number" ||
      !Number.isInteger(json) ||
      json < 0 ||
      json > 0xffff ||
      Object.is(json, -0)
    ) {
      throw new WireError("value", "a whole number up to 65535 expected");
    }
    return json;
  },
};

/** `Option<u16>` at the end of a struct that older versions wrote without it. */
export const trailingU16: Field<number | undefined> = {
  write: (writer, value) => {
    if (value === undefined) return;
    writer.uint(1, 1);
    u16.write(writer, value);
  },
  read: (reader) => {
    if (reader.remaining === 0) return undefined;
    if (reader.uint(1) !== 1) throw new WireError("value", "an absent value is left out");
    return u16.read(reader);
  },
  toJson: (value) => value,
  fromJson: (json) => (json === undefined ? undefined : u16.fromJson(json)),
};

/** Bytes of any length: length first in postcard, hex in JSON. */
export const byteString: Field<Bytes> = {
  write: (writer, value) => {
    writeVarint(writer, value.length);
    writer.bytes(value);
  },
  read: (reader) => reader.take(readVarint(reader, 0xffff_ffff)).slice(),
  toJson: (value) => bytesToHex(value),
  fromJson: bytesFromJson,
};

/** A sequence of equally long entries .*/
function sequence<T>(size: number, entry: Field<T>): Field<T[]> {
  return {
    write: (writer, values) => {
      writeVarint(writer, values.length);
      for (const value of values) entry.write(writer, value);
    },
    read: (reader) => {
      const count = readVarint(reader, 0xffff);
      if (count * size > reader.remaining) throw new WireError("length", `${count} entries do not fit`);
      return Array.from({ length: count }, () => entry.read(reader));
    },
    toJson: (values) => values.map((value) => entry.toJson(value) ?? null),
    fromJson: (json) => {
      if (!Array.isArray(json)) throw new WireError("syntax", "a list expected");
      return (json as readonly Json[]).map((item) => entry.fromJson(item));
    },
  };
}

/** The same field for another type. */
function mapped<T, U>(field: Field<T>, to: (value: T) => U, from: (value: U) => T): Field<U> {
  return {
    write: (writer, value) => field.write(writer, from(value)),
    read: (reader) => to(field.read(reader)),
    toJson: (value) => field.toJson(from(value)),
    fromJson: (json) => to(field.fromJson(json)),
  };
}

export const elements: Field<PointVector> = mapped(
  sequence(33, element),
  (points) => PointVector.concat(points),
  (vector) => Array.from({ length: vector.length }, (_, i) => vector.at(i)),
);

export const secretScalars: Field<SecretShares> = mapped(sequence(32, scalar), makeSecretShares, (shares) => [
  ...dealtScalars(shares),
]);

/** `BTreeMap<Identifier, T>`: ascending identifiers, none twice. */
export function byIdentifier<T>(size: number, entry: Field<T>): Field<ReadonlyMap<Identifier, T>> {
  const sorted = (map: ReadonlyMap<Identifier, T>) => sortIdentifiers(map.keys());
  const collect = (entries: readonly (readonly [Identifier, T])[]) => {
    entries.forEach(([key], i) => {
      const before = entries[i - 1];
      if (before !== undefined && compareIdentifiers(before[0], key) >= 0) {
        throw new WireError("order", "identifiers ascend, none twice");
      }
    });
    return new Map(entries);
  };
  return {
    write: (writer, map) => {
      writeVarint(writer, map.size);
      for (const key of sorted(map)) {
        identifier.write(writer, key);
        entry.write(writer, map.get(key) as T);
      }
    },
    read: (reader) => {
      const count = readVarint(reader, 0xffff);
      if (count * size > reader.remaining) throw new WireError("length", `${count} entries do not fit`);
      return collect(
        Array.from({ length: count }, () => [identifier.read(reader), entry.read(reader)] as const),
      );
    },
    toJson: (map) =>
      Object.fromEntries(sorted(map).map((key) => [key, entry.toJson(map.get(key) as T) ?? null])),
    fromJson: (json) =>
      collect(
        Object.entries(objectFromJson(json)).map(([key, item]) => [
          identifier.fromJson(key),
          entry.fromJson(item),
        ]),
      ),
  };
}

export function objectFromJson(json: Json | undefined): Record<string, Json> {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw new WireError("syntax", "an object expected");
  return json as Record<string, Json>;
}

/** A proof as the suite's signature: 64 bytes (x-only R ‖ μ) in the taproot suite, 65 (R ‖ μ) in the plain one. */
export function proof(suite: Suite): Field<ProofOfPossession> {
  const length = suite.taproot ? 64 : 65;
  return mapped(
    byteString,
    (bytes) => {
      if (bytes.length !== length) throw new WireError("length", `a proof has ${length} bytes`);
      const R = suite.taproot ? concatBytes(Uint8Array.of(2), bytes.subarray(0, 32)) : bytes.subarray(0, 33);
      return { R: parsePoint(R), mu: scalarFromBytes(bytes.subarray(-32)) };
    },
    ({ R, mu }) => concatBytes(suite.taproot ? R.toXOnly() : R.toCompressed(), scalarToBytes(mu)),
  );
}
