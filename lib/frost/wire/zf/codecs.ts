import { bytesToHex, uintBytes, utf8ToBytes } from "../../suite/bytes.ts";
import { WireError } from "../../suite/errors.ts";
import { secp256k1Plain, secp256k1Tr, type Suite } from "../../suite/suite.ts";
import { type Codec, decodeWith, type Reader, Writer } from "../bytes-io.ts";
import * as field from "./fields.ts";
import { type Field, type Json, objectFromJson } from "./fields.ts";
import type * as model from "./model.ts";

/** JSON text to values and back. `decode` throws `WireError` for anything but `encode`'s text, whitespace aside. */
export interface JsonCodec<T> {
  encode(value: T): string;
  decode(text: string): T;
}

/** A struct of frost-secp256k1-tr in both forms. */
export interface ZfCodec<T> {
  /** What `serialize()` and `deserialize()` of the Rust crate write and read. */
  readonly postcard: Codec<T>;
  /** What `serde_json` writes and reads. */
  readonly json: JsonCodec<T>;
}

const FORMAT_VERSION = 0;

/** CRC-32 (IEEE 802.3), big-endian: postcard headers carry it over the suite's name. */
export function crc32(bytes: Uint8Array): Uint8Array {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return uintBytes((crc ^ 0xffffffff) >>> 0, 4);
}

function header(suite: Suite): Field<undefined> {
  const shortId = crc32(utf8ToBytes(suite.id));
  return {
    write: (writer) => void writer.uint(FORMAT_VERSION, 1).bytes(shortId),
    read: (reader) => {
      if (reader.uint(1) !== FORMAT_VERSION) throw new WireError("version", "only format version 0 is known");
      if (bytesToHex(reader.take(4)) !== bytesToHex(shortId)) throw new WireError("suite", "another suite");
    },
    toJson: () => ({ version: FORMAT_VERSION, ciphersuite: suite.id }),
    fromJson: (json) => {
      const { version, ciphersuite } = objectFromJson(json);
      if (version !== FORMAT_VERSION) throw new WireError("version", "only format version 0 is known");
      if (ciphersuite !== suite.id) throw new WireError("suite", "another suite");
    },
  };
}

type Fields<T> = { readonly [K in keyof T]: Field<T[K]> };

/** Fields in their order; in JSON under their snake-case names, after the header where there is one. */
function struct<T>(head: Field<undefined> | null, fields: Fields<T>): Field<T> {
  const entries = Object.entries<Field<unknown>>(fields as Record<string, Field<unknown>>);
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    write: (writer, value) => {
      head?.write(writer, undefined);
      for (const [name, entry] of entries) entry.write(writer, value[name as keyof T]);
    },
    read: (reader) => {
      head?.read(reader);
      return Object.fromEntries(entries.map(([name, entry]) => [name, entry.read(reader)])) as T;
    },
    toJson: (value) => {
      const json: Record<string, Json> = {};
      const first = head?.toJson(undefined);
      if (first !== undefined) json["header"] = first;
      for (const [name, entry] of entries) {
        const item = entry.toJson(value[name as keyof T]);
        if (item !== undefined) json[snake(name)] = item;
      }
      return json;
    },
    fromJson: (json) => {
      const object = objectFromJson(json);
      head?.fromJson(object["header"]);
      return Object.fromEntries(
        entries.map(([name, entry]) => [name, entry.fromJson(object[snake(name)])]),
      ) as T;
    },
  };
}

function codec<T>(value: Field<T>, bare?: Field<T>): ZfCodec<T> {
  const binary = bare ?? value;
  const encodeJson = (item: T) => JSON.stringify(value.toJson(item));
  return {
    postcard: {
      encode: (item) => {
        const writer = new Writer();
        binary.write(writer, item);
        return writer.finish();
      },
      decode: (bytes) => decodeWith(bytes, (reader: Reader) => binary.read(reader)),
    },
    json: {
      encode: encodeJson,
      decode: (text) => {
        const item = value.fromJson(parseJson(text));
        // serde refuses unknown and doubled fields; comparing texts refuses both, and every other second spelling.
        if (encodeJson(item) !== text.replace(/[ \t\r\n]/g, "")) {
          throw new WireError("syntax", "unknown, doubled or differently written field");
        }
        return item;
      },
    },
  };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new WireError("syntax", "not JSON");
  }
}

export interface ZfCodecs {
  readonly signingCommitments: ZfCodec<model.ZfSigningCommitments>;
  readonly signingPackage: ZfCodec<model.ZfSigningPackage>;
  readonly signatureShare: ZfCodec<model.ZfSignatureShare>;
  readonly publicKeyPackage: ZfCodec<model.ZfPublicKeyPackage>;
  readonly round1Package: ZfCodec<model.ZfRound1Package>;
  /** Packages with secrets: what these write must be kept or sent sealed. */
  readonly secret: {
    readonly secretShare: ZfCodec<model.ZfSecretShare>;
    readonly keyPackage: ZfCodec<model.ZfKeyPackage>;
    readonly round1SecretPackage: ZfCodec<model.ZfRound1SecretPackage>;
    readonly round2SecretPackage: ZfCodec<model.ZfRound2SecretPackage>;
    readonly round2Package: ZfCodec<model.ZfRound2Package>;
  };
}

function codecsOf(suite: Suite): ZfCodecs {
  const head = header(suite);
  const { identifier, element, elements, scalar, u16, byteString, dealtShare, secretScalars } = field;
  const commitments = struct<model.ZfSigningCommitments>(head, { hiding: element, binding: element });
  const share = struct<model.ZfSignatureShare>(head, { share: scalar });
  // The crate's `SignatureShare::serialize` writes the bare scalar; only its JSON form has a header.
  const bareShare = struct<model.ZfSignatureShare>(null, { share: scalar });
  return {
    signingCommitments: codec(commitments),
    signingPackage: codec(
      struct<model.ZfSigningPackage>(head, {
        signingCommitments: field.byIdentifier(103, commitments),
        message: byteString,
      }),
    ),
    signatureShare: codec(share, bareShare),
    publicKeyPackage: codec(
      struct<model.ZfPublicKeyPackage>(head, {
        verifyingShares: field.byIdentifier(65, element),
        verifyingKey: element,
        minSigners: field.trailingU16,
      }),
    ),
    round1Package: codec(
      struct<model.ZfRound1Package>(head, { commitment: elements, proofOfKnowledge: field.proof(suite) }),
    ),
    secret: {
      secretShare: codec(
        struct<model.ZfSecretShare>(head, {
          identifier,
          signingShare: field.signingShare,
          commitment: elements,
        }),
      ),
      keyPackage: codec(
        struct<model.ZfKeyPackage>(head, {
          identifier,
          signingShare: field.signingShare,
          verifyingShare: element,
          verifyingKey: element,
          minSigners: u16,
        }),
      ),
      round1SecretPackage: codec(
        struct<model.ZfRound1SecretPackage>(null, {
          identifier,
          coefficients: secretScalars,
          commitment: elements,
          minSigners: u16,
          maxSigners: u16,
        }),
      ),
      round2SecretPackage: codec(
        struct<model.ZfRound2SecretPackage>(null, {
          identifier,
          commitment: elements,
          secretShare: dealtShare,
          minSigners: u16,
          maxSigners: u16,
        }),
      ),
      round2Package: codec(struct<model.ZfRound2Package>(head, { signingShare: dealtShare })),
    },
  };
}

const forTaproot = codecsOf(secp256k1Tr);
const forPlain = codecsOf(secp256k1Plain);

/** frost-secp256k1-tr's encodings of every package except signing nonces (frost-secp256k1's for the plain suite). */
export function zfCodecs(suite: Suite): ZfCodecs {
  return suite.taproot ? forTaproot : forPlain;
}
