import { dustLimit } from "../bitcoin/script.ts";
import { refuse } from "../refusal.ts";
import { assemble, total, walletInput, type Coin, type Plan } from "./plan.ts";
import { byAmount } from "./select.ts";
import { checkFeeRate, feeFor, signedVsize, type FeeRate } from "./size.ts";

/** Most coins one emptying takes: far below what nodes relay. */
const mostCoins = 500;

/**
 * Sends everything a single-key wallet has to one script; the miner's fee comes out of it.
 * @param coins the wallet's; the largest 500 confirmed ones are taken
 * @throws Refusal `insufficientFunds` without a confirmed coin, `amountBelowDust` where the fee would leave nothing worth sending
 */
export function buildEmptying(coins: readonly Coin[], to: Uint8Array, rate: FeeRate): Plan {
  checkFeeRate(rate);
  const inputs = coins
    .filter((coin) => (coin.unconfirmedDepth ?? 0) === 0)
    .sort(byAmount)
    .slice(0, mostCoins)
    .map(walletInput);
  if (inputs.length === 0) refuse("insufficientFunds", "the wallet has no confirmed coin");
  const held = total(inputs.map(({ coin }) => coin));
  const fee = feeFor(signedVsize(inputs, [{ amount: held, script: to }]), rate);
  if (held < fee + dustLimit(to))
    refuse("amountBelowDust", "after the miner's fee nothing worth sending is left");
  const outputs = [{ amount: held - fee, script: to }];
  const core = { kind: "userFunded", inputs, outputs } as const;
  return { core, inputs, ...assemble(inputs, outputs), feeInput: null, feeChange: 0n };
}
