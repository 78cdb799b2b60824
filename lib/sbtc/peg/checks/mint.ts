import { outpointKey, parseTxid, type Outpoint } from "../../bytes.ts";
import { formatBitcoin } from "../../amount.ts";
import { dustLimit } from "../../bitcoin/script.ts";
import type { MintAction, Outpoint as ActionOutpoint, RejectAction } from "../../contract/actions.ts";
import type { Limits } from "../../contract/queries.ts";
import { amountOf } from "./memory.ts";
import type { ActionProposal } from "../proposal.ts";
import { readDeposit, type ReadDeposit } from "./deposit.ts";
import type { ContractFacts, DepositFacts, Standing } from "./evidence.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { rejectReasons, type RejectReason } from "../reject-reasons.ts";
import { checkBlock, needStacks, pegScriptOf } from "./standing.ts";

const outpointOf = ({ txid, vout }: ActionOutpoint): Outpoint => ({ txid: parseTxid(txid), vout });

/** The rule that keeps a deposit from being minted, or null for one that has to be. */
function rejectReasonOf(
  deposit: ReadDeposit,
  limits: Pick<Limits, "minAmount" | "maxMint">,
  recipientAllowed: boolean | null,
  dust: bigint,
): Exclude<RejectReason, "byPerson"> | null {
  if (deposit.recipient === null) return "malformed";
  if (recipientAllowed === false) return "recipientNotAllowed";
  if (deposit.amount < limits.minAmount || deposit.amount < dust) return "belowMinimum";
  if (deposit.amount > limits.maxMint) return "overCap";
  return null;
}

/** The checks of a mint, after the standing ones. */
export function checkMint(
  book: CheckBook,
  proposal: ActionProposal & { readonly action: MintAction },
  standing: Standing,
  facts: ContractFacts,
  deposit: DepositFacts,
): void {
  const { action } = proposal;
  const read = checkDeposit(book, action, standing, deposit);
  if (read === null) book.skip("M2", "M3");
  else {
    book.check("M2", () => {
      if (read.recipient === null) refuseTo("notAPegIn", "the transaction is no peg-in that can be read");
      return read.made === read.settled
        ? "It lies in the peg’s own wallet."
        : "It came into the peg’s wallet by a sweep or a hand-off, which is confirmed.";
    });
    book.check("M3", () => {
      if (action.amount !== read.amount)
        refuseTo(
          "wrongAmount",
          `${formatBitcoin(action.amount)} would be minted for a deposit of ${formatBitcoin(read.amount)}`,
        );
      if (action.recipient !== read.recipient)
        refuseTo(
          "wrongRecipient",
          `the deposit is for ${read.recipient ?? "nobody"}, not for ${action.recipient}`,
        );
      return `${formatBitcoin(action.amount)} for ${action.recipient}.`;
    });
  }
  checkUnused(book, proposal, standing, deposit);
  checkBacking(book, action.amount, standing, facts);
  book.check("F9", () => {
    const { limits, windowUse, supply } = facts;
    if (deposit.recipientAllowed === null || !needStacks(deposit.recipientAllowed))
      refuseTo("recipientNotAllowed", `${action.recipient} is not on the contract's allow-list`);
    if (action.amount < limits.minAmount) refuseTo("belowMinimum", "the contract's minimum is higher");
    if (action.amount > limits.maxMint) refuseTo("aboveCap", "the contract's cap for one peg-in is lower");
    const own = standing.memory.approvedSince("in", facts.burnHeight - limits.window, proposal);
    const used = own > windowUse.minted ? own : windowUse.minted;
    if (used + action.amount > limits.windowMint)
      refuseTo("aboveWindowCap", `${formatBitcoin(used)} of ${formatBitcoin(limits.windowMint)} are used up`);
    if (supply + action.amount > limits.supplyCap)
      refuseTo("aboveSupplyCap", "there would be more sBTC than the contract allows");
    return `Allowed recipient, within all caps; ${formatBitcoin(limits.windowMint - used - action.amount)} stay free in this window.`;
  });
}

function checkDeposit(
  book: CheckBook,
  action: MintAction | RejectAction,
  standing: Standing,
  deposit: DepositFacts,
): ReadDeposit | null {
  return book.find("M1", () => {
    const read = readDeposit(outpointOf(action.deposit), deposit, standing);
    const { inclusion } = read.settled;
    checkBlock(action.burnBlock, inclusion);
    return {
      says: `In block ${inclusion.height}, ${inclusion.confirmations} confirmations, proven against headers checked here.`,
      value: read,
    };
  });
}

/** Neither the contract nor this seat has used the deposit for anything else. */
function checkUnused(
  book: CheckBook,
  proposal: ActionProposal & { readonly action: MintAction | RejectAction },
  { memory }: Standing,
  deposit: DepositFacts,
): void {
  const { action } = proposal;
  book.check("M4", () => {
    const state = needStacks(deposit.state);
    if (state?.state === "minted")
      refuseTo("depositAlreadyMinted", "the contract has minted for this deposit");
    if (state?.state === "rejected")
      refuseTo("depositAlreadyRejected", "the contract has rejected this deposit");
    for (const { proposal: earlier } of memory.about(proposal)) {
      const isOther = earlier.tag === "transaction" || earlier.action.tag !== action.tag;
      const amounts = amountOf(earlier).amount !== amountOf(proposal).amount;
      if (isOther || amounts)
        refuseTo(
          "conflictsWithEarlier",
          `this seat approved something else for ${outpointKey(outpointOf(action.deposit))}`,
        );
    }
    return "Unknown to the contract, and nothing else was approved here for it.";
  });
}

/** Bitcoin the peg holds, by this seat's own account, covers the sBTC there will be. */
function checkBacking(book: CheckBook, added: bigint, standing: Standing, facts: ContractFacts): void {
  book.check("M5", () => {
    const held = standing.ledger.balance(standing.setting.confirmations);
    const needed = facts.supply + added - standing.paidAhead;
    if (held < needed)
      refuseTo("notBacked", `the peg holds ${formatBitcoin(held)} BTC for ${formatBitcoin(needed)} sBTC`);
    return `The peg holds ${formatBitcoin(held)} BTC; ${formatBitcoin(needed)} sBTC will stand against it.`;
  });
}

/** The checks of a rejection, after the standing ones: only a deposit that must not be minted is rejected. */
export function checkReject(
  book: CheckBook,
  proposal: ActionProposal & { readonly action: RejectAction },
  standing: Standing,
  facts: ContractFacts,
  deposit: DepositFacts,
): void {
  const { action } = proposal;
  const read = checkDeposit(book, action, standing, deposit);
  checkUnused(book, proposal, standing, deposit);
  if (read === null) {
    book.skip("R1");
    return;
  }
  book.find("R1", () => {
    const allowed = deposit.recipientAllowed === null ? null : needStacks(deposit.recipientAllowed);
    const reason = rejectReasonOf(read, facts.limits, allowed, dustLimit(pegScriptOf(standing.setting)));
    if (action.reason === rejectReasons.byPerson)
      return {
        says: "No rule demands it: a person asks for it. Ask the depositor.",
        value: true,
        asks: true,
      };
    if (reason === null) return refuseTo("depositIsGood", "nothing keeps this deposit from being minted");
    if (rejectReasons[reason] !== action.reason)
      refuseTo("rejectReasonFalse", `the reason would be ${rejectReasons[reason]}, not ${action.reason}`);
    return { says: rejectWords[reason], value: true };
  });
}

const rejectWords: Readonly<Record<Exclude<RejectReason, "byPerson">, string>> = {
  malformed: "It names no recipient that can be read.",
  recipientNotAllowed: "Its recipient is not on the contract’s allow-list.",
  belowMinimum: "It is below the contract’s minimum.",
  overCap: "It is above the contract’s cap for one peg-in.",
};
