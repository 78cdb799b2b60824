import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

/** Where a client keeps what it must not lose, by room. */
export interface RoomKeys {
  readonly cursor: string;
  /** Prefix of the entries of messages the relay has not accepted yet. */
  readonly outbox: string;
  /** Prefix of the entries of accepted messages that are kept until they are settled. */
  readonly kept: string;
}

export function roomKeys(room: Uint8Array): RoomKeys {
  const prefix = `relay/${bytesToHex(room)}`;
  return { cursor: `${prefix}/cursor`, outbox: `${prefix}/out/`, kept: `${prefix}/kept/` };
}

const DIGITS = 16;

/** Keys sort as text, so numbers in them have leading zeros. */
export function numbered(prefix: string, number: number): string {
  return `${prefix}${String(number).padStart(DIGITS, "0")}`;
}

export function numberOf(key: string): number {
  return Number(key.slice(-DIGITS));
}

/** How far an inbox was read: the last number whose effect is stored, in which numbering. */
export interface Cursor {
  /** 16 hex characters; empty before the first login. */
  readonly log: string;
  readonly seq: number;
}

export const startCursor: Cursor = { log: "", seq: 0 };

/** `log 8 | seq 8`. */
export function encodeCursor({ log, seq }: Cursor): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set(hexToBytes(log));
  new DataView(bytes.buffer).setBigUint64(8, BigInt(seq));
  return bytes;
}

/** @throws RangeError where the stored bytes are no cursor */
export function decodeCursor(bytes: Uint8Array): Cursor {
  if (bytes.length !== 16) throw new RangeError("the stored cursor is damaged");
  const seq = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8);
  return { log: bytesToHex(bytes.subarray(0, 8)), seq: Number(seq) };
}
