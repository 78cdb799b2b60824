import type { Txid } from "../../../sbtc/bytes.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import { adopted } from "../../../sbtc/peg/coordinator/adopt.ts";
import type { PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import type { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import { outpointOf, type PegRecord } from "../../../sbtc/peg/queue/record.ts";
import { Refusal } from "../../../sbtc/refusal.ts";

/** Finds what the group did for requests while this disk was not written: see lib/sbtc/peg/coordinator/adopt.ts. */
export class Adoption {
  readonly #node: Pick<BitcoinNode, "transaction">;
  readonly #terms: PegTerms;
  /** Request and transaction that were looked at and say nothing: a minted deposit is a coin like any other. */
  readonly #foreign = new Set<string>();

  constructor(node: Pick<BitcoinNode, "transaction">, terms: PegTerms) {
    this.#node = node;
    this.#terms = terms;
  }

  /**
   * Records that gain a transaction, in no block of which they knew. One whose bytes no source has is tried again at the
   * next look.
   */
  async find(records: readonly PegRecord[], chain: PegChain): Promise<readonly PegRecord[]> {
    const found: PegRecord[] = [];
    const own = new Set(records.flatMap(({ signed }) => signed.map(({ txid }) => txid)));
    for (const record of records) {
      const spender = chain.spender(outpointOf(record));
      const about = `${record.id} ${spender}`;
      if (spender === null || own.has(spender) || this.#foreign.has(about)) continue;
      const tx = await this.#transaction(spender);
      const parents = tx === null ? null : await this.#parents(tx);
      if (tx === null || parents === null) continue;
      const entry = adopted(record, tx, parents, this.#terms);
      if (entry === null) this.#foreign.add(about);
      else found.push({ ...record, signed: [...record.signed, entry] });
    }
    return found;
  }

  async #parents(tx: BitcoinTx): Promise<ReadonlyMap<Txid, Uint8Array> | null> {
    const parents = new Map<Txid, Uint8Array>();
    for (const { txid } of tx.inputs) {
      const parent = await this.#transaction(txid);
      if (parent === null) return null;
      parents.set(txid, parent.raw);
    }
    return parents;
  }

  async #transaction(txid: Txid): Promise<BitcoinTx | null> {
    try {
      const tx = parseTransaction((await this.#node.transaction(txid)).raw);
      return tx.txid === txid ? tx : null;
    } catch (error) {
      if (error instanceof Refusal) return null;
      throw error;
    }
  }
}
