import { Cl, type ClarityValue } from "@stacks/transactions";
import { Machine, type Step } from "./machine.ts";
import { violation } from "./post-conditions.ts";
import type { VerifiedTransaction } from "./transaction.ts";
import type { Execution } from "./vm.ts";

/** Whether a transaction's post-conditions hold; where not, what it would have answered and what broke them. */
export type Verdict =
  { readonly held: true } | { readonly held: false; readonly result: ClarityValue; readonly why: string };

/**
 * A second machine that runs transactions first, since an execution cannot be taken back. While post-conditions hold it
 * stays one step ahead; once they do not, its state is wrong, and another is built when it is next needed.
 */
export class Shadow {
  #machine: Machine | null = null;
  #taken = 0;

  /**
   * Says whether a transaction may run after `steps`. Where it may, the caller must take that step next.
   */
  async judge(transaction: VerifiedTransaction, steps: readonly Step[]): Promise<Verdict> {
    // a transfer moves what its payload says and cannot carry conditions
    if (transaction.payload.tag === "transfer") return { held: true };
    const machine = await this.#after(steps);
    const verdict = judgeRun(machine, transaction);
    if (verdict.held) this.#taken += 1;
    else this.drop();
    return verdict;
  }

  /** Forgets its state, because the steps it took are no longer those of the chain. */
  drop(): void {
    this.#machine?.vm.stop();
    this.#machine = null;
    this.#taken = 0;
  }

  async #after(steps: readonly Step[]): Promise<Machine> {
    const machine = (this.#machine ??= await Machine.start());
    for (const step of steps.slice(this.#taken)) machine.apply(step);
    this.#taken = steps.length;
    return machine;
  }
}

function judgeRun(machine: Machine, transaction: VerifiedTransaction): Verdict {
  let execution: Execution | null;
  try {
    execution = machine.apply({ tag: "run", transaction });
  } catch (error) {
    // the simulator itself broke: the transaction pays and does nothing
    const why = `the simulator could not run it: ${error instanceof Error ? error.message : String(error)}`;
    return { held: false, result: Cl.error(Cl.none()), why: why.slice(0, 300) };
  }
  if (execution?.tag !== "ok") return { held: true };
  const { sender, postConditionMode, postConditions } = transaction;
  const why = violation(sender, postConditionMode, postConditions, execution.events);
  return why === null ? { held: true } : { held: false, result: execution.result, why };
}
