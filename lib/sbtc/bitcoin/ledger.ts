import { outpointKey, sameBytes, type BlockHash, type Outpoint, type Txid } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import { OutpointSet, type ScanFilter } from "./block.ts";
import type { BlockRef } from "./node.ts";
import { isOneOf } from "./script.ts";
import { parseTransaction, type BitcoinTx } from "./transaction.ts";
import type { Coin } from "../transactions/plan.ts";

/** A coin of the peg, and where it was confirmed; `height` is null for change of our own pending transactions. */
export interface PegCoin extends Coin {
  readonly height: number | null;
  readonly unconfirmedDepth: number;
}

/** What one block did to the peg. Kept so that it can be undone. */
interface BlockEffect extends BlockRef {
  readonly created: readonly PegCoin[];
  readonly spent: readonly { readonly coin: PegCoin; readonly by: Txid }[];
}

/** Everything needed to go on after a restart. */
export interface LedgerSnapshot {
  readonly start: BlockRef;
  readonly scripts: readonly Uint8Array[];
  readonly coins: readonly PegCoin[];
  readonly blocks: readonly BlockEffect[];
  readonly pending: readonly Uint8Array[];
}

/** Blocks that can be undone; a deeper reorganisation needs a new scan from the start. */
export const undoDepth = 144;

/**
 * The peg's own account of its coins, from full blocks: what no API can hide or invent. Blocks go in one by one and come
 * out again in reverse when the chain reorganises; our own broadcast transactions count at once, until a block decides.
 */
export class PegLedger {
  readonly #start: BlockRef;
  readonly #scripts: Uint8Array[];
  readonly #coins = new Map<string, PegCoin>();
  readonly #blocks: BlockEffect[] = [];
  readonly #pending = new Map<Txid, BitcoinTx>();

  /**
   * @param start the last block before the peg's first coin
   * @param scripts every script the peg has or had; one added later counts from the next block on
   */
  constructor(start: BlockRef, scripts: readonly Uint8Array[]) {
    this.#start = start;
    this.#scripts = [...scripts];
  }

  static restore(snapshot: LedgerSnapshot): PegLedger {
    const ledger = new PegLedger(snapshot.start, snapshot.scripts);
    for (const coin of snapshot.coins) ledger.#coins.set(outpointKey(coin), coin);
    ledger.#blocks.push(...snapshot.blocks);
    for (const raw of snapshot.pending) ledger.addPending(parseTransaction(raw));
    return ledger;
  }

  snapshot(): LedgerSnapshot {
    return {
      start: this.#start,
      scripts: [...this.#scripts],
      coins: [...this.#coins.values()],
      blocks: [...this.#blocks],
      pending: [...this.#pending.values()].map(({ raw }) => raw),
    };
  }

  /** The last block taken in. */
  get tip(): BlockRef {
    const { height, hash } = this.#blocks.at(-1) ?? this.#start;
    return { height, hash };
  }

  /** Watches one more script, e.g. that of the next wallet, from the next block on. */
  watch(script: Uint8Array): void {
    if (!isOneOf(script, this.#scripts)) this.#scripts.push(script);
  }

  /** What a scan must look for so that this ledger misses nothing. */
  filter(): Pick<ScanFilter, "scripts" | "outpoints"> {
    return { scripts: this.#scripts, outpoints: new OutpointSet(this.#coins.values()) };
  }

  /**
   * Takes the next block in.
   * @param transactions those of the block that match {@link filter}, in order; others do no harm
   * @throws Refusal `blockNotNext`
   */
  connect(block: BlockRef & { readonly previous: BlockHash }, transactions: readonly BitcoinTx[]): void {
    const { tip } = this;
    if (block.previous !== tip.hash || block.height !== tip.height + 1) {
      refuse("blockNotNext", `block ${block.height} does not follow ${tip.height} (${tip.hash})`);
    }
    const created: PegCoin[] = [];
    const spent: { coin: PegCoin; by: Txid }[] = [];
    for (const tx of transactions) {
      for (const input of tx.inputs) {
        const key = outpointKey(input);
        const coin = this.#coins.get(key);
        if (coin === undefined) continue;
        this.#coins.delete(key);
        spent.push({ coin, by: tx.txid });
      }
      for (const coin of this.#paidBy(tx, block.height, 0)) {
        this.#coins.set(outpointKey(coin), coin);
        created.push(coin);
      }
      this.#pending.delete(tx.txid);
      this.#dropConflicts(tx);
    }
    this.#blocks.push({ height: block.height, hash: block.hash, created, spent });
    if (this.#blocks.length > undoDepth) this.#blocks.shift();
  }

  /**
   * Undoes the last block. Its transactions of ours become pending again only if {@link addPending} is told.
   * @throws Refusal `blockNotTip` for any other block, or where the block is too deep to be undone
   */
  disconnect(hash: BlockHash): void {
    const effect = this.#blocks.at(-1);
    const isFirst = effect?.height === this.#start.height + 1;
    if (effect?.hash !== hash || (this.#blocks.length === 1 && !isFirst)) {
      refuse(
        "blockNotTip",
        `${hash} is not the ledger's last block, or too deep to undo: scan again from the start`,
      );
    }
    this.#blocks.pop();
    for (const coin of effect.created) this.#coins.delete(outpointKey(coin));
    // A coin made and spent within the block was never there before it.
    const made = new Set(effect.created.map(outpointKey));
    for (const { coin } of effect.spent)
      if (!made.has(outpointKey(coin))) this.#coins.set(outpointKey(coin), coin);
  }

  #paidBy(tx: BitcoinTx, height: number | null, unconfirmedDepth: number): PegCoin[] {
    return tx.outputs.flatMap(({ amount, script }, vout) =>
      isOneOf(script, this.#scripts)
        ? [{ txid: tx.txid, vout, amount, script, height, unconfirmedDepth }]
        : [],
    );
  }

  #dropConflicts(tx: BitcoinTx): void {
    const inputs = new Set(tx.inputs.map(outpointKey));
    for (const [txid, other] of this.#pending) {
      if (txid !== tx.txid && other.inputs.some((input) => inputs.has(outpointKey(input))))
        this.dropPending(txid);
    }
  }

  /** Counts a transaction of ours from its broadcast on; one that conflicts with it (an earlier attempt) is dropped. */
  addPending(tx: BitcoinTx): void {
    this.#dropConflicts(tx);
    this.#pending.set(tx.txid, tx);
  }

  /** Forgets a pending transaction and everything that spends from it. */
  dropPending(txid: Txid): void {
    if (!this.#pending.delete(txid)) return;
    for (const [child, tx] of [...this.#pending])
      if (tx.inputs.some((input) => input.txid === txid)) this.dropPending(child);
  }

  /** Whether a transaction of ours counts although it is in no block yet. */
  isPending(txid: Txid): boolean {
    return this.#pending.has(txid);
  }

  /** Confirmed coins and our own pending change, without what a pending transaction of ours already spends. */
  spendable(): readonly PegCoin[] {
    const spent = new Set([...this.#pending.values()].flatMap(({ inputs }) => inputs.map(outpointKey)));
    const change = [...this.#pending.values()].flatMap((tx) => this.#paidBy(tx, null, this.#depth(tx.txid)));
    return [...this.#coins.values(), ...change].filter((coin) => !spent.has(outpointKey(coin)));
  }

  #depth(txid: Txid): number {
    const tx = this.#pending.get(txid);
    return tx === undefined ? 0 : 1 + Math.max(0, ...tx.inputs.map((input) => this.#depth(input.txid)));
  }

  /** The coin of an outpoint, if it is confirmed and unspent. */
  coin(outpoint: Outpoint): PegCoin | null {
    return this.#coins.get(outpointKey(outpoint)) ?? null;
  }

  /** Which transaction spent a coin of the peg, where a block that can still be undone did. */
  spentBy(outpoint: Outpoint): Txid | null {
    const key = outpointKey(outpoint);
    for (const { spent } of this.#blocks) {
      const found = spent.find(({ coin }) => outpointKey(coin) === key);
      if (found !== undefined) return found.by;
    }
    return null;
  }

  /** Satoshi in confirmed, unspent coins of one script. */
  heldBy(script: Uint8Array): bigint {
    return [...this.#coins.values()].reduce(
      (sum, coin) => (sameBytes(coin.script, script) ? sum + coin.amount : sum),
      0n,
    );
  }

  /** Sum of confirmed, unspent coins with at least so many confirmations. */
  balance(minConfirmations = 1): bigint {
    const limit = this.tip.height - minConfirmations + 1;
    return [...this.#coins.values()].reduce(
      (sum, coin) => ((coin.height ?? Infinity) <= limit ? sum + coin.amount : sum),
      0n,
    );
  }
}
