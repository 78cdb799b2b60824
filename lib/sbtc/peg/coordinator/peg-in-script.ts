import { sameBytes } from "../../bytes.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import { readDepositLeaf } from "../../ops/deposit-script.ts";
import { parsePrincipal } from "../../ops/principal.ts";
import { Refusal } from "../../refusal.ts";
import { buildSweep } from "../../transactions/script-path.ts";
import { proposalOf } from "../queue/plans.ts";
import { isLockedLongEnough } from "../reclaim.ts";
import { held, type DepositForm, type PegInRecord } from "../queue/record.ts";
import { isCurrent } from "./actions.ts";
import { deliver, firstPause } from "./delivery.ts";
import { confirmationsOf, still, waits, type Advanced, type Facts } from "./facts.ts";
import { decide, move, offChain, person, verdict, type PegInFacts } from "./peg-in-decision.ts";
import { latest, planHold, plannedWith, planStands, sendAgain, sentStands } from "./planning.ts";

// A deposit in a script of its own goes into the peg first, by the group's leaf, and is minted for what came in. What may
// not be minted is not swept either: its depositor can always take it back after the lock.

type Script = Extract<DepositForm, { tag: "script" }>;

/** Where a deposit script stands, and what it needs. */
export function advanceScript(
  record: PegInRecord,
  form: Script,
  found: PegInFacts,
  facts: Facts,
): Advanced<PegInRecord> {
  const { chain, contract } = facts;
  const spender = chain.spender(record.deposit);
  if (spender !== null) {
    const sweep = record.signed.find(({ txid }) => txid === spender);
    const block = chain.place(spender);
    if (sweep === undefined || block === null) {
      const gone = record.state.tag === "declined" ? record : move(record, { tag: "declined" }, facts);
      return still(held(gone, "reclaimed", "its depositor took it back", facts.now, null));
    }
    const { state } = record;
    if (state.tag === "minting" && isCurrent(facts, state.signed, block))
      return deliver(record, state.signed, { owner: "", amount: 0n }, facts);
    if (confirmationsOf(facts, block.height) < contract.limits.confirmations)
      return still(move(record, { tag: "sweepSent" }, facts));
    const amount = parseTransaction(sweep.raw).outputs[0]?.amount ?? 0n;
    return decide(move(record, { tag: "swept", block }, facts), found, { block, amount }, facts);
  }
  const made = chain.place(record.deposit.txid);
  if (made === null) return offChain(record, facts);
  const sent = latest(record, "sweep");
  if (sent !== null && sentStands(sent, facts)) {
    const refused = facts.refusedBitcoin.get(sent.txid);
    const next = move(record, { tag: "sweepSent" }, facts);
    return still(
      refused === undefined ? next : held(next, "bitcoinRefused", refused, facts.now, null),
      ...sendAgain(sent.txid, sent.raw),
    );
  }
  const depth = confirmationsOf(facts, made.height);
  // A plan whose lock has come near is not asked for again: signers would refuse it as well.
  const inTime = isLockedLongEnough(form.lockBlocks, depth);
  if (record.state.tag === "sweeping" && inTime && planStands(record.state.plan, record, facts)) {
    if (!facts.serving || waits(record, facts.now)) return still(record);
    const proposal = proposalOf(record.state.plan);
    return still(record, { tag: "sign", id: record.id, proposal, byHand: false });
  }
  if (record.state.tag === "declined" && unfit(record, form, depth, found, facts) !== null)
    return still(record);
  const confirming =
    record.state.tag === "confirming" && record.state.block.hash === made.hash
      ? record
      : move(record, { tag: "confirming", block: made }, facts);
  return depth < contract.limits.confirmations
    ? still(confirming)
    : sweep(confirming, form, depth, found, facts);
}

/** Why a deposit is not swept as things are, or null. */
function unfit(
  record: PegInRecord,
  form: Script,
  depth: number,
  found: PegInFacts,
  facts: Facts,
):
  | readonly ["earlierWallet" | "lockTooShort" | "recipientNotAllowed" | "belowMinimum" | "overCap", string]
  | null {
  if (!sameBytes(readDepositLeaf(form.leaf.script, facts.terms.network).signersKey, facts.terms.key))
    return [
      "earlierWallet",
      "only an earlier group could take it in: its depositor takes it back after the lock",
    ];
  if (!isLockedLongEnough(form.lockBlocks, depth))
    return ["lockTooShort", `its depositor can take it back ${form.lockBlocks} blocks after it was made`];
  const reject = verdict(record, found, facts);
  if (reject === null) return null;
  return reject.reason === "malformed" || reject.reason === "byPerson"
    ? ["recipientNotAllowed", reject.detail]
    : [reject.reason, reject.detail];
}

function sweep(
  record: PegInRecord,
  form: Script,
  depth: number,
  found: PegInFacts,
  facts: Facts,
): Advanced<PegInRecord> {
  const { chain, contract, terms, now } = facts;
  if (!facts.serving || waits(record, now)) return still(record);
  const against = unfit(record, form, depth, found, facts);
  if (against !== null) return still(held(move(record, { tag: "declined" }, facts), ...against, now, null));
  if (contract.halted) return still(held(record, "halted", "trading is halted", now, null));
  if (facts.leaving) return still(held(record, "handOff", "the peg goes to its next group", now, null));
  const coin = chain.ledger.coin(record.deposit);
  if (coin === null || record.recipient === null) return person(record, "refused", facts);
  try {
    const { maxFee, leaf } = form;
    const deposit = {
      coin,
      leaf,
      data: { maxFee, recipient: parsePrincipal(record.recipient, terms.network) },
    };
    const built = buildSweep([deposit], terms.pegScript, facts.rate);
    const [credit] = built.credits;
    if (credit === undefined || credit.credited < contract.limits.minAmount) {
      const detail = `after the miner's fee less than ${contract.limits.minAmount.toString()} satoshi are left`;
      return still(held(record, "feeTooLow", detail, now, firstPause));
    }
    const plan = plannedWith(built.plan, facts, { tag: "sweep", deposits: [record.deposit] });
    const next = move(record, { tag: "sweeping", plan }, facts);
    return still(next, { tag: "sign", id: record.id, proposal: proposalOf(plan), byHand: false });
  } catch (error) {
    if (error instanceof Refusal) return still(held(record, planHold(error), error.message, now, firstPause));
    throw error;
  }
}
