import type { BlockRef } from "../../bitcoin/node.ts";
import { held, movePegIn, type PegInRecord } from "../queue/record.ts";
import { rejectReasons } from "../reject-reasons.ts";
import type { PegInState, PersonReason, SignedAction } from "../queue/states.ts";
import { actionProposal } from "./actions.ts";
import { still, waits, type Advanced, type Facts, type RequestFacts } from "./facts.ts";
import { sendAgain } from "./planning.ts";

// What deposits of both forms have in common: mint or reject, and what to do while they are in no block.

export type PegInFacts = Extract<RequestFacts, { kind: "pegIn" }>;

export const move = (record: PegInRecord, state: PegInState, facts: Facts): PegInRecord =>
  movePegIn(record, state, facts.now);

export const person = (record: PegInRecord, reason: PersonReason, facts: Facts): Advanced<PegInRecord> =>
  still(move(record, { tag: "needsPerson", reason }, facts));

/** A deposit in no block any more, since only blocks make it known: it is broadcast again. */
export function offChain(record: PegInRecord, facts: Facts): Advanced<PegInRecord> {
  const next = move(record, { tag: "seen" }, facts);
  const refused = facts.refusedBitcoin.get(record.deposit.txid);
  const reason = `the deposit left the chain${refused === undefined ? "" : `: ${refused}`}`;
  return still(
    held(next, "requestOrphaned", reason, facts.now, null),
    ...sendAgain(record.deposit.txid, record.raw),
  );
}

/** Why a deposit is not to be minted: what rules it out today, or that it is back where it came from. */
export function verdict(record: PegInRecord, found: PegInFacts, facts: Facts): PegInRecord["reject"] {
  // A reorganisation may take the rejection back and leave the return in its block.
  const back = record.signed.some(
    ({ purpose, txid }) => purpose === "return" && txid === facts.chain.spender(record.deposit),
  );
  return (
    ruledOut(record, found, facts) ??
    (back ? { reason: "byPerson", detail: "it was sent back already" } : null)
  );
}

function ruledOut(record: PegInRecord, found: PegInFacts, facts: Facts): PegInRecord["reject"] {
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

/** Asks for what a deposit that is deep enough needs: to be minted, or ruled out. `amount` came in by `block`. */
export function decide(
  record: PegInRecord,
  found: PegInFacts,
  { block, amount }: { readonly block: BlockRef; readonly amount: bigint },
  facts: Facts,
): Advanced<PegInRecord> {
  const { contract, deficit, now } = facts;
  if (!facts.serving || waits(record, now)) return still(record);
  if (contract.halted) return still(held(record, "halted", "trading is halted", now, null));
  const reject = verdict(record, found, facts);
  const judged = { ...record, reject };
  const { recipient, deposit } = record;
  const burnBlock = { height: block.height, hash: block.hash };
  const ask = (action: SignedAction["action"]): Advanced<PegInRecord> =>
    still(free(judged), {
      tag: "sign",
      id: record.id,
      proposal: actionProposal(facts, action),
      byHand: false,
    });
  // Swept or handed over under other rules than today's: its coins cannot go back the way a direct deposit's can.
  if (record.state.tag === "swept" && (reject !== null || recipient === null))
    return still(held(person(judged, "refused", facts).record, "overCap", reject?.detail ?? "", now, null));
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
