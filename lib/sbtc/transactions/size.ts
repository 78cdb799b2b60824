import { refuse } from "../refusal.ts";
import { scriptType } from "../bitcoin/script.ts";
import { outputBytes, withLength, type TxOutput } from "../bitcoin/transaction.ts";
import type { PlannedInput } from "./plan.ts";

/** Satoshi per 1000 vbytes, an integer, so that a rate of 1.25 sat/vB is exact. */
export type FeeRate = bigint;

/** Least that nodes relay, and least that a replacement must add per vbyte: 1 sat/vB. */
export const minRelayRate: FeeRate = 1000n;
/** Above this a rate is a mistake: 1000 sat/vB. */
export const maxFeeRate: FeeRate = 1_000_000n;

/** @param satPerVbyte as fee estimates write it, up to three decimals kept, rounded up */
export function feeRate(satPerVbyte: number): FeeRate {
  const rate = BigInt(Math.ceil(satPerVbyte * 1000));
  return checkFeeRate(rate);
}

/** @throws Refusal `feeTooLow` below 1 sat/vB, `feeTooHigh` above 1000 sat/vB */
export function checkFeeRate(rate: FeeRate): FeeRate {
  if (rate < minRelayRate) refuse("feeTooLow", "fee rates start at 1 sat/vB");
  if (rate > maxFeeRate) refuse("feeTooHigh", "a fee rate above 1000 sat/vB");
  return rate;
}

/** Satoshi for `vsize` vbytes, rounded up. */
export const feeFor = (vsize: number, rate: FeeRate): bigint => (BigInt(vsize) * rate + 999n) / 1000n;

/** Bytes of the scriptSig and weight of the witness that will spend `input`, once it is signed. */
function unlockingSize(input: PlannedInput): { readonly scriptSig: number; readonly witness: number } {
  const { signer, coin } = input;
  if (signer.tag === "leaf") {
    const { script, controlBlock } = signer.leaf;
    return { scriptSig: 0, witness: 1 + 65 + withLength(script).length + withLength(controlBlock).length };
  }
  switch (scriptType(coin.script)) {
    case "p2tr":
      return { scriptSig: 0, witness: 66 };
    case "p2wpkh":
      return { scriptSig: 0, witness: 109 };
    case "p2sh": // P2WPKH inside
      return { scriptSig: 23, witness: 109 };
    case "p2pkh":
      return { scriptSig: 107, witness: 1 };
    default:
      return refuse("scriptUnsupported", "an input of this script cannot be spent here");
  }
}

/** Virtual size of the transaction once every input is signed; never less than the real one. */
export function signedVsize(inputs: readonly PlannedInput[], outputs: readonly TxOutput[]): number {
  let weight = 4 * (4 + 1 + 1 + 4) + 2;
  if (inputs.length >= 0xfd) weight += 8;
  if (outputs.length >= 0xfd) weight += 8;
  for (const input of inputs) {
    const { scriptSig, witness } = unlockingSize(input);
    weight += 4 * (36 + 1 + scriptSig + 4) + witness;
  }
  for (const output of outputs) weight += 4 * outputBytes(output).length;
  return Math.ceil(weight / 4);
}
