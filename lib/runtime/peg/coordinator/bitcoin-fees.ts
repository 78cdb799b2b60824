import { secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import type { Txid } from "../../../sbtc/bytes.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import { parseTransaction } from "../../../sbtc/bitcoin/transaction.ts";
import type { PegRecord } from "../../../sbtc/peg/queue/record.ts";
import { restingStates } from "../../../sbtc/peg/queue/states.ts";
import type { FeeWallet } from "../../../sbtc/transactions/plan.ts";

/** The P2WPKH script of a key. */
export function feeScript(key: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(0, 20), ripemd160(sha256(secp256k1.getPublicKey(key))));
}

/** The fee wallet's coins on Bitcoin, and the transactions that made them. */
export class BitcoinFees {
  readonly #node: BitcoinNode;
  readonly #script: Uint8Array;
  readonly #parents = new Map<Txid, Uint8Array>();

  constructor(node: BitcoinNode, key: Uint8Array) {
    this.#node = node;
    this.#script = feeScript(key);
  }

  async gather(
    records: Iterable<PegRecord>,
  ): Promise<{ readonly wallet: FeeWallet; readonly parents: ReadonlyMap<Txid, Uint8Array> }> {
    const listed = await this.#node.utxos(this.#script);
    const coins = listed.map(({ txid, vout, amount, script, height }) => ({
      txid,
      vout,
      amount,
      script,
      unconfirmedDepth: height === null ? 1 : 0,
    }));
    for (const { txid } of coins) {
      if (this.#parents.has(txid)) continue;
      const { raw } = await this.#node.transaction(txid);
      if (parseTransaction(raw).txid === txid) this.#parents.set(txid, raw);
    }
    // Parents of our own unconfirmed change: signers see the transactions of this round, not those before it.
    for (const record of records) {
      if (record.kind === "pegIn" && record.form.tag === "script")
        this.#parents.set(record.deposit.txid, record.raw);
      if (!restingStates.has(record.state.tag))
        for (const { txid, raw } of record.signed) this.#parents.set(txid, raw);
    }
    return { wallet: { script: this.#script, coins }, parents: this.#parents };
  }
}
