import { sameBytes, type BlockHash } from "../bytes.ts";
import { checkAmount } from "../amount.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { dustLimit } from "../bitcoin/script.ts";
import { encodeCancel } from "../ops/cancel.ts";
import type { Dialect } from "../ops/data-output.ts";
import { encodeFulfilment } from "../ops/fulfilment.ts";
import type { PegOutRequest } from "../ops/peg-out-request.ts";
import { feeFor, signedVsize } from "./size.ts";
import { fundFee, groupInput, total, type Coin, type FeeTerms, type Plan, type PlanCore } from "./plan.ts";
import { selectPegCoins } from "./select.ts";

/** What a fulfilment is built from. */
export interface FulfilmentParts {
  readonly request: PegOutRequest;
  /** The peg's spendable coins; the builder chooses. */
  readonly pegCoins: readonly Coin[];
  readonly chainTip: BlockHash;
  readonly network: BitcoinNetwork;
  readonly dialect: Dialect;
}

const requestCoin = (request: PegOutRequest): Coin => ({
  ...request.feeOutpoint,
  amount: request.fulfilmentFee,
  script: request.pegScript,
});

/**
 * The fulfilment of one request: input 0 spends the request's fee output, which the miner gets whole; peg coins cover
 * exactly the amount; the rest of them returns to the peg to the satoshi. A fee wallet adds what the fee lacks.
 * @throws Refusal `insufficientFunds`, `changeBelowDust`, `feeWalletRequired`
 */
export function buildFulfilment(parts: FulfilmentParts, terms: FeeTerms): Plan {
  const { request } = parts;
  checkAmount(request.amount);
  if (request.amount < dustLimit(request.recipientScript)) {
    refuse(
      "amountBelowDust",
      `${request.amount.toString()} satoshi cannot be paid to this recipient: nodes call it dust`,
    );
  }
  const available = parts.pegCoins.filter(
    (coin) => coin.txid !== request.feeOutpoint.txid || coin.vout !== request.feeOutpoint.vout,
  );
  const { coins, change } = selectPegCoins(available, request.amount, request.pegScript);
  const memo = new Uint8Array();
  const outputs = [
    encodeFulfilment({ chainTip: parts.chainTip, memo }, parts.network, parts.dialect),
    { amount: request.amount, script: request.recipientScript },
    ...(change > 0n ? [{ amount: change, script: request.pegScript }] : []),
  ];
  const inputs = [requestCoin(request), ...coins].map(groupInput);
  return fundFee({ kind: "fulfilment", inputs, outputs }, terms);
}

/**
 * The cancel of an expired request: spends its fee output back to the peg, so that no fulfilment can confirm any more.
 * Without a fee wallet the miner is paid from that output.
 * @throws Refusal `feeWalletRequired` where too little would be left for an output
 */
export function buildCancel(request: PegOutRequest, network: BitcoinNetwork, terms: FeeTerms): Plan {
  const inputs = [groupInput(requestCoin(request))];
  const core = (back: bigint): PlanCore => ({
    kind: "cancel",
    inputs,
    outputs: [encodeCancel(network), { amount: back, script: request.pegScript }],
  });
  const whole = core(request.fulfilmentFee);
  if (terms.feeWallet !== undefined) return fundFee(whole, terms);
  const back = request.fulfilmentFee - feeFor(signedVsize(inputs, whole.outputs), terms.rate);
  return back >= dustLimit(request.pegScript)
    ? fundFee(core(back), terms)
    : refuse("feeWalletRequired", "the request's fee does not pay for its own cancel: a fee wallet must");
}

/**
 * Checks the fee rule on any transaction of the peg, from its plan: the peg's coins come back to the satoshi or leave as the
 * amounts the purpose names; only the request's fee and the fee wallet pay the miner (DESIGN §7).
 * @param paidOut what leaves the peg by purpose: the request's amount, a returned deposit, 0
 * @throws Refusal `amountMismatch` with the difference
 */
export function checkPegPaysNoFee(
  plan: Plan,
  pegScript: Uint8Array,
  paidOut: bigint,
  excluded: readonly Coin[],
): void {
  const isExcluded = (coin: Coin): boolean =>
    excluded.some((one) => one.txid === coin.txid && one.vout === coin.vout);
  const fromPeg = total(
    plan.inputs
      .map(({ coin }) => coin)
      .filter((coin) => sameBytes(coin.script, pegScript) && !isExcluded(coin)),
  );
  const toPeg = total(plan.unsigned.outputs.filter(({ script }) => sameBytes(script, pegScript)));
  if (fromPeg - paidOut !== toPeg) {
    refuse("amountMismatch", `the peg would lose ${(fromPeg - paidOut - toPeg).toString()} satoshi`);
  }
}
