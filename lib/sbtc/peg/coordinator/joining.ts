import { outpointKey, type Txid } from "../../bytes.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import { buildConsolidation } from "../../transactions/peg.ts";
import type { StoredPlan } from "../queue/plans.ts";
import type { CoinPool, Facts } from "./facts.ts";
import type { PegChain } from "./peg-chain.ts";
import { pegInputsStand, plannedWith, spendsPromised, walletInputs } from "./planning.ts";

/** Coins of the peg that are to become one. The transaction is decided to the byte before the group is asked. */
export interface Joining {
  readonly plan: StoredPlan;
  /** With witnesses, stored before it is sent; null until the group has signed. */
  readonly signed: { readonly txid: Txid; readonly raw: Uint8Array } | null;
  /** When a person asked for it, milliseconds since 1970. */
  readonly at: number;
}

/** Where a joining stands on the chain. */
export type JoiningStage =
  /** The group is to sign it. */
  | "asking"
  /** Signed; it waits for its confirmations. */
  | "sent"
  /** As deep as the contract asks of everything. */
  | "done"
  /** A coin of it is gone or promised to somebody: it is not asked for, or can never be mined. */
  | "gone";

/**
 * Decides which coins to join: the smallest of those nobody else is going to spend, at most 50.
 * @throws Refusal where there are no two, or the fee wallet cannot pay
 */
export function planJoining(facts: Facts): StoredPlan {
  const { coins, feeWallet, rate, terms } = facts;
  const wallet = { script: feeWallet.script, coins: coins.feeCoins };
  const plan = buildConsolidation(coins.pegCoins, terms.pegScript, { rate, feeWallet: wallet });
  return plannedWith(plan, facts, { tag: "consolidation" });
}

export function stageOf({ plan, signed }: Joining, facts: Facts): JoiningStage {
  const { chain, contract, feeWallet, refusedBitcoin } = facts;
  const hasFeeCoin = walletInputs(plan).every((input) =>
    feeWallet.coins.some((coin) => outpointKey(coin) === outpointKey(input)),
  );
  if (signed === null)
    return pegInputsStand(plan, chain) && hasFeeCoin && !spendsPromised(plan, null, facts)
      ? "asking"
      : "gone";
  const depth = chain.confirmations(signed.txid);
  if (depth > 0) return depth >= contract.limits.confirmations ? "done" : "sent";
  if (!pegInputsStand(plan, chain)) return "gone";
  // Once it waits in the mempool its fee coin is no longer listed; only a node's refusal makes that a loss.
  return refusedBitcoin.has(signed.txid) && !hasFeeCoin ? "gone" : "sent";
}

/** Tells the ledger of a signed joining that waits to be mined. Call it before other transactions are told, which may spend its coin. */
export function expectJoining({ plan, signed }: Joining, chain: PegChain): void {
  if (signed === null || chain.place(signed.txid) !== null || !pegInputsStand(plan, chain)) return;
  chain.ledger.addPending(parseTransaction(signed.raw));
}

/** Keeps its coins from all other plans. */
export function reserveJoining({ plan }: Joining, coins: CoinPool): void {
  const { inputs } = parseTransaction(plan.unsigned);
  coins.take(inputs.map((input) => ({ ...input, amount: 0n, script: new Uint8Array() })));
}
