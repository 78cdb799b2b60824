import { outpointKey, sameBytes, type Outpoint, type Txid } from "../../bytes.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import type { Refusal } from "../../refusal.ts";
import type { Coin, Plan } from "../../transactions/plan.ts";
import type { Purpose } from "../proposal.ts";
import { storePlan, type StoredPlan } from "../queue/plans.ts";
import {
  outpointOf,
  type HoldCode,
  type PegRecord,
  type RecordId,
  type SignedTransaction,
} from "../queue/record.ts";
import { CoinPool, type Facts, type PegTerms, type RequestFacts, type Want } from "./facts.ts";
import type { PegChain } from "./peg-chain.ts";

/** The latest transaction the group signed for a purpose, or null. */
export const latest = (record: PegRecord, purpose: SignedTransaction["purpose"]): SignedTransaction | null =>
  record.signed.findLast((one) => one.purpose === purpose) ?? null;

/** Hands a transaction to the network again. */
export const sendAgain = (txid: Txid, raw: Uint8Array): readonly Want[] => [{ tag: "send", txid, raw }];

/** What a refused plan waits for. */
export function planHold({ code }: Refusal): HoldCode {
  if (code === "feeWalletRequired") return "feeWalletEmpty";
  if (code === "insufficientFunds" || code === "changeBelowDust") return "pegCoinsMissing";
  return "feeTooLow";
}

/** Takes a plan's coins out of the pool and stores it with the parents signers cannot know. */
export function plannedWith(plan: Plan, facts: Facts, purpose: Purpose): StoredPlan {
  facts.coins.take(plan.inputs.map(({ coin }) => coin));
  return storePlan(plan, purpose, (coin) => facts.parents.get(coin.txid) ?? null);
}

const hasCoin = (coins: readonly Coin[], wanted: Outpoint): boolean =>
  coins.some((coin) => outpointKey(coin) === outpointKey(wanted));

// Change of a waiting transaction of ours may itself be spent by another that waits: it is there all the same.
/** Whether every coin of the peg that a plan spends is there. */
export const pegInputsStand = (plan: StoredPlan, chain: PegChain): boolean =>
  parseTransaction(plan.unsigned).inputs.every(
    (input, i) =>
      plan.spends[i]?.signer.tag === "wallet" ||
      chain.ledger.coin(input) !== null ||
      chain.ledger.isPending(input.txid),
  );

/**
 * Whether a plan spends what is still a depositor's or a request's. Coins become that again where a reorganisation undoes a
 * mint, and no signer gives them away.
 * @param own the output that the plan is about
 */
export const spendsPromised = (plan: StoredPlan, own: Outpoint | null, { promised }: Facts): boolean =>
  parseTransaction(plan.unsigned).inputs.some((input) => {
    const key = outpointKey(input);
    return promised.has(key) && (own === null || key !== outpointKey(own));
  });

/** The fee wallet's coins that a plan spends. */
export const walletInputs = (plan: StoredPlan): readonly Outpoint[] =>
  parseTransaction(plan.unsigned).inputs.filter((_, i) => plan.spends[i]?.signer.tag === "wallet");

/**
 * Whether a plan nobody signed yet can still be mined: a reorganisation or another transaction may have taken a coin. The
 * fee coin of an earlier attempt is no longer listed while that attempt waits, and is the replacement's to spend.
 */
export const planStands = (plan: StoredPlan, record: PegRecord, facts: Facts): boolean =>
  pegInputsStand(plan, facts.chain) &&
  !spendsPromised(plan, outpointOf(record), facts) &&
  walletInputs(plan).every(
    (input) =>
      hasCoin(facts.feeWallet.coins, input) ||
      record.signed.some((earlier) =>
        walletInputs(earlier.plan).some((coin) => outpointKey(coin) === outpointKey(input)),
      ),
  );

/**
 * Whether a signed transaction can still be mined. Once it waits in the mempool its fee coin is no longer listed, so that
 * coin counts as gone only where a node has also refused the transaction.
 */
export const sentStands = (sent: SignedTransaction, facts: Facts): boolean =>
  pegInputsStand(sent.plan, facts.chain) &&
  (!facts.refusedBitcoin.has(sent.txid) ||
    walletInputs(sent.plan).every((input) => hasCoin(facts.feeWallet.coins, input)));

/** The plan a request waits to have signed, or null. */
export function openPlan(record: PegRecord): StoredPlan | null {
  const { state } = record;
  switch (state.tag) {
    case "signing":
    case "cancelling":
    case "returning":
    case "sweeping":
      return state.plan;
    default:
      return null;
  }
}

/** Transactions of ours that may still be mined: the latest of each request whose output is not spent yet. */
export const liveTransactions = (
  records: Iterable<PegRecord>,
  chain: PegChain,
): readonly SignedTransaction[] =>
  [...records].flatMap((record) => {
    const last = record.signed.at(-1);
    return last === undefined || chain.spender(outpointOf(record)) !== null ? [] : [last];
  });

/**
 * Tells the ledger which transactions of ours wait to be mined, after blocks came or went. Those whose peg coins are gone
 * are left out; what spends from another that waits comes after it.
 */
export function syncPending(records: Iterable<PegRecord>, chain: PegChain): void {
  let waiting = liveTransactions(records, chain);
  for (const { txid } of waiting) chain.ledger.dropPending(txid);
  for (let before = -1; before !== waiting.length;) {
    before = waiting.length;
    waiting = waiting.filter(({ plan, raw }) => {
      if (!pegInputsStand(plan, chain)) return true;
      chain.ledger.addPending(parseTransaction(raw));
      return false;
    });
  }
}

/** What may be spent now: coins of minted deposits, change, top-ups. Not what is still its depositor's, nor a request's fee. */
export const freeCoins = (chain: PegChain, terms: PegTerms, promised: ReadonlySet<string>): readonly Coin[] =>
  chain.ledger
    .spendable()
    .filter((coin) => sameBytes(coin.script, terms.pegScript) && !promised.has(outpointKey(coin)));

/** Coins under the peg's key that are still a depositor's or a request's, as `txid:vout`. */
export function promisedCoins(
  records: ReadonlyMap<RecordId, PegRecord>,
  requests: ReadonlyMap<RecordId, RequestFacts>,
): ReadonlySet<string> {
  const kept = new Set<string>();
  for (const record of records.values()) {
    if (record.kind === "pegIn" && requests.get(record.id)?.state?.state === "minted") continue;
    kept.add(outpointKey(outpointOf(record)));
    // Swept and not minted for yet: whose it is, the contract has still to say.
    for (const { purpose, txid } of record.signed)
      if (purpose === "sweep") kept.add(outpointKey({ txid, vout: 0 }));
  }
  return kept;
}

/** The pool one step plans from: free coins, without those that plans already made will spend. */
export function coinPool(
  records: ReadonlyMap<RecordId, PegRecord>,
  free: readonly Coin[],
  feeCoins: readonly Coin[],
  chain: PegChain,
): CoinPool {
  const pool = new CoinPool(free, feeCoins);
  const plans = [...records.values()].flatMap((record) => openPlan(record) ?? []);
  const live = liveTransactions(records.values(), chain).map(({ plan }) => plan);
  for (const { unsigned } of [...plans, ...live])
    pool.take(
      parseTransaction(unsigned).inputs.map((input) => ({ ...input, amount: 0n, script: new Uint8Array() })),
    );
  return pool;
}

/**
 * sBTC without bitcoin behind them: what is owed to holders, less what their payouts already took, less the free coins.
 * @returns satoshi, 0 where all is backed
 */
export function deficitOf(
  records: ReadonlyMap<RecordId, PegRecord>,
  requests: ReadonlyMap<RecordId, RequestFacts>,
  chain: PegChain,
  free: readonly Coin[],
  supply: bigint,
): bigint {
  let owed = supply;
  for (const record of records.values()) {
    if (record.kind !== "pegOut" || requests.get(record.id)?.state?.state !== "locked") continue;
    const spender = chain.spender(record.request.feeOutpoint);
    const last = spender === null ? record.signed.at(-1) : record.signed.find(({ txid }) => txid === spender);
    if (last?.purpose === "payout" && (spender !== null || chain.ledger.isPending(last.txid)))
      owed -= record.request.amount;
  }
  const heldNow = free.reduce((sum, { amount }) => sum + amount, 0n);
  return owed > heldNow ? owed - heldNow : 0n;
}
