import { concatBytes } from "@noble/hashes/utils.js";
import { readU64be, u64be, type Outpoint } from "../bytes.ts";
import { checkAmount } from "../amount.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { dustLimit, scriptType } from "../bitcoin/script.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { dataOutput, readDataOf, type Dialect } from "./data-output.ts";
import { parseVrs, type VrsSignature } from "./owner-signature.ts";
import { checkStandardOutputs, payToPeg, type OpContext } from "./peg-in.ts";

/** What a peg-out request says in its data output (spec §1.3). */
export interface PegOutRequestData {
  /** sBTC to burn and satoshi to pay, exactly. */
  readonly amount: bigint;
  /** The owner's signature over amount and recipient: 65 bytes v ‖ r ‖ s. */
  readonly signature: VrsSignature;
  /** D1: 0 to 4 bytes. D2 readers ignore it. */
  readonly memo: Uint8Array;
}

/** A peg-out request whose every field was checked. Whose sBTC it is, only the recovered signature says. */
export interface PegOutRequest extends PegOutRequestData {
  readonly kind: "pegOutRequest";
  readonly txid: BitcoinTx["txid"];
  /** Script of output 1: where the bitcoin go. */
  readonly recipientScript: Uint8Array;
  /** Value of output 2: pays the miner of the fulfilment, all of it. */
  readonly fulfilmentFee: bigint;
  /** Output 2, which the fulfilment must spend first. */
  readonly feeOutpoint: Outpoint;
  readonly pegScript: Uint8Array;
}

const fixedLength = 8 + 65;
/** Longest memo a request can carry. */
export const maxRequestMemo = 4;

/** The data of a request as bytes: amount, signature, memo; also what a commit leaf carries. */
export function encodePegOutRequestData(data: PegOutRequestData): Uint8Array {
  if (data.amount <= 0n) refuse("amountZero", "a request for nothing");
  checkAmount(data.amount);
  if (data.memo.length > maxRequestMemo)
    refuse("payloadTooLong", `a memo of ${data.memo.length} bytes; 4 fit`);
  return concatBytes(u64be(data.amount), parseVrs(data.signature), data.memo);
}

/** Reads amount, signature and memo. @throws Refusal */
export function decodePegOutRequestData(data: Uint8Array): PegOutRequestData {
  if (data.length < fixedLength)
    refuse("payloadTooShort", `a request takes ${fixedLength} bytes, here are ${data.length}`);
  if (data.length > fixedLength + maxRequestMemo)
    refuse("payloadTooLong", `${data.length} bytes in a request`);
  const amount = readU64be(data, 0);
  if (amount === 0n) refuse("amountZero", "a request for nothing");
  return {
    amount: checkAmount(amount),
    signature: parseVrs(data.slice(8, fixedLength)),
    memo: data.slice(fixedLength),
  };
}

/** Output 0 of a peg-out request, the same in both dialects. */
export const encodePegOutRequest = (data: PegOutRequestData, network: BitcoinNetwork): TxOutput =>
  dataOutput(network, "pegOutRequest", encodePegOutRequestData(data));

/**
 * Reads a peg-out request: output 1 names the recipient (its value does not matter), output 2 pays the fulfilment fee to
 * the current peg wallet.
 * @throws Refusal naming the first rule that is broken
 */
export function parsePegOutRequest(tx: BitcoinTx, context: OpContext): PegOutRequest {
  const data = decodePegOutRequestData(readDataOf(tx.outputs, context.network, "pegOutRequest"));
  if (context.dialect === "D1") checkStandardOutputs(tx);
  const recipient = tx.outputs[1] ?? refuse("outputMissing", "output 1, the recipient, is missing");
  if (scriptType(recipient.script) === null)
    refuse("outputNotStandard", "the recipient's script has no address");
  const fee = payToPeg(tx, 2, context);
  checkFulfilmentFee(fee, context.dialect);
  return {
    ...data,
    kind: "pegOutRequest",
    txid: tx.txid,
    recipientScript: recipient.script,
    fulfilmentFee: fee.amount,
    feeOutpoint: { txid: tx.txid, vout: 2 },
    pegScript: fee.script,
  };
}

/** D1 asks for any fee at all, D2 for an output that is no dust. */
export function checkFulfilmentFee(fee: TxOutput, dialect: Dialect): void {
  if (fee.amount === 0n) refuse("feeZero", "the request pays no fulfilment fee");
  if (dialect === "D2" && fee.amount < dustLimit(fee.script)) {
    refuse("feeBelowDust", `a fulfilment fee of ${fee.amount.toString()} satoshi is dust in the peg wallet`);
  }
}
