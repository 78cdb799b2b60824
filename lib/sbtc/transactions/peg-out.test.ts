import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBlockHash, toHex } from "../bytes.ts";
import { networks } from "../network.ts";
import { vsizeOf } from "../bitcoin/transaction.ts";
import { parseFulfilment, checkServes } from "../ops/fulfilment.ts";
import { parseCancel } from "../ops/cancel.ts";
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
import { buildCancel, buildFulfilment, checkPegPaysNoFee } from "./peg-out.ts";
import { maxUnconfirmedDepth, total, type Plan } from "./plan.ts";
import { selectPegCoins } from "./select.ts";
import { batchDigests, prevoutsOf } from "./sign.ts";
import { feeFor, feeRate } from "./size.ts";

const network = networks.regtest;
const group = soloGroup(1);
const fees = keyWallet(2);
const recipientScript = bareTaproot(3);
const chainTip = parseBlockHash("0e".repeat(32));
const parts = (amount: bigint, fee: bigint, ...amounts: bigint[]) => ({
  request: requestFor(group, { amount, fee, recipientScript }),
  pegCoins: amounts.map((one) => coin(group.script, one)),
  chainTip,
  network,
  dialect: "D2" as const,
});
const requestCoinOf = (plan: Plan) => [plan.inputs[0]!.coin];

describe("fulfilment", () => {
  test("spends the request first, pays exactly the amount, returns the rest, and is valid", () => {
    const given = parts(60_000n, 2_000n, 100_000n);
    const plan = buildFulfilment(given, { rate: feeRate(2) });
    const tx = signPlan(plan, { group: group.secret });
    const read = parseFulfilment(tx, { network, dialect: "D2" });
    checkServes(read, given.request);
    expect(tx.outputs.map(({ amount }) => amount)).toEqual([0n, 60_000n, 40_000n]);
    expect(toHex(tx.outputs[2]!.script)).toBe(toHex(group.script));
    expect(plan.fee).toBe(2_000n);
    expect(tx.inputs.every(({ sequence }) => sequence === 0xffff_fffd)).toBe(true);
    expect([tx.version, tx.lockTime]).toEqual([2, 0]);
    expect(vsizeOf(tx.raw)).toBeLessThanOrEqual(plan.vsize);
    expect(vsizeOf(tx.raw)).toBeGreaterThanOrEqual(plan.vsize - 2);
  });

  test("what a request offers above the market goes to the miner whole, never to the peg", () => {
    const plan = buildFulfilment(parts(60_000n, 50_000n, 100_000n), { rate: feeRate(1) });
    expect(plan.fee).toBe(50_000n);
    checkPegPaysNoFee(plan, group.script, 60_000n, requestCoinOf(plan));
  });

  test("a fee wallet adds what the request lacks, last in and last out", () => {
    const plan = buildFulfilment(parts(60_000n, 400n, 100_000n), {
      rate: feeRate(10),
      feeWallet: feeWallet(fees, 20_000n),
    });
    const tx = signPlan(plan, { group: group.secret, wallet: fees.secret });
    expect(tx.outputs).toHaveLength(4);
    expect(toHex(tx.outputs[3]!.script)).toBe(toHex(fees.script));
    expect(plan.fee).toBe(feeFor(plan.vsize, feeRate(10)));
    expect(plan.fee).toBe(400n + 20_000n - plan.feeChange);
    checkPegPaysNoFee(plan, group.script, 60_000n, requestCoinOf(plan));
  });

  test("an exact coin leaves no change output", () => {
    const plan = buildFulfilment(parts(60_000n, 2_000n, 60_000n, 500_000n), { rate: feeRate(1) });
    expect(plan.unsigned.outputs).toHaveLength(2);
  });

  test.each([
    [
      "no fee wallet for a fee that is too small",
      "feeWalletRequired",
      parts(60_000n, 400n, 100_000n),
      { rate: feeRate(10) },
    ],
    [
      "a fee wallet with too little",
      "insufficientFunds",
      parts(60_000n, 400n, 100_000n),
      { rate: feeRate(10), feeWallet: feeWallet(fees, 700n) },
    ],
    [
      "a fee wallet that is the peg",
      "feeWalletIsPeg",
      parts(60_000n, 400n, 100_000n),
      { rate: feeRate(10), feeWallet: { script: group.script, coins: [coin(group.script, 20_000n)] } },
    ],
    [
      "a fee wallet with a foreign coin",
      "inputUnexpected",
      parts(60_000n, 400n, 100_000n),
      { rate: feeRate(10), feeWallet: { script: fees.script, coins: [coin(group.script, 20_000n)] } },
    ],
    [
      "a fee wallet whose signature changes the id",
      "scriptUnsupported",
      parts(60_000n, 400n, 100_000n),
      {
        rate: feeRate(10),
        feeWallet: { script: Uint8Array.of(0xa9, 0x14, ...new Uint8Array(20), 0x87), coins: [] },
      },
    ],
    ["a peg without enough", "insufficientFunds", parts(60_000n, 2_000n, 50_000n), { rate: feeRate(1) }],
    ["change that would be dust", "changeBelowDust", parts(60_000n, 2_000n, 60_329n), { rate: feeRate(1) }],
    [
      "an amount the recipient cannot receive",
      "amountBelowDust",
      parts(329n, 2_000n, 60_329n),
      { rate: feeRate(1) },
    ],
    ["a rate above any sense", "feeTooHigh", parts(60_000n, 2_000n, 100_000n), { rate: 1_000_001n }],
    ["a rate nobody relays", "feeTooLow", parts(60_000n, 2_000n, 100_000n), { rate: 999n }],
  ])("%s is refused as %s", (_, code, given, terms) => {
    expect(codeOf(() => buildFulfilment(given, terms))).toBe(code);
  });

  test("dust change is avoided by another coin where there is one", () => {
    const plan = buildFulfilment(parts(60_000n, 2_000n, 60_100n, 1_000n), { rate: feeRate(1) });
    expect(plan.inputs).toHaveLength(3);
    expect(plan.unsigned.outputs[2]!.amount).toBe(1_100n);
  });

  test("the request's own fee output is never taken as a peg coin", () => {
    const given = parts(60_000n, 70_000n);
    const own = { ...given.request.feeOutpoint, amount: 70_000n, script: group.script };
    expect(codeOf(() => buildFulfilment({ ...given, pegCoins: [own] }, { rate: feeRate(1) }))).toBe(
      "insufficientFunds",
    );
  });

  test("whatever the coins, every satoshi is accounted for and the peg pays no fee", () =>
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(330n, 5_000_000n), { minLength: 1, maxLength: 12 }),
        fc.bigInt(330n, 10_000_000n),
        fc.bigInt(330n, 40_000n),
        fc.integer({ min: 1, max: 60 }),
        (amounts, amount, fee, rate) => {
          const given = parts(amount, fee, ...amounts);
          const wallet = feeWallet(fees, 5_000n, 50_000n, 500_000n);
          let plan: Plan;
          try {
            plan = buildFulfilment(given, { rate: feeRate(rate), feeWallet: wallet });
          } catch (error) {
            expect(["insufficientFunds", "changeBelowDust"]).toContain((error as { code: string }).code);
            return;
          }
          const spent = total(prevoutsOf(plan));
          expect(spent - total(plan.unsigned.outputs)).toBe(plan.fee);
          expect(plan.fee).toBeGreaterThanOrEqual(feeFor(plan.vsize, feeRate(rate)));
          checkPegPaysNoFee(plan, group.script, amount, requestCoinOf(plan));
          expect(plan.unsigned.outputs.slice(1).every((output) => output.amount >= 294n)).toBe(true);
        },
      ),
      { numRuns: 150 },
    ));
});

describe("batch: one round, many transactions", () => {
  test("every request keeps its own transaction; their messages differ", () => {
    const plans = [1n, 2n, 3n].map((n) =>
      buildFulfilment(parts(10_000n * n, 2_000n, 100_000n), { rate: feeRate(1) }),
    );
    const batch = batchDigests(plans);
    expect(batch.map(({ plan, input }) => [plan, input])).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
      [2, 0],
      [2, 1],
    ]);
    expect(new Set(batch.map(({ message }) => toHex(message))).size).toBe(6);
  });
  test("more than 64 messages do not fit one round", () => {
    const plans = Array.from({ length: 33 }, () =>
      buildFulfilment(parts(10_000n, 2_000n, 100_000n), { rate: feeRate(1) }),
    );
    expect(codeOf(() => batchDigests(plans))).toBe("transactionTooLarge");
  });
});

describe("cancel", () => {
  const request = requestFor(group, { amount: 60_000n, fee: 2_000n, recipientScript });

  test("returns the request's fee to the peg, less the miner's part", () => {
    const plan = buildCancel(request, network, { rate: feeRate(2) });
    const tx = signPlan(plan, { group: group.secret });
    const cancel = parseCancel(tx, { network, dialect: "D2", pegScript: group.script });
    expect(cancel.request).toEqual(request.feeOutpoint);
    expect(cancel.returnedToPeg).toBe(2_000n - plan.fee);
  });
  test("with a fee wallet all of it returns", () => {
    const plan = buildCancel(request, network, { rate: feeRate(2), feeWallet: feeWallet(fees, 5_000n) });
    const tx = signPlan(plan, { group: group.secret, wallet: fees.secret });
    expect(tx.outputs[1]!.amount).toBe(2_000n);
  });
  test("a fee too small to pay its own cancel asks for a fee wallet", () => {
    const small = requestFor(group, { amount: 60_000n, fee: 400n, recipientScript });
    expect(codeOf(() => buildCancel(small, network, { rate: feeRate(2) }))).toBe("feeWalletRequired");
  });
});

describe("which peg coins are spent", () => {
  const c = (amount: bigint, depth = 0) => coin(group.script, amount, { unconfirmedDepth: depth });
  const pick = (amount: bigint, ...coins: ReturnType<typeof c>[]) =>
    selectPegCoins(coins, amount, group.script).coins.map((one) => one.amount);

  test("an exact coin, else the smallest that is enough, else the largest together", () => {
    expect(pick(500n, c(400n), c(500n), c(9_000n))).toEqual([500n]);
    expect(pick(500n, c(400n), c(2_000n), c(9_000n))).toEqual([2_000n]);
    expect(pick(10_000n, c(6_000n), c(1_000n), c(5_000n))).toEqual([6_000n, 5_000n]);
  });
  test("confirmed coins before unconfirmed change, shallow change before deep", () => {
    expect(pick(500n, c(900n, 1), c(50_000n))).toEqual([50_000n]);
    expect(pick(900n, c(900n, 2), c(2_000n, 1))).toEqual([900n]);
  });
  test("change deeper than 10 is left alone", () => {
    expect(codeOf(() => pick(500n, c(9_000n, maxUnconfirmedDepth + 1)))).toBe("insufficientFunds");
    expect(pick(500n, c(9_000n, maxUnconfirmedDepth))).toEqual([9_000n]);
  });
  test("more than 50 small coins: consolidate first", () => {
    expect(codeOf(() => pick(51_000n, ...Array.from({ length: 51 }, () => c(1_000n))))).toBe(
      "transactionTooLarge",
    );
  });
});
