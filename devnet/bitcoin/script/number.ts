import { ScriptFault } from "./fault.ts";

/** Minimal little-endian sign-magnitude integers of script, at most `maxLength` bytes (4, or 5 for lock times). */
export function decodeNumber(bytes: Uint8Array, maxLength = 4): bigint {
  if (bytes.length > maxLength) throw new ScriptFault("script-number", `a number of ${bytes.length} bytes`);
  if (bytes.length === 0) return 0n;
  const last = bytes[bytes.length - 1] ?? 0;
  const signOnly = (last & 0x7f) === 0;
  if (signOnly && (bytes.length === 1 || ((bytes[bytes.length - 2] ?? 0) & 0x80) === 0)) {
    throw new ScriptFault("script-number", "a number that is not in its shortest form");
  }
  let magnitude = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) {
    const byte = bytes[i] ?? 0;
    magnitude = (magnitude << 8n) | BigInt(i === bytes.length - 1 ? byte & 0x7f : byte);
  }
  return (last & 0x80) === 0 ? magnitude : -magnitude;
}

/** The inverse of `decodeNumber`. */
export function encodeNumber(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value < 0n ? -value : value; rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
  const top = bytes.at(-1);
  if (top === undefined) return new Uint8Array(0);
  if ((top & 0x80) !== 0) bytes.push(0);
  if (value < 0n) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
  return Uint8Array.from(bytes);
}

/** Script's truth: any non-zero byte, except a lone sign bit at the end (negative zero). */
export const isTrue = (bytes: Uint8Array): boolean =>
  bytes.some((byte, i) => byte !== 0 && !(i === bytes.length - 1 && byte === 0x80));
