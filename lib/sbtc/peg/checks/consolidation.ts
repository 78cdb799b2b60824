import { formatBitcoin } from "../../amount.ts";
import type { ReadTransaction } from "../operation/transaction.ts";
import { checkChange, checkFee, sortInputs } from "./coins.ts";
import type { CoinsFacts, ContractFacts, Standing } from "./evidence.ts";
import { checkAllFree, paymentsWith, spentCoins } from "./free-coins.ts";
import { refuseTo, type CheckBook } from "./result.ts";
import { needStacks } from "./standing.ts";

/**
 * The checks of a consolidation: known coins of the peg become one, to the satoshi; the fee wallet alone pays; and no
 * depositor, request or payment still needs one of them as it is.
 */
export function checkConsolidation(
  book: CheckBook,
  read: ReadTransaction,
  standing: Standing,
  contract: ContractFacts,
  facts: CoinsFacts | null,
): void {
  const coins = spentCoins(read.proposal);
  book.check("J1", () => {
    checkAllFree(coins, facts, standing);
    return `${coins.length} coins: deposits that are minted for, change and top-ups.`;
  });
  book.check("J2", () => {
    for (const request of paymentsWith(coins, standing.memory)) {
      const found =
        facts?.payouts.get(request) ?? refuseTo("transactionUnknown", `nothing was found about ${request}`);
      if (needStacks(found)?.state === "locked")
        refuseTo(
          "payoutsInFlight",
          `the payment of ${request}, which this seat approved, spends one of them`,
        );
    }
    return "No payment this seat approved is still waiting for one of them.";
  });
  book.check("V1", () => {
    const sources = sortInputs(read, [], standing, contract.coordinator);
    if (coins.length < 2) refuseTo("wrongFirstInput", "there is nothing to join with a single coin");
    checkChange(read, 0, sources.peg, sources, standing);
    return `${formatBitcoin(sources.peg)} BTC stay with the peg; ${checkFee(sources, standing)}, paid by the fee wallet.`;
  });
}
