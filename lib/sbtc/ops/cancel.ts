import type { Outpoint } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { scriptType } from "../bitcoin/script.ts";
import { dataOutput, readDataOf } from "./data-output.ts";
import { requestOf } from "./fulfilment.ts";
import { payToPeg, type OpContext } from "./peg-in.ts";

/**
 * Cancel of an expired peg-out request: input 0 spends the request's fee output back to the peg, so that a fulfilment can
 * never confirm beside it. Our own format: magic ‖ 'C', and output 1 pays the peg.
 */
export interface Cancel {
  readonly kind: "cancel";
  readonly txid: BitcoinTx["txid"];
  readonly request: Outpoint;
  readonly returnedToPeg: bigint;
}

/** Output 0 of a cancel. */
export const encodeCancel = (network: BitcoinNetwork): TxOutput =>
  dataOutput(network, "cancel", new Uint8Array());

/** Reads a cancel. @throws Refusal */
export function parseCancel(tx: BitcoinTx, context: OpContext): Cancel {
  const data = readDataOf(tx.outputs, context.network, "cancel");
  if (data.length > 0) refuse("payloadTooLong", `${data.length} bytes in a cancel, which has none`);
  const request = requestOf(tx);
  return { kind: "cancel", txid: tx.txid, request, returnedToPeg: payToPeg(tx, 1, context).amount };
}

/**
 * Return of a peg-in that the group rejected: input 0 spends the deposit, output 1 pays the script its depositor named.
 * Our own format: magic ‖ 'R'.
 */
export interface PegInReturn {
  readonly kind: "pegInReturn";
  readonly txid: BitcoinTx["txid"];
  readonly deposit: Outpoint;
  readonly returnScript: Uint8Array;
  readonly amount: bigint;
}

/** Output 0 of a return. */
export const encodePegInReturn = (network: BitcoinNetwork): TxOutput =>
  dataOutput(network, "pegInReturn", new Uint8Array());

/** Reads a return. @throws Refusal */
export function parsePegInReturn(tx: BitcoinTx, context: { readonly network: BitcoinNetwork }): PegInReturn {
  const data = readDataOf(tx.outputs, context.network, "pegInReturn");
  if (data.length > 0) refuse("payloadTooLong", `${data.length} bytes in a return, which has none`);
  const deposit = tx.inputs[0] ?? refuse("transactionMalformed", "a transaction without inputs");
  const paid = tx.outputs[1] ?? refuse("outputMissing", "output 1, the payment back, is missing");
  if (scriptType(paid.script) === null) refuse("outputNotStandard", "the script paid back to has no address");
  return {
    kind: "pegInReturn",
    txid: tx.txid,
    deposit: { txid: deposit.txid, vout: deposit.vout },
    returnScript: paid.script,
    amount: paid.amount,
  };
}
