import { beforeEach, describe, expect, test } from "vitest";
import { outpointKey } from "../../bytes.ts";
import type { PegOutRequest } from "../../ops/peg-out-request.ts";
import { dataOutput } from "../../ops/data-output.ts";
import { transactionWith } from "../../testing/transactions.ts";
import { bareTaproot, freshTxid } from "../../testing/wallets.ts";
import type { Coin } from "../../transactions/plan.ts";
import type { TransactionProposal } from "../proposal.ts";
import { network, SignerWorld } from "../testing/signer-world.ts";
import { checkProposal } from "./check.ts";

let world: SignerWorld;
beforeEach(() => {
  world = new SignerWorld();
});

const coinAt = (txid: string, vout: number): Coin => {
  const found = world.ledger.spendable().find((one) => one.txid === txid && one.vout === vout);
  if (found === undefined) throw new Error(`no coin ${txid}:${vout}`);
  return found;
};

const paid = (request: PegOutRequest, ...coins: readonly Coin[]): TransactionProposal =>
  world.transaction(world.pay(request, { coins }), { tag: "fulfilment", request: request.txid });

/** How the check of a payment's inputs ends. */
async function inputs(proposal: TransactionProposal) {
  const checks = checkProposal(proposal, await world.gather(proposal));
  return checks.find(({ id }) => id === "F6");
}

describe("a coordinator that pays with what is not the peg's to spend", () => {
  test("a deposit that is not minted for, or goes back to its depositor", async () => {
    const request = await world.readyToPay();
    const { op } = await world.pegIn(100_000n);
    const proposal = paid(request, coinAt(op.deposit.txid, op.deposit.vout));
    expect(await world.refusals(proposal)).toEqual(["coinIsPromised"]);
    const state = { state: "rejected", amount: 0n, recipient: null, burnHeight: 1 } as const;
    world.deposits.set(outpointKey(op.deposit), state);
    expect(await world.refusals(proposal)).toEqual(["coinIsPromised"]);
    world.mint(op);
    expect(await world.refusals(proposal)).toEqual([]);
  });

  test("a minted deposit after a reorganisation of Stacks took the mint back", async () => {
    const request = await world.readyToPay();
    const [held] = world.ledger.spendable();
    const proposal = paid(request, held!);
    expect(await world.refusals(proposal)).toEqual([]);
    world.deposits.clear();
    expect(await world.refusals(proposal)).toEqual(["coinIsPromised"]);
  });

  test("the output of another request, which could then neither be paid nor cancelled", async () => {
    const request = await world.readyToPay();
    const other = await world.request(25_000n, { fee: 100_000n });
    await world.lock(other);
    // The contract keeps both messages apart; this world knows one of an owner.
    world.messages.set(world.ownerAddress, request.txid);
    const { txid, vout } = other.feeOutpoint;
    expect(await world.refusals(paid(request, coinAt(txid, vout)))).toEqual(["coinIsPromised"]);
  });

  test("what came from a deposit whose sweep this seat approved, before it is minted for", async () => {
    const request = await world.readyToPay();
    const deposit = { txid: freshTxid(), vout: 1 };
    const swept = transactionWith([{ amount: 90_000n, script: world.group.script }], [deposit]);
    await world.mine([swept], 2);
    world.approve(world.transaction({ unsigned: swept, inputs: [] }, { tag: "sweep", deposits: [deposit] }));
    const proposal = paid(request, coinAt(swept.txid, 0));
    expect(await world.refusals(proposal)).toEqual(["coinIsPromised"]);
    world.mint({ deposit, amount: 90_000n });
    expect(await world.refusals(proposal)).toEqual([]);
  });

  test("a coin that a payment approved here still waits for: a person looks, since only one of both can be mined", async () => {
    const other = await world.readyToPay();
    const [coin] = world.ledger.spendable();
    const request = await world.request(50_000n);
    await world.lock(request);
    const proposal = paid(request, coin!);
    expect(await inputs(proposal)).toMatchObject({ state: "passed" });
    world.approve(paid(other, coin!));
    expect(await inputs(proposal)).toMatchObject({ state: "asks" });
    expect(JSON.stringify(await inputs(proposal))).toContain(other.txid);
  });
});

describe("what an honest coordinator may ask for is not refused", () => {
  /** Two locked requests, of which the first was to be paid with `coin`. */
  async function approved() {
    const other = await world.readyToPay();
    const [coin] = world.ledger.spendable();
    const spare = await world.pegIn(300_000n);
    world.mint(spare.op);
    const request = await world.request(50_000n);
    await world.lock(request);
    world.approve(paid(other, coin!));
    return { other, request, coin: coin!, spare: coinAt(spare.op.deposit.txid, spare.op.deposit.vout) };
  }

  test("the coin of a payment that another one has replaced", async () => {
    const { other, request, coin, spare } = await approved();
    world.approve(paid(other, spare));
    expect(await inputs(paid(request, coin))).toMatchObject({ state: "passed" });
  });

  test("the coin of a payment that ended otherwise, or whose request has expired", async () => {
    const { other, request, coin } = await approved();
    const locked = world.withdrawals.get(other.txid)!;
    world.withdrawals.set(other.txid, { ...locked, state: "refunded" });
    expect(await inputs(paid(request, coin))).toMatchObject({ state: "passed" });
    world.withdrawals.set(other.txid, { ...locked, expires: world.facts.burnHeight - 1 });
    expect(await inputs(paid(request, coin))).toMatchObject({ state: "passed" });
  });

  test("the same coins again where the fee rises", async () => {
    const { other, coin } = await approved();
    expect(await inputs(paid(other, coin))).toMatchObject({ state: "passed" });
  });

  test("change of a payment this seat approved, before any node shows it", async () => {
    const first = await world.readyToPay();
    const [coin] = world.ledger.spendable();
    const plan = world.pay(first, { coins: [coin!] });
    world.approve(world.transaction(plan, { tag: "fulfilment", request: first.txid }));
    world.ledger.addPending(plan.unsigned);
    const request = await world.request(20_000n);
    await world.lock(request);
    expect(await inputs(paid(request, coinAt(plan.unsigned.txid, 2)))).toMatchObject({ state: "passed" });
  });

  test("a gift to the peg, whatever a stranger writes beside it", async () => {
    const request = await world.readyToPay();
    const gift = { amount: 200_000n, script: world.group.script };
    const parent = async () => {
      const made = transactionWith([{ amount: 300_000n, script: bareTaproot(5) }], [{ txid: freshTxid() }]);
      await world.mine([made]);
      return { txid: made.txid, vout: 0 };
    };
    // Not a reveal that can be read: nobody's request, so the coin is the peg's.
    const reveal = transactionWith([dataOutput(network, "reveal", new Uint8Array()), gift], [await parent()]);
    await world.mine([reveal], 2);
    expect(await world.refusals(paid(request, coinAt(reveal.txid, 1)))).toEqual([]);
    // A peg-in nobody can read was meant to be somebody's deposit.
    const spoilt = transactionWith([dataOutput(network, "pegIn", Uint8Array.of(9)), gift], [await parent()]);
    await world.mine([spoilt], 2);
    expect(await world.refusals(paid(request, coinAt(spoilt.txid, 1)))).toEqual(["coinIsPromised"]);
  });
});
