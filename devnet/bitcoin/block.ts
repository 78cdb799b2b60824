import { concatBytes, hexToBytes } from "@noble/hashes/utils.js";
import { type BlockHash, blockHashOf, hash256, hashOfId, type Txid } from "../../lib/sbtc/bytes.ts";
import {
  type BitcoinTx,
  parseTransaction,
  serializeTransaction,
  stripWitness,
  type TxOutput,
} from "../../lib/sbtc/bitcoin/transaction.ts";
import { ScriptNum } from "@scure/btc-signer";
import { merkleRootOf } from "./merkle.ts";

/** The easiest target there is, as every regtest chain uses. */
export const regtestBits = 0x207fffff;
const regtestTarget = 0x7fffffn << (8n * (0x20n - 3n));

/** Subsidy halves every 150 blocks on regtest. */
export const subsidyAt = (height: number): bigint =>
  height >= 64 * 150 ? 0n : 5_000_000_000n >> BigInt(Math.floor(height / 150));

export const zeroHash = "00".repeat(32) as BlockHash;
const zeroTxid = "00".repeat(32) as Txid;

/** A block with its place in the chain. */
export interface Block {
  readonly hash: BlockHash;
  readonly height: number;
  readonly previous: BlockHash;
  /** Seconds since 1970. */
  readonly time: number;
  readonly nonce: number;
  readonly merkleRoot: Uint8Array;
  readonly header: Uint8Array;
  readonly txs: readonly BitcoinTx[];
}

/** The whole block as nodes send it: header, count, transactions. */
export function blockBytes(block: Block): Uint8Array {
  const count = block.txs.length;
  const prefix = count < 0xfd ? Uint8Array.of(count) : Uint8Array.of(0xfd, count & 0xff, count >> 8);
  return concatBytes(block.header, prefix, ...block.txs.map((tx) => tx.raw));
}

/** A coinbase that pays `outputs` and commits to the witnesses of `txs` (BIP 34, BIP 141). */
export function coinbase(
  height: number,
  outputs: readonly TxOutput[],
  txs: readonly BitcoinTx[],
  extra: Uint8Array,
): BitcoinTx {
  const number = ScriptNum().encode(BigInt(height));
  const heightPush =
    height <= 16
      ? Uint8Array.of(height === 0 ? 0 : 80 + height)
      : concatBytes(Uint8Array.of(number.length), number);
  const reserved = new Uint8Array(32);
  const witnessRoot = merkleRootOf([reserved, ...txs.map((tx) => hash256(tx.raw))]);
  const commitment = concatBytes(
    Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed),
    hash256(witnessRoot, reserved),
  );
  const input = {
    txid: zeroTxid,
    vout: 0xffffffff,
    // The extra push keeps two coinbases of one height apart, as after a reorganisation.
    scriptSig: concatBytes(heightPush, Uint8Array.of(extra.length), extra),
    sequence: 0xffffffff,
    witness: [reserved],
  };
  return parseTransaction(
    serializeTransaction({
      version: 2,
      inputs: [input],
      outputs: [...outputs, { amount: 0n, script: commitment }],
      lockTime: 0,
    }),
  );
}

/** Puts transactions (coinbase first) under a header and does the little work that regtest asks. */
export function mineBlock(
  previous: BlockHash,
  height: number,
  time: number,
  txs: readonly BitcoinTx[],
): Block {
  const merkleRoot = merkleRootOf(txs.map((tx) => hash256(stripWitness(tx.raw))));
  const header = new Uint8Array(80);
  const view = new DataView(header.buffer);
  view.setUint32(0, 0x20000000, true);
  header.set(hashOfId(previous), 4);
  header.set(merkleRoot, 36);
  view.setUint32(68, time, true);
  view.setUint32(72, regtestBits, true);
  for (let nonce = 0; ; nonce++) {
    view.setUint32(76, nonce, true);
    const hash = blockHashOf(hash256(header));
    if (BigInt(`0x${hash}`) <= regtestTarget)
      return { hash, height, previous, time, nonce, merkleRoot, header, txs };
  }
}

/** Bitcoin's first transaction, which regtest shares with every other network. */
const firstTransaction =
  "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030" +
  "332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73" +
  "ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f355" +
  "04e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

/** The header of regtest's first block (Bitcoin Core, `CRegTestParams`): version 1, time 1296688602, nonce 2. */
function firstHeader(merkleRoot: Uint8Array): Uint8Array {
  const header = new Uint8Array(80);
  const view = new DataView(header.buffer);
  view.setUint32(0, 1, true);
  header.set(merkleRoot, 36);
  view.setUint32(68, 1_296_688_602, true);
  view.setUint32(72, regtestBits, true);
  view.setUint32(76, 2, true);
  return header;
}

/** The first block of every regtest chain, so that whoever verifies headers from there accepts the devnet's too. */
export function genesis(): Block {
  const tx = parseTransaction(hexToBytes(firstTransaction));
  return blockFrom(firstHeader(hash256(tx.raw)), 0, [tx]);
}

/** Rebuilds a block from what a journal keeps of it. */
export function blockFrom(header: Uint8Array, height: number, txs: readonly BitcoinTx[]): Block {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return {
    hash: blockHashOf(hash256(header)),
    height,
    previous: blockHashOf(header.subarray(4, 36)),
    time: view.getUint32(68, true),
    nonce: view.getUint32(76, true),
    merkleRoot: header.slice(36, 68),
    header,
    txs,
  };
}
