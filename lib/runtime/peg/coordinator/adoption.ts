import type { Txid } from "../../../sbtc/bytes.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { parseTransaction, type BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import { adopted } from "../../../sbtc/peg/coordinator/adopt.ts";
import type { PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import type { PegChain } from "../../../sbtc/peg/coordinator/peg-chain.ts";
import { outpointOf, type PegRecord, type RecordId } from "../../../sbtc/peg/queue/record.ts";
import { Refusal } from "../../../sbtc/refusal.ts";

/** Finds what the group did for requests while this disk was not written: see lib/sbtc/peg/coordinator/adopt.ts. */
export class Adoption {
  readonly #node: Pick<BitcoinNode, "transaction">;
  readonly #terms: PegTerms;
  /** Request and transaction that was read and is not its end: a minted deposit is a coin like any other. */
  readonly #foreign = new Set<string>();

  constructor(node: Pick<BitcoinNode, "transaction">, terms: PegTerms) {
    this.#node = node;
    this.#terms = terms;
  }

  /**
   * Records that gain a transaction, in no block of which they knew, and those whose output was spent for something else.
   * One whose bytes no source has is neither, and is tried again at the next look.
   */
  async find(
    records: readonly PegRecord[],
    chain: PegChain,
  ): Promise<{ readonly found: readonly PegRecord[]; readonly coinUses: ReadonlySet<RecordId> }> {
    const found: PegRecord[] = [];
    const coinUses = new Set<RecordId>();
    const own = new Set(records.flatMap(({ signed }) => signed.map(({ txid }) => txid)));
    for (const record of records) {
      const spender = chain.spender(outpointOf(record));
      const about = `${record.id} ${spender}`;
      if (spender === null || record.signed.some(({ txid }) => txid === spender)) continue;
      // What another request ended with is known here, byte for byte.
      if (own.has(spender) || this.#foreign.has(about)) {
        coinUses.add(record.id);
        continue;
      }
      const tx = await this.#transaction(spender);
      const parents = tx === null ? null : await this.#parents(tx);
      if (tx === null || parents === null) continue;
      const entry = adopted(record, tx, parents, this.#terms);
      if (entry === null) {
        this.#foreign.add(about);
        coinUses.add(record.id);
      } else found.push({ ...record, signed: [...record.signed, entry] });
    }
    return { found, coinUses };
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
