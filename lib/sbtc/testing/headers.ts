import { hashOfId, parseBlockHash, type BlockHash } from "../bytes.ts";
import {
  hashNumber,
  headerBytes,
  parseHeader,
  targetOfBits,
  type BlockHeader,
} from "../bitcoin/spv/header.ts";
import type { ChainParameters } from "../bitcoin/spv/parameters.ts";

/** Difficulty at which every second hash is a block. */
export const easyLimit = (1n << 255n) - 1n;
/** Compact form of {@link easyLimit}, as consensus rounds it. */
export const easyBits = 0x207f_ffff;

/** Rules of a network with the difficulty of a test: starts at the end of a period. */
export function easyParameters(change: Partial<ChainParameters> = {}): ChainParameters {
  return {
    name: "regtest",
    powLimit: easyLimit,
    retarget: "every2016",
    start: { height: 2015, hash: parseBlockHash("11".repeat(32)), nextBits: easyBits },
    pins: [],
    workIsReal: true,
    ...change,
  };
}

/** What a mined test header may say. */
export interface HeaderFields {
  readonly previous: BlockHash;
  readonly time: number;
  readonly bits?: number;
  readonly merkleRoot?: Uint8Array;
  /** Look for a header that does NOT meet its target. */
  readonly withoutWork?: boolean;
}

/** Finds a nonce. */
export function mineHeader(fields: HeaderFields): BlockHeader {
  const bits = fields.bits ?? easyBits;
  const target = targetOfBits(bits, (1n << 256n) - 1n);
  for (let nonce = 0; ; nonce++) {
    const raw = headerBytes({
      version: 0x2000_0000,
      previous: hashOfId(fields.previous),
      merkleRoot: fields.merkleRoot ?? new Uint8Array(32),
      time: fields.time,
      bits,
      nonce,
    });
    const header = parseHeader(raw);
    if (hashNumber(header.hash) <= target !== (fields.withoutWork ?? false)) return header;
  }
}

/** A row of headers, `spacing` seconds apart, each behind the one before. */
export function mineRow(
  previous: BlockHash,
  count: number,
  options: { readonly time: number; readonly spacing?: number; readonly bits?: number },
): readonly BlockHeader[] {
  const row: BlockHeader[] = [];
  for (let i = 0; i < count; i++) {
    const time = options.time + i * (options.spacing ?? 600);
    const bits = options.bits === undefined ? {} : { bits: options.bits };
    row.push(mineHeader({ previous: row.at(-1)?.hash ?? previous, time, ...bits }));
  }
  return row;
}
