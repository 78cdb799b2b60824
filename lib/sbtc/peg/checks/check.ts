import { sameBytes } from "../../bytes.ts";
import { Refusal } from "../../refusal.ts";
import { readTransaction } from "../operation/transaction.ts";
import type { ActionProposal, Proposal, TransactionProposal } from "../proposal.ts";
import { checkRefund, checkSettle } from "./closing.ts";
import { checkConsolidation } from "./consolidation.ts";
import { checkReturn, checkReveal, checkSweep } from "./deposits.ts";
import type { Evidence, Standing, Subject } from "./evidence.ts";
import { checkCancel, checkFulfilment } from "./fulfilment.ts";
import { checkHandOff, checkSuccessor, checkWalletAddress } from "./hand-off.ts";
import { checkMint, checkReject } from "./mint.ts";
import { checkRegistry } from "./registry.ts";
import { checkLock } from "./request.ts";
import { CheckBook, refuseTo, type Check } from "./result.ts";
import { checkStanding, type WalletRule } from "./standing.ts";

/**
 * Everything a signer checks before it says yes to one proposal, from what it gathered itself. Pure and total: bad input
 * is a refused check, and every check that exists for the proposal is in the answer, in the order of the card.
 */
export function checkProposal(proposal: Proposal, { standing, subject }: Evidence): readonly Check[] {
  const book = new CheckBook();
  if (proposal.tag === "action") checkAction(book, proposal, standing, subject);
  else checkTransaction(book, proposal, standing, subject);
  return book.checks;
}

function ruleOf(proposal: Proposal, { setting }: Standing): WalletRule {
  if (proposal.tag === "transaction" && proposal.purpose.tag === "handOff")
    return { tag: "handedTo", key: proposal.purpose.nextKey };
  const isOwnFirst =
    proposal.tag === "action" &&
    proposal.action.tag === "setWallet" &&
    sameBytes(proposal.action.key, setting.groupKey);
  return { tag: isOwnFirst ? "before" : "own" };
}

function checkAction(book: CheckBook, proposal: ActionProposal, standing: Standing, subject: Subject): void {
  const { action } = proposal;
  const contract = checkStanding(book, proposal, standing, ruleOf(proposal, standing));
  if (action.tag === "setWallet") {
    checkWalletAddress(book, action, standing);
    // A group that shows its own key exists needs no other to vouch for it.
    if (!sameBytes(action.key, standing.setting.groupKey)) {
      checkSuccessor(book, action.key, subject.tag === "successor" ? subject.successor : null);
      checkOneSuccessor(book, proposal, standing);
    } else if (contract !== null && subject.tag === "registry")
      checkRegistry(book, subject.roster, subject.registry, contract.wallet.wallet === null);
    else book.skip("G1");
    return;
  }
  if (contract === null) return;
  switch (action.tag) {
    case "mint":
      checkMint(book, { ...proposal, action }, standing, contract, depositOf(subject));
      return;
    case "reject":
      checkReject(book, { ...proposal, action }, standing, contract, depositOf(subject));
      return;
    case "lock":
      checkLock(book, { ...proposal, action }, standing, contract, requestOf(subject));
      return;
    case "settle":
      checkSettle(book, { ...proposal, action }, standing, requestOf(subject));
      return;
    case "refund":
      checkRefund(book, { ...proposal, action }, standing, contract, requestOf(subject));
  }
}

/** H6 for the announcement: one successor per epoch. */
function checkOneSuccessor(book: CheckBook, proposal: ActionProposal, { memory }: Standing): void {
  const { action } = proposal;
  book.check("H6", () => {
    for (const { proposal: earlier } of memory.about(proposal)) {
      const other =
        earlier.tag === "action" && earlier.action.tag === "setWallet" ? earlier.action.key : null;
      if (other !== null && action.tag === "setWallet" && !sameBytes(other, action.key))
        refuseTo("secondHandOff", "this seat approved another successor in this epoch");
    }
    return "None to another key in this epoch.";
  });
}

function checkTransaction(
  book: CheckBook,
  proposal: TransactionProposal,
  standing: Standing,
  subject: Subject,
): void {
  const { purpose } = proposal;
  const contract = checkStanding(book, proposal, standing, ruleOf(proposal, standing));
  const reading = readTransaction(proposal, standing.setting.groupKey);
  if (!reading.ok) {
    book.check("V1", () => refuseTo("foreignInput", "the transaction does not fit what it is said to spend"));
    return;
  }
  const read = reading.value;
  if (purpose.tag === "handOff") {
    checkSuccessor(book, purpose.nextKey, subject.tag === "successor" ? subject.successor : null);
    if (contract !== null) checkHandOff(book, purpose, read, standing, contract);
    return;
  }
  if (contract === null) return;
  switch (purpose.tag) {
    case "fulfilment":
      checkFulfilment(book, purpose.request, read, standing, contract, requestOf(subject));
      return;
    case "cancel":
      checkCancel(book, purpose.request, read, standing, contract, requestOf(subject));
      return;
    case "pegInReturn":
      checkReturn(book, purpose, read, standing, contract, depositOf(subject));
      return;
    case "sweep":
      checkSweep(book, purpose, read, standing, subject.tag === "deposits" ? subject.deposits : new Map());
      return;
    case "consolidation":
      checkConsolidation(book, read, standing, contract, subject.tag === "coins" ? subject.facts : null);
      return;
    case "reveal":
      checkReveal(book, purpose, read, standing, subject.tag === "commit" ? subject.made : nothing());
  }
}

const nothing = () => ({ ok: false, refusal: new Refusal("nodeNotFound", "nothing was looked up") }) as const;

function depositOf(subject: Subject) {
  return subject.tag === "deposit"
    ? subject.deposit
    : { made: nothing(), funding: null, sweep: null, state: nothing(), recipientAllowed: null };
}

function requestOf(subject: Subject) {
  if (subject.tag === "request") return subject.request;
  const none = nothing();
  return {
    made: none,
    commit: null,
    withdrawal: none,
    messageUse: none,
    ownerBalance: none,
    scriptAllowed: none,
    feeSpend: none,
    closing: null,
    coins: null,
  };
}

/** Codes with which checks were refused, in their order. */
export const refusedCodes = (checks: readonly Check[]) =>
  checks.flatMap((check) => (check.state === "refused" ? [check.code] : []));

/** True where a signer may approve: nothing refused, nothing left out. */
export const mayApprove = (checks: readonly Check[]): boolean =>
  checks.length > 0 && checks.every(({ state }) => state === "passed" || state === "asks");
