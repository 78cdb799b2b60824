import type { Outpoint } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { dustLimit, isOneOf, scriptType } from "../bitcoin/script.ts";
import type { BitcoinTx, TxOutput } from "../bitcoin/transaction.ts";
import { dataOutput, readDataOf, type Dialect } from "./data-output.ts";
import {
  checkPrincipalNetwork,
  decodePrincipalD1,
  decodePrincipalD2,
  encodePrincipalD1,
  encodePrincipalD2,
  type Principal,
} from "./principal.ts";
import { concatBytes } from "@noble/hashes/utils.js";

/** What a peg-in says in its data output (spec §1.2). */
export interface PegInData {
  readonly recipient: Principal;
  /** Bytes after the recipient. D1: at most 16. D2: ignored by every reader, kept so that nothing is lost. */
  readonly memo: Uint8Array;
}

/** What operations are read against. */
export interface OpContext {
  readonly network: BitcoinNetwork;
  readonly dialect: Dialect;
  /** Script of the wallet that is current: payments to any other are not this peg's. */
  readonly pegScript: Uint8Array;
  /** Scripts of earlier wallets. Payments to them are reported as such, never served. */
  readonly expiredPegScripts?: readonly Uint8Array[];
}

/** A peg-in whose every field was checked. */
export interface PegIn {
  readonly kind: "pegIn";
  readonly txid: BitcoinTx["txid"];
  readonly recipient: Principal;
  /** Value of output 1, in satoshi: exactly what is minted. */
  readonly amount: bigint;
  readonly memo: Uint8Array;
  /** The output that holds the coins. */
  readonly deposit: Outpoint;
  readonly pegScript: Uint8Array;
}

/** Output 0 of a peg-in. @throws Refusal `payloadTooLong`, `contractNameInvalid`, `principalWrongNetwork` */
export function encodePegIn(data: PegInData, network: BitcoinNetwork, dialect: Dialect): TxOutput {
  checkPrincipalNetwork(data.recipient, network);
  const bytes =
    dialect === "D1"
      ? encodePrincipalD1(data.recipient, data.memo)
      : concatBytes(encodePrincipalD2(data.recipient), data.memo);
  return dataOutput(network, "pegIn", bytes);
}

/** Reads output 0 of a peg-in alone. */
export function decodePegInData(
  outputs: readonly TxOutput[],
  network: BitcoinNetwork,
  dialect: Dialect,
): PegInData {
  const data = readDataOf(outputs, network, "pegIn");
  if (dialect === "D1") {
    const { principal, memo } = decodePrincipalD1(data, network);
    return { recipient: principal, memo };
  }
  const { principal, rest } = decodePrincipalD2(data, network, { tolerant: true });
  return { recipient: principal, memo: rest };
}

/**
 * Reads a peg-in: recipient from output 0, amount from output 1, which must pay the current peg wallet. (The alpha did not
 * check the wallet: anyone could pay themselves and be minted.)
 * @throws Refusal naming the first rule that is broken
 */
export function parsePegIn(tx: BitcoinTx, context: OpContext): PegIn {
  const { recipient, memo } = decodePegInData(tx.outputs, context.network, context.dialect);
  if (context.dialect === "D1") checkStandardOutputs(tx);
  const payment = payToPeg(tx, 1, context);
  if (payment.amount === 0n) refuse("amountZero", "output 1 pays nothing");
  if (payment.amount < dustLimit(payment.script)) {
    refuse("amountBelowDust", `${payment.amount.toString()} satoshi are dust in the peg wallet`);
  }
  const deposit = { txid: tx.txid, vout: 1 };
  return {
    kind: "pegIn",
    txid: tx.txid,
    recipient,
    amount: payment.amount,
    memo,
    deposit,
    pegScript: payment.script,
  };
}

/** Output `index`, which must pay the current peg wallet. @throws Refusal `outputMissing`, `notPegWallet`, `pegWalletExpired` */
export function payToPeg(
  tx: BitcoinTx,
  index: number,
  context: Pick<OpContext, "pegScript" | "expiredPegScripts">,
): TxOutput {
  const output = tx.outputs[index] ?? refuse("outputMissing", `output ${index} is missing`);
  if (isOneOf(output.script, [context.pegScript])) return output;
  return isOneOf(output.script, context.expiredPegScripts ?? [])
    ? refuse(
        "pegWalletExpired",
        `output ${index} pays an earlier peg wallet: the group has handed over since`,
      )
    : refuse("notPegWallet", `output ${index} does not pay the peg wallet`);
}

/** D1 readers ignore a transaction with any output after the first that has no address (spec §1.1). */
export function checkStandardOutputs(tx: BitcoinTx): void {
  const index = tx.outputs.findIndex((output, i) => i > 0 && scriptType(output.script) === null);
  if (index !== -1) refuse("outputNotStandard", `output ${index} has no address`);
}
