import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { schnorr } from "@noble/curves/secp256k1.js";
import { toHex } from "../bytes.ts";
import { networks } from "../network.ts";
import { vsizeOf } from "../bitcoin/transaction.ts";
import { commitOutput, parseReveal } from "../ops/commit-reveal.ts";
import { parsePegInReturn } from "../ops/cancel.ts";
import { depositOutput } from "../ops/deposit-script.ts";
import { parseHandOff } from "../ops/hand-off.ts";
import { pegOutMessageHash, signVrs } from "../ops/owner-signature.ts";
import { codeOf } from "../testing/transactions.ts";
import {
  bareTaproot,
  coin,
  feeWallet,
  keyWallet,
  noAux,
  recipientAccount,
  signPlan,
  soloGroup,
} from "../testing/wallets.ts";
import { buildConsolidation, buildHandOff, buildPegInReturn } from "./peg.ts";
import { checkPegPaysNoFee } from "./peg-out.ts";
import { total } from "./plan.ts";
import { buildReclaim, buildReveal, buildSweep, splitFee } from "./script-path.ts";
import { finalize, signWithKey } from "./sign.ts";
import { feeRate } from "./size.ts";

const network = networks.testnet4;
const group = soloGroup(1);
const next = soloGroup(5);
const fees = keyWallet(2);
const user = keyWallet(3);
const home = bareTaproot(4);
const rate = feeRate(3);
const context = { network, dialect: "D2", pegScript: group.script } as const;

describe("return of a rejected peg-in", () => {
  const deposit = coin(group.script, 20_000n, { vout: 1 });
  test("the depositor gets the deposit less the miner's fee", () => {
    const plan = buildPegInReturn({ deposit, returnScript: home, network }, { rate });
    const tx = signPlan(plan, { group: group.secret });
    const back = parsePegInReturn(tx, { network });
    expect(back.deposit).toEqual({ txid: deposit.txid, vout: 1 });
    expect(back.amount + plan.fee).toBe(20_000n);
    expect(toHex(back.returnScript)).toBe(toHex(home));
  });
  test("or all of it where the fee wallet pays", () => {
    const plan = buildPegInReturn(
      { deposit, returnScript: home, network },
      { rate, feeWallet: feeWallet(fees, 9_000n) },
    );
    expect(plan.unsigned.outputs[1]!.amount).toBe(20_000n);
    checkPegPaysNoFee(plan, group.script, 20_000n, []);
  });
  test("not to the peg, and not as dust", () => {
    expect(codeOf(() => buildPegInReturn({ deposit, returnScript: group.script, network }, { rate }))).toBe(
      "recipientMismatch",
    );
    const small = coin(group.script, 500n);
    expect(codeOf(() => buildPegInReturn({ deposit: small, returnScript: home, network }, { rate }))).toBe(
      "amountBelowDust",
    );
  });
});

describe("consolidation and hand-off: the fee wallet pays, the peg loses nothing", () => {
  const coins = Array.from({ length: 7 }, (_, i) => coin(group.script, BigInt(1_000 * (i + 1))));
  test("small coins become one", () => {
    const plan = buildConsolidation(coins, group.script, { rate, feeWallet: feeWallet(fees, 90_000n) });
    signPlan(plan, { group: group.secret, wallet: fees.secret });
    expect(plan.unsigned.outputs[0]!.amount).toBe(28_000n);
    checkPegPaysNoFee(plan, group.script, 0n, []);
  });
  test("one coin is nothing to gather, and without a fee wallet nothing moves", () => {
    expect(codeOf(() => buildConsolidation(coins.slice(0, 1), group.script, { rate }))).toBe(
      "insufficientFunds",
    );
    expect(codeOf(() => buildConsolidation(coins, group.script, { rate }))).toBe("feeWalletRequired");
  });
  test("a hand-off passes on every coin", () => {
    const terms = { rate, feeWallet: feeWallet(fees, 90_000n) };
    const [plan, ...more] = buildHandOff(
      { pegCoins: coins, nextPegScript: next.script, rewardCycle: 61n, network },
      terms,
    );
    expect(more).toEqual([]);
    const read = parseHandOff(signPlan(plan!, { group: group.secret, wallet: fees.secret }), { network });
    expect([read.rewardCycle, read.amount, toHex(read.nextPegScript)]).toEqual([
      61n,
      28_000n,
      toHex(next.script),
    ]);
  });
  test("above 50 coins it takes several transactions, no coin twice, no fee coin twice", () => {
    const many = Array.from({ length: 101 }, () => coin(group.script, 1_000n));
    const wallet = feeWallet(fees, 90_000n, 90_000n, 90_000n);
    const plans = buildHandOff(
      { pegCoins: many, nextPegScript: next.script, rewardCycle: 1n, network },
      { rate, feeWallet: wallet },
    );
    expect(plans.map((plan) => plan.unsigned.outputs[1]!.amount)).toEqual([50_000n, 50_000n, 1_000n]);
    expect(
      new Set(plans.flatMap((plan) => plan.inputs.map((input) => `${input.coin.txid}:${input.coin.vout}`)))
        .size,
    ).toBe(104);
  });
  test("an empty peg and a hand-off to itself are refused", () => {
    const to = (pegCoins: typeof coins, nextPegScript: Uint8Array) =>
      codeOf(() => buildHandOff({ pegCoins, nextPegScript, rewardCycle: 1n, network }, { rate }));
    expect(to([], next.script)).toBe("insufficientFunds");
    expect(to(coins, group.script)).toBe("recipientMismatch");
  });
});

describe("script path", () => {
  const userKey = schnorr.getPublicKey(user.secret);
  const reclaim = { key: userKey, blocks: 10 };

  test("a committed peg-in reveals as a peg-in of all but the fee", () => {
    const commit = commitOutput(
      { tag: "pegIn", recipient: recipientAccount, feeSubsidy: 700n },
      userKey,
      reclaim,
    );
    const plan = buildReveal(
      commit,
      coin(commit.script, 30_000n),
      { pegScript: group.script, network },
      rate,
    );
    const tx = finalize(plan, new Map([[0, signWithKey(plan, 0, user.secret, noAux)]]));
    const { op } = parseReveal(tx, commit.script, context);
    expect(op.kind === "pegIn" && op.amount).toBe(30_000n - plan.fee);
    expect(vsizeOf(tx.raw)).toBeLessThanOrEqual(plan.vsize);
  });

  test("a committed request reveals as a request", () => {
    const signature = signVrs(pegOutMessageHash(5_000n, home, network, "D2"), user.secret);
    const request = { amount: 5_000n, signature };
    const commit = commitOutput({ tag: "pegOutRequest", request, feeSubsidy: 700n }, userKey, reclaim);
    const target = {
      pegScript: group.script,
      network,
      request: { recipientScript: home, fulfilmentFee: 2_000n },
    };
    const plan = buildReveal(commit, coin(commit.script, 4_000n), target, rate);
    const tx = finalize(plan, new Map([[0, signWithKey(plan, 0, user.secret, noAux)]]));
    const { op } = parseReveal(tx, commit.script, context);
    expect(op.kind === "pegOutRequest" && [op.amount, op.fulfilmentFee]).toEqual([5_000n, 2_000n]);
    expect(
      codeOf(() =>
        buildReveal(commit, coin(commit.script, 3_000n), { pegScript: group.script, network }, rate),
      ),
    ).toBe("opcodeMismatch");
    expect(codeOf(() => buildReveal(commit, coin(commit.script, 2_300n), target, rate))).toBe(
      "amountBelowDust",
    );
  });

  const deposit = (amount: bigint, maxFee = 5_000n) => {
    const data = { maxFee, recipient: recipientAccount };
    const out = depositOutput(data, group.key, reclaim);
    return { coin: coin(out.script, amount), leaf: out.tree.first, data, reclaimLeaf: out.tree.second };
  };

  test("a deposit is reclaimed by its depositor once the lock is over, not a block before", () => {
    const { coin: own, reclaimLeaf } = deposit(50_000n);
    expect(codeOf(() => buildReclaim(own, reclaimLeaf, home, 9, rate))).toBe("reclaimTooEarly");
    const plan = buildReclaim(own, reclaimLeaf, home, 10, rate);
    const tx = finalize(plan, new Map([[0, signWithKey(plan, 0, user.secret, noAux)]]));
    expect(tx.inputs[0]!.sequence).toBe(10);
    expect(tx.outputs[0]!.amount + plan.fee).toBe(50_000n);
    expect(codeOf(() => buildReclaim(coin(own.script, 600n), reclaimLeaf, home, 10, rate))).toBe(
      "amountBelowDust",
    );
  });

  test("a sweep brings deposits into the peg; each depositor pays its part and is credited the rest", () => {
    const deposits = [deposit(50_000n), deposit(20_000n), deposit(90_000n)];
    const { plan, credits } = buildSweep(deposits, group.script, rate);
    signPlan(plan, { group: group.secret });
    expect(plan.unsigned.outputs.map((output) => toHex(output.script))).toEqual([toHex(group.script)]);
    expect(credits.reduce((sum, { credited }) => sum + credited, 0n)).toBe(plan.unsigned.outputs[0]!.amount);
    expect(credits.reduce((sum, { fee }) => sum + fee, 0n)).toBe(plan.fee);
    expect(total(credits.map((one) => one.deposit))).toBe(160_000n);
  });
  test("every signer builds the same sweep, in whatever order it saw the deposits", () => {
    const deposits = [deposit(50_000n), deposit(20_000n), deposit(90_000n)];
    const one = buildSweep(deposits, group.script, rate).plan.unsigned.txid;
    expect(buildSweep([...deposits].reverse(), group.script, rate).plan.unsigned.txid).toBe(one);
  });
  test("nobody pays more than allowed, and an empty or too large sweep is refused", () => {
    expect(codeOf(() => buildSweep([deposit(50_000n), deposit(20_000n, 10n)], group.script, rate))).toBe(
      "feeTooHigh",
    );
    expect(codeOf(() => buildSweep([deposit(600n)], group.script, rate))).toBe("amountBelowDust");
    expect(codeOf(() => buildSweep([], group.script, rate))).toBe("insufficientFunds");
    expect(
      codeOf(() =>
        buildSweep(
          Array.from({ length: 26 }, () => deposit(9_000n)),
          group.script,
          rate,
        ),
      ),
    ).toBe("transactionTooLarge");
  });
  test("a split fee adds up, and equal weights differ by one satoshi at most", () =>
    fc.assert(
      fc.property(
        fc.bigInt(0n, 1_000_000n),
        fc.array(fc.bigInt(1n, 500n), { minLength: 1, maxLength: 25 }),
        (fee, weights) => {
          const shares = splitFee(fee, weights);
          expect(shares.reduce((a, b) => a + b, 0n)).toBe(fee);
          const equal = splitFee(
            fee,
            weights.map(() => 7n),
          ).map(Number);
          expect(Math.max(...equal) - Math.min(...equal)).toBeLessThanOrEqual(1);
        },
      ),
    ));
});
