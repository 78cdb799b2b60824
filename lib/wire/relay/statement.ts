import { schnorr } from "@noble/curves/secp256k1.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * What a coordinator tells a relay about a room: who may log in. It is the roster without names, weights and threshold,
 * which are nobody's business but the members'.
 *
 * `format 1 | type 1 | subject 32 | coordinator 32 | version 4 | …`, then for a group `count 2 | identity 32 …`, for a lobby
 * `lobby key 32`, then `signature 64` by the coordinator over everything before it.
 */
export type RoomStatement =
  | {
      readonly type: "group";
      /** 32 bytes: the groupId that this room's frames carry. */
      readonly subject: Uint8Array;
      readonly coordinator: Uint8Array;
      /** Counts up; a higher version replaces a lower one. */
      readonly version: number;
      /** x-only public keys, the coordinator's among them where it logs in too. */
      readonly members: readonly Uint8Array[];
    }
  | {
      readonly type: "lobby";
      /** 32 bytes: the lobbyId that this room's frames carry. */
      readonly subject: Uint8Array;
      readonly coordinator: Uint8Array;
      readonly version: number;
      /** x-only public key that belongs to the lobby secret of the invite. */
      readonly lobbyKey: Uint8Array;
    };

const FORMAT = 1;
const TYPES = { group: 0, lobby: 1 } as const;
const MAX_MEMBERS = 1024;

/** BIP-340 tagged hash, so that a signature for one purpose is worthless for every other. */
export function taggedHash(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return schnorr.utils.taggedHash(tag, ...parts);
}

/**
 * The room's name. It binds type, subject, coordinator and lobby key, so that nobody else can take it first.
 * @returns 32 bytes
 */
export function roomOf(statement: RoomStatement): Uint8Array {
  const lobbyKey = statement.type === "lobby" ? statement.lobbyKey : new Uint8Array(32);
  const type = new Uint8Array([TYPES[statement.type]]);
  return taggedHash("hoarfrost/relay/room/1", type, statement.subject, statement.coordinator, lobbyKey);
}

/** The bytes a coordinator signs, by `statementDigest`, and the first part of a signed statement. */
function encodeUnsigned(statement: RoomStatement): Uint8Array {
  const writer = new ByteWriter()
    .u8(FORMAT)
    .u8(TYPES[statement.type])
    .bytes(statement.subject)
    .bytes(statement.coordinator)
    .u32(statement.version);
  if (statement.type === "lobby") return writer.bytes(statement.lobbyKey).finish();
  writer.u16(statement.members.length);
  for (const member of statement.members) writer.bytes(member);
  return writer.finish();
}

/** What the coordinator's identity key signs. */
export function statementDigest(statement: RoomStatement): Uint8Array {
  return taggedHash("hoarfrost/relay/statement/1", encodeUnsigned(statement));
}

/** @param signature 64 bytes, BIP-340, by the coordinator over `statementDigest` */
export function encodeStatement(statement: RoomStatement, signature: Uint8Array): Uint8Array {
  return new ByteWriter().bytes(encodeUnsigned(statement)).bytes(signature).finish();
}

function readMembers(reader: ByteReader): Uint8Array[] | null {
  const count = reader.u16();
  if (count === 0 || count > MAX_MEMBERS) return null;
  return Array.from({ length: count }, () => reader.bytes(32));
}

function distinct(members: readonly Uint8Array[]): boolean {
  return new Set(members.map((member) => member.join())).size === members.length;
}

/** Reads a statement and checks the coordinator's signature; null where either is wrong. Never throws. */
export function verifyStatement(bytes: Uint8Array): RoomStatement | null {
  const reader = new ByteReader(bytes);
  const format = reader.u8();
  const type = reader.u8();
  const [subject, coordinator, version] = [reader.bytes(32), reader.bytes(32), reader.u32()];
  if (format !== FORMAT || (type !== TYPES.group && type !== TYPES.lobby)) return null;
  const lobbyKey = type === TYPES.lobby ? reader.bytes(32) : null;
  const members = type === TYPES.group ? readMembers(reader) : [];
  const signature = reader.bytes(64);
  if (!reader.complete || members === null || !distinct(members)) return null;
  const statement: RoomStatement =
    lobbyKey === null
      ? { type: "group", subject, coordinator, version, members }
      : { type: "lobby", subject, coordinator, version, lobbyKey };
  return verifySignature(signature, statementDigest(statement), coordinator) ? statement : null;
}

/** BIP-340 verification that answers false where the library would throw on bytes that are no key. */
export function verifySignature(signature: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return schnorr.verify(signature, digest, publicKey);
  } catch {
    return false;
  }
}

/** UTF-8 bytes with their length in front (4 bytes). */
export function prefixed(value: string): Uint8Array {
  const bytes = utf8ToBytes(value);
  return new ByteWriter().u32(bytes.length).bytes(bytes).finish();
}
