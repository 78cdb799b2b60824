import { Refusal } from "../../refusal.ts";
import { parseBlockHash, parseTxid, sameBytes, type Txid } from "../../bytes.ts";
import type { BitcoinTx } from "../../bitcoin/transaction.ts";
import type { Plan } from "../../transactions/plan.ts";
import { finalize, signingDigests, witnessFor, type Unlocking } from "../../transactions/sign.ts";
import type { Proposal } from "../proposal.ts";
import { restorePlan, type StoredPlan } from "../queue/plans.ts";
import { held, movePegIn, movePegOut, type PegRecord, type SignedTransaction } from "../queue/record.ts";
import type { SignedAction } from "../queue/states.ts";
import { isSigned } from "./actions.ts";
import { firstPause } from "./delivery.ts";
import type { PegTerms } from "./facts.ts";
import type { LoopState } from "./loop.ts";
import { openPlan } from "./planning.ts";
import type { Round, RoundOutcome } from "./rounds.ts";

/** What taking signatures in needs: the wallet's own key for its inputs, and the time. */
export interface SigningTools {
  readonly terms: PegTerms;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Signs one input of the fee wallet. */
  readonly signWallet: (plan: Plan, input: number) => Unlocking;
  /** Bitcoin height, for how long a payout has been waiting. */
  readonly height: number;
}

/**
 * Takes the outcome of a round in. Signatures are verified, and the transactions they complete are checked as a node
 * would, before anything is stored; what a request was asked for in another state has been overtaken and is dropped.
 */
export function takeOutcome(
  state: LoopState,
  round: Round,
  outcome: RoundOutcome,
  tools: SigningTools,
): { readonly state: LoopState; readonly store: readonly PegRecord[] } {
  // Taken back meanwhile: its end says nothing about what is asked for now.
  if (!state.rounds.has(round.number)) return { state, store: [] };
  const records = new Map(state.records);
  const store: PegRecord[] = [];
  round.items.forEach(({ id, proposal }, i) => {
    const record = id === "joining" ? undefined : records.get(id);
    if (id === "joining" || record === undefined) return;
    const next =
      outcome.tag === "signed"
        ? signed(record, proposal, outcome.signatures[i] ?? [], tools)
        : unsigned(record, round, outcome, tools.now);
    if (next === record) return;
    records.set(id, next);
    store.push(next);
  });
  const rounds = new Map(state.rounds);
  rounds.delete(round.number);
  return { state: { ...state, records, rounds }, store };
}

function unsigned(
  record: PegRecord,
  round: Round,
  outcome: Exclude<RoundOutcome, { tag: "signed" }>,
  now: number,
): PegRecord {
  if (outcome.tag === "missing") return held(record, "signersMissing", outcome.reason, now, firstPause);
  // Which of several was meant, nobody said: each is asked for by itself next.
  if (round.items.length > 1) return { ...record, alone: true };
  return held(record, "signersRefused", outcome.reason, now, 4 * firstPause);
}

function signed(
  record: PegRecord,
  proposal: Proposal,
  signatures: readonly Uint8Array[],
  tools: SigningTools,
): PegRecord {
  try {
    return proposal.tag === "action"
      ? withAction(record, proposal, signatures, tools)
      : withTransaction(record, proposal.unsigned, signatures, tools);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return held(record, "signatureWrong", error.message, tools.now, firstPause);
  }
}

function withAction(
  record: PegRecord,
  { action, epoch }: Extract<Proposal, { tag: "action" }>,
  [signature]: readonly Uint8Array[],
  { terms, now }: SigningTools,
): PegRecord {
  if (action.tag === "setWallet" || signature === undefined) return record;
  const done: SignedAction = { action, epoch, signature };
  if (!isSigned(terms, done))
    return held(record, "signatureWrong", "the signature does not hold", now, firstPause);
  const { state } = record;
  if (record.kind === "pegIn") {
    if (state.tag !== "confirming" && state.tag !== "swept") return record;
    if (action.tag !== "mint" && action.tag !== "reject") return record;
    const tag = action.tag === "mint" ? "minting" : "rejecting";
    return movePegIn(record, { tag, block: state.block, signed: done }, now);
  }
  const { block } = blockOf(action);
  if (action.tag === "lock" && state.tag === "confirming")
    return movePegOut(record, { tag: "locking", block: state.block, signed: done }, now);
  if (action.tag === "settle" && state.tag === "broadcast")
    return movePegOut(
      record,
      { tag: "settling", payout: payoutOf(record, action.payoutTxid), block, signed: done },
      now,
    );
  if (action.tag === "refund" && state.tag === "cancelSent")
    return movePegOut(
      record,
      { tag: "refunding", cancel: payoutOf(record, action.cancelTxid), block, signed: done },
      now,
    );
  return record;
}

const blockOf = ({ burnBlock }: SignedAction["action"]) => ({
  block: { height: burnBlock.height, hash: parseBlockHash(burnBlock.hash) },
});

function payoutOf(record: PegRecord, txid: string): Txid {
  const own = record.signed.find((one) => one.txid === txid);
  return own?.txid ?? parseTxid(txid);
}

function withTransaction(
  record: PegRecord,
  unsignedTx: Uint8Array,
  signatures: readonly Uint8Array[],
  tools: SigningTools,
): PegRecord {
  const stored = openPlan(record);
  if (stored === null || !sameBytes(stored.unsigned, unsignedTx)) return record;
  const tx = complete(stored, signatures, tools);
  const { now, height } = tools;
  if (record.kind === "pegIn") {
    const isSweep = record.state.tag === "sweeping";
    const purpose = isSweep ? "sweep" : "return";
    const done: SignedTransaction = { purpose, txid: tx.txid, plan: stored, raw: tx.raw };
    return movePegIn(
      { ...record, signed: [...record.signed, done] },
      { tag: isSweep ? "sweepSent" : "returnSent" },
      now,
    );
  }
  const { state } = record;
  if (state.tag !== "signing" && state.tag !== "cancelling") return record;
  const purpose = state.tag === "signing" ? "payout" : "cancel";
  const all = {
    ...record,
    signed: [...record.signed, { purpose, txid: tx.txid, plan: stored, raw: tx.raw } as const],
  };
  const { expires } = state;
  return purpose === "payout"
    ? movePegOut(all, { tag: "broadcast", expires, since: height }, now)
    : movePegOut(all, { tag: "cancelSent", expires }, now);
}

/**
 * A plan with every signature in it, checked as a node would.
 * @param signatures the group's, in the order of its messages
 * @throws Refusal where one is missing or does not hold
 */
export function complete(
  stored: StoredPlan,
  signatures: readonly Uint8Array[],
  { signWallet }: Pick<SigningTools, "signWallet">,
): BitcoinTx {
  const plan = restorePlan(stored);
  const unlocking = new Map<number, Unlocking>();
  signingDigests(plan).forEach(({ input }, i) => {
    const signature = signatures[i];
    if (signature !== undefined) unlocking.set(input, witnessFor(plan, input, signature));
  });
  plan.inputs.forEach(({ signer }, i) => {
    if (signer.tag === "wallet") unlocking.set(i, signWallet(plan, i));
  });
  return finalize(plan, unlocking);
}
