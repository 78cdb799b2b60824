import { beforeEach, describe, expect, test } from "vitest";
import { outpointKey } from "../../bytes.ts";
import type { TxOutput } from "../../bitcoin/transaction.ts";
import { transactionWith } from "../../testing/transactions.ts";
import { bareTaproot, coin, freshTxid } from "../../testing/wallets.ts";
import { buildConsolidation } from "../../transactions/peg.ts";
import { assemble, groupInput, walletInput, type Coin, type Plan } from "../../transactions/plan.ts";
import { feeRate } from "../../transactions/size.ts";
import type { TransactionProposal } from "../proposal.ts";
import { SignerWorld } from "../testing/signer-world.ts";
import { checkProposal, mayApprove } from "./check.ts";

let world: SignerWorld;
beforeEach(async () => {
  world = new SignerWorld();
  for (const amount of [40_000n, 30_000n, 20_000n]) {
    world.mint((await world.pegIn(amount)).op);
  }
});

const gather = (coins: readonly Coin[] = world.ledger.spendable(), rate = 2): Plan =>
  buildConsolidation(coins, world.group.script, {
    rate: feeRate(rate),
    feeWallet: world.wallet(20_000n),
  });

const propose = (plan: Pick<Plan, "unsigned" | "inputs">): TransactionProposal =>
  world.transaction(plan, { tag: "consolidation" });

/** The honest plan with other outputs; what they leave goes to the miner. */
function withOutputs(change: (outputs: readonly TxOutput[], plan: Plan) => readonly TxOutput[]) {
  const plan = gather();
  return propose({ inputs: plan.inputs, ...assemble(plan.inputs, change(plan.unsigned.outputs, plan)) });
}

describe("joining the peg's coins", () => {
  test("known coins become one of exactly their sum, the fee wallet paying", async () => {
    const proposal = propose(gather());
    expect(await world.refusals(proposal)).toEqual([]);
    const checks = checkProposal(proposal, await world.gather(proposal));
    expect(mayApprove(checks)).toBe(true);
    expect(checks.at(-1)).toMatchObject({ id: "V1", state: "passed" });
    expect(JSON.stringify(checks.at(-1))).toContain("0.0009");
  });

  test("extra output", async () => {
    const own = { amount: 1_000n, script: bareTaproot(0x66) };
    const bent = withOutputs(([peg, change]) => [
      peg!,
      own,
      { ...change!, amount: change!.amount - own.amount },
    ]);
    expect(await world.refusals(bent)).toEqual(["extraOutput"]);
  });

  test("stolen change", async () => {
    const bent = withOutputs(([peg, change]) => [{ ...peg!, script: bareTaproot(0x66) }, change!]);
    expect(await world.refusals(bent)).toEqual(["stolenChange"]);
  });

  test("peg pays any fee", async () => {
    const bent = withOutputs(([peg, change]) => [{ ...peg!, amount: peg!.amount - 1n }, change!]);
    expect(await world.refusals(bent)).toEqual(["pegPaysFee"]);
    const alone = world.ledger.spendable().map(groupInput);
    const outputs = [{ amount: 89_000n, script: world.group.script }];
    expect(await world.refusals(propose({ inputs: alone, ...assemble(alone, outputs) }))).toEqual([
      "pegPaysFee",
    ]);
  });

  test("the fee wallet's coins moved into the peg's output", async () => {
    const bent = withOutputs(([peg, change]) => [
      { ...peg!, amount: peg!.amount + 600n },
      { ...change!, amount: change!.amount - 600n },
    ]);
    expect(await world.refusals(bent)).toEqual(["wrongAmount"]);
  });

  test("unknown coin", async () => {
    const invented = coin(world.group.script, 50_000n);
    const refused = await world.refusals(propose(gather([...world.ledger.spendable(), invented])));
    expect(refused).toContain("unknownCoin");
  });

  test("a coin that is worth something else", async () => {
    const [first, ...others] = world.ledger.spendable();
    const bent = propose(gather([{ ...first!, amount: first!.amount + 1n }, ...others]));
    expect(await world.refusals(bent)).toEqual(["coinMismatch"]);
  });

  test("somebody else's coin beside them", async () => {
    const plan = gather();
    const foreign = walletInput(coin(bareTaproot(0x77), 9_000n));
    const inputs = [...plan.inputs.slice(0, -1), foreign];
    const outputs = plan.unsigned.outputs.slice(0, 1);
    expect(await world.refusals(propose({ inputs, ...assemble(inputs, outputs) }))).toEqual(["foreignInput"]);
  });

  test("a fee out of bounds", async () => {
    expect(await world.refusals(propose(gather(world.ledger.spendable(), 40)))).toEqual([]);
    const bent = withOutputs(([peg]) => [peg!]);
    const { setting } = world.standing;
    const evidence = await world.gather(bent);
    const strict = { ...setting, feeRates: { ...setting.feeRates, most: 20_000n } };
    const checks = checkProposal(bent, { ...evidence, standing: { ...evidence.standing, setting: strict } });
    expect(checks.at(-1)).toMatchObject({ id: "V1", state: "refused", code: "feeOutOfRange" });
  });

  test("a single coin joins nothing", async () => {
    const [first] = world.ledger.spendable();
    const inputs = [groupInput(first!), walletInput(world.wallet(20_000n).coins[0]!)];
    const outputs = [{ amount: first!.amount, script: world.group.script }];
    expect(await world.refusals(propose({ inputs, ...assemble(inputs, outputs) }))).toEqual([
      "wrongFirstInput",
    ]);
  });
});

describe("a coin somebody has a claim on", () => {
  test("coin of a pending payout", async () => {
    const request = await world.request(25_000n);
    await world.lock(request);
    const fees = outpointKey(request.feeOutpoint);
    const coins = () => world.ledger.spendable().filter((one) => outpointKey(one) !== fees);
    const payout = world.pay(request, { coins: coins() });
    const proposal = propose(gather(coins()));
    expect(await world.refusals(proposal)).toEqual([]);
    world.approve(world.transaction(payout, { tag: "fulfilment", request: request.txid }));
    expect(await world.refusals(proposal)).toEqual(["payoutsInFlight"]);
    const locked = world.withdrawals.get(request.txid)!;
    world.withdrawals.set(request.txid, { ...locked, state: "refunded" });
    expect(await world.refusals(proposal)).toEqual([]);
  });

  test("a request's own output", async () => {
    await world.request(25_000n, { fee: 3_000n });
    expect(await world.refusals(propose(gather()))).toEqual(["coinIsPromised"]);
  });

  test("a deposit that is not minted for yet, or goes back to its depositor", async () => {
    const { op } = await world.pegIn(10_000n);
    const proposal = propose(gather());
    expect(await world.refusals(proposal)).toEqual(["coinIsPromised"]);
    const key = outpointKey(op.deposit);
    world.deposits.set(key, { state: "rejected", amount: 0n, recipient: null, burnHeight: 1 });
    expect(await world.refusals(proposal)).toEqual(["coinIsPromised"]);
    world.mint(op);
    expect(await world.refusals(proposal)).toEqual([]);
  });

  test("a top-up belongs to the peg at once", async () => {
    const topUp = transactionWith([{ amount: 15_000n, script: world.group.script }], [{ txid: freshTxid() }]);
    await world.mine([topUp], 2);
    expect(await world.refusals(propose(gather()))).toEqual([]);
  });

  test("another transaction shown for a coin's own proves nothing", async () => {
    const topUp = transactionWith([{ amount: 15_000n, script: world.group.script }], [{ txid: freshTxid() }]);
    await world.mine([topUp], 2);
    const proposal = propose(gather());
    const evidence = await world.gather(proposal);
    if (evidence.subject.tag !== "coins") throw new Error("coins were gathered");
    const { coins, payouts } = evidence.subject.facts;
    const other = transactionWith([{ amount: 1_000n, script: bareTaproot(4) }], [{ txid: freshTxid() }]);
    const forged = new Map(coins).set(`${topUp.txid}:0`, {
      made: { ok: true, value: other.raw },
      state: { ok: true, value: null },
      funding: null,
      swept: [],
    });
    const checks = checkProposal(proposal, {
      ...evidence,
      subject: { tag: "coins", facts: { coins: forged, payouts } },
    });
    expect(checks.find(({ id }) => id === "J1")).toMatchObject({ state: "refused", code: "proofForged" });
  });
});
