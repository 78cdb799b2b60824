import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { base64urlnopad } from "@scure/base";
import * as P from "micro-packed";
import { partyCoder } from "../core/coders.ts";
import { codec, fixed, text } from "../core/codec.ts";
import { tagged } from "../core/hash.ts";
import { bytesOf, type LobbyId, groupId, type PartyId } from "../core/names.ts";
import { Identity } from "./identity.ts";
import { derive } from "./seal.ts";

/** What a link's fragment carries. It never reaches a server; whoever has it may enter the lobby. */
export interface Invite {
  /** http(s) address of the relay, without a trailing slash. */
  readonly relay: string;
  readonly coordinator: PartyId;
  /** 32 random bytes. */
  readonly lobbySecret: Uint8Array;
}

/** Why a text is no invite: a screen can tell a cut link from one of a newer version. */
export type InviteFault = "not-an-invite" | "damaged" | "newer-version" | "relay-address" | "coordinator";

const VERSION = 1;
const CHECK_BYTES = 4;
const body = codec(512, P.struct({ coordinator: partyCoder, lobbySecret: fixed(32), relay: text(400) }));
const check = (bytes: Uint8Array): Uint8Array => tagged("hoarfrost/invite/1", bytes).slice(0, CHECK_BYTES);

const relayPattern = /^https?:\/\/[a-z0-9.:[\]-]+(\/[a-zA-Z0-9._~/-]*[a-zA-Z0-9._~-])?$/;

/** True for an address an invite may carry. */
export const isRelayAddress = (address: string): boolean => relayPattern.test(address);

/** True where the bytes are the x of a curve point. */
export function isIdentity(id: PartyId): boolean {
  try {
    schnorr.utils.lift_x(BigInt(`0x${id}`));
    return true;
  } catch {
    return false;
  }
}

/** @returns what follows `#` in an invite link. @throws Error where a field is out of bounds */
export function encodeInvite(invite: Invite): string {
  if (!isRelayAddress(invite.relay)) throw new RangeError("a relay address starts with http:// or https://");
  const bytes = body.encode(invite);
  return `join=${base64urlnopad.encode(Uint8Array.from([VERSION, ...bytes, ...check(bytes)]))}`;
}

/** Reads what follows `#` in a link. Never throws; a cut or mistyped link is `damaged`. */
export function decodeInvite(fragment: string): Invite | InviteFault {
  const match = /^#?join=([A-Za-z0-9_-]{1,800})$/.exec(fragment.trim());
  if (match?.[1] === undefined) return "not-an-invite";
  let bytes: Uint8Array;
  try {
    bytes = base64urlnopad.decode(match[1]);
  } catch {
    return "damaged";
  }
  if ((bytes[0] ?? 0) > VERSION) return "newer-version";
  const content = bytes.slice(1, -CHECK_BYTES);
  const sum = check(content);
  if (bytes[0] !== VERSION || !sum.every((byte, i) => byte === bytes[bytes.length - CHECK_BYTES + i]))
    return "damaged";
  const decoded = body.decode(content);
  if (!decoded.ok) return "damaged";
  if (!isRelayAddress(decoded.value.relay)) return "relay-address";
  return isIdentity(decoded.value.coordinator) ? decoded.value : "coordinator";
}

/** What an invite gives the tab that opens it. */
export interface LobbyKeys {
  readonly lobbyId: LobbyId;
  /** Seals lobby broadcasts, and nothing else. */
  readonly lobbyKey: Uint8Array;
  /** Signs relay logins to the lobby, so that its secret is shown to nobody. */
  readonly login: Identity;
}

/** Derives the lobby's keys and its name (DESIGN §3). */
export function lobbyKeys(invite: Pick<Invite, "coordinator" | "lobbySecret">): LobbyKeys {
  const salt = bytesOf(invite.coordinator);
  const wide = hkdf(sha256, invite.lobbySecret, salt, utf8ToBytes("hoarfrost/lobby/login/1"), 48);
  const login = new Identity(scalarBytes(wide));
  return {
    lobbyId: groupId(tagged("hoarfrost/lobby/1", bytesOf(login.id), bytesOf(invite.coordinator))),
    lobbyKey: derive(invite.lobbySecret, salt, "hoarfrost/lobby/key/1"),
    login,
  };
}

/** 48 uniform bytes to a scalar from 1 to n-1, biased by less than 2^-128. */
function scalarBytes(wide: Uint8Array): Uint8Array {
  const order = secp256k1.Point.Fn.ORDER;
  let value = 0n;
  for (const byte of wide) value = (value << 8n) | BigInt(byte);
  return secp256k1.Point.Fn.toBytes((value % (order - 1n)) + 1n);
}
