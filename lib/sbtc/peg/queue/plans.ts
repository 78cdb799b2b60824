import { parseTransaction } from "../../bitcoin/transaction.ts";
import type { Coin, Plan, PlanKind, PlannedInput } from "../../transactions/plan.ts";
import { signedVsize } from "../../transactions/size.ts";
import { total } from "../../transactions/plan.ts";
import type { Purpose, Spend, TransactionProposal } from "../proposal.ts";

/** A plan in the form it is stored and proposed in: nothing in it is derived. */
export interface StoredPlan {
  readonly kind: PlanKind;
  readonly purpose: Purpose;
  /** The transaction without witnesses. */
  readonly unsigned: Uint8Array;
  readonly spends: readonly Spend[];
  /** Whether the last input is the fee wallet's. */
  readonly feeInput: boolean;
  /** The fee wallet's change, satoshi; where it is not zero, it is the last output. */
  readonly feeChange: bigint;
}

/**
 * @param parentOf raw transaction that made a coin, for coins a signer has no ledger for; null where its ledger has it
 */
export function storePlan(
  plan: Plan,
  purpose: Purpose,
  parentOf: (coin: Coin) => Uint8Array | null,
): StoredPlan {
  return {
    kind: plan.core.kind,
    purpose,
    unsigned: plan.unsigned.raw,
    spends: plan.inputs.map(({ coin, signer }) => {
      const parent = parentOf(coin);
      const { amount, script } = coin;
      return parent === null ? { amount, script, signer } : { amount, script, signer, parent };
    }),
    feeInput: plan.feeInput !== null,
    feeChange: plan.feeChange,
  };
}

/** The plan a stored one was made from. */
export function restorePlan(stored: StoredPlan): Plan {
  const unsigned = parseTransaction(stored.unsigned);
  const inputs = unsigned.inputs.map(({ txid, vout, sequence }, i): PlannedInput => {
    const spend = stored.spends[i];
    if (spend === undefined) throw new Error("a stored plan lacks what one of its inputs spends");
    const { amount, script, signer } = spend;
    return { coin: { txid, vout, amount, script }, sequence, signer };
  });
  const { outputs } = unsigned;
  const core = {
    kind: stored.kind,
    inputs: stored.feeInput ? inputs.slice(0, -1) : inputs,
    outputs: stored.feeChange > 0n ? outputs.slice(0, -1) : outputs,
  };
  return {
    core,
    inputs,
    unsigned,
    fee: total(inputs.map(({ coin }) => coin)) - total(outputs),
    vsize: signedVsize(inputs, outputs),
    feeInput: stored.feeInput ? (inputs.at(-1)?.coin ?? null) : null,
    feeChange: stored.feeChange,
  };
}

/** What the group is asked to sign. */
export const proposalOf = ({ purpose, unsigned, spends }: StoredPlan): TransactionProposal => ({
  tag: "transaction",
  purpose,
  unsigned,
  spends,
});
