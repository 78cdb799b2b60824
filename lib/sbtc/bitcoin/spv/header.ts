import { blockHashOf, hash256, type BlockHash } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";

/** Length of a serialized header. */
export const headerLength = 80;

/** A block header and its hash. */
export interface BlockHeader {
  readonly hash: BlockHash;
  readonly previous: BlockHash;
  /** In hash order, as the merkle tree computes it. */
  readonly merkleRoot: Uint8Array;
  /** Seconds since 1970, the miner's own claim. */
  readonly time: number;
  readonly bits: number;
  readonly version: number;
  readonly nonce: number;
  readonly raw: Uint8Array;
}

/** @throws Refusal `headerMalformed` unless given 80 bytes */
export function parseHeader(raw: Uint8Array): BlockHeader {
  if (raw.length !== headerLength)
    refuse("headerMalformed", `a header has ${headerLength} bytes, not ${raw.length}`);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return {
    hash: blockHashOf(hash256(raw)),
    previous: blockHashOf(raw.subarray(4, 36)),
    merkleRoot: raw.slice(36, 68),
    time: view.getUint32(68, true),
    bits: view.getUint32(72, true),
    version: view.getInt32(0, true),
    nonce: view.getUint32(76, true),
    raw: raw.slice(),
  };
}

/** Writes a header from its fields, e.g. those of a JSON answer; the hash then tells whether they were true. */
export function headerBytes(fields: {
  readonly version: number;
  readonly previous: Uint8Array;
  readonly merkleRoot: Uint8Array;
  readonly time: number;
  readonly bits: number;
  readonly nonce: number;
}): Uint8Array {
  const raw = new Uint8Array(headerLength);
  const view = new DataView(raw.buffer);
  view.setInt32(0, fields.version, true);
  raw.set(fields.previous, 4);
  raw.set(fields.merkleRoot, 36);
  view.setUint32(68, fields.time, true);
  view.setUint32(72, fields.bits, true);
  view.setUint32(76, fields.nonce, true);
  return raw;
}

/**
 * The target a compact difficulty stands for.
 * @throws Refusal `headerBitsInvalid` for negative, zero, overflowing or too easy ones
 */
export function targetOfBits(bits: number, powLimit: bigint): bigint {
  const exponent = bits >>> 24;
  const mantissa = BigInt(bits & 0x7f_ffff);
  if ((bits & 0x80_0000) !== 0 && mantissa !== 0n)
    refuse("headerBitsInvalid", `bits ${bits.toString(16)} are negative`);
  const overflows =
    mantissa !== 0n &&
    (exponent > 34 || (mantissa > 0xffn && exponent > 33) || (mantissa > 0xffffn && exponent > 32));
  if (overflows) refuse("headerBitsInvalid", `bits ${bits.toString(16)} overflow`);
  const target =
    exponent <= 3 ? mantissa >> BigInt(8 * (3 - exponent)) : mantissa << BigInt(8 * (exponent - 3));
  if (target === 0n) refuse("headerBitsInvalid", `bits ${bits.toString(16)} are zero`);
  if (target > powLimit)
    refuse("headerBitsInvalid", `bits ${bits.toString(16)} are easier than this network allows`);
  return target;
}

/** The compact form of a target, rounding down as consensus does. */
export function bitsOfTarget(target: bigint): number {
  let size = Math.ceil(target.toString(2).length / 8);
  let mantissa =
    size <= 3 ? Number(target << BigInt(8 * (3 - size))) : Number(target >> BigInt(8 * (size - 3)));
  if ((mantissa & 0x80_0000) !== 0) {
    mantissa >>>= 8;
    size += 1;
  }
  return ((size << 24) | mantissa) >>> 0;
}

/** Expected number of hashes behind a block of this target. */
export const workOfTarget = (target: bigint): bigint => (1n << 256n) / (target + 1n);

/** The block hash as the number that must not exceed the target. */
export const hashNumber = (hash: BlockHash): bigint => BigInt(`0x${hash}`);
