import { readU64be, u64be } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { scriptType } from "../bitcoin/script.ts";
import { dataOutput, readDataOf } from "./data-output.ts";

/** A hand-off of the peg's coins to the next wallet (spec §1.5). */
export interface HandOff {
  readonly kind: "handOff";
  readonly txid: BitcoinTx["txid"];
  /** Cycle of the set that hands over. */
  readonly rewardCycle: bigint;
  /** Script of output 1. Anyone can write a hand-off; only the spending of the peg's coins makes it one. */
  readonly nextPegScript: Uint8Array;
  readonly amount: bigint;
}

/** Output 0 of a hand-off. */
export const encodeHandOff = (rewardCycle: bigint, network: BitcoinNetwork): TxOutput =>
  dataOutput(network, "handOff", u64be(rewardCycle));

/** Reads a hand-off. @throws Refusal */
export function parseHandOff(tx: BitcoinTx, context: { readonly network: BitcoinNetwork }): HandOff {
  const data = readDataOf(tx.outputs, context.network, "handOff");
  if (data.length < 8) refuse("payloadTooShort", `a hand-off takes 8 bytes, here are ${data.length}`);
  if (data.length > 8) refuse("payloadTooLong", `${data.length} bytes in a hand-off of 8`);
  const next = tx.outputs[1] ?? refuse("outputMissing", "output 1, the next wallet, is missing");
  if (scriptType(next.script) === null)
    refuse("outputNotStandard", "the next wallet's script has no address");
  return {
    kind: "handOff",
    txid: tx.txid,
    rewardCycle: readU64be(data, 0),
    nextPegScript: next.script,
    amount: next.amount,
  };
}
