import { formatBitcoin } from "../../amount.ts";
import { outpointKey, sameBytes, type Outpoint } from "../../bytes.ts";
import { parseTransaction, type BitcoinTx } from "../../bitcoin/transaction.ts";
import { decodeFulfilmentData } from "../../ops/fulfilment.ts";
import { parseCancel } from "../../ops/cancel.ts";
import type { PegOutRequest } from "../../ops/peg-out-request.ts";
import { total } from "../../transactions/plan.ts";
import { feeFor, minRelayRate } from "../../transactions/size.ts";
import type { ReadTransaction } from "../operation/transaction.ts";
import { checkExpired, lockedState } from "./closing.ts";
import { checkChange, checkFee, checkPayments, sortInputs, type Sources } from "./coins.ts";
import type { ContractFacts, RequestFacts, Standing } from "./evidence.ts";
import { checkAllFree, neededElsewhere, spentCoins } from "./free-coins.ts";
import { checkFeeUnspent, checkFirstTime, checkOwner, checkRequestOnChain } from "./request.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { addressText, needStacks, opContext } from "./standing.ts";

/** F1 to F10 for the payment of a request. */
export function checkFulfilment(
  book: CheckBook,
  txid: Outpoint["txid"],
  read: ReadTransaction,
  standing: Standing,
  contract: ContractFacts,
  facts: RequestFacts,
): void {
  const onChain = checkRequestOnChain(book, txid, facts, standing);
  if (onChain === null) {
    book.skip("F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10");
    return;
  }
  const { request, found } = onChain;
  const owner = checkOwner(book, request, facts, standing);
  checkFeeUnspent(book, request, facts, standing, attemptsBefore(read, standing).length > 0);
  if (owner === null) book.skip("F4");
  else checkFirstTime(book, read.proposal, { request, owner, found }, facts, standing);
  checkLock(book, request, owner, standing, contract, facts);
  const sources = book.find("F6", () => {
    const value = sortInputs(read, [request.feeOutpoint], standing, contract.coordinator);
    if (value.named[0] !== request.fulfilmentFee)
      refuseTo("coinMismatch", "the request's fee output has another value");
    const coins = spentCoins(read.proposal);
    checkAllFree(coins, facts.coins, standing);
    const says = `The request’s output 2, ${coins.length} known ${coins.length === 1 ? "coin" : "coins"} of the peg${value.fees === null ? "" : " and one of the fee wallet"}.`;
    const other = neededElsewhere(coins, txid, facts.coins, contract.burnHeight, standing);
    return other === null
      ? { says, value }
      : {
          says: `${says} The payment of ${other}, which this seat approved, wants one of them too: only one of both can be mined.`,
          value,
          asks: true,
        };
  });
  checkPayment(book, request, read, standing, contract);
  if (sources === null) book.skip("F8");
  else checkConservation(book, request, read, sources, standing, contract);
  book.check("F9", () => {
    const { limits } = contract;
    if (!needStacks(facts.scriptAllowed))
      refuseTo("recipientNotAllowed", "the recipient is not on the contract's allow-list");
    if (request.amount > limits.maxLock) refuseTo("aboveCap", "the contract's cap for one peg-out is lower");
    const used = standing.memory.approvedSince("out", contract.burnHeight - limits.window, read.proposal);
    if (used + request.amount > limits.windowLock)
      refuseTo(
        "aboveWindowCap",
        `this seat approved ${formatBitcoin(used)} of ${formatBitcoin(limits.windowLock)} in the last ${limits.window} blocks`,
      );
    return `Allowed recipient; ${formatBitcoin(used + request.amount)} of ${formatBitcoin(limits.windowLock)} within ${limits.window} blocks.`;
  });
  checkReplacement(book, read, facts, sources, standing);
}

/** F5: the contract holds exactly this, long enough, and not about to expire. */
function checkLock(
  book: CheckBook,
  request: PegOutRequest,
  owner: string | null,
  { setting }: Standing,
  { burnHeight, limits }: ContractFacts,
  facts: RequestFacts,
): void {
  book.check("F5", () => {
    const state = lockedState(facts);
    if (state.amount !== request.amount)
      refuseTo(
        "wrongAmount",
        `${formatBitcoin(state.amount)} are locked for a request of ${formatBitcoin(request.amount)}`,
      );
    if (!sameBytes(state.script, request.recipientScript))
      refuseTo("wrongRecipient", "the contract locked for another recipient");
    if (owner !== null && state.owner !== owner)
      refuseTo("ownerSignatureWrong", "the contract locked another holder's sBTC");
    const depth = burnHeight - (state.expires - limits.lifetime) + 1;
    if (depth < setting.stacksConfirmations)
      refuseTo("notConfirmed", `the lock is ${depth} of ${setting.stacksConfirmations} blocks deep`);
    if (burnHeight + setting.expiryMargin > state.expires)
      refuseTo("requestExpired", `it expires after block ${state.expires}; this is ${burnHeight}`);
    return `${formatBitcoin(state.amount)} sBTC of ${state.owner} are locked until block ${state.expires}.`;
  });
}

/** F7: data output, recipient and amount. */
function checkPayment(
  book: CheckBook,
  request: PegOutRequest,
  read: ReadTransaction,
  standing: Standing,
  { tips }: ContractFacts,
): void {
  const { setting } = standing;
  book.find("F7", () => {
    const { chainTip } = decodeFulfilmentData(read.tx.outputs, setting.network, setting.dialect);
    checkPayments(read, paymentsOf(request), standing);
    const known = tips.includes(chainTip);
    const paid = `${formatBitcoin(request.amount)} BTC to ${addressText(request.recipientScript, setting)}.`;
    return {
      says: known ? paid : `${paid} This tab has not seen the Stacks tip it was made at.`,
      value: true,
      asks: !known,
    };
  });
}

const paymentsOf = (request: PegOutRequest) => [
  null,
  { amount: request.amount, script: request.recipientScript },
];

/** F8: what the peg does not pay comes back to it, and what is left still covers all sBTC. */
function checkConservation(
  book: CheckBook,
  request: PegOutRequest,
  read: ReadTransaction,
  sources: Sources,
  standing: Standing,
  { supply }: ContractFacts,
): void {
  book.check("F8", () => {
    const change = sources.peg - request.amount;
    checkChange(read, 2, change, sources, standing);
    const held = standing.ledger.balance();
    const needed = supply - standing.paidAhead;
    if (held < needed)
      refuseTo("notBacked", `the peg holds ${formatBitcoin(held)} BTC for ${formatBitcoin(needed)} sBTC`);
    const fee = checkFee(sources, standing, sources.fees === null);
    return `${fee}, paid by the request${sources.fees === null ? "" : " and the fee wallet"}; ${formatBitcoin(change)} BTC come back to the peg.`;
  });
}

/** Transactions this seat approved earlier for the same request, oldest first. */
const attemptsBefore = ({ proposal, tx }: ReadTransaction, { memory }: Standing): readonly BitcoinTx[] =>
  memory.about(proposal).flatMap((entry) => {
    if (entry.proposal.tag !== "transaction") return [];
    const earlier = parseTransaction(entry.proposal.unsigned);
    return earlier.txid === tx.txid ? [] : [earlier];
  });

/**
 * F10: whatever was approved for the request before can confirm only instead of this, and an attempt that is out already
 * is replaced only by one that pays more.
 */
function checkReplacement(
  book: CheckBook,
  read: ReadTransaction,
  facts: RequestFacts,
  sources: Sources | null,
  standing: Standing,
): void {
  book.check("F10", () => {
    const [input] = read.tx.inputs;
    let attempts = 0;
    for (const entry of standing.memory.about(read.proposal)) {
      const { proposal } = entry;
      if (proposal.tag !== "transaction") continue;
      const earlier = parseTransaction(proposal.unsigned);
      if (earlier.txid === read.tx.txid) continue;
      attempts += 1;
      const [first] = earlier.inputs;
      if (first === undefined || input === undefined || outpointKey(first) !== outpointKey(input))
        refuseTo("replacementRefused", `it could confirm beside ${earlier.txid}, which this seat approved`);
      if (sources === null || !facts.feeSpend.ok || !facts.feeSpend.value.spent) continue;
      const paid = total(proposal.spends) - total(earlier.outputs);
      const isOut = facts.feeSpend.value.by?.txid === earlier.txid;
      if (isOut && sources.fee < paid + feeFor(sources.vsize, minRelayRate))
        refuseTo(
          "replacementRefused",
          `the fee must rise: ${earlier.txid} pays ${paid.toString()} sat already`,
        );
    }
    return attempts === 0
      ? "Nothing was approved here for this request before."
      : "It can confirm only instead of what was approved here before.";
  });
}

/** The checks of a cancel: an expired request, whose fee output goes back to the peg. */
export function checkCancel(
  book: CheckBook,
  txid: Outpoint["txid"],
  read: ReadTransaction,
  standing: Standing,
  contract: ContractFacts,
  facts: RequestFacts,
): void {
  const onChain = checkRequestOnChain(book, txid, facts, standing);
  const state = book.find("F5", () => {
    const value = lockedState(facts);
    return { says: `${formatBitcoin(value.amount)} sBTC of ${value.owner} are locked for it.`, value };
  });
  if (state === null) book.skip("C1");
  else checkExpired(book, state, contract);
  if (onChain === null) {
    book.skip("F3", "F6", "F8", "F10");
    return;
  }
  const { request } = onChain;
  checkFeeUnspent(book, request, facts, standing, attemptsBefore(read, standing).length > 0);
  const sources = book.find("F6", () => {
    const value = sortInputs(read, [request.feeOutpoint], standing, contract.coordinator, false);
    return { says: "The request’s output 2, and at most a coin of the fee wallet.", value };
  });
  if (sources === null) book.skip("F8");
  else {
    book.check("F8", () => {
      const { returnedToPeg } = parseCancel(read.tx, opContext(standing.setting));
      // With a fee wallet all of it comes back; without, the request's own fee pays for its cancel.
      const due = sources.fees === null ? request.fulfilmentFee - sources.fee : request.fulfilmentFee;
      if (returnedToPeg !== due)
        refuseTo("pegPaysFee", `${returnedToPeg.toString()} sat come back, not ${due.toString()}`);
      checkChange(read, 2, 0n, sources, standing);
      return `${checkFee(sources, standing)}; the rest comes back to the peg.`;
    });
  }
  checkReplacement(book, read, facts, sources, standing);
}
