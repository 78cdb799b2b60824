import { outpointKey, sameBytes, type Outpoint } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import { dustLimit, isOneOf } from "../../bitcoin/script.ts";
import { checkCommitment } from "../../bitcoin/taproot.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import { readDepositLeaf } from "../../ops/deposit-script.ts";
import { parseHandOff } from "../../ops/hand-off.ts";
import { readOperation } from "../../ops/operation.ts";
import { formatPrincipal } from "../../ops/principal.ts";
import { splitFee } from "../../transactions/script-path.ts";
import type { DepositFacts, PegSetting, Standing } from "./evidence.ts";
import { refuseTo } from "./result.ts";
import { need, opContext, pegScriptOf, prove, type Found } from "./standing.ts";

/** A deposit as the chain proves it. */
export interface ReadDeposit {
  /** Stacks principal the sBTC is for; null where the transaction names none that can be read. */
  readonly recipient: string | null;
  /** Satoshi the peg holds for it: what is minted. */
  readonly amount: bigint;
  /** Where the coins came under this group's key alone: the deposit itself, its sweep, or its hand-off. */
  readonly settled: Found;
  readonly made: Found;
}

/**
 * Reads a deposit from the transaction that made it and, for a deposit script, from the sweep that spent it.
 * @throws as a check does
 */
export function readDeposit(outpoint: Outpoint, facts: DepositFacts, standing: Standing): ReadDeposit {
  const { setting } = standing;
  const made = prove(facts.made, outpoint.txid, standing);
  const output =
    made.tx.outputs[outpoint.vout] ?? refuse("outputMissing", `${outpointKey(outpoint)} does not exist`);
  if (sameBytes(output.script, pegScriptOf(setting))) {
    const recipient = recipientOf(made.tx, outpoint, facts, setting);
    return { recipient, amount: output.amount, settled: made, made };
  }
  if (isOneOf(output.script, setting.expiredPegScripts)) return handedOver(outpoint, made, facts, standing);
  if (facts.sweep === null)
    return refuseTo("depositElsewhere", `${outpointKey(outpoint)} does not pay this peg`);
  const { tx: confirmed, parents } = need(facts.sweep);
  const sweep = prove({ ok: true, value: confirmed }, parseTransaction(confirmed.raw).txid, standing);
  return { ...sweptDeposit(outpoint, sweep.tx, parents, setting), settled: sweep, made };
}

/**
 * A deposit in the wallet of an earlier group: it is the peg's once that group has handed it over, every satoshi of what
 * it spent beside it included.
 */
function handedOver(outpoint: Outpoint, made: Found, facts: DepositFacts, standing: Standing): ReadDeposit {
  const { setting } = standing;
  if (facts.sweep === null)
    return refuseTo("depositNotSwept", "it lies with an earlier group, which has not handed it over yet");
  const { tx: confirmed, parents } = need(facts.sweep);
  const settled = prove({ ok: true, value: confirmed }, parseTransaction(confirmed.raw).txid, standing);
  const { tx } = settled;
  const output = made.tx.outputs[outpoint.vout] ?? refuse("outputMissing", "the deposit does not exist");
  if (!tx.inputs.some((input) => outpointKey(input) === outpointKey(outpoint)))
    refuseTo("depositNotSwept", `${tx.txid} does not spend ${outpointKey(outpoint)}`);
  const handOff = parseHandOff(tx, setting);
  if (!sameBytes(handOff.nextPegScript, pegScriptOf(setting)))
    refuseTo("depositElsewhere", `${tx.txid} does not hand over to this group`);
  const spent = new Map(parents.map((raw) => [parseTransaction(raw).txid, parseTransaction(raw)]));
  const brought = tx.inputs.reduce((sum, input) => {
    const coin = spent.get(input.txid)?.outputs[input.vout];
    return coin !== undefined && sameBytes(coin.script, output.script) ? sum + coin.amount : sum;
  }, 0n);
  if (handOff.amount < brought)
    refuseTo("wrongAmount", `${tx.txid} lost ${(brought - handOff.amount).toString()} sat on the way`);
  const recipient = recipientOf(made.tx, outpoint, facts, setting, output.script);
  return { recipient, amount: output.amount, settled, made };
}

/** The recipient a direct or revealed peg-in names; null where it is no readable peg-in of this output. */
function recipientOf(
  tx: BitcoinTx,
  { vout }: Outpoint,
  facts: DepositFacts,
  setting: PegSetting,
  wallet: Uint8Array = pegScriptOf(setting),
): string | null {
  const context = { ...opContext(setting), pegScript: wallet, expiredPegScripts: [] };
  const reading = readOperation(tx, context, commitScript(tx, facts));
  if (reading.tag !== "op") return null;
  const op = reading.op.kind === "reveal" ? reading.op.op : reading.op;
  return op.kind === "pegIn" && op.deposit.vout === vout ? formatPrincipal(op.recipient) : null;
}

function commitScript(tx: BitcoinTx, { funding }: DepositFacts): Uint8Array | undefined {
  const [input] = tx.inputs;
  if (funding?.ok !== true || input === undefined) return undefined;
  const parent = parseTransaction(funding.value);
  return parent.txid === input.txid ? parent.outputs[input.vout]?.script : undefined;
}

/** What a sweep credits to one of its deposits: the depositor's script says for whom, and the fee is split as when it was built. */
function sweptDeposit(
  outpoint: Outpoint,
  sweep: BitcoinTx,
  parents: readonly Uint8Array[],
  setting: PegSetting,
): { readonly recipient: string; readonly amount: bigint } {
  const made = new Map(parents.map((raw) => [parseTransaction(raw).txid, parseTransaction(raw)]));
  const inputs = sweep.inputs.map((input) => {
    const [, leaf, control] = input.witness;
    const spent = made.get(input.txid)?.outputs[input.vout];
    return leaf === undefined || control === undefined || spent === undefined
      ? refuseTo("depositNotSwept", `the sweep ${sweep.txid} spends something that is no deposit`)
      : { input, leaf, control, spent };
  });
  const at = inputs.findIndex(({ input }) => outpointKey(input) === outpointKey(outpoint));
  const own =
    inputs[at] ?? refuseTo("depositNotSwept", `${sweep.txid} does not spend ${outpointKey(outpoint)}`);
  checkCommitment(own.spent.script, own.leaf, own.control);
  const { signersKey, recipient } = readDepositLeaf(own.leaf, setting.network);
  if (!sameBytes(signersKey, setting.groupKey))
    refuseTo("depositElsewhere", "the deposit is another group's");
  const peg = pegScriptOf(setting);
  const [output, ...others] = sweep.outputs;
  if (output === undefined || others.length > 0 || !sameBytes(output.script, peg))
    return refuseTo("depositNotSwept", `${sweep.txid} is no sweep into this peg`);
  const fee = inputs.reduce((sum, { spent }) => sum + spent.amount, 0n) - output.amount;
  const share =
    splitFee(
      fee,
      inputs.map(({ leaf, control }) => sweepWeight(leaf, control)),
    )[at] ?? 0n;
  const amount = own.spent.amount - share;
  if (amount < dustLimit(peg)) refuseTo("belowMinimum", "nothing worth minting is left of the deposit");
  return { recipient: formatPrincipal(recipient), amount };
}

/** Weight one deposit adds to its sweep, as `buildSweep` counts it. */
export const sweepWeight = (leaf: Uint8Array, controlBlock: Uint8Array): bigint =>
  BigInt(4 * 41 + 66 + 2 + leaf.length + controlBlock.length);
