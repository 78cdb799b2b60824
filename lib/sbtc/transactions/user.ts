import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { dustLimit, scriptType } from "../bitcoin/script.ts";
import type { TxOutput } from "../bitcoin/transaction.ts";
import { commitOutput, type CommitData, type CommitOutput } from "../ops/commit-reveal.ts";
import type { Dialect } from "../ops/data-output.ts";
import { depositOutput, type DepositData, type DepositOutput } from "../ops/deposit-script.ts";
import { encodePegIn } from "../ops/peg-in.ts";
import { encodePegOutRequest, type PegOutRequestData } from "../ops/peg-out-request.ts";
import type { GroupKey } from "../ops/peg-script.ts";
import type { Principal } from "../ops/principal.ts";
import { assemble, total, walletInput, type Coin, type Plan } from "./plan.ts";
import { byAmount } from "./select.ts";
import { checkFeeRate, feeFor, signedVsize, type FeeRate } from "./size.ts";

/** A user's coins, and where change goes. */
export interface UserFunds {
  readonly coins: readonly Coin[];
  readonly changeScript: Uint8Array;
  readonly rate: FeeRate;
}

/**
 * Pays for `outputs` with a user's coins: the fewest, largest first. Change that would be dust goes to the miner and shows
 * in `fee`.
 * @throws Refusal `insufficientFunds` with what is missing, `amountBelowDust`
 */
export function fundByUser(outputs: readonly TxOutput[], funds: UserFunds): Plan {
  checkFeeRate(funds.rate);
  const wanted = total(outputs);
  const usable = funds.coins.filter(({ script }) => spendableByWallet(script)).sort(byAmount);
  const chosen: Coin[] = [];
  let missing = 0n;
  for (const coin of usable) {
    chosen.push(coin);
    const inputs = chosen.map(walletInput);
    const have = total(chosen);
    const withoutChange = wanted + feeFor(signedVsize(inputs, outputs), funds.rate);
    missing = withoutChange - have;
    if (missing > 0n) continue;
    const change = { amount: 0n, script: funds.changeScript };
    const left = have - wanted - feeFor(signedVsize(inputs, [...outputs, change]), funds.rate);
    const worthwhile = left >= dustLimit(funds.changeScript);
    const all = worthwhile ? [...outputs, { ...change, amount: left }] : outputs;
    const core = { kind: "userFunded", inputs, outputs } as const;
    return { core, inputs, ...assemble(inputs, all), feeInput: null, feeChange: worthwhile ? left : 0n };
  }
  return chosen.length === 0
    ? refuse("insufficientFunds", "there are no coins to spend at this address")
    : refuse(
        "insufficientFunds",
        `${missing.toString()} satoshi are missing for the amount and the miner's fee`,
      );
}

function spendableByWallet(script: Uint8Array): boolean {
  const type = scriptType(script);
  return type === "p2wpkh" || type === "p2tr" || type === "p2sh" || type === "p2pkh";
}

/** A peg-in by one transaction: data, the amount to the peg, change. @throws Refusal also `amountBelowDust` */
export function buildPegIn(
  parts: {
    readonly recipient: Principal;
    readonly amount: bigint;
    readonly pegScript: Uint8Array;
    readonly network: BitcoinNetwork;
    readonly dialect: Dialect;
  },
  funds: UserFunds,
): Plan {
  const data = encodePegIn(
    { recipient: parts.recipient, memo: new Uint8Array() },
    parts.network,
    parts.dialect,
  );
  return fundByUser([data, { amount: parts.amount, script: parts.pegScript }], funds);
}

/** Most a request may offer for its fulfilment: all of it goes to the miner, so more can only be a mistake. */
export const maxFulfilmentFee = 500_000n;

/**
 * A peg-out request: data, dust that names the recipient, the fulfilment fee to the peg, change.
 * @throws Refusal `feeTooHigh` above {@link maxFulfilmentFee}, and those of {@link fundByUser}
 */
export function buildPegOutRequest(
  parts: {
    readonly data: PegOutRequestData;
    readonly recipientScript: Uint8Array;
    readonly fulfilmentFee: bigint;
    readonly pegScript: Uint8Array;
    readonly network: BitcoinNetwork;
  },
  funds: UserFunds,
): Plan {
  if (parts.fulfilmentFee > maxFulfilmentFee) {
    refuse(
      "feeTooHigh",
      `a fulfilment fee above ${maxFulfilmentFee.toString()} satoshi: the miner would get all of it`,
    );
  }
  const outputs = [
    encodePegOutRequest(parts.data, parts.network),
    { amount: dustLimit(parts.recipientScript), script: parts.recipientScript },
    { amount: parts.fulfilmentFee, script: parts.pegScript },
  ];
  return fundByUser(outputs, funds);
}

/** Funds a commit output; it is output 0. */
export function buildCommit(
  parts: {
    readonly data: CommitData;
    readonly amount: bigint;
    readonly revealKey: Uint8Array;
    readonly reclaim: { readonly key: Uint8Array; readonly blocks: number };
  },
  funds: UserFunds,
): { readonly plan: Plan; readonly commit: CommitOutput } {
  const commit = commitOutput(parts.data, parts.revealKey, parts.reclaim);
  return { commit, plan: fundByUser([{ amount: parts.amount, script: commit.script }], funds) };
}

/** Funds a production deposit; it is output 0. */
export function buildDeposit(
  parts: {
    readonly data: DepositData;
    readonly amount: bigint;
    readonly groupKey: GroupKey;
    readonly reclaim: { readonly key: Uint8Array; readonly blocks: number };
  },
  funds: UserFunds,
): { readonly plan: Plan; readonly deposit: DepositOutput } {
  const deposit = depositOutput(parts.data, parts.groupKey, parts.reclaim);
  return { deposit, plan: fundByUser([{ amount: parts.amount, script: deposit.script }], funds) };
}
