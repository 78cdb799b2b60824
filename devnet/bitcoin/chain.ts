import type { BlockHash, Txid } from "../../lib/sbtc/bytes.ts";
import { type BitcoinTx, parseTransaction, type TxOutput } from "../../lib/sbtc/bitcoin/transaction.ts";
import { verifyInputs } from "../../lib/sbtc/bitcoin/verify/input.ts";
import { Refusal } from "../../lib/sbtc/refusal.ts";
import { type Block, coinbase, genesis, mineBlock, subsidyAt } from "./block.ts";
import { History } from "./history.ts";
import { Mempool, type MempoolContext, type VerifyInputs } from "./mempool.ts";
import { type Place, Rejected, type Rejection } from "./rules.ts";
import { CoinSet } from "./utxo.ts";

/** What happened to the chain, in order, for whoever follows it (the Stacks chain, the journal). */
export type ChainEvent =
  | { readonly tag: "block"; readonly block: Block }
  /** The best chain now ends at `height`; blocks above it are gone, and their transactions too where `dropped`. */
  | { readonly tag: "rewound"; readonly height: number; readonly dropped: boolean }
  | { readonly tag: "transaction"; readonly tx: BitcoinTx };

/** Surroundings of a chain, so that tests choose time and journals choose what is told. */
export interface ChainOptions {
  /** Seconds since 1970. */
  readonly now: () => number;
  readonly onEvent?: (event: ChainEvent) => void;
  /** Scripts and signatures, as lib/sbtc verifies them unless a simulation remembers what it has verified. */
  readonly verify?: VerifyInputs;
}

/**
 * A regtest Bitcoin chain: one miner, real blocks, full verification of what is spent. Everything is in memory; a journal makes it last.
 */
export class Chain {
  readonly #blocks: Block[] = [];
  readonly #byHash = new Map<BlockHash, Block>();
  readonly coins = new CoinSet();
  readonly history = new History();
  readonly mempool = new Mempool();
  readonly #options: ChainOptions;
  #mined = 0;

  constructor(options: ChainOptions) {
    this.#options = options;
    this.#connect(genesis());
  }

  get tip(): Block {
    const tip = this.#blocks.at(-1);
    if (tip === undefined) throw new Error("a chain has a first block");
    return tip;
  }
  blockAt(height: number): Block | undefined {
    return this.#blocks[height];
  }
  /** A block of the best chain. */
  block(hash: BlockHash): Block | undefined {
    const block = this.#byHash.get(hash);
    return block !== undefined && this.#blocks[block.height] === block ? block : undefined;
  }

  /** Median of the times of the eleven blocks that end at `height` (BIP 113). */
  readonly medianTimeAt = (height: number): number => {
    const times = this.#blocks.slice(Math.max(0, height - 10), height + 1).map((block) => block.time);
    return times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
  };

  /** Checks a raw transaction and keeps it for the next block, or says why not. */
  submit(raw: Uint8Array): { readonly txid: Txid } | Rejection {
    try {
      const tx = parseTransaction(raw);
      if (this.history.transaction(tx.txid) !== undefined) {
        throw new Rejected("txn-already-known", "the transaction is already confirmed");
      }
      this.mempool.accept(tx, this.#context());
      this.#tell({ tag: "transaction", tx });
      return { txid: tx.txid };
    } catch (error) {
      if (error instanceof Rejected) return error.rejection;
      if (error instanceof Refusal) return { code: "TX decode failed", detail: error.message };
      throw error;
    }
  }

  /** Mines blocks that pay their reward to `script`, taking waiting transactions at or above `minFeeRate` sat/vB. */
  mine(count: number, script: Uint8Array, minFeeRate = 0): Block[] {
    return Array.from({ length: count }, () => {
      const entries = this.mempool.template(minFeeRate);
      const height = this.tip.height + 1;
      const fees = entries.reduce((sum, entry) => sum + entry.fee, 0n);
      const txs = entries.map((entry) => entry.tx);
      const reward: TxOutput = { amount: subsidyAt(height) + fees, script };
      const extra = new Uint8Array(8);
      new DataView(extra.buffer).setUint32(0, ++this.#mined);
      const time = Math.max(this.#options.now(), this.medianTimeAt(this.tip.height) + 1);
      const block = mineBlock(this.tip.hash, height, time, [coinbase(height, [reward], txs, extra), ...txs]);
      this.#connect(block);
      this.#tell({ tag: "block", block });
      return block;
    });
  }

  /**
   * Takes the last `depth` blocks off, as happens when another branch wins. Their transactions wait again unless `drop` is set (as if the
   * other branch had spent their inputs elsewhere). Mine more than `depth` blocks afterwards to complete the reorganisation.
   */
  rewind(depth: number, drop = false): void {
    if (!Number.isInteger(depth) || depth < 1 || depth > this.tip.height) {
      throw new RangeError(`depth is 1 to ${this.tip.height}, not ${depth}`);
    }
    const removed = this.#blocks.splice(this.#blocks.length - depth);
    for (const block of [...removed].reverse()) {
      this.history.disconnect(block);
      this.coins.disconnect(block);
    }
    const waiting = this.mempool.drain();
    const returned = drop ? [] : removed.flatMap((block) => block.txs.slice(1));
    this.#tell({ tag: "rewound", height: this.tip.height, dropped: drop });
    for (const tx of [...returned, ...waiting]) this.#offerAgain(tx);
  }

  /** Takes a journalled block back. It was checked when it was mined; only its place is checked again. */
  restore(block: Block): void {
    if (block.previous !== this.tip.hash)
      throw new Error(`block ${block.hash} does not follow ${this.tip.hash}`);
    this.#mined++;
    this.#connect(block);
  }

  #connect(block: Block): void {
    this.coins.connect(block);
    this.history.connect(block);
    this.mempool.mined(block.txs);
    this.#blocks.push(block);
    this.#byHash.set(block.hash, block);
  }

  // What no longer holds after a reorganisation (a reward of a lost block, a double spend) is left out, as nodes do.
  #offerAgain(tx: BitcoinTx): void {
    try {
      this.mempool.accept(tx, this.#context());
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
    }
  }

  get #place(): Place {
    return { height: this.tip.height + 1, medianTime: this.medianTimeAt(this.tip.height) };
  }

  #context(): MempoolContext {
    return {
      coins: this.coins,
      place: this.#place,
      medianTimeAt: this.medianTimeAt,
      now: this.#options.now(),
      verify: this.#options.verify ?? verifyInputs,
    };
  }

  #tell(event: ChainEvent): void {
    this.#options.onEvent?.(event);
  }
}
