import { Refusal } from "../../refusal.ts";
import type { WithdrawalState } from "../../contract/queries.ts";
import type { FeeTerms } from "../../transactions/plan.ts";
import { buildCancel, buildFulfilment } from "../../transactions/peg-out.ts";
import { buildReplacement } from "../../transactions/replace.ts";
import { feeFor, maxFeeRate, minRelayRate, type FeeRate } from "../../transactions/size.ts";
import { proposalOf, restorePlan, type StoredPlan } from "../queue/plans.ts";
import { held, movePegOut, type PegOutRecord, type SignedTransaction } from "../queue/record.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import { firstPause } from "./delivery.ts";
import { confirmationsOf, still, waits, type Advanced, type Facts } from "./facts.ts";
import { latest, planHold, plannedWith, planStands, sendAgain, sentStands } from "./planning.ts";

// A locked request whose fee output no block has spent yet: pay it, raise the fee of its payout, or cancel it.

/** Bitcoin height since which a payout waits. */
export const sinceOf = (record: PegOutRecord, facts: Facts): number =>
  record.state.tag === "broadcast" ? record.state.since : facts.chain.tip.height;

/** Burn heights: where the lock happened, and so how deep it lies. */
const lockedAt = (state: WithdrawalState, facts: Facts): number =>
  state.expires - facts.contract.limits.lifetime;

/** What a locked request needs while neither payout nor cancel is in a block. */
export function payOrCancel(
  record: PegOutRecord,
  state: WithdrawalState,
  facts: Facts,
): Advanced<PegOutRecord> {
  const { chain, now } = facts;
  const { expires } = state;
  const { request } = record;
  const wasSent = record.signed.length > 0;
  const grace = wasSent ? facts.terms.cancelGrace : 0;
  const isExpired = facts.contract.burnHeight > expires + grace;
  if (chain.place(request.txid) === null) {
    const next = movePegOut(
      record,
      wasSent ? broadcastState(record, expires, facts) : { tag: "locked", expires },
      now,
    );
    return still(
      held(next, "requestOrphaned", "the request left the chain after its sBTC were locked", now, null),
      ...sendAgain(request.txid, record.raw),
      ...resend(record.signed.at(-1) ?? null),
    );
  }
  if (isExpired || latest(record, "cancel") !== null) return cancel(record, expires, facts);
  const payout = latest(record, "payout");
  if (payout !== null && sentStands(payout, facts)) return waitForPayout(record, payout, expires, facts);
  return pay(record, state, facts);
}

const resend = (sent: SignedTransaction | null) => (sent === null ? [] : sendAgain(sent.txid, sent.raw));

const broadcastState = (record: PegOutRecord, expires: number, facts: Facts) =>
  ({ tag: "broadcast", expires, since: sinceOf(record, facts) }) as const;

function ask(record: PegOutRecord, plan: StoredPlan): Advanced<PegOutRecord> {
  const { id } = record;
  return still(
    record,
    { tag: "sign", id, proposal: proposalOf(plan), byHand: false },
    ...resend(record.signed.at(-1) ?? null),
  );
}

function feeTerms(facts: Facts, rate: FeeRate): FeeTerms {
  const { script } = facts.feeWallet;
  return { rate, feeWallet: { script, coins: facts.coins.feeCoins } };
}

/** Makes a plan, or notes what is missing for one. */
function attemptPlan(record: PegOutRecord, facts: Facts, make: () => StoredPlan): StoredPlan | PegOutRecord {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return held(record, planHold(error), error.message, facts.now, firstPause);
  }
}

const isRecord = (made: StoredPlan | PegOutRecord): made is PegOutRecord => "history" in made;

function pay(record: PegOutRecord, state: WithdrawalState, facts: Facts): Advanced<PegOutRecord> {
  const { contract, now, terms } = facts;
  const { expires } = state;
  if (record.state.tag === "signing" && planStands(record.state.plan, record, facts))
    return !facts.serving || waits(record, now) || contract.halted || facts.deficit > 0n
      ? still(record)
      : ask(record, record.state.plan);
  const idle = movePegOut(record, { tag: "locked", expires }, now);
  if (confirmationsOf(facts, lockedAt(state, facts)) < contract.limits.confirmations) return still(idle);
  if (!facts.serving || waits(idle, now)) return still(idle);
  if (contract.halted) return still(held(idle, "halted", "trading is halted", now, null));
  if (facts.deficit > 0n)
    return still(
      held(idle, "deficit", `${facts.deficit.toString()} satoshi of sBTC are not backed`, now, null),
    );
  const { request } = record;
  const parts = {
    request,
    pegCoins: facts.coins.pegCoins,
    chainTip: contract.stacksTip,
    network: terms.network,
    dialect: terms.dialect,
  };
  // A second payout of the same request must outbid the first, which some node may still hold.
  const before = latest(record, "payout");
  const made = attemptPlan(idle, facts, () =>
    plannedWith(buildFulfilment(parts, outbid(facts, before)), facts, {
      tag: "fulfilment",
      request: request.txid,
    }),
  );
  if (isRecord(made)) return still(made);
  return ask(movePegOut(idle, { tag: "signing", expires, plan: made }, now), made);
}

function outbid(facts: Facts, before: SignedTransaction | null): FeeTerms {
  if (before === null) return feeTerms(facts, facts.rate);
  const old = restorePlan(before.plan);
  const oldRate = (old.fee * 1000n) / BigInt(old.vsize) + 1n;
  const raised = atMost(max(facts.rate, oldRate + minRelayRate));
  return { ...feeTerms(facts, raised), minFee: old.fee + feeFor(old.vsize + 200, minRelayRate) };
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const atMost = (rate: FeeRate): FeeRate => (rate < maxFeeRate ? rate : maxFeeRate);

function waitForPayout(
  record: PegOutRecord,
  payout: SignedTransaction,
  expires: number,
  facts: Facts,
): Advanced<PegOutRecord> {
  const refused = facts.refusedBitcoin.get(payout.txid);
  if (
    record.state.tag === "signing" &&
    planStands(record.state.plan, record, facts) &&
    facts.serving &&
    !waits(record, facts.now)
  )
    return ask(record, record.state.plan);
  const next = movePegOut(record, broadcastState(record, expires, facts), facts.now);
  if (refused !== undefined)
    return still(held(next, "bitcoinRefused", refused, facts.now, null), ...resend(payout));
  const bumped = facts.serving && !waits(record, facts.now) ? raisedFee(next, payout, expires, facts) : null;
  if (bumped === null) {
    const free = next.hold?.code === "changeSpent" ? { ...next, hold: null } : next;
    return still(free, ...resend(payout));
  }
  if (isRecord(bumped)) return still(bumped, ...resend(payout));
  return ask(movePegOut(next, { tag: "signing", expires, plan: bumped }, facts.now), bumped);
}

/** A payout with a higher fee where the present one waits too long for today's prices; null where it may wait. */
function raisedFee(
  record: PegOutRecord,
  payout: SignedTransaction,
  expires: number,
  facts: Facts,
): StoredPlan | PegOutRecord | null {
  const { chain, terms } = facts;
  if (record.state.tag !== "broadcast" || chain.tip.height - record.state.since < terms.bumpAfter)
    return null;
  const old = restorePlan(payout.plan);
  if (feeFor(old.vsize, facts.rate) <= old.fee) return null;
  // What spends its change would fall with it.
  const hasChild = chain.ledger.spendable().every(({ txid }) => txid !== payout.txid);
  const hasChange = parseTransaction(payout.raw).outputs.length > 2;
  if (hasChange && hasChild) {
    const last = expires + terms.cancelGrace;
    const detail = `its fee is low for today and is not raised, since a later payout spends its change; that one’s fee is. If it is not mined by block ${last}, it is cancelled and its sBTC go back`;
    return held(record, "changeSpent", detail, facts.now, null);
  }
  return attemptPlan(record, facts, () =>
    plannedWith(buildReplacement(old, feeTerms(facts, facts.rate)), facts, payout.plan.purpose),
  );
}

function cancel(record: PegOutRecord, expires: number, facts: Facts): Advanced<PegOutRecord> {
  const { contract, now, terms } = facts;
  const sent = latest(record, "cancel");
  if (sent !== null && sentStands(sent, facts)) {
    const next = movePegOut(record, { tag: "cancelSent", expires }, now);
    const refused = facts.refusedBitcoin.get(sent.txid);
    return still(
      refused === undefined ? next : held(next, "bitcoinRefused", refused, now, null),
      ...resend(sent),
    );
  }
  if (record.state.tag === "cancelling" && planStands(record.state.plan, record, facts))
    return facts.serving && !waits(record, now) && !contract.halted
      ? ask(record, record.state.plan)
      : still(record);
  if (!facts.serving || waits(record, now)) return still(record);
  const before = record.signed.at(-1) ?? null;
  const made = attemptPlan(record, facts, () =>
    plannedWith(buildCancel(record.request, terms.network, outbid(facts, before)), facts, {
      tag: "cancel",
      request: record.request.txid,
    }),
  );
  if (isRecord(made)) return still(made);
  return ask(movePegOut(record, { tag: "cancelling", expires, plan: made }, now), made);
}
