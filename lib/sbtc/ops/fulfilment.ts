import { concatBytes } from "@noble/hashes/utils.js";
import { parseBlockHash, parseHex, sameBytes, toHex, type BlockHash, type Outpoint } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { scriptType } from "../bitcoin/script.ts";
import { dataOutput, readDataOf, type Dialect } from "./data-output.ts";
import type { PegOutRequest } from "./peg-out-request.ts";

/** What a fulfilment says in its data output (spec §1.4). */
export interface FulfilmentData {
  /** Stacks index block hash the request was checked against, 32 bytes in the order the hash is written. */
  readonly chainTip: BlockHash;
  /** D1 only, at most 45 bytes. */
  readonly memo: Uint8Array;
}

/** A fulfilment as anyone can read it from the chain: which request it serves, and what it paid to whom. */
export interface Fulfilment extends FulfilmentData {
  readonly kind: "fulfilment";
  readonly txid: BitcoinTx["txid"];
  /** The request's output 2, spent by input 0. */
  readonly request: Outpoint;
  readonly recipientScript: Uint8Array;
  readonly amount: bigint;
}

/** Output 0 of a fulfilment. @throws Refusal `dialectUnsupported` for a memo in D2 */
export function encodeFulfilment(data: FulfilmentData, network: BitcoinNetwork, dialect: Dialect): TxOutput {
  if (dialect === "D2" && data.memo.length > 0) refuse("dialectUnsupported", "a D2 fulfilment has no memo");
  return dataOutput(network, "fulfilment", concatBytes(parseHex(data.chainTip), data.memo));
}

/** Reads output 0 of a fulfilment alone. */
export function decodeFulfilmentData(
  outputs: readonly TxOutput[],
  network: BitcoinNetwork,
  dialect: Dialect,
): FulfilmentData {
  const data = readDataOf(outputs, network, "fulfilment");
  if (data.length < 32) refuse("payloadTooShort", `a fulfilment takes 32 bytes, here are ${data.length}`);
  if (dialect === "D2" && data.length > 32)
    refuse("payloadTooLong", `${data.length} bytes in a D2 fulfilment`);
  return { chainTip: parseBlockHash(toHex(data.subarray(0, 32))), memo: data.slice(32) };
}

/**
 * Input 0 of a fulfilment or a cancel names the request: it must spend output 2, the fulfilment fee.
 * @throws Refusal `inputNotRequest`
 */
export function requestOf(tx: BitcoinTx): Outpoint {
  const first = tx.inputs[0];
  return first?.vout === 2
    ? { txid: first.txid, vout: 2 }
    : refuse("inputNotRequest", "input 0 must spend output 2 of a peg-out request");
}

/** Reads a fulfilment without its request. @throws Refusal */
export function parseFulfilment(
  tx: BitcoinTx,
  context: { readonly network: BitcoinNetwork; readonly dialect: Dialect },
): Fulfilment {
  const data = decodeFulfilmentData(tx.outputs, context.network, context.dialect);
  const request = requestOf(tx);
  const paid = tx.outputs[1] ?? refuse("outputMissing", "output 1, the payment, is missing");
  if (scriptType(paid.script) === null) refuse("outputNotStandard", "the recipient's script has no address");
  if (paid.amount === 0n) refuse("amountZero", "output 1 pays nothing");
  return {
    ...data,
    kind: "fulfilment",
    txid: tx.txid,
    request,
    recipientScript: paid.script,
    amount: paid.amount,
  };
}

/**
 * Checks that a fulfilment serves this request: spends its fee output, pays its recipient, exactly its amount.
 * @throws Refusal `inputNotRequest`, `recipientMismatch`, `amountMismatch`
 */
export function checkServes(fulfilment: Fulfilment, request: PegOutRequest): void {
  if (fulfilment.request.txid !== request.txid) refuse("inputNotRequest", "input 0 spends another request");
  if (!sameBytes(fulfilment.recipientScript, request.recipientScript)) {
    refuse("recipientMismatch", "output 1 does not pay the request's recipient");
  }
  if (fulfilment.amount !== request.amount) {
    refuse(
      "amountMismatch",
      `output 1 pays ${fulfilment.amount.toString()} of ${request.amount.toString()} satoshi`,
    );
  }
}
