import { outpointKey, type BlockHash, type Outpoint, type Txid } from "../../bytes.ts";
import { PegLedger, undoDepth, type LedgerSnapshot } from "../../bitcoin/ledger.ts";
import type { BlockRef } from "../../bitcoin/node.ts";
import type { BitcoinTx } from "../../bitcoin/transaction.ts";

/** Which transactions of one block concern the peg. */
interface BlockEntry extends BlockRef {
  readonly txids: readonly Txid[];
  readonly spent: readonly string[];
}

/** Everything needed to go on after a restart. */
export interface PegChainSnapshot {
  readonly ledger: LedgerSnapshot;
  readonly places: readonly (readonly [Txid, BlockRef])[];
  readonly spenders: readonly (readonly [string, Txid])[];
  readonly blocks: readonly BlockEntry[];
}

/**
 * The best chain as far as the peg is concerned: its coins, and where every transaction that pays or spends it stands. Fed
 * block by block from full, proven blocks, and undone block by block.
 */
export class PegChain {
  readonly ledger: PegLedger;
  readonly #places = new Map<Txid, BlockRef>();
  readonly #spenders = new Map<string, Txid>();
  readonly #blocks: BlockEntry[] = [];

  constructor(ledger: PegLedger) {
    this.ledger = ledger;
  }

  static restore(snapshot: PegChainSnapshot): PegChain {
    const chain = new PegChain(PegLedger.restore(snapshot.ledger));
    for (const [txid, block] of snapshot.places) chain.#places.set(txid, block);
    for (const [outpoint, txid] of snapshot.spenders) chain.#spenders.set(outpoint, txid);
    chain.#blocks.push(...snapshot.blocks);
    return chain;
  }

  snapshot(): PegChainSnapshot {
    return {
      ledger: this.ledger.snapshot(),
      places: [...this.#places],
      spenders: [...this.#spenders],
      blocks: [...this.#blocks],
    };
  }

  get tip(): BlockRef {
    return this.ledger.tip;
  }

  /** @param transactions those of the block that pay or spend the peg, in order; others do no harm */
  connect(block: BlockRef & { readonly previous: BlockHash }, transactions: readonly BitcoinTx[]): void {
    this.ledger.connect(block, transactions);
    const { height, hash } = block;
    const spent: string[] = [];
    for (const { txid, inputs } of transactions) {
      this.#places.set(txid, { height, hash });
      for (const input of inputs) {
        const key = outpointKey(input);
        this.#spenders.set(key, txid);
        spent.push(key);
      }
    }
    this.#blocks.push({ height, hash, txids: transactions.map(({ txid }) => txid), spent });
    if (this.#blocks.length > undoDepth) this.#blocks.shift();
  }

  /** Undoes the last block. @throws Refusal `blockNotTip` */
  disconnect(hash: BlockHash): void {
    this.ledger.disconnect(hash);
    const entry = this.#blocks.pop();
    for (const txid of entry?.txids ?? []) this.#places.delete(txid);
    for (const key of entry?.spent ?? []) this.#spenders.delete(key);
  }

  /** The block of the best chain a transaction of the peg is in, or null. */
  place(txid: Txid): BlockRef | null {
    return this.#places.get(txid) ?? null;
  }

  /** Confirmations of a transaction of the peg, 0 where it is in no block. */
  confirmations(txid: Txid): number {
    const block = this.place(txid);
    return block === null ? 0 : this.tip.height - block.height + 1;
  }

  /** Who spent an output in a block of the best chain, or null. */
  spender(outpoint: Outpoint): Txid | null {
    return this.#spenders.get(outpointKey(outpoint)) ?? null;
  }
}
