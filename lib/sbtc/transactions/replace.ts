import { outpointKey, sameBytes, type Txid } from "../bytes.ts";
import { Refusal, refuse } from "../refusal.ts";
import { fundFee, total, type FeeTerms, type Plan, type PlanCore } from "./plan.ts";
import { feeFor, maxFeeRate, minRelayRate, signedVsize } from "./size.ts";

/** An attempt of ours that is, or may be, in the mempool. */
export interface PendingPlan {
  readonly txid: Txid;
  readonly plan: Plan;
}

/**
 * Pending transactions that spend from `txid`, directly or not. Each comes after everything it spends from, since an id is
 * only final once all of its parents' are.
 */
export function descendantsOf(txid: Txid, pending: readonly PendingPlan[]): readonly PendingPlan[] {
  const spendsFrom = (one: PendingPlan, ids: ReadonlySet<Txid>): boolean =>
    one.plan.inputs.some(({ coin }) => ids.has(coin.txid));
  const family = new Set<Txid>([txid]);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const one of pending) if (spendsFrom(one, family)) family.add(one.txid);
  }
  family.delete(txid);
  let waiting = pending.filter((one) => family.has(one.txid));
  const ordered: PendingPlan[] = [];
  while (waiting.length > 0) {
    const ids = new Set(waiting.map((one) => one.txid));
    const ready = waiting.filter((one) => !spendsFrom(one, ids));
    if (ready.length === 0) throw new Error("transactions cannot spend from each other in a circle");
    ordered.push(...ready);
    waiting = waiting.filter((one) => !ready.includes(one));
  }
  return ordered;
}

/**
 * Raises the fee of a pending transaction (BIP 125): same inputs, same payments, a larger part of the fee wallet.
 * @param evicted its descendants, which the replacement throws out of the mempool and must pay for
 * @throws Refusal `feeWalletRequired`, `insufficientFunds`, `replacementFeeTooLow`
 */
export function buildReplacement(
  previous: Plan,
  terms: FeeTerms,
  evicted: readonly PendingPlan[] = [],
): Plan {
  const oldFees = previous.fee + total(evicted.map(({ plan }) => ({ amount: plan.fee })));
  const own = previous.feeInput;
  const minimum = (vsize: number): bigint => oldFees + feeFor(vsize, minRelayRate);
  // With its own fee input first, the replacement brings in no coin that was not there before.
  const wallets = [
    ...(own === null || terms.feeWallet === undefined ? [] : [{ ...terms.feeWallet, coins: [own] }]),
    ...(terms.feeWallet === undefined ? [] : [terms.feeWallet]),
  ];
  let refusal: Refusal | null = null;
  for (const feeWallet of wallets) {
    try {
      const first = fundFee(previous.core, { ...terms, feeWallet, minFee: minimum(previous.vsize) });
      const plan = fundFee(previous.core, {
        ...terms,
        feeWallet,
        minFee: minimum(Math.max(first.vsize, previous.vsize)),
      });
      checkReplacement(previous, plan, evicted);
      return plan;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusal = error;
    }
  }
  if (refusal !== null) throw refusal;
  return refuse("feeWalletRequired", "raising the fee takes a fee wallet: the peg never pays fees");
}

/**
 * What a signer checks before it signs a second attempt (spec §5, F10): the two must conflict by sharing input 0, pay the
 * same, and the fee must rise by what nodes ask for.
 * @throws Refusal `replacementNotConflicting`, `replacementChangesPayment`, `replacementFeeTooLow`
 */
export function checkReplacement(previous: Plan, next: Plan, evicted: readonly PendingPlan[] = []): void {
  const [before] = previous.inputs;
  const [after] = next.inputs;
  if (before === undefined || after === undefined || outpointKey(before.coin) !== outpointKey(after.coin)) {
    refuse("replacementNotConflicting", "the two attempts do not share input 0: both could confirm");
  }
  const samePayments =
    previous.core.outputs.length === next.core.outputs.length &&
    previous.core.outputs.every((output, i) => {
      const other = next.core.outputs[i];
      return other !== undefined && other.amount === output.amount && sameBytes(other.script, output.script);
    });
  if (!samePayments) refuse("replacementChangesPayment", "the second attempt pays something else");
  const needed =
    previous.fee +
    total(evicted.map(({ plan }) => ({ amount: plan.fee }))) +
    feeFor(next.vsize, minRelayRate);
  if (next.fee < needed) {
    refuse(
      "replacementFeeTooLow",
      `a fee of ${next.fee.toString()} satoshi; replacing takes ${needed.toString()}`,
    );
  }
  // Cross-multiplied, so that the rates compare exactly.
  if (next.fee * BigInt(previous.vsize) <= previous.fee * BigInt(next.vsize)) {
    refuse("replacementFeeTooLow", "the fee rate does not rise");
  }
}

/** A core whose inputs from `oldTxid` now come from `newTxid`: output numbers stay, only the parent's id has changed. */
function repoint(core: PlanCore, oldTxid: Txid, newTxid: Txid): PlanCore {
  const inputs = core.inputs.map((input) =>
    input.coin.txid === oldTxid ? { ...input, coin: { ...input.coin, txid: newTxid } } : input,
  );
  return { ...core, inputs };
}

/** A pending transaction and what takes its place. */
export interface Rebuilt {
  readonly replaces: Txid;
  readonly plan: Plan;
}

/**
 * Replaces a pending parent and rebuilds everything of ours that spent from it: their inputs name the parent's id, so each
 * needs new signatures. Sign and broadcast in the order given.
 */
export function replaceWithDescendants(
  target: PendingPlan,
  pending: readonly PendingPlan[],
  terms: FeeTerms,
): readonly Rebuilt[] {
  const evicted = descendantsOf(target.txid, pending);
  const parent = buildReplacement(target.plan, terms, evicted);
  const renamed = new Map<Txid, Txid>([[target.txid, parent.unsigned.txid]]);
  const rebuilt: Rebuilt[] = [{ replaces: target.txid, plan: parent }];
  const spent = new Set(parent.feeInput === null ? [] : [outpointKey(parent.feeInput)]);
  for (const { txid, plan } of evicted) {
    let { core } = plan;
    for (const [from, to] of renamed) core = repoint(core, from, to);
    const coins = [plan.feeInput, ...(terms.feeWallet?.coins ?? [])].filter(
      (coin) => coin !== null && !spent.has(outpointKey(coin)) && !renamed.has(coin.txid),
    );
    const feeWallet =
      terms.feeWallet === undefined
        ? {}
        : { feeWallet: { ...terms.feeWallet, coins: coins.filter((coin) => coin !== null) } };
    // Out of the mempool already: only its own rate matters, at least what it paid before.
    const before = (plan.fee * 1000n) / BigInt(plan.vsize);
    const rate = before <= terms.rate ? terms.rate : before < maxFeeRate ? before : maxFeeRate;
    const next = fundFee(core, { rate, ...feeWallet });
    if (next.feeInput !== null) spent.add(outpointKey(next.feeInput));
    renamed.set(txid, next.unsigned.txid);
    rebuilt.push({ replaces: txid, plan: next });
  }
  return rebuilt;
}

/** The number of unconfirmed transactions of ours under a new one with these inputs. */
export function unconfirmedDepth(plan: Pick<Plan, "inputs">, pending: readonly PendingPlan[]): number {
  const byTxid = new Map(pending.map((one) => [one.txid, one.plan]));
  const depths = new Map<Txid, number>();
  const depthOf = (txid: Txid): number => {
    const known = depths.get(txid);
    if (known !== undefined) return known;
    const parent = byTxid.get(txid);
    const depth =
      parent === undefined ? 0 : 1 + Math.max(0, ...parent.inputs.map(({ coin }) => depthOf(coin.txid)));
    depths.set(txid, depth);
    return depth;
  };
  return Math.max(0, ...plan.inputs.map(({ coin }) => depthOf(coin.txid)));
}

/** Virtual size of a core by itself, for showing what an offered fee comes to. */
export const coreVsize = (core: PlanCore): number => signedVsize(core.inputs, core.outputs);
