import { sha256 } from "@noble/hashes/sha2.js";
import { type Outpoint, outpointKey, parseHex, toHex, type Txid } from "../../lib/sbtc/bytes.ts";
import type { BitcoinTx, TxOutput } from "../../lib/sbtc/bitcoin/transaction.ts";
import type { Block } from "./block.ts";
import type { Spend } from "./utxo.ts";

/** Where a confirmed transaction is. */
export interface Confirmation {
  readonly block: Block;
  readonly position: number;
  readonly tx: BitcoinTx;
}

/** What explorers ask of the best chain: where a transaction is, who spent an output, what touched a script. */
export class History {
  readonly #txs = new Map<Txid, Confirmation>();
  readonly #spends = new Map<string, Spend>();
  readonly #scripts = new Map<string, Txid[]>();

  transaction(txid: Txid): Confirmation | undefined {
    return this.#txs.get(txid);
  }
  spendOf(outpoint: Outpoint): Spend | undefined {
    return this.#spends.get(outpointKey(outpoint));
  }
  output({ txid, vout }: Outpoint): TxOutput | undefined {
    return this.#txs.get(txid)?.tx.outputs[vout];
  }

  /** Transactions that pay to or spend from a script, oldest first. */
  ofScript(script: Uint8Array): Confirmation[] {
    return (this.#scripts.get(toHex(script)) ?? []).flatMap((txid) => this.#txs.get(txid) ?? []);
  }

  /** The script with this SHA-256 (hex), where it was ever used; for whoever asks by Electrum's hash and not by address. */
  scriptOfHash(hash: string): Uint8Array | undefined {
    for (const script of this.#scripts.keys()) {
      const bytes = parseHex(script);
      if (toHex(sha256(bytes)) === hash) return bytes;
    }
    return undefined;
  }

  connect(block: Block): void {
    for (const [position, tx] of block.txs.entries()) {
      this.#txs.set(tx.txid, { block, position, tx });
      for (const script of this.#touched(tx))
        this.#scripts.set(script, [...(this.#scripts.get(script) ?? []), tx.txid]);
      if (position > 0)
        tx.inputs.forEach((input, vin) => this.#spends.set(outpointKey(input), { txid: tx.txid, vin }));
    }
  }

  disconnect(block: Block): void {
    for (const tx of [...block.txs].reverse()) {
      for (const script of this.#touched(tx)) {
        this.#scripts.set(
          script,
          (this.#scripts.get(script) ?? []).filter((txid) => txid !== tx.txid),
        );
      }
      for (const input of tx.inputs) this.#spends.delete(outpointKey(input));
      this.#txs.delete(tx.txid);
    }
  }

  #touched(tx: BitcoinTx): Set<string> {
    const spent = tx.inputs.flatMap((input) => this.output(input) ?? []);
    return new Set([...spent, ...tx.outputs].map((output) => toHex(output.script)));
  }
}
