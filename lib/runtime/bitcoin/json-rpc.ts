import { z } from "../chains/zod.ts";
import { concatBytes } from "@noble/hashes/utils.js";
import { hashOfId, parseBlockHash, parseHex, parseTxid, sameBytes, toHex } from "../../sbtc/bytes.ts";
import type { BlockHash, Outpoint, Txid } from "../../sbtc/bytes.ts";
import { Refusal, refuse } from "../../sbtc/refusal.ts";
import { parseBlock } from "../../sbtc/bitcoin/block.ts";
import type {
  BitcoinNode,
  BlockRef,
  FeeRates,
  KnownTransaction,
  Outspend,
  Utxo,
} from "../../sbtc/bitcoin/node.ts";
import type { InclusionProof } from "../../sbtc/bitcoin/spv/inclusion.ts";
import { merkleBranch } from "../../sbtc/bitcoin/spv/merkle.ts";
import { parseTransaction } from "../../sbtc/bitcoin/transaction.ts";
import { maxFeeRate, minRelayRate, type FeeRate } from "../../sbtc/transactions/size.ts";
import { isAlreadyKnown } from "./esplora.ts";
import { inParallel } from "../chains/http.ts";
import { RpcRefusal, rpcClient, type RpcClient, type RpcOptions } from "./rpc-client.ts";
import { UtxoScan } from "./utxo-scan.ts";

/** A node that speaks Bitcoin JSON-RPC: Bitcoin Core or btcd, with a transaction index. */
export interface JsonRpcOptions extends RpcOptions {
  readonly operator: string;
  /** First block that can hold coins we ask for; only nodes that cannot list coins of a script need it. */
  readonly scanFrom?: number;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const hexText = z.string().regex(/^([0-9a-f]{2})*$/);
const headerRow = z.object({ height: z.number().int().nonnegative() });
const transactionRow = z.object({
  hex: hexText,
  blockhash: hash.nullish(),
  confirmations: z.number().int().optional(),
});
const scanRow = z.object({
  unspents: z.array(
    z.object({ txid: hash, vout: z.number().int(), amount: z.number(), height: z.number().int() }),
  ),
});
const spendingRow = z.array(z.object({ txid: hash, vout: z.number().int(), spendingtxid: hash.optional() }));

/** Headers per call, and requests at once. */
const headersAtOnce = 500;
const width = 8;

/**
 * The {@link BitcoinNode} port over JSON-RPC. Nodes differ in what they can do, so merkle proofs are always built from the
 * block, and listing coins falls back from `scantxoutset` to a scan of blocks.
 */
export function jsonRpcNode(options: JsonRpcOptions): BitcoinNode {
  const rpc = rpcClient(options);
  const refOf = async (blockHash: BlockHash): Promise<BlockRef> => {
    const { height } = await rpc.call("getblockheader", [blockHash, true], headerRow);
    return { height, hash: blockHash };
  };
  const blockHash = async (height: number): Promise<BlockHash> =>
    parseBlockHash(await rpc.call("getblockhash", [height], hash));
  const block = async (wanted: BlockHash): Promise<Uint8Array> =>
    parseHex(await rpc.call("getblock", [wanted, 0], hexText));
  const tip = async (): Promise<BlockRef> =>
    refOf(parseBlockHash(await rpc.call("getbestblockhash", [], hash)));
  const transaction = async (txid: Txid): Promise<KnownTransaction> => {
    const row = await rpc.call("getrawtransaction", [txid, 1], transactionRow);
    const confirmed = row.blockhash != null && (row.confirmations ?? 1) > 0;
    return {
      raw: parseHex(row.hex),
      block: confirmed ? await refOf(parseBlockHash(row.blockhash ?? "")) : null,
    };
  };
  const scan = new UtxoScan({ tip, blockHash, block }, options.scanFrom ?? 0);

  return {
    operator: options.operator,
    tip,
    blockHash,
    block,
    transaction,
    async headers(from: number, count: number): Promise<Uint8Array> {
      const { height: last } = await tip();
      if (from > last) refuse("nodeNotFound", `block ${from} is not there`);
      const heights = Array.from(
        { length: Math.min(count, headersAtOnce, last - from + 1) },
        (_, i) => from + i,
      );
      const rows = await inParallel(heights, width, async (height) =>
        parseHex(await rpc.call("getblockheader", [await blockHash(height), false], hexText)),
      );
      return concatBytes(...rows);
    },
    async merkleProof(txid: Txid): Promise<InclusionProof> {
      const { block: where } = await transaction(txid);
      if (where === null) return refuse("nodeNotFound", `${txid} is not confirmed`);
      const { hashes, spans } = parseBlock(await block(where.hash), where.hash);
      const position = hashes.findIndex((one) => sameBytes(one, hashOfId(txid)));
      const first = spans[0] ?? refuse("nodeAnswerFalse", "a block without transactions");
      return {
        blockHash: where.hash,
        merkle: merkleBranch(hashes, position),
        coinbase: {
          raw: first.bytes.slice(first.start, first.end),
          siblings: merkleBranch(hashes, 0).siblings,
        },
      };
    },
    outspend: (outpoint) => outspend(rpc, outpoint, transaction),
    utxos: (script) => utxos(rpc, script, scan),
    feeRates: () => feeRates(rpc),
    async broadcast(raw: Uint8Array): Promise<Txid> {
      const { txid } = parseTransaction(raw);
      try {
        return parseTxid(await rpc.call("sendrawtransaction", [toHex(raw)], hash));
      } catch (error) {
        if (!(error instanceof RpcRefusal)) throw error;
        if (isAlreadyKnown(error.message)) return txid;
        // Whatever its number, a negative answer to this method is the node's verdict on the transaction.
        return refuse(error.code === "nodeMethodMissing" ? error.code : "nodeRejected", error.message);
      }
    },
  };
}

async function outspend(
  rpc: RpcClient,
  { txid, vout }: Outpoint,
  transaction: (txid: Txid) => Promise<KnownTransaction>,
): Promise<Outspend> {
  const parent = await transaction(txid); // refuses nodeNotFound for an output that never was
  if (parseTransaction(parent.raw).outputs[vout] === undefined)
    refuse("nodeNotFound", `${txid} has no output ${vout}`);
  if ((await rpc.supports("gettxspendingprevout")) !== false) {
    try {
      const [row] = await rpc.call("gettxspendingprevout", [[{ txid, vout }]], spendingRow);
      if (row?.spendingtxid !== undefined)
        return { spent: true, by: { txid: parseTxid(row.spendingtxid), block: null } };
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== "nodeMethodMissing") throw error;
    }
  }
  const unspent = await rpc.call("gettxout", [txid, vout, true], z.object({}).nullable());
  return unspent === null ? { spent: true, by: null } : { spent: false };
}

async function utxos(rpc: RpcClient, script: Uint8Array, scan: UtxoScan): Promise<readonly Utxo[]> {
  if ((await rpc.supports("scantxoutset")) === false) return scan.utxos(script);
  try {
    const { unspents } = await rpc.call("scantxoutset", ["start", [`raw(${toHex(script)})`]], scanRow);
    return unspents.map((row) => ({
      txid: parseTxid(row.txid),
      vout: row.vout,
      amount: satoshiOf(row.amount),
      script,
      height: row.height,
    }));
  } catch (error) {
    if (error instanceof Refusal && error.code === "nodeMethodMissing") return scan.utxos(script);
    throw error;
  }
}

/**
 * Satoshi of an amount in BTC as JSON carries it. Every amount of the chain has at most 8 decimals and 16 digits, so its
 * nearest double, rounded to 8 decimals, is that amount again.
 */
export function satoshiOf(bitcoin: number): bigint {
  if (!Number.isFinite(bitcoin) || bitcoin < 0 || bitcoin > 21_000_000) {
    return refuse("nodeAnswerMalformed", `${bitcoin} is no amount of bitcoin`);
  }
  return BigInt(bitcoin.toFixed(8).replace(".", ""));
}

async function feeRates(rpc: RpcClient): Promise<FeeRates> {
  const estimate = async (blocks: number): Promise<FeeRate> => {
    for (const method of ["estimatesmartfee", "estimatefee"] as const) {
      if ((await rpc.supports(method)) === false) continue;
      try {
        const answer = await rpc.call(
          method,
          [blocks],
          z.union([z.number(), z.object({ feerate: z.number().optional() })]),
        );
        const perKvb = typeof answer === "number" ? answer : (answer.feerate ?? 0);
        // No estimate is said as zero, -1 or an absent field.
        if (perKvb > 0) return clamp(BigInt(Math.ceil(perKvb * 1e8)));
      } catch (error) {
        if (!(error instanceof Refusal) || error.code === "nodeUnreachable" || error.code === "nodeTimedOut")
          throw error;
      }
    }
    return minRelayRate;
  };
  return { fast: await estimate(2), normal: await estimate(6), slow: await estimate(144) };
}

const clamp = (rate: FeeRate): FeeRate =>
  rate < minRelayRate ? minRelayRate : rate > maxFeeRate ? maxFeeRate : rate;
