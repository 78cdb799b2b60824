import { type Outpoint, outpointKey, type Txid } from "../../lib/sbtc/bytes.ts";
import { type BitcoinTx, type TxOutput, vsizeOf, weightOf } from "../../lib/sbtc/bitcoin/transaction.ts";
import {
  checkLocks,
  checkShape,
  checkStandard,
  feeOf,
  feeRate,
  minimumFeeRate,
  type MedianTimeAt,
  type Place,
  Rejected,
} from "./rules.ts";
import { Refusal } from "../../lib/sbtc/refusal.ts";
import { type Coin, coinsOf, type CoinSet } from "./utxo.ts";

/** A transaction that waits to be mined. */
export interface MempoolEntry {
  readonly tx: BitcoinTx;
  /** Satoshi. */
  readonly fee: bigint;
  readonly vsize: number;
  /** Seconds since 1970, when it came. */
  readonly time: number;
}

/** Unconfirmed ancestors and descendants a transaction may have, itself included. */
const longestChain = 25;
const mostReplaced = 100;
/** Room a block leaves for its coinbase, in weight units. */
const blockWeight = 3_996_000;

/** Checks scripts and signatures of every input. @throws Refusal */
export type VerifyInputs = (tx: BitcoinTx, coins: readonly TxOutput[]) => void;

/** What surrounds the mempool: the confirmed coins and where the next block will be. */
export interface MempoolContext {
  readonly coins: CoinSet;
  readonly place: Place;
  readonly medianTimeAt: MedianTimeAt;
  readonly now: number;
  readonly verify: VerifyInputs;
}

/** Transactions that were checked and wait, in an order in which they can be mined. */
export class Mempool {
  readonly #entries = new Map<Txid, MempoolEntry>();
  readonly #spenders = new Map<string, Txid>();

  get(txid: Txid): MempoolEntry | undefined {
    return this.#entries.get(txid);
  }
  entries(): IterableIterator<MempoolEntry> {
    return this.#entries.values();
  }
  spenderOf(outpoint: Outpoint): Txid | undefined {
    return this.#spenders.get(outpointKey(outpoint));
  }
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Checks a transaction as a relaying node does and keeps it, replacing what it conflicts with where it pays for that (BIP 125,
   * without asking for the signal, as nodes do today).
   * @returns the transactions it replaced
   * @throws Rejected
   */
  accept(tx: BitcoinTx, context: MempoolContext): BitcoinTx[] {
    if (this.#entries.has(tx.txid))
      throw new Rejected("txn-already-in-mempool", "the transaction is already waiting");
    checkShape(tx);
    checkStandard(tx);
    const coins = tx.inputs.map((input) => this.#coin(input, context));
    const fee = feeOf(tx, coins);
    checkLocks(tx, coins, context.place, context.medianTimeAt);
    const vsize = vsizeOf(tx.raw);
    if (fee < minimumFeeRate * BigInt(vsize))
      throw new Rejected("min relay fee not met", `the fee is ${fee} sat for ${vsize} vbytes`);
    const replaced = this.#replaced(tx, fee, vsize);
    const kin = this.#ancestors(tx).size + 1;
    if (kin > longestChain)
      throw new Rejected("too-long-mempool-chain", `more than ${longestChain} unconfirmed ancestors`);
    checkSpends(tx, coins, context.verify);
    for (const old of replaced) this.#remove(old.tx);
    this.#entries.set(tx.txid, { tx, fee, vsize, time: context.now });
    for (const input of tx.inputs) this.#spenders.set(outpointKey(input), tx.txid);
    return replaced.map((old) => old.tx);
  }

  /** What the next block takes: in order, above a fee rate, within the weight of a block. */
  template(minFeeRate: number): MempoolEntry[] {
    const taken = new Set<Txid>();
    let weight = 0;
    return [...this.#entries.values()].filter(({ tx, fee }) => {
      const waits = tx.inputs.some((input) => this.#entries.has(input.txid) && !taken.has(input.txid));
      if (waits || feeRate(tx, fee) < minFeeRate || weight + weightOf(tx.raw) > blockWeight) return false;
      weight += weightOf(tx.raw);
      taken.add(tx.txid);
      return true;
    });
  }

  /** Takes out what a block mined, and whatever else spends the same outputs. Returns what was thrown out. */
  mined(txs: readonly BitcoinTx[]): BitcoinTx[] {
    const lost: BitcoinTx[] = [];
    for (const tx of txs) {
      if (this.#entries.has(tx.txid)) this.#remove(tx);
      for (const input of tx.inputs) {
        const rival = this.#entryOf(this.spenderOf(input));
        if (rival !== undefined) lost.push(...this.#removeFamily(rival));
      }
    }
    return lost;
  }

  /** Empties the pool; returns its transactions in order, so that they can be offered again after a reorganisation. */
  drain(): BitcoinTx[] {
    const txs = [...this.#entries.values()].map((entry) => entry.tx);
    this.#entries.clear();
    this.#spenders.clear();
    return txs;
  }

  #coin(outpoint: Outpoint, { coins, place }: MempoolContext): Coin {
    const confirmed = coins.get(outpoint);
    if (confirmed !== undefined) return confirmed;
    const parent = this.#entries.get(outpoint.txid);
    const coin =
      parent === undefined
        ? undefined
        : coinsOf(parent.tx, place.height, false).find((made) => made.vout === outpoint.vout);
    if (coin === undefined)
      throw new Rejected(
        "bad-txns-inputs-missingorspent",
        `output ${outpointKey(outpoint)} is unknown or spent`,
      );
    return coin;
  }

  #replaced(tx: BitcoinTx, fee: bigint, vsize: number): MempoolEntry[] {
    const direct = tx.inputs.flatMap((input) => this.#entryOf(this.spenderOf(input)) ?? []);
    if (direct.length === 0) return [];
    const all = new Map(
      direct.flatMap((entry) => this.#family(entry)).map((entry) => [entry.tx.txid, entry]),
    );
    if (tx.inputs.some((input) => all.has(input.txid)))
      throw new Rejected("bad-txns-spends-conflicting-tx", "it spends what it replaces");
    if (all.size > mostReplaced)
      throw new Rejected("too many potential replacements", `${all.size} transactions would be replaced`);
    const evicted = [...all.values()].reduce((sum, entry) => sum + entry.fee, 0n);
    const outbid = direct.some((entry) => feeRate(tx, fee) <= feeRate(entry.tx, entry.fee));
    if (outbid || fee < evicted + minimumFeeRate * BigInt(vsize)) {
      throw new Rejected(
        "insufficient fee",
        `the fee is ${fee} sat; to replace takes ${evicted + BigInt(vsize)} sat and a higher rate`,
      );
    }
    return [...all.values()];
  }

  #entryOf(txid: Txid | undefined): MempoolEntry | undefined {
    return txid === undefined ? undefined : this.#entries.get(txid);
  }

  #family(entry: MempoolEntry): MempoolEntry[] {
    const children = entry.tx.outputs.flatMap(
      (_, vout) => this.#entryOf(this.spenderOf({ txid: entry.tx.txid, vout })) ?? [],
    );
    return [entry, ...children.flatMap((child) => this.#family(child))];
  }

  #ancestors(tx: BitcoinTx, found = new Set<Txid>()): Set<Txid> {
    for (const input of tx.inputs) {
      const parent = this.#entries.get(input.txid);
      if (parent === undefined || found.has(input.txid)) continue;
      found.add(input.txid);
      this.#ancestors(parent.tx, found);
    }
    return found;
  }

  #removeFamily(entry: MempoolEntry): BitcoinTx[] {
    const family = this.#family(entry);
    for (const member of family) this.#remove(member.tx);
    return family.map((member) => member.tx);
  }

  #remove(tx: BitcoinTx): void {
    this.#entries.delete(tx.txid);
    for (const input of tx.inputs) {
      const key = outpointKey(input);
      if (this.#spenders.get(key) === tx.txid) this.#spenders.delete(key);
    }
  }
}

/** What does not verify is a rejection. @throws Rejected */
function checkSpends(tx: BitcoinTx, coins: readonly Coin[], verify: VerifyInputs): void {
  try {
    verify(tx, coins);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Rejected("mandatory-script-verify-flag-failed", error.message);
  }
}
