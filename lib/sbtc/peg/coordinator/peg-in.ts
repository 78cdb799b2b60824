import { dustLimit } from "../../bitcoin/script.ts";
import type { BlockRef } from "../../bitcoin/node.ts";
import { Refusal } from "../../refusal.ts";
import { buildPegInReturn } from "../../transactions/peg.ts";
import type { DepositState } from "../../contract/queries.ts";
import { proposalOf } from "../queue/plans.ts";
import { held, movePegIn, rejectReasons, type PegInRecord } from "../queue/record.ts";
import type { PegInState, PersonReason, SignedAction } from "../queue/states.ts";
import { actionProposal, isCurrent } from "./actions.ts";
import { deliver, firstPause } from "./delivery.ts";
import { confirmationsOf, still, waits, type Advanced, type Facts, type RequestFacts } from "./facts.ts";
import { latest, planHold, plannedWith, planStands, sendAgain, sentStands } from "./planning.ts";

type PegInFacts = Extract<RequestFacts, { kind: "pegIn" }>;

/**
 * Where a deposit stands now, and what it needs. Both chains are asked afresh every time and the record follows them, so
 * that a crash, a reorganisation or another coordinator changes nothing but the time it takes.
 */
export function advancePegIn(record: PegInRecord, facts: Facts): Advanced<PegInRecord> {
  const found = facts.requests.get(record.id);
  if (found?.kind !== "pegIn") return still(record);
  switch (found.state?.state) {
    case "minted":
      return minted(record, found.state, facts);
    case "rejected":
      return record.state.tag === "needsPerson" ? still(record) : rejected(record, found, facts);
    case undefined:
      return record.state.tag === "needsPerson" ? still(record) : undecided(record, found, facts);
  }
}

const move = (record: PegInRecord, state: PegInState, facts: Facts): PegInRecord =>
  movePegIn(record, state, facts.now);

const person = (record: PegInRecord, reason: PersonReason, facts: Facts): Advanced<PegInRecord> =>
  still(move(record, { tag: "needsPerson", reason }, facts));

function minted(record: PegInRecord, state: DepositState, facts: Facts): Advanced<PegInRecord> {
  const block = facts.chain.place(record.deposit.txid);
  if (block !== null) return still(move(record, { tag: "minted", block }, facts));
  const since = record.state.tag === "unbacked" ? record.state.since : facts.chain.tip.height;
  const isGone = record.state.tag === "needsPerson" && record.state.reason === "depositGone";
  const refused = facts.refusedBitcoin.get(record.deposit.txid);
  const settledSince = facts.chain.tip.height - since + 1 >= facts.contract.limits.confirmations;
  if (isGone || (refused !== undefined && settledSince && record.state.tag === "unbacked"))
    return {
      record: person(record, "depositGone", facts).record,
      wants: sendAgain(record.deposit.txid, record.raw),
    };
  const next = move(record, { tag: "unbacked", since }, facts);
  const detail = `${state.amount.toString()} satoshi were minted for it`;
  return still(
    refused === undefined ? next : held(next, "bitcoinRefused", `${detail}; ${refused}`, facts.now, null),
    ...sendAgain(record.deposit.txid, record.raw),
  );
}

function undecided(record: PegInRecord, found: PegInFacts, facts: Facts): Advanced<PegInRecord> {
  const { chain, contract } = facts;
  const spender = chain.spender(record.deposit);
  if (spender !== null && !record.signed.some(({ txid }) => txid === spender))
    return person(record, "spentElsewhere", facts);
  const block = chain.place(record.deposit.txid);
  if (block === null) return offChain(record, facts);
  const onChain = record.state.tag === "seen" ? move(record, { tag: "confirming", block }, facts) : record;
  const { state } = onChain;
  if (state.tag === "minting" || state.tag === "rejecting") {
    if (isCurrent(facts, state.signed, block))
      return deliver(onChain, state.signed, { owner: record.recipient ?? "", amount: record.amount }, facts);
  }
  const confirming =
    state.tag === "confirming" && state.block.hash === block.hash
      ? onChain
      : move(onChain, { tag: "confirming", block }, facts);
  if (confirmationsOf(facts, block.height) < contract.limits.confirmations) return still(confirming);
  return decide(confirming, found, block, facts);
}

function offChain(record: PegInRecord, facts: Facts): Advanced<PegInRecord> {
  const wasMined = record.history.some(({ tag }) => tag === "confirming");
  const next = move(record, { tag: "seen" }, facts);
  const refused = facts.refusedBitcoin.get(record.deposit.txid);
  if (!wasMined) return still(next);
  const reason = `the deposit left the chain${refused === undefined ? "" : `: ${refused}`}`;
  return still(
    held(next, "requestOrphaned", reason, facts.now, null),
    ...sendAgain(record.deposit.txid, record.raw),
  );
}

/** Why a deposit is not to be minted by today's rules, or null. */
function verdict(record: PegInRecord, found: PegInFacts, facts: Facts): PegInRecord["reject"] {
  const { limits } = facts.contract;
  if (record.reject?.reason === "malformed" || record.reject?.reason === "byPerson") return record.reject;
  if (!found.recipientAllowed)
    return {
      reason: "recipientNotAllowed",
      detail: `${record.recipient ?? "nobody"} is not on the allow-list`,
    };
  if (record.amount < limits.minAmount)
    return { reason: "belowMinimum", detail: `less than ${limits.minAmount.toString()} satoshi` };
  return record.amount > limits.maxMint
    ? { reason: "overCap", detail: `more than ${limits.maxMint.toString()} satoshi` }
    : null;
}

function decide(
  record: PegInRecord,
  found: PegInFacts,
  block: BlockRef,
  facts: Facts,
): Advanced<PegInRecord> {
  const { contract, deficit, now } = facts;
  if (!facts.serving || waits(record, now)) return still(record);
  if (contract.halted) return still(held(record, "halted", "trading is halted", now, null));
  const reject = verdict(record, found, facts);
  const judged = { ...record, reject };
  const { recipient, amount, deposit } = record;
  const burnBlock = { height: block.height, hash: block.hash };
  const ask = (action: SignedAction["action"]): Advanced<PegInRecord> =>
    still(free(judged), {
      tag: "sign",
      id: record.id,
      proposal: actionProposal(facts, action),
      byHand: false,
    });
  if (reject !== null || recipient === null)
    return ask({ tag: "reject", reason: rejectReasons[reject?.reason ?? "malformed"], deposit, burnBlock });
  if (deficit > 0n)
    return still(held(judged, "deficit", `${deficit.toString()} satoshi of sBTC are not backed`, now, null));
  if (contract.windowUse.minted + amount > contract.limits.windowMint)
    return still(held(judged, "windowFull", "too much was pegged in lately", now, null));
  if (contract.supply + amount > contract.limits.supplyCap)
    return still(held(judged, "supplyFull", "there would be more sBTC than the contract allows", now, null));
  return ask({ tag: "mint", amount, recipient, deposit, burnBlock });
}

// Holds that named a condition end with it; those that count tries stay until the state moves on.
const free = (record: PegInRecord): PegInRecord =>
  record.hold?.retryAt === null ? { ...record, hold: null } : record;

function rejected(record: PegInRecord, found: PegInFacts, facts: Facts): Advanced<PegInRecord> {
  const { chain, contract } = facts;
  const spender = chain.spender(record.deposit);
  if (spender !== null) {
    const block = chain.place(spender);
    if (block === null || !record.signed.some(({ txid }) => txid === spender))
      return person(record, "spentElsewhere", facts);
    const isFinal = chain.confirmations(spender) >= contract.limits.confirmations;
    return still(
      move(record, isFinal ? { tag: "returned", txid: spender, block } : { tag: "returnSent" }, facts),
    );
  }
  const { state } = record;
  const since = state.tag === "rejected" || state.tag === "returning" ? state.since : chain.tip.height;
  if (chain.place(record.deposit.txid) === null) {
    const next = move(record, { tag: "rejected", since }, facts);
    return still(
      held(next, "requestOrphaned", "the deposit left the chain", facts.now, null),
      ...sendAgain(record.deposit.txid, record.raw),
    );
  }
  const sent = latest(record, "return");
  if (sent !== null && sentStands(sent, facts)) {
    const refused = facts.refusedBitcoin.get(sent.txid);
    const next = move(record, { tag: "returnSent" }, facts);
    return still(
      refused === undefined ? next : held(next, "bitcoinRefused", refused, facts.now, null),
      ...sendAgain(sent.txid, sent.raw),
    );
  }
  return giveBack(
    move(record, state.tag === "returning" ? state : { tag: "rejected", since }, facts),
    since,
    found,
    facts,
  );
}

function giveBack(
  record: PegInRecord,
  since: number,
  found: PegInFacts,
  facts: Facts,
): Advanced<PegInRecord> {
  const { chain, contract, terms, now } = facts;
  if (chain.tip.height - since + 1 < contract.limits.confirmations) return still(record);
  if (!facts.serving || waits(record, now)) return still(record);
  if (record.state.tag === "returning" && planStands(record.state.plan, record, facts))
    return still(record, {
      tag: "sign",
      id: record.id,
      proposal: proposalOf(record.state.plan),
      byHand: true,
    });
  const target =
    record.returnTo ??
    (terms.returnToSender && found.sender !== null ? { script: found.sender, proof: null } : null);
  if (target === null)
    return still(
      held(record, "returnAddressMissing", "nobody has proven where it shall go back to", now, null),
    );
  const coin = chain.ledger.coin(record.deposit);
  if (coin === null) return still(record);
  try {
    if (dustLimit(target.script) > coin.amount)
      return still(held(record, "feeTooLow", "it is too small to be sent back", now, null));
    const terms_ = {
      rate: facts.rate,
      feeWallet: { script: facts.feeWallet.script, coins: facts.coins.feeCoins },
    };
    const built = buildPegInReturn(
      { deposit: coin, returnScript: target.script, network: terms.network },
      terms_,
    );
    const plan = plannedWith(built, facts, {
      tag: "pegInReturn",
      deposit: record.deposit,
      returnScript: target.script,
      proof: target.proof,
    });
    const next = move(record, { tag: "returning", since, plan }, facts);
    return still(next, { tag: "sign", id: record.id, proposal: proposalOf(plan), byHand: true });
  } catch (error) {
    if (error instanceof Refusal) return still(held(record, planHold(error), error.message, now, firstPause));
    throw error;
  }
}
