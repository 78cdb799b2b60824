import { outpointKey } from "../../bytes.ts";
import { maxSatoshi } from "../../amount.ts";
import { refuse } from "../../refusal.ts";
import { weightOf, type BitcoinTx, type TxOutput } from "../transaction.ts";
import { verifyInputs } from "./input.ts";

/** Heaviest transaction nodes relay. */
export const maxStandardWeight = 400_000;

/** What no chain accepts in any transaction, whatever it spends. @throws Refusal `transactionMalformed`, `inputRepeated`, `transactionTooLarge` */
export function checkTransaction(tx: BitcoinTx): void {
  if (tx.outputs.length === 0) refuse("transactionMalformed", "a transaction without outputs");
  if (weightOf(tx.raw) > 4_000_000) refuse("transactionTooLarge", "a transaction larger than a block");
  let sum = 0n;
  for (const { amount } of tx.outputs) {
    sum += amount;
    if (amount > maxSatoshi || sum > maxSatoshi)
      refuse("transactionMalformed", "outputs above 21 million bitcoin");
  }
  const seen = new Set<string>();
  for (const input of tx.inputs) {
    const key = outpointKey(input);
    if (seen.has(key)) refuse("inputRepeated", `${key} is spent twice in one transaction`);
    seen.add(key);
  }
}

/**
 * Full check of a transaction against the outputs it spends: shape, amounts, scripts and signatures. Lock times against a
 * chain are the caller's, who knows the heights ({@link sequenceLocks}, {@link isFinal}).
 * @returns the miner's fee in satoshi
 * @throws Refusal
 */
export function verifyTransaction(tx: BitcoinTx, prevouts: readonly TxOutput[]): bigint {
  checkTransaction(tx);
  const paid = prevouts.reduce((sum, { amount }) => sum + amount, 0n);
  const spent = tx.outputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (paid < spent)
    refuse("insufficientFunds", `outputs of ${spent.toString()} satoshi from inputs of ${paid.toString()}`);
  verifyInputs(tx, prevouts);
  return paid - spent;
}
