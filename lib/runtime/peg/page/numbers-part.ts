import { parseHeader } from "../../../sbtc/bitcoin/spv/header.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import type { PegDashboardView } from "../../views/index.ts";
import type { PegFacts, PegSources } from "../form/facts.ts";
import { PegNumbers } from "../numbers/peg-numbers.ts";

/** Events of the contract a tester's browser asks for: each minted or paid request takes a few questions. */
const mostEvents = 200;

/** The numbers of the page: what anybody can read from both chains. */
export class NumbersPart {
  readonly #numbers: PegNumbers;
  readonly contract: string;
  #view: PegDashboardView | null = null;

  constructor(sources: PegSources, contract: string) {
    this.contract = contract;
    const timeOf = (height: number) => timeAt(sources.bitcoin, height);
    this.#numbers = new PegNumbers(sources.stacks, contract, timeOf, mostEvents);
  }

  /** null before both chains have answered. */
  get view(): PegDashboardView | null {
    return this.#view;
  }

  /** @throws Refusal of the sources */
  async refresh({ bitcoin }: PegSources, facts: PegFacts): Promise<void> {
    await this.#numbers.refresh();
    const coins = await bitcoin.utxos(facts.pegScript);
    const held = coins.reduce((sum, { amount, height }) => (height === null ? sum : sum + amount), 0n);
    const at = await timeAt(bitcoin, facts.tip);
    this.#view = this.#numbers.view({ height: facts.tip, at, held, supply: facts.supply }, null);
  }
}

async function timeAt(node: BitcoinNode, height: number): Promise<number> {
  return parseHeader((await node.headers(height, 1)).subarray(0, 80)).time * 1000;
}
