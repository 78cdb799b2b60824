import { sameBytes } from "../../bytes.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import { held, type PegInRecord } from "../queue/record.ts";
import { isCurrent } from "./actions.ts";
import { deliver } from "./delivery.ts";
import { confirmationsOf, still, type Advanced, type Facts, type PegTerms } from "./facts.ts";
import { decide, move, offChain, person, type PegInFacts } from "./peg-in-decision.ts";

// A deposit to the wallet of an earlier group, by an old address or from before the hand-off: that group hands its coins
// over, and this one mints for what came.

/** True for a direct deposit that does not lie in the wallet of the group in charge: an earlier one's, or the next one's already. */
export function isEarlier(record: PegInRecord, { pegScript }: Pick<PegTerms, "pegScript">): boolean {
  if (record.form.tag !== "direct") return false;
  const script = parseTransaction(record.raw).outputs[record.deposit.vout]?.script;
  return script !== undefined && !sameBytes(script, pegScript);
}

/** Where a deposit to an earlier wallet stands, and what it needs. */
export function advanceEarlier(record: PegInRecord, found: PegInFacts, facts: Facts): Advanced<PegInRecord> {
  const { chain, contract } = facts;
  const spender = chain.spender(record.deposit);
  const made = chain.place(record.deposit.txid);
  if (made === null) return offChain(record, facts);
  const block = spender === null ? null : chain.place(spender);
  if (spender === null || block === null) {
    const next = move(record, { tag: "confirming", block: made }, facts);
    return still(held(next, "earlierWallet", "its group hands it over first", facts.now, null));
  }
  if (!facts.handOffs.has(spender)) return person(record, "spentElsewhere", facts);
  const { state } = record;
  if (state.tag === "minting" && isCurrent(facts, state.signed, block))
    return deliver(record, state.signed, { owner: "", amount: 0n }, facts);
  if (confirmationsOf(facts, block.height) < contract.limits.confirmations)
    return still(move(record, { tag: "sweepSent" }, facts));
  return decide(move(record, { tag: "swept", block }, facts), found, { block, amount: record.amount }, facts);
}
