import type { Facts, PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { PegDashboardView, PegSignerRow } from "../../views/peg-dashboard.ts";
import type { PegCoordinator } from "../coordinator/coordinator.ts";
import { PegNumbers } from "../numbers/peg-numbers.ts";

/** Events of the contract looked at: what is older stays out of the charts. */
const mostEvents = 1_000;

/** The numbers of a hosted peg: what the loop verified itself, and what the contract says it did. */
export class HostNumbers {
  readonly #coordinator: PegCoordinator;
  readonly #terms: PegTerms;
  readonly #numbers: PegNumbers;
  #tip: string | null = null;
  /** Made once per look of the loop: a seat's screen is drawn far more often. */
  #made: { readonly of: Facts; readonly view: PegDashboardView } | null = null;

  constructor(stacks: StacksNode, coordinator: PegCoordinator, terms: PegTerms) {
    this.#coordinator = coordinator;
    this.#terms = terms;
    const timeOf = (height: number) => Promise.resolve(coordinator.timeAt(height));
    this.#numbers = new PegNumbers(stacks, terms.contract, timeOf, mostEvents);
  }

  /** Asks the contract what it did since, where its chain has moved. A source that fails leaves the numbers as they were. */
  async refresh(): Promise<void> {
    const tip = this.#coordinator.snapshot().facts?.contract.stacksTip ?? null;
    if (tip === null || tip === this.#tip) return;
    const asked = await this.#numbers.refresh().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Refusal) return false;
        throw error;
      },
    );
    if (asked) this.#tip = tip;
  }

  /** null before the loop has looked once. */
  view(signers: readonly PegSignerRow[]): PegDashboardView | null {
    const { facts } = this.#coordinator.snapshot();
    if (facts === null || this.#tip === null) return null;
    if (this.#made?.of !== facts) this.#made = { of: facts, view: this.#make(facts) };
    return { ...this.#made.view, signers };
  }

  #make(facts: Facts): PegDashboardView {
    const { chain, contract } = facts;
    const { height } = chain.tip;
    const at = this.#coordinator.timeAt(height) ?? facts.now;
    const held = chain.ledger.heldBy(this.#terms.pegScript);
    const now = { height, at, held, supply: contract.supply };
    return this.#numbers.view(now, this.#coordinator.held);
  }
}
