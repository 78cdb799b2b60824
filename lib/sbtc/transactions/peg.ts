import type { BitcoinNetwork } from "../network.ts";
import { sameBytes } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import { dustLimit } from "../bitcoin/script.ts";
import { encodePegInReturn } from "../ops/cancel.ts";
import { encodeHandOff } from "../ops/hand-off.ts";
import { fundFee, groupInput, total, type Coin, type FeeTerms, type Plan, type PlanCore } from "./plan.ts";
import { byAmount, maxPegInputs } from "./select.ts";
import { feeFor, signedVsize } from "./size.ts";

/**
 * The return of a rejected peg-in: input 0 is the deposit, output 1 pays the script its depositor proved. With a fee wallet
 * all of it goes back; without, the deposit pays the miner.
 * @throws Refusal `amountBelowDust` where nothing worth sending would be left
 */
export function buildPegInReturn(
  parts: { readonly deposit: Coin; readonly returnScript: Uint8Array; readonly network: BitcoinNetwork },
  terms: FeeTerms,
): Plan {
  const { deposit, returnScript } = parts;
  if (sameBytes(deposit.script, returnScript)) refuse("recipientMismatch", "a return to the peg itself");
  const inputs = [groupInput(deposit)];
  const core = (amount: bigint): PlanCore => ({
    kind: "pegInReturn",
    inputs,
    outputs: [encodePegInReturn(parts.network), { amount, script: returnScript }],
  });
  if (terms.feeWallet !== undefined) return fundFee(core(deposit.amount), terms);
  const amount = deposit.amount - feeFor(signedVsize(inputs, core(deposit.amount).outputs), terms.rate);
  return amount >= dustLimit(returnScript)
    ? fundFee(core(amount), terms)
    : refuse("amountBelowDust", "after the miner's fee nothing worth sending is left of this deposit");
}

/**
 * Gathers small peg coins into one, the fee wallet paying.
 * @param pegCoins at least two; the smallest 50 are taken where there are more
 */
export function buildConsolidation(pegCoins: readonly Coin[], pegScript: Uint8Array, terms: FeeTerms): Plan {
  const confirmed = pegCoins.filter((coin) => (coin.unconfirmedDepth ?? 0) === 0);
  if (confirmed.length < 2) refuse("insufficientFunds", "there are no two confirmed peg coins to gather");
  const chosen = [...confirmed].sort((a, b) => byAmount(b, a)).slice(0, maxPegInputs);
  const inputs = chosen.map(groupInput);
  return fundFee(
    { kind: "consolidation", inputs, outputs: [{ amount: total(chosen), script: pegScript }] },
    terms,
  );
}

/**
 * Hands every peg coin over to the next wallet, the fee wallet paying: output 1 receives the sum, to the satoshi. Above 50
 * coins it takes several transactions; each says the same cycle.
 * @returns one plan per 50 coins
 * @throws Refusal `insufficientFunds` for no coins, `recipientMismatch` for the same wallet
 */
export function buildHandOff(
  parts: {
    readonly pegCoins: readonly Coin[];
    readonly nextPegScript: Uint8Array;
    readonly rewardCycle: bigint;
    readonly network: BitcoinNetwork;
  },
  terms: FeeTerms,
): readonly Plan[] {
  if (parts.pegCoins.length === 0) refuse("insufficientFunds", "the peg has no coins to hand over");
  if (parts.pegCoins.some((coin) => sameBytes(coin.script, parts.nextPegScript))) {
    refuse("recipientMismatch", "the next wallet is the current one");
  }
  const sorted = [...parts.pegCoins].sort(byAmount);
  const plans: Plan[] = [];
  let { feeWallet } = terms;
  for (let start = 0; start < sorted.length; start += maxPegInputs) {
    const coins = sorted.slice(start, start + maxPegInputs);
    const core: PlanCore = {
      kind: "handOff",
      inputs: coins.map(groupInput),
      outputs: [
        encodeHandOff(parts.rewardCycle, parts.network),
        { amount: total(coins), script: parts.nextPegScript },
      ],
    };
    const plan = fundFee(core, { ...terms, ...(feeWallet === undefined ? {} : { feeWallet }) });
    plans.push(plan);
    if (feeWallet !== undefined && plan.feeInput !== null) {
      const spent = plan.feeInput;
      feeWallet = { ...feeWallet, coins: feeWallet.coins.filter((coin) => coin !== spent) };
    }
  }
  return plans;
}
