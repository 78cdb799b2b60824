import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Bytes } from "./bytes.ts";
import { WireError } from "./errors.ts";

/** The curve, for secret-dependent work: `BASE.multiply` and `multiply` run a fixed pattern of operations. */
export const Point = secp256k1.Point;
/** Integers modulo the group order. */
export const Fn = Point.Fn;
/** Order of the secp256k1 group. */
export const N = Fn.ORDER;

/** Least non-negative residue modulo the group order. */
export function mod(value: bigint): bigint {
  const rest = value % N;
  return rest < 0n ? rest + N : rest;
}

/** 32 bytes, big-endian (RFC 9591 §6.5 `SerializeScalar`). */
export function scalarToBytes(scalar: bigint): Bytes {
  return Fn.toBytes(scalar);
}

/** RFC 9591 §6.5 `DeserializeScalar`: exactly 32 bytes, below the group order; zero is a scalar. Throws `WireError`. */
export function scalarFromBytes(bytes: Bytes): bigint {
  if (bytes.length !== 32) throw new WireError("length", `a scalar has 32 bytes, not ${bytes.length}`);
  const value = bytesToBigInt(bytes);
  if (value >= N) throw new WireError("scalar", "a scalar must be below the group order");
  return value;
}

export function bytesToBigInt(bytes: Bytes): bigint {
  let hex = "0x0";
  for (const byte of bytes) hex += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16);
  return BigInt(hex);
}
