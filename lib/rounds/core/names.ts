import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import type { Brand } from "./brand.ts";

/**
 * Names of parties, groups, rounds and messages, as lowercase hex so that they are stable map keys.
 * Frames carry the bytes; machines and screens carry these.
 */

/** 32-byte x-only secp256k1 public key of a tab, as 64 hex digits. */
export type PartyId = Brand<string, "PartyId">;
/** 32-byte hash that names a sealed roster. */
export type GroupId = Brand<string, "GroupId">;
/** 32-byte hash that names a lobby; it stands where other frames carry a groupId. */
export type LobbyId = GroupId;
/** 16 random bytes that name one key generation or one signing request. */
export type RoundId = Brand<string, "RoundId">;
/** 16 random bytes chosen once per message: the same message re-sent keeps it. */
export type MsgId = Brand<string, "MsgId">;
/** 16 random bytes per unlock of a seat: new on reload, lock, take-over and restore. */
export type Epoch = Brand<string, "Epoch">;
/** A 32-byte hash as 64 hex digits. */
export type Hash = Brand<string, "Hash">;

/** `to` of a frame meant for everyone in its group or lobby. */
export const ALL = "0".repeat(64) as PartyId;

/** Round of messages that belong to none (lobby, presence). */
export const NO_ROUND = "0".repeat(32) as RoundId;

const hexOf = (bytes: Uint8Array, length: number, name: string): string => {
  if (bytes.length !== length) throw new TypeError(`${name} has ${length} bytes, got ${bytes.length}`);
  return bytesToHex(bytes);
};

/** @throws TypeError where the length is wrong: lengths are fixed by the frame codec, so that is our own misuse */
export const partyId = (bytes: Uint8Array): PartyId => hexOf(bytes, 32, "a party id") as PartyId;
export const groupId = (bytes: Uint8Array): GroupId => hexOf(bytes, 32, "a group id") as GroupId;
export const roundId = (bytes: Uint8Array): RoundId => hexOf(bytes, 16, "a round id") as RoundId;
export const msgId = (bytes: Uint8Array): MsgId => hexOf(bytes, 16, "a message id") as MsgId;
export const epochOf = (bytes: Uint8Array): Epoch => hexOf(bytes, 16, "an epoch") as Epoch;
export const hashOf = (bytes: Uint8Array): Hash => hexOf(bytes, 32, "a hash") as Hash;

/** The bytes behind any of the names above. */
export const bytesOf = (name: PartyId | GroupId | RoundId | MsgId | Epoch | Hash): Uint8Array =>
  hexToBytes(name);
