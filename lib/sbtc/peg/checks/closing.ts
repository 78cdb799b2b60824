import { parseTxid, sameBytes } from "../../bytes.ts";
import { formatBitcoin } from "../../amount.ts";
import type { RefundAction, SettleAction } from "../../contract/actions.ts";
import type { WithdrawalState } from "../../contract/queries.ts";
import { readOperation, type ChainOp } from "../../ops/operation.ts";
import type { ActionProposal } from "../proposal.ts";
import type { ContractFacts, RequestFacts, Standing } from "./evidence.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { addressText, checkBlock, needStacks, opContext, prove } from "./standing.ts";

/** The contract holds sBTC for the request, and has not ended it. */
export function lockedState(facts: RequestFacts): WithdrawalState {
  const state = needStacks(facts.withdrawal);
  if (state === null) return refuseTo("notLocked", "the contract has locked nothing for this request");
  if (state.state === "settled") return refuseTo("alreadySettled", "the contract has burnt its sBTC");
  if (state.state === "refunded") return refuseTo("alreadyRefunded", "the contract has given its sBTC back");
  return state;
}

/** F5 where a request is to be ended: it is locked, and still open. */
function checkLocked(book: CheckBook, facts: RequestFacts): WithdrawalState | null {
  return book.find("F5", () => {
    const state = lockedState(facts);
    return { says: `${formatBitcoin(state.amount)} sBTC of ${state.owner} are locked for it.`, value: state };
  });
}

/** What the transaction that a settle or refund names turned out to be, proven. */
function closingOp(
  txid: string,
  action: SettleAction | RefundAction,
  facts: RequestFacts,
  standing: Standing,
): { readonly op: ChainOp | null; readonly firstInput: string } {
  if (facts.closing === null) return refuseTo("transactionUnknown", `nothing was found about ${txid}`);
  const found = prove(facts.closing, parseTxid(txid), standing);
  checkBlock(action.burnBlock, found.inclusion);
  const reading = readOperation(found.tx, opContext(standing.setting));
  const [input] = found.tx.inputs;
  return {
    op: reading.tag === "op" ? reading.op : null,
    firstInput: input === undefined ? "" : `${input.txid}:${input.vout}`,
  };
}

/** The checks of a settlement: Bitcoin paid exactly what was locked, and not a cancel. */
export function checkSettle(
  book: CheckBook,
  { action }: ActionProposal & { readonly action: SettleAction },
  standing: Standing,
  facts: RequestFacts,
): void {
  const state = checkLocked(book, facts);
  if (state === null) {
    book.skip("S1");
    return;
  }
  book.check("S1", () => {
    const { op, firstInput } = closingOp(action.payoutTxid, action, facts, standing);
    if (op?.kind !== "fulfilment" || firstInput !== `${action.txid}:2`)
      return refuseTo("payoutIsNoFulfilment", `${action.payoutTxid} does not fulfil this request`);
    if (!sameBytes(op.recipientScript, state.script))
      refuseTo("wrongRecipient", `it paid ${addressText(op.recipientScript, standing.setting)}`);
    if (op.amount !== state.amount)
      refuseTo("wrongAmount", `it paid ${formatBitcoin(op.amount)} of ${formatBitcoin(state.amount)}`);
    return `${formatBitcoin(op.amount)} BTC reached ${addressText(op.recipientScript, standing.setting)}.`;
  });
}

/** The checks of a refund: the request expired, and Bitcoin cancelled it for good. */
export function checkRefund(
  book: CheckBook,
  { action }: ActionProposal & { readonly action: RefundAction },
  standing: Standing,
  contract: ContractFacts,
  facts: RequestFacts,
): void {
  const state = checkLocked(book, facts);
  if (state === null) {
    book.skip("C1", "S1");
    return;
  }
  checkExpired(book, state, contract);
  book.check("S1", () => {
    const { op, firstInput } = closingOp(action.cancelTxid, action, facts, standing);
    if (op?.kind !== "cancel" || firstInput !== `${action.txid}:2`)
      refuseTo("cancelIsNoCancel", `${action.cancelTxid} does not cancel this request`);
    return "Its fee output went back to the peg, so that no payment can follow.";
  });
}

/** C1: the contract lets go of the request. */
export function checkExpired(book: CheckBook, state: WithdrawalState, { burnHeight }: ContractFacts): void {
  book.check("C1", () => {
    if (burnHeight <= state.expires)
      refuseTo("notExpired", `it expires after block ${state.expires}; this is ${burnHeight}`);
    return `It expired after block ${state.expires}; this is ${burnHeight}.`;
  });
}
