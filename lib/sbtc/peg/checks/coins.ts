import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { formatBitcoin } from "../../amount.ts";
import { outpointKey, sameBytes, type Outpoint } from "../../bytes.ts";
import type { TxOutput } from "../../bitcoin/transaction.ts";
import type { CoordinatorData } from "../../contract/queries.ts";
import { replaceable, total, type PlannedInput } from "../../transactions/plan.ts";
import { feeFor, signedVsize } from "../../transactions/size.ts";
import type { ReadTransaction } from "../operation/transaction.ts";
import type { Standing } from "./evidence.ts";
import { refuseTo } from "./result.ts";
import { addressText, pegScriptOf } from "./standing.ts";

/**
 * The script of the fee wallet: P2WPKH of the coordinator's key as the contract's registry has it. Nothing else may add
 * an input to a transaction of the peg.
 */
export const feeWalletScript = ({ key }: Pick<CoordinatorData, "key">): Uint8Array =>
  concatBytes(Uint8Array.of(0, 20), ripemd160(sha256(key)));

/** A transaction's inputs, sorted by whose they are. */
export interface Sources {
  /** Inputs of the purpose's own (the request's fee output, a deposit), in order. */
  readonly named: readonly bigint[];
  /** Satoshi of peg coins. */
  readonly peg: bigint;
  readonly fees: { readonly amount: bigint; readonly script: Uint8Array } | null;
  /** Satoshi for the miner. */
  readonly fee: bigint;
  readonly vsize: number;
}

/**
 * Sorts the inputs: first those the purpose names, then coins of the peg that this seat knows, then at most one of the
 * registered fee wallet. Anything else is refused.
 * @param named outpoints the purpose spends, which come first and in this order
 * @param pegCoins false where the purpose may spend none of the peg's other coins
 */
export function sortInputs(
  read: ReadTransaction,
  named: readonly Outpoint[],
  standing: Standing,
  coordinator: CoordinatorData | null,
  pegCoins = true,
): Sources {
  const { tx, proposal } = read;
  const namedAmounts: bigint[] = [];
  let peg = 0n;
  let fees: Sources["fees"] = null;
  tx.inputs.forEach((input, i) => {
    const spend = proposal.spends[i];
    if (spend === undefined) return;
    const name = outpointKey(input);
    if (input.sequence !== replaceable) refuseTo("notReplaceable", `input ${i} cannot be replaced`);
    const wanted = named[i];
    if (wanted !== undefined) {
      if (outpointKey(wanted) !== name)
        refuseTo("wrongFirstInput", `input ${i} must spend ${outpointKey(wanted)}`);
      namedAmounts.push(spend.amount);
    } else if (spend.signer.tag === "wallet") {
      const script = coordinator === null ? null : feeWalletScript(coordinator);
      if (script === null || i !== tx.inputs.length - 1 || !sameBytes(script, spend.script))
        refuseTo("foreignInput", `${name} is neither the peg’s nor the registered fee wallet’s`);
      fees = { amount: spend.amount, script: spend.script };
    } else if (!pegCoins || spend.signer.tag === "leaf") {
      refuseTo("foreignInput", `${name} has no place in this transaction`);
    } else {
      checkPegCoin(input, spend, standing);
      peg += spend.amount;
    }
  });
  if (namedAmounts.length !== named.length)
    refuseTo("wrongFirstInput", "an input the purpose names is missing");
  const inputs = tx.inputs.map((input, i): PlannedInput => {
    const {
      amount = 0n,
      script = new Uint8Array(),
      signer = { tag: "wallet" } as const,
    } = proposal.spends[i] ?? {};
    return { coin: { ...input, amount, script }, sequence: input.sequence, signer };
  });
  const fee = total(proposal.spends) - total(tx.outputs);
  return { named: namedAmounts, peg, fees, fee, vsize: signedVsize(inputs, tx.outputs) };
}

/** A coin of the peg that this seat's own ledger has, or change of a transaction that this seat approved itself. */
function checkPegCoin(outpoint: Outpoint, claimed: TxOutput, { ledger, memory }: Standing): void {
  const name = outpointKey(outpoint);
  const known =
    ledger.coin(outpoint) ??
    memory
      .transactions("fulfilment", "cancel", "consolidation", "sweep")
      .find(({ tx }) => tx.txid === outpoint.txid)?.tx.outputs[outpoint.vout];
  if (known === undefined) return refuseTo("unknownCoin", `this seat knows no unspent coin ${name}`);
  if (known.amount !== claimed.amount || !sameBytes(known.script, claimed.script))
    refuseTo(
      "coinMismatch",
      `${name} is worth ${formatBitcoin(known.amount)}, not ${formatBitcoin(claimed.amount)}`,
    );
}

/**
 * Holds the first outputs against what the purpose pays; `null` stands for the data output, which its own reader checks.
 * A payment to the coordinator has a code of its own.
 */
export function checkPayments(
  { tx }: ReadTransaction,
  payments: readonly (TxOutput | null)[],
  standing: Standing,
): void {
  payments.forEach((payment, i) => {
    const output = tx.outputs[i] ?? refuseTo("wrongRecipient", `output ${i} is missing`);
    if (payment === null) return;
    if (!sameBytes(output.script, payment.script))
      refuseTo(
        isCoordinators(output, standing) ? "paysCoordinator" : "wrongRecipient",
        `output ${i} pays ${addressText(output.script, standing.setting)}, not ${addressText(payment.script, standing.setting)}`,
      );
    if (output.amount !== payment.amount)
      refuseTo(
        "wrongAmount",
        `output ${i} pays ${formatBitcoin(output.amount)}, not ${formatBitcoin(payment.amount)}`,
      );
  });
}

/**
 * Holds the outputs after the payments against what is the peg's: its change exactly, then at most one change of the fee
 * wallet. Each way to deviate has its own code.
 * @param change satoshi of its coins that the peg gets back
 */
export function checkChange(
  { tx }: ReadTransaction,
  payments: number,
  change: bigint,
  sources: Sources,
  standing: Standing,
): void {
  const { setting } = standing;
  const peg = pegScriptOf(setting);
  const feeScript = sources.fees?.script;
  const isFees = (output: TxOutput): boolean =>
    feeScript !== undefined && sameBytes(output.script, feeScript);
  const rest = tx.outputs.slice(payments);
  if (change < 0n) refuseTo("unknownCoin", "the peg's coins do not cover the payment");
  if (change > 0n) {
    const back = rest.shift();
    if (back === undefined || isFees(back))
      return refuseTo("pegPaysFee", `the peg would lose its change of ${formatBitcoin(change)}`);
    if (!sameBytes(back.script, peg))
      refuseTo("stolenChange", `the peg's change goes to ${addressText(back.script, setting)}`);
    if (back.amount < change)
      refuseTo("pegPaysFee", `the peg would lose ${(change - back.amount).toString()} sat`);
    if (back.amount > change) refuseTo("wrongAmount", "the peg gets more than its own");
  }
  const extra = rest.find((output, i) => i > 0 || !isFees(output));
  if (extra !== undefined) refuseTo("extraOutput", `an output pays ${addressText(extra.script, setting)}`);
}

/** True for a script of the coordinator's own, also where its fee wallet takes no part. */
const isCoordinators = ({ script }: TxOutput, { contract }: Standing): boolean =>
  contract.ok &&
  contract.value.coordinator !== null &&
  sameBytes(script, feeWalletScript(contract.value.coordinator));

/**
 * Holds the miner's fee between the rates this seat allows.
 * @param users true where a user pays it and chose it: then it may be as high as they like
 */
export function checkFee({ fee, vsize }: Sources, { setting }: Standing, users = false): string {
  const { least, most } = setting.feeRates;
  if (fee < feeFor(vsize, least))
    refuseTo("feeOutOfRange", `a fee of ${fee.toString()} sat is too little for ${vsize} vbytes`);
  if (!users && fee > feeFor(vsize, most))
    refuseTo("feeOutOfRange", `a fee of ${fee.toString()} sat is too much for ${vsize} vbytes`);
  return `${fee.toString()} sat for ${vsize} vbytes`;
}
