import { describe, expect, test } from "vitest";
import { parseBlockHash } from "../bytes.ts";
import { networks } from "../network.ts";
import { codeOf } from "../testing/transactions.ts";
import {
  bareTaproot,
  coin,
  feeWallet,
  keyWallet,
  requestFor,
  signPlan,
  soloGroup,
} from "../testing/wallets.ts";
import { buildFulfilment } from "./peg-out.ts";
import { fundFee, type Coin, type Plan } from "./plan.ts";
import {
  buildReplacement,
  checkReplacement,
  descendantsOf,
  replaceWithDescendants,
  unconfirmedDepth,
  type PendingPlan,
} from "./replace.ts";
import { feeFor, feeRate, minRelayRate } from "./size.ts";

const network = networks.regtest;
const group = soloGroup(1);
const fees = keyWallet(2);
const recipientScript = bareTaproot(3);
const chainTip = parseBlockHash("0e".repeat(32));
const wallet = feeWallet(fees, 30_000n, 300_000n, 400_000n, 500_000n);

function fulfil(pegCoins: readonly Coin[], amount = 10_000n): Plan {
  const request = requestFor(group, { amount, fee: 1_000n, recipientScript });
  return buildFulfilment(
    { request, pegCoins, chainTip, network, dialect: "D2" },
    { rate: feeRate(1), feeWallet: wallet },
  );
}
const pendingOf = (plan: Plan): PendingPlan => ({ txid: plan.unsigned.txid, plan });
/** The change of a pending fulfilment as the next one's coin. */
const changeOf = (plan: Plan, depth: number): Coin => ({
  txid: plan.unsigned.txid,
  vout: 2,
  amount: plan.unsigned.outputs[2]!.amount,
  script: group.script,
  unconfirmedDepth: depth,
});

describe("raising the fee", () => {
  test("same first input, same payments, more fee, from the fee wallet alone", () => {
    const first = fulfil([coin(group.script, 100_000n)]);
    const second = buildReplacement(first, { rate: feeRate(20), feeWallet: wallet });
    expect(second.core).toEqual(first.core);
    expect(second.fee).toBe(feeFor(second.vsize, feeRate(20)));
    signPlan(second, { group: group.secret, wallet: fees.secret });
    checkReplacement(first, second);
  });
  test("a second rise keeps the fee coin it already had and shrinks its change", () => {
    const first = fulfil([coin(group.script, 100_000n)]);
    const second = buildReplacement(first, { rate: feeRate(20), feeWallet: wallet });
    const third = buildReplacement(second, { rate: feeRate(40), feeWallet: wallet });
    expect(third.feeInput).toEqual(second.feeInput);
    expect(third.feeChange).toBeLessThan(second.feeChange);
  });
  test("pays at least the old fee and one satoshi per vbyte, even where the market fell", () => {
    const first = buildReplacement(fulfil([coin(group.script, 100_000n)]), {
      rate: feeRate(30),
      feeWallet: wallet,
    });
    const second = buildReplacement(first, { rate: feeRate(1), feeWallet: wallet });
    expect(second.fee).toBeGreaterThanOrEqual(first.fee + feeFor(second.vsize, minRelayRate));
  });
  test("without a fee wallet there is nothing to raise it from", () => {
    expect(
      codeOf(() => buildReplacement(fulfil([coin(group.script, 100_000n)]), { rate: feeRate(20) })),
    ).toBe("feeWalletRequired");
  });
});

describe("what a signer refuses as a second attempt", () => {
  const pegCoin = coin(group.script, 100_000n);
  const first = fulfil([pegCoin]);
  const better = buildReplacement(first, { rate: feeRate(20), feeWallet: wallet });

  test("one that does not conflict: both could confirm and pay twice", () => {
    expect(codeOf(() => checkReplacement(first, fulfil([coin(group.script, 100_000n)])))).toBe(
      "replacementNotConflicting",
    );
  });
  test("one that pays another amount", () => {
    const outputs = first.core.outputs.map((output, i) =>
      i === 1
        ? { ...output, amount: output.amount + 1n }
        : i === 2
          ? { ...output, amount: output.amount - 1n }
          : output,
    );
    const other = fundFee({ ...first.core, outputs }, { rate: feeRate(30), feeWallet: wallet });
    expect(codeOf(() => checkReplacement(first, other))).toBe("replacementChangesPayment");
  });
  test("one whose fee does not rise enough", () => {
    expect(codeOf(() => checkReplacement(first, first))).toBe("replacementFeeTooLow");
    expect(codeOf(() => checkReplacement(better, first))).toBe("replacementFeeTooLow");
    expect(
      codeOf(() =>
        checkReplacement(first, better, [pendingOf(fulfil([pegCoin])), pendingOf(better), pendingOf(better)]),
      ),
    ).toBe("replacementFeeTooLow");
  });
});

describe("a replaced parent takes its descendants with it", () => {
  const a = fulfil([coin(group.script, 100_000n)]);
  const b = fulfil([changeOf(a, 1)]);
  const c = fulfil([changeOf(b, 2)]);
  const unrelated = fulfil([coin(group.script, 50_000n)]);
  const pending = [c, unrelated, a, b].map(pendingOf);

  test("they are found, parents first", () => {
    expect(descendantsOf(a.unsigned.txid, pending).map(({ txid }) => txid)).toEqual([
      b.unsigned.txid,
      c.unsigned.txid,
    ]);
  });
  test("one that spends from two of them comes after both, in whatever order they are known", () => {
    const feeChange = { txid: b.unsigned.txid, vout: 2, amount: 50_000n, script: group.script };
    const other = { txid: a.unsigned.txid, vout: 1, amount: 50_000n, script: group.script };
    const both = fulfil([feeChange, other], 90_000n);
    expect(both.inputs).toHaveLength(3);
    for (const list of [
      [both, b, a],
      [b, both, a],
      [a, b, both],
    ]) {
      const order = descendantsOf(a.unsigned.txid, list.map(pendingOf));
      expect(order.map(({ txid }) => txid)).toEqual([b.unsigned.txid, both.unsigned.txid]);
    }
    const rebuilt = replaceWithDescendants(pendingOf(a), [both, b, a].map(pendingOf), {
      rate: feeRate(15),
      feeWallet: wallet,
    });
    const [newA, newB, last] = rebuilt.map(({ plan }) => plan.unsigned.txid);
    expect(new Set(rebuilt[2]!.plan.inputs.slice(1, 3).map(({ coin: one }) => one.txid))).toEqual(
      new Set([newA, newB]),
    );
    expect(last).not.toBe(both.unsigned.txid);
  });
  test("they are rebuilt on the new ids, pay what they paid, and can be signed again", () => {
    const rebuilt = replaceWithDescendants(pendingOf(a), pending, { rate: feeRate(15), feeWallet: wallet });
    expect(rebuilt.map(({ replaces }) => replaces)).toEqual([a, b, c].map((plan) => plan.unsigned.txid));
    const [newA, newB, newC] = rebuilt.map(({ plan }) => plan);
    expect(newB!.inputs[1]!.coin.txid).toBe(newA!.unsigned.txid);
    expect(newC!.inputs[1]!.coin.txid).toBe(newB!.unsigned.txid);
    expect(newA!.fee).toBeGreaterThanOrEqual(a.fee + b.fee + c.fee + feeFor(newA!.vsize, minRelayRate));
    for (const plan of [newA!, newB!, newC!]) signPlan(plan, { group: group.secret, wallet: fees.secret });
    const coins = rebuilt.flatMap(({ plan }) => (plan.feeInput === null ? [] : [plan.feeInput.txid]));
    expect(new Set(coins).size).toBe(coins.length);
  });
  test("depth counts unconfirmed ancestors, and the eleventh change is not spent", () => {
    expect(unconfirmedDepth(c, pending)).toBe(2);
    let plan = fulfil([coin(group.script, 1_000_000n)], 500n);
    for (let depth = 1; depth <= 10; depth++) plan = fulfil([changeOf(plan, depth)], 500n);
    expect(codeOf(() => fulfil([changeOf(plan, 11)], 500n))).toBe("insufficientFunds");
    expect(
      codeOf(() =>
        fundFee(
          { ...plan.core, inputs: [{ ...plan.core.inputs[1]!, coin: changeOf(plan, 11) }], outputs: [] },
          { rate: feeRate(1) },
        ),
      ),
    ).toBe("unconfirmedChainTooLong");
  });
});
