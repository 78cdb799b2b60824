import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

export type Bytes = Uint8Array;

declare const brand: unique symbol;
/** A value that only its parser makes. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export { bytesToHex, concatBytes, hexToBytes, utf8ToBytes };

/** Compares two public byte strings; not constant time. */
export function sameBytes(left: Bytes, right: Bytes): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

/** `value` as `length` bytes, big-endian. */
export function uintBytes(value: number, length: number): Bytes {
  const out = new Uint8Array(length);
  for (let i = length - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

/** A byte string preceded by its length in 4 bytes, so that a hash over several has one reading only. */
export function prefixed(bytes: Bytes): Bytes {
  return concatBytes(uintBytes(bytes.length, 4), bytes);
}

/** What `console.log` of Node asks an object for; a registered symbol, so nothing of Node is imported. */
export const inspectSymbol = Symbol.for("nodejs.util.inspect.custom");
