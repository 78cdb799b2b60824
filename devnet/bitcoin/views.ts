import { hex } from "@scure/base";
import { type BlockHash, blockHashOf, reversed, toHex } from "../../lib/sbtc/bytes.ts";
import { type BitcoinTx, type TxOutput, weightOf } from "../../lib/sbtc/bitcoin/transaction.ts";
import { addressOf, scriptType } from "../../lib/sbtc/bitcoin/script.ts";
import { networks } from "../../lib/sbtc/network.ts";
import { type Block, blockBytes, regtestBits, zeroHash } from "./block.ts";
import type { Chain } from "./chain.ts";
import type { Spend } from "./utxo.ts";

// Esplora's JSON shapes, field for field, so that a client written for a public server works here unchanged.

const typeNames = {
  p2pkh: "p2pkh",
  p2sh: "p2sh",
  p2wpkh: "v0_p2wpkh",
  p2wsh: "v0_p2wsh",
  p2tr: "v1_p2tr",
} as const;

/** `status` of a transaction. */
export function statusView(chain: Chain, tx: BitcoinTx): Record<string, unknown> {
  const found = chain.history.transaction(tx.txid);
  if (found === undefined) return { confirmed: false };
  const { block } = found;
  return { confirmed: true, block_height: block.height, block_hash: block.hash, block_time: block.time };
}

function outputView(output: TxOutput): Record<string, unknown> {
  const type = scriptType(output.script);
  const address = addressOf(output.script, networks.regtest);
  return {
    scriptpubkey: toHex(output.script),
    scriptpubkey_type:
      type === null ? (output.script[0] === 0x6a ? "op_return" : "unknown") : typeNames[type],
    ...(address === null ? {} : { scriptpubkey_address: address }),
    value: Number(output.amount),
  };
}

/** The output a transaction spends, wherever it is. */
export function prevoutOf(chain: Chain, input: BitcoinTx["inputs"][number]): TxOutput | undefined {
  return chain.history.output(input) ?? chain.mempool.get(input.txid)?.tx.outputs[input.vout];
}

/** One transaction. */
export function txView(chain: Chain, tx: BitcoinTx): Record<string, unknown> {
  const isCoinbase = tx.inputs[0]?.vout === 0xffffffff;
  const prevouts = tx.inputs.map((input) => prevoutOf(chain, input));
  const paid = prevouts.reduce((sum, prevout) => sum + (prevout?.amount ?? 0n), 0n);
  const sent = tx.outputs.reduce((sum, output) => sum + output.amount, 0n);
  return {
    txid: tx.txid,
    version: tx.version,
    locktime: tx.lockTime,
    vin: tx.inputs.map((input, i) => {
      const prevout = prevouts[i];
      return {
        txid: input.txid,
        vout: input.vout,
        prevout: prevout === undefined ? null : outputView(prevout),
        scriptsig: toHex(input.scriptSig),
        witness: input.witness.map(toHex),
        is_coinbase: isCoinbase,
        sequence: input.sequence,
      };
    }),
    vout: tx.outputs.map(outputView),
    size: tx.raw.length,
    weight: weightOf(tx.raw),
    fee: isCoinbase ? 0 : Number(paid - sent),
    status: statusView(chain, tx),
  };
}

/** One block's summary. */
export function blockView(chain: Chain, block: Block): Record<string, unknown> {
  const bytes = blockBytes(block);
  const stripped = block.txs.reduce((sum, tx) => sum + (weightOf(tx.raw) - tx.raw.length) / 3, 0);
  const overhead = bytes.length - block.txs.reduce((sum, tx) => sum + tx.raw.length, 0);
  return {
    id: block.hash,
    height: block.height,
    version: new DataView(block.header.buffer, block.header.byteOffset).getInt32(0, true),
    timestamp: block.time,
    tx_count: block.txs.length,
    size: bytes.length,
    weight: (stripped + overhead) * 3 + bytes.length,
    merkle_root: blockHashOf(block.merkleRoot) satisfies BlockHash,
    previousblockhash: block.previous === zeroHash ? null : block.previous,
    mediantime: chain.medianTimeAt(block.height),
    nonce: block.nonce,
    bits: regtestBits,
    difficulty: 0,
  };
}

/** Who spent an output. */
export function outspendView(chain: Chain, spend: Spend | undefined): Record<string, unknown> {
  if (spend === undefined) return { spent: false };
  const tx = chain.history.transaction(spend.txid)?.tx ?? chain.mempool.get(spend.txid)?.tx;
  return { spent: true, ...spend, status: tx === undefined ? { confirmed: false } : statusView(chain, tx) };
}

/** A hash as explorers print it. */
export const displayHash = (hash: Uint8Array): string => hex.encode(reversed(hash));
