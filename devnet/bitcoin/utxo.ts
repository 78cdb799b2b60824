import { type Outpoint, outpointKey, type Txid } from "../../lib/sbtc/bytes.ts";
import type { BitcoinTx, TxOutput } from "../../lib/sbtc/bitcoin/transaction.ts";
import type { Block } from "./block.ts";

/** An unspent output and where it was made. */
export interface Coin extends TxOutput, Outpoint {
  readonly height: number;
  readonly coinbase: boolean;
}

/** Who spent an output. */
export interface Spend {
  readonly txid: Txid;
  readonly vin: number;
}

const isNothing = (output: TxOutput): boolean => output.script[0] === 0x6a;

/** The unspent outputs of the best chain. Blocks go on and come off again exactly. */
export class CoinSet {
  readonly #coins = new Map<string, Coin>();
  readonly #undo = new Map<string, readonly Coin[]>();

  get(outpoint: Outpoint): Coin | undefined {
    return this.#coins.get(outpointKey(outpoint));
  }

  values(): IterableIterator<Coin> {
    return this.#coins.values();
  }

  /** The first block's reward cannot be spent, as on every Bitcoin chain. */
  connect(block: Block): void {
    if (block.height === 0) return;
    const spent: Coin[] = [];
    for (const [position, tx] of block.txs.entries()) {
      if (position > 0) for (const input of tx.inputs) spent.push(this.#take(input));
      for (const coin of coinsOf(tx, block.height, position === 0)) this.#coins.set(outpointKey(coin), coin);
    }
    this.#undo.set(block.hash, spent);
  }

  disconnect(block: Block): void {
    for (const tx of block.txs)
      for (const coin of coinsOf(tx, block.height, false)) this.#coins.delete(outpointKey(coin));
    const made = new Set<string>(block.txs.map((tx) => tx.txid));
    for (const coin of this.#undo.get(block.hash) ?? []) {
      if (!made.has(coin.txid)) this.#coins.set(outpointKey(coin), coin);
    }
    this.#undo.delete(block.hash);
  }

  #take(outpoint: Outpoint): Coin {
    const key = outpointKey(outpoint);
    const coin = this.#coins.get(key);
    if (coin === undefined) throw new Error(`output ${key} is not there to be spent`);
    this.#coins.delete(key);
    return coin;
  }
}

/** The spendable outputs a transaction makes. */
export function coinsOf(tx: BitcoinTx, height: number, coinbase: boolean): Coin[] {
  return tx.outputs.flatMap((output, vout) =>
    isNothing(output) ? [] : [{ ...output, txid: tx.txid, vout, height, coinbase }],
  );
}
