import { type BitcoinTx, type TxOutput, vsizeOf, weightOf } from "../../lib/sbtc/bitcoin/transaction.ts";
import { dustLimit, scriptType } from "../../lib/sbtc/bitcoin/script.ts";
import { maxSatoshi } from "../../lib/sbtc/amount.ts";
import { outpointKey } from "../../lib/sbtc/bytes.ts";
import { isFinal, sequenceLocks } from "../../lib/sbtc/bitcoin/verify/locks.ts";
import type { Coin } from "./utxo.ts";

/** Why the chain refuses a transaction. `code` follows the reject reasons of full nodes where there is one. */
export interface Rejection {
  readonly code: string;
  readonly detail: string;
}

/** Thrown while a transaction or block is checked; the chain's public methods turn it into a value. */
export class Rejected extends Error {
  readonly rejection: Rejection;
  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.rejection = { code, detail };
  }
}

/** Blocks before a coinbase output may be spent. */
export const coinbaseMaturity = 100;

/** Smallest fee that is relayed, in satoshi per vbyte. */
export const minimumFeeRate = 1n;

const largestStandardWeight = 400_000;

/** Where a transaction would be mined: the height of the next block and the median time of the last eleven. */
export interface Place {
  readonly height: number;
  readonly medianTime: number;
}

/** Median-time-past of each height, for relative time locks. */
export type MedianTimeAt = (height: number) => number;

/** Checks that need no chain: shape and amounts. */
export function checkShape(tx: BitcoinTx): void {
  if (tx.outputs.length === 0) throw new Rejected("bad-txns-vout-empty", "there are no outputs");
  const keys = new Set(tx.inputs.map(outpointKey));
  if (keys.size !== tx.inputs.length)
    throw new Rejected("bad-txns-inputs-duplicate", "an output is spent twice in one transaction");
  if (tx.inputs.some((input) => input.vout === 0xffffffff))
    throw new Rejected("coinbase", "a coinbase cannot be sent");
  if (weightOf(tx.raw) > largestStandardWeight)
    throw new Rejected("tx-size", "the transaction is above 400,000 weight units");
}

/** Relay rules: known output types, no dust, at most one data output of at most 83 bytes. */
export function checkStandard(tx: BitcoinTx): void {
  if (tx.version !== 1 && tx.version !== 2)
    throw new Rejected("version", `transaction version ${tx.version}`);
  let dataOutputs = 0;
  for (const [vout, { script, amount }] of tx.outputs.entries()) {
    if (script[0] === 0x6a) {
      dataOutputs++;
      if (script.length > 83)
        throw new Rejected(
          "scriptpubkey",
          `output ${vout} holds ${script.length} bytes of data, 83 are relayed`,
        );
      continue;
    }
    if (scriptType(script) === null)
      throw new Rejected("scriptpubkey", `output ${vout} is of no standard type`);
    if (amount < dustLimit(script))
      throw new Rejected("dust", `output ${vout} has ${amount} sat, below ${dustLimit(script)}`);
  }
  if (dataOutputs > 1) throw new Rejected("multi-op-return", "more than one data output");
}

/** Amounts: what goes in covers what goes out. Returns the fee in satoshi. */
export function feeOf(tx: BitcoinTx, coins: readonly TxOutput[]): bigint {
  const paid = coins.reduce((sum, coin) => sum + coin.amount, 0n);
  const sent = tx.outputs.reduce((sum, output) => sum + output.amount, 0n);
  if (paid > maxSatoshi)
    throw new Rejected("bad-txns-inputvalues-outofrange", "inputs above 21 million bitcoin");
  if (sent > paid) throw new Rejected("bad-txns-in-belowout", `inputs hold ${paid} sat, outputs ${sent}`);
  return paid - sent;
}

/** Fee per vbyte, rounded down, as a rate for ordering. */
export const feeRate = (tx: BitcoinTx, fee: bigint): number => Number(fee) / vsizeOf(tx.raw);

/** Locks and maturity (BIP 65's nLockTime, BIP 68, coinbase maturity) for a transaction mined at `place`. */
export function checkLocks(
  tx: BitcoinTx,
  coins: readonly Coin[],
  place: Place,
  medianTimeAt: MedianTimeAt,
): void {
  if (!isFinal(tx, place.height, place.medianTime)) {
    throw new Rejected("non-final", `the transaction is locked until ${tx.lockTime}`);
  }
  const young = coins.find((coin) => coin.coinbase && place.height - coin.height < coinbaseMaturity);
  if (young !== undefined) {
    throw new Rejected(
      "bad-txns-premature-spend-of-coinbase",
      `a block reward of height ${young.height} is spendable from ${young.height + coinbaseMaturity}`,
    );
  }
  const ages = coins.map(({ height }) => ({ height, medianTimePast: medianTimeAt(Math.max(height - 1, 0)) }));
  const locks = sequenceLocks(tx, ages);
  if (place.height <= locks.height || place.medianTime <= locks.time) {
    throw new Rejected("non-BIP68-final", "an input is locked relative to the block that made it");
  }
}
