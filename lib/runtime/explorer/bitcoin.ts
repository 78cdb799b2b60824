import { z } from "../chains/zod.ts";
import type { BitcoinTx } from "../../sbtc/bitcoin/transaction.ts";
import { parseHex } from "../../sbtc/bytes.ts";
import type { BitcoinNetwork } from "../../sbtc/network.ts";
import { operationOf } from "./operation.ts";
import { orNull } from "./or-null.ts";
import type { JsonSource } from "./source.ts";
import type {
  BlockPageView,
  BlocksView,
  BlockSummary,
  CoinView,
  DevnetStatus,
  OperationView,
  TxPageView,
  TxSummary,
} from "./views.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const whole = z.number().int().nonnegative();
const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const blockRow = z.object({
  id: hash,
  height: whole,
  timestamp: whole,
  tx_count: whole,
  size: whole,
  merkle_root: hash,
  previousblockhash: hash.nullish(),
});
const output = z.object({
  scriptpubkey: hex,
  scriptpubkey_type: z.string(),
  scriptpubkey_address: z.string().optional(),
  value: whole,
});
const txRow = z.object({
  txid: hash,
  version: z.number().int(),
  locktime: whole,
  vin: z.array(
    z.object({
      txid: hash,
      vout: whole,
      prevout: output.nullable(),
      scriptsig: hex.optional(),
      witness: z.array(hex).optional(),
      is_coinbase: z.boolean(),
      sequence: whole,
    }),
  ),
  vout: z.array(output),
  weight: whole,
  fee: whole,
  status: z.object({
    confirmed: z.boolean(),
    block_height: whole.optional(),
    block_hash: hash.optional(),
    block_time: whole.optional(),
  }),
});
type TxRow = z.infer<typeof txRow>;
const recentRow = z.object({ txid: hash, fee: z.number(), value: whole });
const outspendRow = z.object({ spent: z.boolean(), txid: hash.optional() });
const statusRow = z.object({ blockSeconds: z.number(), nextBlockIn: z.number().nullable() });

/** Transactions of a block that are listed. */
const longestList = 100;
const pageSize = 25;

const summaryOf = (row: z.infer<typeof blockRow>): BlockSummary => ({
  height: row.height,
  hash: row.id,
  at: row.timestamp * 1000,
  transactions: row.tx_count,
  bytes: row.size,
});

/** A Bitcoin chain behind Esplora's paths, as pages about it. */
export class BitcoinPages {
  readonly #source: JsonSource;
  readonly #network: BitcoinNetwork;

  constructor(source: JsonSource, network: BitcoinNetwork) {
    this.#source = source;
    this.#network = network;
  }

  async blocks(from?: number): Promise<BlocksView> {
    const path = from === undefined ? "/blocks" : `/blocks/${from}`;
    const [rows, tip] = await Promise.all([this.#source.get(path, z.array(blockRow)), this.#tip()]);
    return { blocks: rows.map(summaryOf), tip };
  }

  async waiting(): Promise<{ readonly count: number; readonly list: readonly TxSummary[] }> {
    const [{ count }, rows] = await Promise.all([
      this.#source.get("/mempool", z.object({ count: whole })),
      this.#source.get("/mempool/recent", z.array(recentRow)),
    ]);
    // The title takes the whole transaction; one that was mined in between is left out.
    const found = await Promise.all(rows.map(({ txid }) => orNull(this.#row(txid))));
    return { count, list: found.flatMap((row) => (row === null ? [] : [this.#summary(row)])) };
  }

  /** How the local chain is doing; null for others. */
  async devnet(now: number): Promise<DevnetStatus | null> {
    const status = await orNull(this.#source.get("/devnet/status", statusRow));
    if (status === null) return null;
    const { blockSeconds, nextBlockIn } = status;
    return { blockSeconds, nextBlockAt: nextBlockIn === null ? null : now + nextBlockIn * 1000 };
  }

  async mine(): Promise<void> {
    await this.#source.post("/devnet/mine", { blocks: 1 });
  }

  /** @param id hash or height */
  async block(id: string): Promise<BlockPageView> {
    const blockHash = id.length === 64 ? id : hash.parse(await this.#source.text(`/block-height/${id}`));
    const [row, tip] = await Promise.all([this.#source.get(`/block/${blockHash}`, blockRow), this.#tip()]);
    const list: TxSummary[] = [];
    for (let start = 0; start < Math.min(row.tx_count, longestList); start += pageSize) {
      const page = await this.#source.get(`/block/${blockHash}/txs/${start}`, z.array(txRow));
      list.push(...page.map((one) => this.#summary(one)));
    }
    return {
      ...summaryOf(row),
      previous: row.previousblockhash ?? null,
      merkleRoot: row.merkle_root,
      confirmations: Math.max(0, tip - row.height + 1),
      list,
    };
  }

  async transaction(txid: string): Promise<TxPageView> {
    const [row, outspends, tip] = await Promise.all([
      this.#row(txid),
      orNull(this.#source.get(`/tx/${txid}/outspends`, z.array(outspendRow))),
      this.#tip(),
    ]);
    const { status } = row;
    const operation = this.#operation(row);
    const { block_height: height, block_hash: blockHash, block_time: time } = status;
    const block =
      height === undefined || blockHash === undefined || time === undefined
        ? null
        : { height, hash: blockHash, at: time * 1000 };
    return {
      txid,
      title: operation?.title ?? plainTitle(row),
      block,
      confirmations: block === null ? 0 : Math.max(0, tip - block.height + 1),
      fee: BigInt(row.fee),
      vsize: Math.ceil(row.weight / 4),
      inputs: row.vin.map(inputView),
      outputs: row.vout.map((one, vout) => outputView(one, outspends?.[vout])),
      ...(operation === null ? {} : { operation }),
    };
  }

  #row(txid: string): Promise<TxRow> {
    return this.#source.get(`/tx/${txid}`, txRow);
  }

  async #tip(): Promise<number> {
    return whole.parse(Number(await this.#source.text("/blocks/tip/height")));
  }

  #summary(row: TxRow): TxSummary {
    const sats = row.vout.reduce((sum, { value }) => sum + BigInt(value), 0n);
    const operation = this.#operation(row);
    const title = operation === null ? plainTitle(row) : operation.title;
    return {
      txid: row.txid,
      title: operation?.refused === undefined ? title : `${title}, refused`,
      sats,
      fee: BigInt(row.fee),
    };
  }

  #operation(row: TxRow): OperationView | null {
    const commit = row.vin[0]?.prevout?.scriptpubkey;
    return operationOf(fromRow(row), this.#network, commit === undefined ? undefined : parseHex(commit));
  }
}

const plainTitle = (row: TxRow): string => (row.vin[0]?.is_coinbase === true ? "Block reward" : "Payment");

/** A transaction put together from Esplora's fields, for reading what it says; its bytes are not needed for that. */
function fromRow(row: TxRow): BitcoinTx {
  return {
    txid: row.txid as BitcoinTx["txid"],
    raw: new Uint8Array(),
    version: row.version,
    lockTime: row.locktime,
    inputs: row.vin.map(({ txid, vout, scriptsig = "", witness = [], sequence }) => ({
      txid: txid as BitcoinTx["txid"],
      vout,
      sequence,
      scriptSig: parseHex(scriptsig),
      witness: witness.map(parseHex),
    })),
    outputs: row.vout.map(({ scriptpubkey, value }) => ({
      amount: BigInt(value),
      script: parseHex(scriptpubkey),
    })),
  };
}

function inputView({ is_coinbase: isNew, prevout, txid }: TxRow["vin"][number]): CoinView {
  if (isNew || prevout === null) return { address: null, label: "New coins", sats: null, spent: null };
  const address = prevout.scriptpubkey_address ?? null;
  return { address, label: "Script without address", sats: BigInt(prevout.value), tx: txid, spent: null };
}

function outputView(row: z.infer<typeof output>, spend: z.infer<typeof outspendRow> | undefined): CoinView {
  const isData = row.scriptpubkey_type === "op_return";
  return {
    address: row.scriptpubkey_address ?? null,
    label: isData ? "Data" : "Script without address",
    sats: BigInt(row.value),
    spent: isData ? null : (spend?.spent ?? null),
    ...(spend?.txid === undefined ? {} : { tx: spend.txid }),
  };
}
