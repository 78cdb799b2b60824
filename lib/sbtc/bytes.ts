import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "@scure/base";
import { refuse } from "./refusal.ts";

declare const brand: unique symbol;
/** A value that only its parser can make. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Transaction id as people and nodes write it: 64 lower-case hex characters, reversed hash bytes. */
export type Txid = Brand<string, "Txid">;
/** Block hash as people and nodes write it: 64 lower-case hex characters, reversed hash bytes. */
export type BlockHash = Brand<string, "BlockHash">;

const hash64 = /^[0-9a-f]{64}$/;

/** @throws Refusal `txidInvalid` unless `text` is 64 lower-case hex characters */
export function parseTxid(text: string): Txid {
  return hash64.test(text) ? (text as Txid) : refuse("txidInvalid", `not a transaction id: ${quote(text)}`);
}

/** @throws Refusal `txidInvalid` unless `text` is 64 lower-case hex characters */
export function parseBlockHash(text: string): BlockHash {
  return hash64.test(text) ? (text as BlockHash) : refuse("txidInvalid", `not a block hash: ${quote(text)}`);
}

/** Shortens untrusted text for an error message. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

/** @throws Refusal `hexInvalid` for anything but an even number of hex characters */
export function parseHex(text: string): Uint8Array {
  try {
    return hex.decode(text);
  } catch {
    return refuse("hexInvalid", `not hex: ${quote(text)}`);
  }
}

/** Bytes as lower-case hex. */
export const toHex = (bytes: Uint8Array): string => hex.encode(bytes);

/** SHA-256 twice over the concatenation of `parts`. */
export function hash256(...parts: readonly Uint8Array[]): Uint8Array {
  const hasher = sha256.create();
  for (const part of parts) hasher.update(part);
  return sha256(hasher.digest());
}

/** A copy with the byte order turned round: between hash order and display order. */
export const reversed = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes).reverse();

/** Hash bytes (as in a transaction) to the id people write. */
export const txidOfHash = (hash: Uint8Array): Txid => hex.encode(reversed(hash)) as Txid;

/** Hash bytes (as in a header) to the block hash people write. */
export const blockHashOf = (hash: Uint8Array): BlockHash => hex.encode(reversed(hash)) as BlockHash;

/** The id people write to hash bytes (as in a transaction). */
export const hashOfId = (id: Txid | BlockHash): Uint8Array => hex.decode(id).reverse();

/** True where both arrays hold the same bytes. Not for secrets: it stops at the first difference. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Eight bytes, big-endian, unsigned. */
export function u64be(value: bigint): Uint8Array {
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn)
    refuse("amountOutOfRange", `${value.toString()} does not fit 8 bytes`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** Reads eight bytes, big-endian, unsigned, at `offset`. */
export const readU64be = (bytes: Uint8Array, offset: number): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(offset);

/** One transaction output, named by the transaction that made it. */
export interface Outpoint {
  readonly txid: Txid;
  readonly vout: number;
}

/** `txid:vout`, the key of an outpoint in maps and texts. */
export const outpointKey = (outpoint: Outpoint): string => `${outpoint.txid}:${outpoint.vout}`;
