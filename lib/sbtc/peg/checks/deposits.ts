import { utf8 } from "@scure/base";
import { formatBitcoin } from "../../amount.ts";
import { outpointKey, sameBytes, type Outpoint } from "../../bytes.ts";
import { serializeTransaction, parseTransaction } from "../../bitcoin/transaction.ts";
import { parsePegInReturn } from "../../ops/cancel.ts";
import { parseReveal } from "../../ops/commit-reveal.ts";
import { readDepositLeaf } from "../../ops/deposit-script.ts";
import { verifyReturnProof } from "../../ops/return-proof.ts";
import { splitFee } from "../../transactions/script-path.ts";
import type { ReadTransaction } from "../operation/transaction.ts";
import type { Purpose } from "../proposal.ts";
import { checkChange, checkFee, checkPayments, sortInputs } from "./coins.ts";
import { sweepWeight } from "./deposit.ts";
import type { Confirmed, ContractFacts, DepositFacts, Standing } from "./evidence.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { addressText, need, needStacks, opContext, pegScriptOf, prove } from "./standing.ts";
import { isLockedLongEnough, lockBlocksOf } from "../reclaim.ts";
import { attempt, type Outcome } from "../../refusal.ts";

type Of<Tag extends Purpose["tag"]> = Extract<Purpose, { tag: Tag }>;

/** The checks of a return: a deposit the contract rejected goes back to whoever made it, whole. */
export function checkReturn(
  book: CheckBook,
  purpose: Of<"pegInReturn">,
  read: ReadTransaction,
  standing: Standing,
  contract: ContractFacts,
  facts: DepositFacts,
): void {
  const { deposit, returnScript } = purpose;
  const { setting } = standing;
  const made = book.find("M1", () => {
    const found = prove(facts.made, deposit.txid, standing);
    const { height, confirmations } = found.inclusion;
    return { says: `In block ${height}, ${confirmations} confirmations.`, value: found };
  });
  book.check("D1", () => {
    const state = needStacks(facts.state);
    if (state?.state === "minted")
      refuseTo("depositAlreadyMinted", "the contract has minted for this deposit");
    if (state === null) refuseTo("depositNotRejected", "the contract has not rejected this deposit");
    return "The contract says rejected, which is final: it can never be minted.";
  });
  if (made === null) book.skip("D2");
  else {
    book.check("D2", () => {
      checkDepositor(purpose, made.tx.raw, facts, standing);
      return `To ${addressText(returnScript, setting)}, which its depositor ${purpose.proof === null ? "paid from" : "signed for"}.`;
    });
  }
  book.check("V1", () => {
    parsePegInReturn(read.tx, setting);
    const sources = sortInputs(read, [deposit], standing, contract.coordinator, false);
    const [held = 0n] = sources.named;
    // With a fee wallet the depositor gets all of it; without, the deposit pays the miner.
    const back = sources.fees === null ? held - sources.fee : held;
    checkPayments(read, [null, { amount: back, script: returnScript }], standing);
    checkChange(read, 2, 0n, sources, standing);
    return `${formatBitcoin(back)} of ${formatBitcoin(held)} BTC go back; ${checkFee(sources, standing)}.`;
  });
  book.check("F10", () => {
    for (const { proposal: earlier } of standing.memory.about(read.proposal)) {
      if (earlier.tag === "action" && earlier.action.tag === "mint")
        refuseTo("conflictsWithEarlier", "this seat approved minting for this deposit");
      const other =
        earlier.tag === "transaction" && earlier.purpose.tag === "pegInReturn" ? earlier.purpose : null;
      if (other !== null && !sameBytes(other.returnScript, returnScript))
        refuseTo("conflictsWithEarlier", "this seat approved returning it to somebody else");
    }
    return "Nothing approved here before speaks against it.";
  });
}

/** The return script is the one the deposit was paid from, or one its holder signed for. */
function checkDepositor(
  { deposit, returnScript, proof }: Of<"pegInReturn">,
  depositTx: Uint8Array,
  { funding }: DepositFacts,
  { setting }: Standing,
): void {
  if (funding === null) return refuseTo("returnUnproven", "nothing is known of who made the deposit");
  const source = need(funding);
  if (proof !== null) {
    verifyReturnProof(
      { deposit, returnScript, signature: textOf(proof) },
      depositTx,
      source,
      setting.network,
    );
    return;
  }
  const [input] = parseTransaction(depositTx).inputs;
  const parent = parseTransaction(source);
  const spent = input?.txid === parent.txid ? parent.outputs[input.vout] : undefined;
  if (spent === undefined || !sameBytes(spent.script, returnScript))
    refuseTo("returnUnproven", "the deposit was not paid from this address, and nobody signed for it");
}

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.encode(bytes);
  } catch {
    return refuseTo("returnUnproven", "the depositor's signature is no text");
  }
}

/** The checks of a sweep: deposits anyone can mint for, into the peg, at a fee none of their depositors forbade. */
export function checkSweep(
  book: CheckBook,
  { deposits }: Of<"sweep">,
  read: ReadTransaction,
  standing: Standing,
  deposited: ReadonlyMap<string, DepositFacts>,
): void {
  const { setting } = standing;
  const leaves = read.proposal.spends.map(({ signer }) => (signer.tag === "leaf" ? signer.leaf : null));
  book.check("M1", () => {
    for (const deposit of deposits) {
      const facts = factsOf(deposit, deposited);
      const { tx } = prove(facts.made, deposit.txid, standing);
      const made = tx.outputs[deposit.vout];
      const claimed =
        read.proposal.spends[read.tx.inputs.findIndex((one) => outpointKey(one) === outpointKey(deposit))];
      if (claimed === undefined) return refuseTo("wrongFirstInput", `${outpointKey(deposit)} is not spent`);
      if (made?.amount !== claimed.amount || !sameBytes(made.script, claimed.script))
        refuseTo("coinMismatch", `${outpointKey(deposit)} is another output`);
    }
    return `${deposits.length} of ${deposits.length} are proven against headers checked here.`;
  });
  book.check("D3", () => {
    const left = deposits.map((deposit) => {
      const { tx, inclusion } = prove(factsOf(deposit, deposited).made, deposit.txid, standing);
      const { groupKey, network } = setting;
      const read = attempt(() => lockBlocksOf(deposit, tx, groupKey, network));
      if (!read.ok) return refuseTo("reclaimUnknown", read.refusal.message);
      if (!isLockedLongEnough(read.value, inclusion.confirmations))
        refuseTo(
          "reclaimTooNear",
          `${outpointKey(deposit)} can be taken back ${read.value} blocks after it was made, and has ${inclusion.confirmations}`,
        );
      return read.value - inclusion.confirmations;
    });
    return `Nobody can take one back for another ${Math.min(...left)} blocks.`;
  });
  book.check("M4", () => {
    for (const deposit of deposits) {
      const state = needStacks(factsOf(deposit, deposited).state);
      if (state?.state === "minted")
        refuseTo("depositAlreadyMinted", `${outpointKey(deposit)} is minted already`);
      if (state?.state === "rejected")
        refuseTo("depositAlreadyRejected", `${outpointKey(deposit)} was rejected`);
    }
    return "None of them is known to the contract.";
  });
  book.check("F9", () => {
    for (const deposit of deposits) {
      const allowed = factsOf(deposit, deposited).recipientAllowed;
      // Whoever may not be minted for keeps the coins: the depositor can take them back after the lock.
      if (allowed === null || !needStacks(allowed))
        refuseTo("recipientNotAllowed", `the recipient of ${outpointKey(deposit)} is not on the allow-list`);
    }
    return "Every recipient is allowed.";
  });
  book.check("V1", () => {
    const { tx, proposal } = read;
    const named = deposits.map(outpointKey);
    if (tx.inputs.length !== named.length || tx.inputs.some((input, i) => outpointKey(input) !== named[i]))
      refuseTo("foreignInput", "the inputs are not exactly the deposits named");
    const [output, ...others] = tx.outputs;
    if (others.length > 0) refuseTo("extraOutput", "a sweep has one output");
    if (output === undefined || !sameBytes(output.script, pegScriptOf(setting)))
      refuseTo("stolenChange", "the deposits do not go to the peg");
    const sources = sortInputs(read, deposits, standing, null, false);
    const weights = leaves.map((leaf) =>
      leaf === null
        ? refuseTo("foreignInput", "an input is no deposit")
        : sweepWeight(leaf.script, leaf.controlBlock),
    );
    splitFee(sources.fee, weights).forEach((share, i) => {
      const { maxFee } = readDepositLeaf(leaves[i]?.script ?? new Uint8Array(), setting.network);
      if (share > maxFee)
        refuseTo(
          "depositFeeTooHigh",
          `${named[i] ?? ""} allows ${maxFee.toString()} sat, its part is ${share.toString()}`,
        );
      if (share >= (proposal.spends[i]?.amount ?? 0n))
        refuseTo("depositFeeTooHigh", "nothing would be left of a deposit");
    });
    return `Everything goes to the peg; ${checkFee(sources, standing)}, within what each depositor allowed.`;
  });
}

function factsOf(deposit: Outpoint, deposited: ReadonlyMap<string, DepositFacts>): DepositFacts {
  return (
    deposited.get(outpointKey(deposit)) ??
    refuseTo("transactionUnknown", `nothing was found about ${outpointKey(deposit)}`)
  );
}

/** The checks of a reveal that the group makes for a user: what the commit says, paid as it says. */
export function checkReveal(
  book: CheckBook,
  { commit }: Of<"reveal">,
  read: ReadTransaction,
  standing: Standing,
  made: Outcome<Confirmed>,
): void {
  const found = book.find("M1", () => {
    const value = prove(made, commit.txid, standing);
    return { says: `The commit is in block ${value.inclusion.height}.`, value };
  });
  if (found === null) {
    book.skip("V1");
    return;
  }
  book.check("V1", () => {
    const { tx, proposal } = read;
    const sources = sortInputs(read, [commit], standing, null, false);
    const output = found.tx.outputs[commit.vout];
    const [spend] = proposal.spends;
    if (spend?.signer.tag !== "leaf" || output === undefined || !sameBytes(output.script, spend.script))
      return refuseTo("coinMismatch", "the input is not the commit's output");
    if (output.amount !== spend.amount) refuseTo("coinMismatch", "the commit holds another amount");
    const { leaf } = spend.signer;
    const witness = [new Uint8Array(64), leaf.script, leaf.controlBlock];
    const signed = serializeTransaction({ ...tx, inputs: tx.inputs.map((input) => ({ ...input, witness })) });
    const { op, feeSubsidy } = parseReveal(
      parseTransaction(signed),
      output.script,
      opContext(standing.setting),
    );
    const paid = op.kind === "pegIn" ? 2 : 3;
    if (tx.outputs.length > paid) refuseTo("extraOutput", "an output has no part in what was committed");
    if (sources.fee > feeSubsidy)
      refuseTo(
        "feeOutOfRange",
        `the commit offers ${feeSubsidy.toString()} sat, the miner would get ${sources.fee.toString()}`,
      );
    return `${op.kind === "pegIn" ? "A peg-in" : "A peg-out request"} as committed; ${checkFee(sources, standing)}.`;
  });
}
