import { addressOf } from "../../bitcoin/script.ts";
import type { BlockRef } from "../../bitcoin/node.ts";
import type { Txid } from "../../bytes.ts";
import { parseTxid, sameBytes } from "../../bytes.ts";
import type { WithdrawalState } from "../../contract/queries.ts";
import { held, movePegOut, type PegOutRecord } from "../queue/record.ts";
import type { PegOutState, PersonReason, SignedAction } from "../queue/states.ts";
import { actionProposal, isCurrent } from "./actions.ts";
import { deliver } from "./delivery.ts";
import { confirmationsOf, still, waits, type Advanced, type Facts, type RequestFacts } from "./facts.ts";
import { payOrCancel, sinceOf } from "./payout.ts";
import { sendAgain } from "./planning.ts";

type PegOutFacts = Extract<RequestFacts, { kind: "pegOut" }>;

/** Where a peg-out request stands now, and what it needs: see `advancePegIn`. */
export function advancePegOut(record: PegOutRecord, facts: Facts): Advanced<PegOutRecord> {
  const found = facts.requests.get(record.id);
  if (found?.kind !== "pegOut") return still(record);
  const { state } = found;
  switch (state?.state) {
    case "settled":
      return settled(record, state, facts);
    case "refunded":
      return refunded(record, state, facts);
    case "locked":
      return record.state.tag === "needsPerson" ? still(record) : locked(record, state, facts);
    case undefined:
      return record.state.tag === "needsPerson" ? still(record) : unlocked(record, found, facts);
  }
}

const move = (record: PegOutRecord, state: PegOutState, facts: Facts): PegOutRecord =>
  movePegOut(record, state, facts.now);

const person = (record: PegOutRecord, reason: PersonReason, facts: Facts): Advanced<PegOutRecord> =>
  still(move(record, { tag: "needsPerson", reason }, facts));

function unlocked(record: PegOutRecord, found: PegOutFacts, facts: Facts): Advanced<PegOutRecord> {
  const { chain, contract } = facts;
  const { request } = record;
  const spender = chain.spender(request.feeOutpoint);
  const isOurs = record.signed.some(({ txid }) => txid === spender);
  if (spender !== null && !isOurs && !facts.handOffs.has(spender))
    return person(record, "spentElsewhere", facts);
  const block = chain.place(request.txid);
  if (block === null) return offChain(record, facts);
  const onChain = record.state.tag === "seen" ? move(record, { tag: "confirming", block }, facts) : record;
  const { state } = onChain;
  if (state.tag === "locking" && isCurrent(facts, state.signed, block))
    return deliver(onChain, state.signed, { owner: record.owner, amount: request.amount }, facts);
  if (state.tag === "declined" && declines(record, found, facts) !== null) return still(onChain);
  const confirming =
    state.tag === "confirming" && state.block.hash === block.hash
      ? onChain
      : move(onChain, { tag: "confirming", block }, facts);
  if (confirmationsOf(facts, block.height) < contract.limits.confirmations) return still(confirming);
  return askLock(confirming, found, block, facts);
}

function offChain(record: PegOutRecord, facts: Facts): Advanced<PegOutRecord> {
  const next = move(record, { tag: "seen" }, facts);
  const refused = facts.refusedBitcoin.get(record.request.txid);
  const reason = `the request left the chain${refused === undefined ? "" : `: ${refused}`}`;
  return still(
    held(next, "requestOrphaned", reason, facts.now, null),
    ...sendAgain(record.request.txid, record.raw),
  );
}

/** What keeps a request from ever being locked as things are, or null. */
function declines(
  record: PegOutRecord,
  found: PegOutFacts,
  facts: Facts,
):
  | readonly [
      "earlierWallet" | "messageUsed" | "scriptNotAllowed" | "belowMinimum" | "overCap" | "balanceTooLow",
      string,
    ]
  | null {
  const { limits } = facts.contract;
  const { amount, pegScript } = record.request;
  if (!sameBytes(pegScript, facts.terms.pegScript))
    return ["earlierWallet", "it pays the wallet of an earlier group; nothing was taken from its owner"];
  if (found.messageUse !== null && found.messageUse !== record.request.txid)
    return ["messageUsed", `its signed message already served ${found.messageUse}`];
  if (!found.scriptAllowed) return ["scriptNotAllowed", "the Bitcoin recipient is not on the allow-list"];
  if (amount < limits.minAmount) return ["belowMinimum", `less than ${limits.minAmount.toString()} satoshi`];
  if (amount > limits.maxLock) return ["overCap", `more than ${limits.maxLock.toString()} satoshi`];
  return found.balance < amount
    ? ["balanceTooLow", `${record.owner} holds ${found.balance.toString()} satoshi of sBTC`]
    : null;
}

function askLock(
  record: PegOutRecord,
  found: PegOutFacts,
  block: BlockRef,
  facts: Facts,
): Advanced<PegOutRecord> {
  const { contract, terms, now } = facts;
  const { request } = record;
  if (!facts.serving || waits(record, now)) return still(record);
  if (contract.halted) return still(held(record, "halted", "trading is halted", now, null));
  const against = declines(record, found, facts);
  if (against !== null) return still(held(move(record, { tag: "declined" }, facts), ...against, now, null));
  if (contract.windowUse.locked + request.amount > contract.limits.windowLock)
    return still(held(record, "windowFull", "too much was pegged out lately", now, null));
  if (facts.leaving) return still(held(record, "handOff", "the peg goes to its next group", now, null));
  const action: SignedAction["action"] = {
    tag: "lock",
    amount: request.amount,
    script: request.recipientScript,
    address: addressOf(request.recipientScript, terms.network) ?? "",
    dialect: terms.dialect,
    ownerSignature: request.signature,
    txid: request.txid,
    burnBlock: { height: block.height, hash: block.hash },
  };
  const next = record.hold?.retryAt === null ? { ...record, hold: null } : record;
  return still(next, { tag: "sign", id: record.id, proposal: actionProposal(facts, action), byHand: false });
}

/** Which of our transactions has spent the request's fee output in a block, if any did. */
function outcome(
  record: PegOutRecord,
  facts: Facts,
): { txid: Txid; block: BlockRef; purpose: "payout" | "cancel" } | "unknown" | null {
  const txid = facts.chain.spender(record.request.feeOutpoint);
  if (txid === null) return null;
  const block = facts.chain.place(txid);
  const purpose = record.signed.find((one) => one.txid === txid)?.purpose;
  return block !== null && (purpose === "payout" || purpose === "cancel")
    ? { txid, block, purpose }
    : "unknown";
}

function locked(record: PegOutRecord, state: WithdrawalState, facts: Facts): Advanced<PegOutRecord> {
  const done = outcome(record, facts);
  if (done === "unknown") return person(record, "spentElsewhere", facts);
  if (done === null) return payOrCancel(record, state, facts);
  const { txid, block, purpose } = done;
  const tag = purpose === "payout" ? "settling" : "refunding";
  if (record.state.tag === tag && isCurrent(facts, record.state.signed, block))
    return deliver(record, record.state.signed, { owner: state.owner, amount: state.amount }, facts);
  const { expires } = state;
  const next =
    purpose === "payout"
      ? move(record, { tag: "broadcast", expires, since: sinceOf(record, facts) }, facts)
      : move(record, { tag: "cancelSent", expires }, facts);
  if (confirmationsOf(facts, block.height) < facts.contract.limits.confirmations) return still(next);
  if (!facts.serving || waits(next, facts.now)) return still(next);
  if (facts.contract.halted) return still(held(next, "halted", "trading is halted", facts.now, null));
  const burnBlock = { height: block.height, hash: block.hash };
  if (purpose === "cancel" && facts.contract.burnHeight <= expires) return still(next);
  const request = record.request.txid;
  const action: SignedAction["action"] =
    purpose === "payout"
      ? { tag: "settle", txid: request, payoutTxid: txid, burnBlock }
      : { tag: "refund", txid: request, cancelTxid: txid, burnBlock };
  return still(next, { tag: "sign", id: record.id, proposal: actionProposal(facts, action), byHand: false });
}

function settled(record: PegOutRecord, state: WithdrawalState, facts: Facts): Advanced<PegOutRecord> {
  const payout = parseTxid(state.finalTxid ?? record.request.txid);
  if (facts.chain.place(payout) !== null) return still(move(record, { tag: "settled", payout }, facts));
  if (facts.chain.spender(record.request.feeOutpoint) !== null) return person(record, "payoutGone", facts);
  const own = record.signed.find(({ txid }) => txid === payout);
  if (own === undefined) return person(record, "payoutGone", facts);
  const wants = [...sendAgain(record.request.txid, record.raw), ...sendAgain(payout, own.raw)];
  const refused = facts.refusedBitcoin.get(payout);
  const next = move(record, { tag: "unpaid", payout }, facts);
  return still(
    refused === undefined ? next : held(next, "bitcoinRefused", refused, facts.now, null),
    ...wants,
  );
}

function refunded(record: PegOutRecord, state: WithdrawalState, facts: Facts): Advanced<PegOutRecord> {
  const cancel = parseTxid(state.finalTxid ?? record.request.txid);
  const done = outcome(record, facts);
  if (done !== null && (done === "unknown" || done.purpose === "payout"))
    return person(record, "paidAndRefunded", facts);
  const next = move(record, { tag: "refunded", cancel }, facts);
  if (done !== null) return still(next);
  // Out of the chain again: nothing may spend the request any more, so the cancel goes back in.
  const own = record.signed.find(({ txid }) => txid === cancel);
  return still(
    next,
    ...sendAgain(record.request.txid, record.raw),
    ...(own === undefined ? [] : sendAgain(cancel, own.raw)),
  );
}
