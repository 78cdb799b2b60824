import { dustLimit } from "../../bitcoin/script.ts";
import type { Txid } from "../../bytes.ts";
import { Refusal } from "../../refusal.ts";
import { buildPegInReturn } from "../../transactions/peg.ts";
import type { DepositState } from "../../contract/queries.ts";
import { proposalOf } from "../queue/plans.ts";
import { held, type PegInRecord } from "../queue/record.ts";
import { isCurrent } from "./actions.ts";
import { deliver, firstPause } from "./delivery.ts";
import { advanceEarlier, isEarlier } from "./earlier.ts";
import { confirmationsOf, still, waits, type Advanced, type Facts } from "./facts.ts";
import { decide, move, offChain, person, type PegInFacts } from "./peg-in-decision.ts";
import { advanceScript } from "./peg-in-script.ts";
import { latest, planHold, plannedWith, planStands, sendAgain, sentStands } from "./planning.ts";

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

/** The transaction that holds a deposit's coins under the peg's own key: the deposit itself, or its sweep. */
function coinsOf(record: PegInRecord): { readonly txid: Txid; readonly raw: Uint8Array } {
  const sweep = record.form.tag === "script" ? latest(record, "sweep") : null;
  return sweep ?? { txid: record.deposit.txid, raw: record.raw };
}

function minted(record: PegInRecord, state: DepositState, facts: Facts): Advanced<PegInRecord> {
  const coins = coinsOf(record);
  const block = facts.chain.place(coins.txid);
  if (block !== null) return still(move(record, { tag: "minted", block }, facts));
  const since = record.state.tag === "unbacked" ? record.state.since : facts.chain.tip.height;
  const isGone = record.state.tag === "needsPerson" && record.state.reason === "depositGone";
  const refused = facts.refusedBitcoin.get(coins.txid);
  const wants = [...sendAgain(record.deposit.txid, record.raw), ...sendAgain(coins.txid, coins.raw)];
  const settledSince = facts.chain.tip.height - since + 1 >= facts.contract.limits.confirmations;
  if (isGone || (refused !== undefined && settledSince && record.state.tag === "unbacked"))
    return { record: person(record, "depositGone", facts).record, wants };
  const next = move(record, { tag: "unbacked", since }, facts);
  const detail = `${state.amount.toString()} satoshi were minted for it`;
  return still(
    refused === undefined ? next : held(next, "bitcoinRefused", `${detail}; ${refused}`, facts.now, null),
    ...wants,
  );
}

function undecided(record: PegInRecord, found: PegInFacts, facts: Facts): Advanced<PegInRecord> {
  if (record.form.tag === "script") return advanceScript(record, record.form, found, facts);
  if (isEarlier(record, facts.terms)) return advanceEarlier(record, found, facts);
  const { chain, contract } = facts;
  const spender = chain.spender(record.deposit);
  // Only the group can spend it. Once minted for it is a coin like any other, and stays spent where a reorganisation takes
  // the mint back; whether that is what happened is read from what spent it before anything is asked for.
  if (
    spender !== null &&
    !facts.coinUses.has(record.id) &&
    !record.signed.some(({ txid }) => txid === spender)
  )
    return still(held(record, "spenderUnread", `${spender} spent it and cannot be read`, facts.now, null));
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
  return decide(confirming, found, { block, amount: record.amount }, facts);
}

function rejected(record: PegInRecord, found: PegInFacts, facts: Facts): Advanced<PegInRecord> {
  const { chain, contract } = facts;
  const spender = chain.spender(record.deposit);
  if (spender !== null) {
    const block = chain.place(spender);
    if (block === null || !record.signed.some(({ txid }) => txid === spender))
      return person(record, facts.handOffs.has(spender) ? "earlierWallet" : "spentElsewhere", facts);
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
  if (isEarlier(record, terms)) return person(record, "earlierWallet", facts);
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
