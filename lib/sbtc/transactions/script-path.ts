import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { outpointKey } from "../bytes.ts";
import { dustLimit } from "../bitcoin/script.ts";
import type { SpendableLeaf } from "../bitcoin/taproot.ts";
import type { TxOutput } from "../bitcoin/transaction.ts";
import { encodeReveal, type CommitOutput } from "../ops/commit-reveal.ts";
import type { DepositData } from "../ops/deposit-script.ts";
import { readReclaimLeaf } from "../ops/lock-script.ts";
import { fundFee, replaceable, total, type Coin, type Plan, type PlannedInput } from "./plan.ts";
import { feeFor, signedVsize, type FeeRate } from "./size.ts";

const leafInput = (coin: Coin, leaf: SpendableLeaf, sequence = replaceable): PlannedInput => ({
  coin,
  sequence,
  signer: { tag: "leaf", leaf },
});

/**
 * Reveals a commit: output 0 says so, the rest is the direct form. A committed peg-in pays the peg all but the miner's fee;
 * a committed request pays its recipient all but both fees.
 * @param target where the coins go: the peg's script, and for a request the recipient's and the fulfilment fee
 */
export function buildReveal(
  commit: CommitOutput,
  coin: Coin,
  target: {
    readonly pegScript: Uint8Array;
    readonly network: BitcoinNetwork;
    readonly request?: { readonly recipientScript: Uint8Array; readonly fulfilmentFee: bigint };
  },
  rate: FeeRate,
): Plan {
  const inputs = [leafInput(coin, commit.tree.first)];
  const outputs = (value: bigint): TxOutput[] => [
    encodeReveal(target.network),
    ...(target.request === undefined
      ? [{ amount: value, script: target.pegScript }]
      : [
          { amount: value, script: target.request.recipientScript },
          { amount: target.request.fulfilmentFee, script: target.pegScript },
        ]),
  ];
  if ((commit.data.tag === "pegOutRequest") !== (target.request !== undefined)) {
    refuse("opcodeMismatch", "a committed request needs its recipient, a committed peg-in has none");
  }
  const value =
    coin.amount - (target.request?.fulfilmentFee ?? 0n) - feeFor(signedVsize(inputs, outputs(0n)), rate);
  const paid = target.request?.recipientScript ?? target.pegScript;
  if (value < dustLimit(paid)) refuse("amountBelowDust", "the commit does not hold enough for its reveal");
  return fundFee({ kind: "reveal", inputs, outputs: outputs(value) }, { rate });
}

/**
 * Takes a deposit or commit back after its lock.
 * @param confirmations of the coin, 1 in the block that holds it
 * @throws Refusal `reclaimTooEarly` with the number of blocks left
 */
export function buildReclaim(
  coin: Coin,
  leaf: SpendableLeaf,
  destination: Uint8Array,
  confirmations: number,
  rate: FeeRate,
): Plan {
  const { blocks } = readReclaimLeaf(leaf.script);
  // Mined next, the coin is `confirmations` blocks old then: BIP 68 counts from the block that holds it.
  if (confirmations < blocks) {
    refuse("reclaimTooEarly", `${blocks - confirmations} more blocks until this can be reclaimed`);
  }
  const inputs = [leafInput(coin, leaf, blocks)];
  const output = (amount: bigint): TxOutput => ({ amount, script: destination });
  const amount = coin.amount - feeFor(signedVsize(inputs, [output(0n)]), rate);
  if (amount < dustLimit(destination))
    refuse("amountBelowDust", "after the miner's fee nothing worth sending is left");
  return fundFee({ kind: "reclaim", inputs, outputs: [output(amount)] }, { rate });
}

/** A production deposit with what its depositor allows. */
export interface SweepableDeposit {
  readonly coin: Coin;
  readonly leaf: SpendableLeaf;
  readonly data: DepositData;
}

/** What one swept deposit is worth in sBTC: its amount minus its part of the miner's fee. */
export interface SweepCredit {
  readonly deposit: Coin;
  readonly data: DepositData;
  readonly fee: bigint;
  readonly credited: bigint;
}

/** Most deposits in one sweep: one signing round, and small enough to confirm. */
export const maxSweepDeposits = 25;

/** The miner's fee split over deposits by the weight each adds; the first ones carry the satoshi that do not divide. */
export function splitFee(fee: bigint, weights: readonly bigint[]): readonly bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  const shares = weights.map((weight) => (fee * weight) / sum);
  let rest = fee - shares.reduce((a, b) => a + b, 0n);
  return shares.map((share) => (rest > 0n ? ((rest -= 1n), share + 1n) : share));
}

/**
 * The group's sweep of production deposits into the peg, by their deposit leaf. Inputs are sorted by outpoint, so that
 * every signer builds the same bytes; depositors pay the miner by weight, none more than they allowed.
 * @throws Refusal `feeTooHigh` naming the deposit whose cap is too low at this rate: leave it out and build again
 */
export function buildSweep(
  deposits: readonly SweepableDeposit[],
  pegScript: Uint8Array,
  rate: FeeRate,
): { readonly plan: Plan; readonly credits: readonly SweepCredit[] } {
  if (deposits.length === 0) refuse("insufficientFunds", "no deposits to sweep");
  if (deposits.length > maxSweepDeposits)
    refuse("transactionTooLarge", `${deposits.length} deposits; one sweep takes ${maxSweepDeposits}`);
  const sorted = [...deposits].sort((a, b) =>
    a.coin.txid === b.coin.txid ? a.coin.vout - b.coin.vout : a.coin.txid < b.coin.txid ? -1 : 1,
  );
  const inputs = sorted.map(({ coin, leaf }) => leafInput(coin, leaf));
  const sum = total(sorted.map(({ coin }) => coin));
  const fee = feeFor(signedVsize(inputs, [{ amount: sum, script: pegScript }]), rate);
  const weights = sorted.map(({ leaf }) =>
    BigInt(4 * 41 + 66 + 2 + leaf.script.length + leaf.controlBlock.length),
  );
  const credits = splitFee(fee, weights).map((share, i): SweepCredit => {
    const deposit = sorted[i] ?? refuse("inputUnexpected", "a share without a deposit");
    const name = outpointKey(deposit.coin);
    if (share > deposit.data.maxFee) {
      refuse(
        "feeTooHigh",
        `${name} allows ${deposit.data.maxFee.toString()} satoshi of fee, its part is ${share.toString()}`,
      );
    }
    const credited = deposit.coin.amount - share;
    if (credited < dustLimit(pegScript))
      refuse("amountBelowDust", `${name} is not worth its part of the fee`);
    return { deposit: deposit.coin, data: deposit.data, fee: share, credited };
  });
  const plan = fundFee(
    { kind: "sweep", inputs, outputs: [{ amount: sum - fee, script: pegScript }] },
    { rate },
  );
  return { plan, credits };
}
