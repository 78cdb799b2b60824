import { refuse } from "../refusal.ts";
import { dustLimit } from "../bitcoin/script.ts";
import { maxUnconfirmedDepth, total, type Coin } from "./plan.ts";

/** Most peg coins in one transaction: keeps one request within one signing round. */
export const maxPegInputs = 50;

/** Larger first; equal amounts by outpoint, so that everyone chooses alike. */
export function byAmount(a: Coin, b: Coin): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return a.txid === b.txid ? a.vout - b.vout : a.txid < b.txid ? -1 : 1;
}

/**
 * Chooses peg coins for a payment: an exact match if one coin is, else the smallest single coin that leaves no dust, else
 * the largest coins until it is covered. Confirmed coins come before unconfirmed change. What is left over is zero or at
 * least the dust limit: the alpha let smaller change leak into the fee.
 * @returns the coins and the change, which goes back to the peg to the satoshi
 * @throws Refusal `insufficientFunds`, `changeBelowDust`, `transactionTooLarge`
 */
export function selectPegCoins(
  coins: readonly Coin[],
  amount: bigint,
  pegScript: Uint8Array,
): { readonly coins: readonly Coin[]; readonly change: bigint } {
  const dust = dustLimit(pegScript);
  const fits = (sum: bigint): boolean => sum === amount || sum >= amount + dust;
  const usable = coins.filter((coin) => (coin.unconfirmedDepth ?? 0) <= maxUnconfirmedDepth);
  const confirmed = usable.filter((coin) => (coin.unconfirmedDepth ?? 0) === 0).sort(byAmount);
  const unconfirmed = usable
    .filter((coin) => (coin.unconfirmedDepth ?? 0) > 0)
    .sort((a, b) => (a.unconfirmedDepth ?? 0) - (b.unconfirmedDepth ?? 0) || byAmount(a, b));
  for (const pool of [confirmed, unconfirmed]) {
    const single = pool.find((coin) => coin.amount === amount) ?? pool.findLast((coin) => fits(coin.amount));
    if (single !== undefined) return { coins: [single], change: single.amount - amount };
  }
  const chosen: Coin[] = [];
  for (const coin of [...confirmed, ...unconfirmed]) {
    chosen.push(coin);
    const sum = total(chosen);
    if (!fits(sum)) continue;
    if (chosen.length > maxPegInputs)
      refuse("transactionTooLarge", `${chosen.length} peg coins; consolidate first`);
    return { coins: chosen, change: sum - amount };
  }
  const sum = total(chosen);
  return sum < amount
    ? refuse(
        "insufficientFunds",
        `the peg has ${sum.toString()} spendable satoshi, ${amount.toString()} are asked for`,
      )
    : refuse("changeBelowDust", `${(sum - amount).toString()} satoshi would be left over, which is dust`);
}
