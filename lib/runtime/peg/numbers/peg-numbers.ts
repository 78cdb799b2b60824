import type { HeldPoint } from "../../../sbtc/peg/coordinator/held-history.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { PegDashboardView } from "../../views/index.ts";
import { BlockTimes, ContractDeeds } from "./deeds.ts";
import { balancePoints, durations, heightsOf, volumeDays } from "./numbers.ts";

/** What the peg has now. */
export interface PegNow {
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Satoshi. */
  readonly held: bigint;
  readonly supply: bigint;
}

/** The numbers of one peg that both chains tell, kept up to date on request. */
export class PegNumbers {
  readonly #deeds: ContractDeeds;
  readonly #times: BlockTimes;

  /**
   * @param timeOf when a Bitcoin block was made, milliseconds since 1970; null where there is none
   * @param most events of the contract looked at
   */
  constructor(
    stacks: StacksNode,
    contract: string,
    timeOf: (height: number) => Promise<number | null>,
    most: number,
  ) {
    this.#deeds = new ContractDeeds(stacks, contract, most);
    this.#times = new BlockTimes(timeOf);
  }

  /** @throws Refusal of the source; what was known before stays */
  async refresh(): Promise<void> {
    await this.#deeds.refresh();
    await this.#times.learn(heightsOf(this.#deeds.all));
  }

  /** @param held oldest first; null where nobody here follows the peg's coins */
  view(now: PegNow, held: readonly HeldPoint[] | null): PegDashboardView {
    const { all, isWhole } = this.#deeds;
    const { known } = this.#times;
    return {
      balance: balancePoints(all, held, known, now),
      volume: volumeDays(all, known),
      durations: durations(all, known),
      ...(isWhole ? {} : { cut: true }),
    };
  }
}
