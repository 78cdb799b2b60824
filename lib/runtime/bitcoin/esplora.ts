import { z } from "../chains/zod.ts";
import { concatBytes } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { hashOfId, parseBlockHash, parseHex, parseTxid, quote, reversed, toHex } from "../../sbtc/bytes.ts";
import type { BlockHash, Outpoint, Txid } from "../../sbtc/bytes.ts";
import type { BitcoinNetwork } from "../../sbtc/network.ts";
import { refuse } from "../../sbtc/refusal.ts";
import type {
  BitcoinNode,
  BlockRef,
  FeeRates,
  KnownTransaction,
  Outspend,
  Utxo,
} from "../../sbtc/bitcoin/node.ts";
import { addressOf } from "../../sbtc/bitcoin/script.ts";
import { headerBytes, parseHeader } from "../../sbtc/bitcoin/spv/header.ts";
import type { InclusionProof } from "../../sbtc/bitcoin/spv/inclusion.ts";
import { parseTransaction } from "../../sbtc/bitcoin/transaction.ts";
import { feeRate, maxFeeRate, minRelayRate, type FeeRate } from "../../sbtc/transactions/size.ts";
import { inParallel, jsonOf, request, textOf, type HttpAnswer, type HttpEndpoint } from "../chains/http.ts";

/** An Esplora server (blockstream.info, mempool.space, electrs, our devnet). */
export interface EsploraOptions extends HttpEndpoint {
  readonly operator: string;
  readonly network: BitcoinNetwork;
}

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const height = z.number().int().nonnegative();
const status = z.object({
  confirmed: z.boolean(),
  block_height: height.optional(),
  block_hash: hash.optional(),
});
const blockRow = z.object({
  id: hash,
  height,
  version: z.number().int(),
  timestamp: z.number().int().nonnegative(),
  merkle_root: hash,
  previousblockhash: hash.nullish(),
  bits: z.number().int().nonnegative(),
  nonce: z.number().int().nonnegative(),
});
const merkleRow = z.object({
  block_height: height,
  merkle: z.array(hash).max(32),
  pos: z.number().int().nonnegative(),
});
const outspendRow = z.object({ spent: z.boolean(), txid: hash.optional(), status: status.optional() });
const utxoRow = z.object({
  txid: hash,
  vout: z.number().int().nonnegative(),
  value: z.number().int().nonnegative(),
  status,
});
const estimates = z.record(z.string(), z.number());

/** Blocks one page of `/blocks` holds, and pages asked for at once. */
const pageSize = 10;
const pagesAtOnce = 8;

/** The {@link BitcoinNode} port over Esplora's REST interface: works from a browser, since Esplora servers allow any origin. */
export function esploraNode(options: EsploraOptions): BitcoinNode {
  const get = async (path: string): Promise<HttpAnswer> => checkStatus(await request(options, path), path);
  const text = async (path: string): Promise<string> => textOf(await get(path)).trim();
  const json = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
    const parsed = shape.safeParse(jsonOf(await get(path)));
    return parsed.success
      ? parsed.data
      : refuse(
          "nodeAnswerMalformed",
          `${options.operator}${path}: ${parsed.error.issues[0]?.message ?? "another shape"}`,
        );
  };
  const statusOf = (txid: Txid) => json(`/tx/${txid}/status`, status);
  const raw = async (txid: Txid): Promise<Uint8Array> => (await get(`/tx/${txid}/raw`)).body;
  const proofOf = (txid: Txid) => json(`/tx/${txid}/merkle-proof`, merkleRow);

  return {
    operator: options.operator,

    async tip(): Promise<BlockRef> {
      const tipHash = parseBlockHash(await text("/blocks/tip/hash"));
      const { height: at } = await json(`/block/${tipHash}`, z.object({ height }));
      return { height: at, hash: tipHash };
    },
    async blockHash(at: number): Promise<BlockHash> {
      return parseBlockHash(await text(`/block-height/${at}`));
    },
    async headers(from: number, count: number): Promise<Uint8Array> {
      const last = from + Math.min(count, pageSize * pagesAtOnce) - 1;
      const starts: number[] = [];
      for (let start = from; start <= last; start += pageSize)
        starts.push(Math.min(start + pageSize - 1, last));
      const pages = await inParallel(starts, pagesAtOnce, (start) =>
        json(`/blocks/${start}`, z.array(blockRow)),
      );
      const rows = new Map(pages.flat().map((row) => [row.height, row]));
      const found: Uint8Array[] = [];
      for (let at = from; at <= last; at++) {
        const row = rows.get(at);
        if (row === undefined) break;
        found.push(headerOf(row, options.operator));
      }
      return found.length > 0 ? concatBytes(...found) : refuse("nodeNotFound", `block ${from} is not there`);
    },
    async block(blockHash: BlockHash): Promise<Uint8Array> {
      return (await get(`/block/${blockHash}/raw`)).body;
    },
    async transaction(txid: Txid): Promise<KnownTransaction> {
      const [bytes, where] = await Promise.all([raw(txid), statusOf(txid)]);
      return { raw: bytes, block: blockOf(where) };
    },
    async merkleProof(txid: Txid): Promise<InclusionProof> {
      const [proof, where] = await Promise.all([proofOf(txid), statusOf(txid)]);
      const block = blockOf(where) ?? refuse("nodeNotFound", `${txid} is not confirmed`);
      if (block.height !== proof.block_height)
        refuse("nodeAnswerMalformed", "the chain moved between two answers: ask again");
      const coinbaseId = parseTxid(await text(`/block/${block.hash}/txid/0`));
      const [coinbase, first] = await Promise.all([raw(coinbaseId), proofOf(coinbaseId)]);
      return {
        blockHash: block.hash,
        merkle: { position: proof.pos, siblings: siblingsOf(proof.merkle) },
        coinbase: { raw: coinbase, siblings: siblingsOf(first.merkle) },
      };
    },
    async outspend({ txid, vout }: Outpoint): Promise<Outspend> {
      const answer = await json(`/tx/${txid}/outspend/${vout}`, outspendRow);
      if (!answer.spent) return { spent: false };
      const by =
        answer.txid === undefined ? null : { txid: parseTxid(answer.txid), block: blockOf(answer.status) };
      return { spent: true, by };
    },
    async utxos(script: Uint8Array): Promise<readonly Utxo[]> {
      const address = addressOf(script, options.network);
      const path =
        address === null ? `/scripthash/${toHex(sha256(script))}/utxo` : `/address/${address}/utxo`;
      const rows = await json(path, z.array(utxoRow));
      return rows.map((row) => ({
        txid: parseTxid(row.txid),
        vout: row.vout,
        amount: BigInt(row.value),
        script,
        height: blockOf(row.status)?.height ?? null,
      }));
    },
    async feeRates(): Promise<FeeRates> {
      const rates = await json("/fee-estimates", estimates);
      const near = (blocks: number): FeeRate => {
        const targets = Object.keys(rates)
          .map(Number)
          .filter((target) => target <= blocks);
        const best = rates[String(Math.max(...targets))];
        return best === undefined ? minRelayRate : clampRate(best);
      };
      return { fast: near(2), normal: near(6), slow: near(144) };
    },
    async broadcast(bytes: Uint8Array): Promise<Txid> {
      const { txid } = parseTransaction(bytes);
      const answer = await request(options, "/tx", { method: "POST", body: toHex(bytes) });
      if (answer.status === 200) return parseTxid(textOf(answer).trim());
      const reason = textOf(answer);
      if (isAlreadyKnown(reason)) return txid;
      if (answer.status === 400)
        refuse("nodeRejected", `${options.operator} rejected ${txid}: ${quote(reason, 400)}`);
      checkStatus(answer, "/tx");
      return refuse("nodeAnswerMalformed", `${options.operator} answered ${answer.status} to a transaction`);
    },
  };
}

/** Rates of an estimate outside what we would ever pay are cut to it: a source must not drain a wallet. */
const clampRate = (satPerVbyte: number): FeeRate => {
  if (satPerVbyte * 1000 <= Number(minRelayRate)) return minRelayRate;
  return satPerVbyte * 1000 >= Number(maxFeeRate) ? maxFeeRate : feeRate(satPerVbyte);
};

/** How nodes say that they have a transaction already. */
export const isAlreadyKnown = (reason: string): boolean =>
  /txn-already-(known|in-mempool)|already in (block chain|utxo set|mempool)|already have transaction|already exists/i.test(
    reason,
  );

function checkStatus(answer: HttpAnswer, path: string): HttpAnswer {
  const { status: code } = answer;
  if (code === 200) return answer;
  const reason = quote(textOf(answer));
  if (code === 404 || (code === 400 && /not found/i.test(reason)))
    return refuse("nodeNotFound", `${path}: ${reason}`);
  if (code === 401 || code === 403) return refuse("nodeUnauthorized", `${path}: the node refuses us`);
  if (code === 429) return refuse("nodeUnreachable", `${path}: too many requests to this node`);
  if (code >= 500) return refuse("nodeUnreachable", `${path}: the node answers ${code}`);
  return refuse("nodeAnswerMalformed", `${path}: the node answers ${code} ${reason}`);
}

function blockOf(answer: z.infer<typeof status> | undefined): BlockRef | null {
  if (answer?.confirmed !== true) return null;
  if (answer.block_height === undefined || answer.block_hash === undefined) {
    return refuse("nodeAnswerMalformed", "confirmed, but in no block");
  }
  return { height: answer.block_height, hash: parseBlockHash(answer.block_hash) };
}

/** Merkle siblings travel in display order. */
const siblingsOf = (merkle: readonly string[]): Uint8Array[] => merkle.map((one) => reversed(parseHex(one)));

/** Esplora gives headers as fields; put together again, their hash tells whether they are the block's. */
function headerOf(row: z.infer<typeof blockRow>, operator: string): Uint8Array {
  const bytes = headerBytes({
    version: row.version,
    previous:
      row.previousblockhash == null ? new Uint8Array(32) : hashOfId(parseBlockHash(row.previousblockhash)),
    merkleRoot: reversed(parseHex(row.merkle_root)),
    time: row.timestamp,
    bits: row.bits,
    nonce: row.nonce,
  });
  return parseHeader(bytes).hash === row.id
    ? bytes
    : refuse("nodeAnswerFalse", `${operator}: the fields of block ${row.height} do not hash to it`);
}
