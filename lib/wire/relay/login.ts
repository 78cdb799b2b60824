import { ByteReader, ByteWriter } from "./bytes.ts";
import { prefixed, taggedHash } from "./statement.ts";

/** What a relay says first on every connection. */
export interface Challenge {
  /** 32 random bytes, good for one login on this connection. */
  readonly nonce: Uint8Array;
  /** Milliseconds since 1970 on the relay's clock, after which the nonce is worthless; the client's clock does not matter. */
  readonly expiresAt: number;
}

/** What a client answers. */
export interface Login {
  readonly room: Uint8Array;
  readonly identity: Uint8Array;
  /** By the identity, over `loginDigest("identity", …)`. */
  readonly signature: Uint8Array;
  /** By the lobby signing key, over `loginDigest("lobby", …)`; null for a group. */
  readonly lobbySignature: Uint8Array | null;
  /** A signed statement, for a relay that does not know the room yet; null where it does. */
  readonly statement: Uint8Array | null;
}

const tags = { identity: "hoarfrost/relay/login/1", lobby: "hoarfrost/relay/lobby-login/1" } as const;

/**
 * What is signed to log in. The origin is the one the client dialled: a relay that passes another's challenge on gets a
 * signature that the other refuses. Both signatures of a lobby login cover the identity, so they cannot be recombined.
 */
export function loginDigest(
  by: keyof typeof tags,
  origin: string,
  room: Uint8Array,
  identity: Uint8Array,
  challenge: Challenge,
): Uint8Array {
  const expiry = new ByteWriter().u64(challenge.expiresAt).finish();
  return taggedHash(tags[by], prefixed(origin), room, identity, challenge.nonce, expiry);
}

const FORMAT = 1;

/** `format 1 | room 32 | identity 32 | signature 64 | has lobby signature 1 | [64] | statement length 4 | statement`. */
export function encodeLogin(login: Login): Uint8Array {
  const writer = new ByteWriter().u8(FORMAT).bytes(login.room).bytes(login.identity).bytes(login.signature);
  if (login.lobbySignature === null) writer.u8(0);
  else writer.u8(1).bytes(login.lobbySignature);
  const statement = login.statement ?? new Uint8Array(0);
  return writer.u32(statement.length).bytes(statement).finish();
}

/** The login, or null where the bytes are not one. */
export function decodeLogin(bytes: Uint8Array): Login | null {
  const reader = new ByteReader(bytes);
  const format = reader.u8();
  const [room, identity, signature] = [reader.bytes(32), reader.bytes(32), reader.bytes(64)];
  const flag = reader.u8();
  const lobbySignature = flag === 1 ? reader.bytes(64) : null;
  const statement = reader.bytes(reader.u32());
  if (format !== FORMAT || flag > 1 || !reader.complete) return null;
  return { room, identity, signature, lobbySignature, statement: statement.length === 0 ? null : statement };
}
