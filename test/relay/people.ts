import { schnorr } from "@noble/curves/secp256k1.js";
import { randomBytes } from "node:crypto";
import { FRAME_VERSION, HEADER_FIELDS, LOBBY_FIRST_KIND, MIN_FRAME_BYTES } from "../../lib/wire/header.ts";
import {
  encodeStatement,
  roomOf,
  statementDigest,
  type RoomStatement,
} from "../../lib/wire/relay/statement.ts";
import type { Credentials } from "../../lib/runtime/relay/session.ts";

/** A keypair that signs digests. */
export interface Person {
  readonly identity: Uint8Array;
  readonly sign: (digest: Uint8Array) => Promise<Uint8Array>;
}

export function makePerson(): Person {
  const secret = schnorr.utils.randomSecretKey();
  return {
    identity: schnorr.getPublicKey(secret),
    sign: (digest) => Promise.resolve(schnorr.sign(digest, secret)),
  };
}

/** A room with its signed statement. */
export interface TestRoom {
  readonly id: Uint8Array;
  readonly subject: Uint8Array;
  readonly statement: Uint8Array;
}

async function signed(statement: RoomStatement, coordinator: Person): Promise<TestRoom> {
  const signature = await coordinator.sign(statementDigest(statement));
  return {
    id: roomOf(statement),
    subject: statement.subject,
    statement: encodeStatement(statement, signature),
  };
}

export function makeGroup(
  coordinator: Person,
  members: readonly Person[],
  version = 1,
  subject: Uint8Array = new Uint8Array(randomBytes(32)),
): Promise<TestRoom> {
  const identities = members.map(({ identity }) => identity);
  return signed(
    { type: "group", subject, coordinator: coordinator.identity, version, members: identities },
    coordinator,
  );
}

export function makeLobby(coordinator: Person, lobbyKey: Uint8Array): Promise<TestRoom> {
  const subject = new Uint8Array(randomBytes(32));
  return signed(
    { type: "lobby", subject, coordinator: coordinator.identity, version: 1, lobbyKey },
    coordinator,
  );
}

export function credentialsOf(person: Person, room: TestRoom, lobby?: Person): Credentials {
  const { identity, sign } = person;
  const common = { room: room.id, identity, sign, statement: room.statement };
  return lobby === undefined ? common : { ...common, signAsLobby: (digest) => lobby.sign(digest) };
}

export interface FrameOptions {
  readonly subject: Uint8Array;
  readonly from: Uint8Array;
  /** Everybody where it is left out. */
  readonly to?: Uint8Array;
  readonly kind?: number;
  readonly msgId?: Uint8Array;
  readonly payload?: Uint8Array;
}

/** A frame as far as a relay looks at it: its signature is noise. */
export function makeFrame(options: FrameOptions): Uint8Array {
  const payload = options.payload ?? new Uint8Array(0);
  const frame = new Uint8Array(MIN_FRAME_BYTES + payload.length);
  frame[0] = FRAME_VERSION;
  frame[1] = options.kind ?? LOBBY_FIRST_KIND;
  frame.set(options.subject, HEADER_FIELDS.groupId.at);
  frame.set(options.from, HEADER_FIELDS.from.at);
  if (options.to !== undefined) frame.set(options.to, HEADER_FIELDS.to.at);
  frame.set(options.msgId ?? randomBytes(16), HEADER_FIELDS.msgId.at);
  new DataView(frame.buffer).setUint32(154, payload.length);
  frame.set(payload, 158);
  return frame;
}
