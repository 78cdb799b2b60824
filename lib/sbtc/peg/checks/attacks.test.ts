import { beforeEach, describe, expect, test } from "vitest";
import { parseTransaction, serializeTransaction, type TxOutput } from "../../bitcoin/transaction.ts";
import { Refusal } from "../../refusal.ts";
import { encodePegOutRequest } from "../../ops/peg-out-request.ts";
import { transactionWith } from "../../testing/transactions.ts";
import { bareTaproot, freshTxid } from "../../testing/wallets.ts";
import { buildCancel } from "../../transactions/peg-out.ts";
import type { Plan } from "../../transactions/plan.ts";
import { feeRate } from "../../transactions/size.ts";
import type { PegOutRequest } from "../../ops/peg-out-request.ts";
import type { TransactionProposal } from "../proposal.ts";
import { coin, network, SignerWorld } from "../testing/signer-world.ts";
import { checkProposal, refusedCodes } from "./check.ts";

const thief = bareTaproot(0x66);
let world: SignerWorld;
beforeEach(() => {
  world = new SignerWorld();
});

/** The payment of a request with its outputs bent. */
function bent(
  plan: Plan,
  request: PegOutRequest,
  change: (outputs: TxOutput[]) => TxOutput[],
): TransactionProposal {
  const outputs = change([...plan.unsigned.outputs]);
  const unsigned = parseTransaction(serializeTransaction({ ...plan.unsigned, outputs }));
  return world.transaction({ ...plan, unsigned }, { tag: "fulfilment", request: request.txid });
}
const at = (index: number, change: Partial<TxOutput>) => (outputs: TxOutput[]) =>
  outputs.map((output, i) => (i === index ? { ...output, ...change } : output));

describe("a payment as it should be", () => {
  test("is refused by nothing, with and without the fee wallet", async () => {
    const request = await world.readyToPay();
    const purpose = { tag: "fulfilment", request: request.txid } as const;
    expect(await world.refusals(world.transaction(world.pay(request), purpose))).toEqual([]);
    const plan = world.pay(request, { wallet: world.wallet(50_000n), rate: 30 });
    expect(plan.feeInput).not.toBeNull();
    expect(await world.refusals(world.transaction(plan, purpose))).toEqual([]);
  });
});

describe("a coordinator that bends a payment", () => {
  let request: PegOutRequest;
  let plan: Plan;
  beforeEach(async () => {
    request = await world.readyToPay();
    plan = world.pay(request, { wallet: world.wallet(50_000n), rate: 30 });
  });

  test("coordinator pays itself", async () => {
    const { script } = world.wallet();
    expect(await world.refusals(bent(plan, request, at(1, { script })))).toEqual(["paysCoordinator"]);
  });
  test("wrong amount", async () => {
    const more = bent(plan, request, (outputs) =>
      at(2, { amount: 239_999n })(at(1, { amount: 60_001n })(outputs)),
    );
    expect(await world.refusals(more)).toContain("wrongAmount");
    const less = bent(plan, request, (outputs) =>
      at(2, { amount: 240_001n })(at(1, { amount: 59_999n })(outputs)),
    );
    expect(await world.refusals(less)).toContain("wrongAmount");
  });
  test("wrong recipient", async () => {
    expect(await world.refusals(bent(plan, request, at(1, { script: thief })))).toEqual(["wrongRecipient"]);
  });
  test("extra output", async () => {
    const extra = bent(plan, request, (outputs) => [...outputs.slice(0, 3), { amount: 330n, script: thief }]);
    expect(await world.refusals(extra)).toEqual(["extraOutput"]);
  });
  test("stolen change", async () => {
    expect(await world.refusals(bent(plan, request, at(2, { script: thief })))).toEqual(["stolenChange"]);
    const toFees = bent(plan, request, at(2, { script: world.wallet().script }));
    expect(await world.refusals(toFees)).toEqual(["pegPaysFee"]);
  });
  test("peg pays any fee", async () => {
    const { amount } = plan.unsigned.outputs[2]!;
    expect(await world.refusals(bent(plan, request, at(2, { amount: amount - 1n })))).toEqual(["pegPaysFee"]);
    const gone = bent(plan, request, (outputs) => outputs.filter((_, i) => i !== 2));
    expect(await world.refusals(gone)).toEqual(["pegPaysFee"]);
  });
  test("a coin this seat does not know", async () => {
    const coins = [coin(world.group.script, 400_000n)];
    const foreign = world.transaction(world.pay(request, { coins }), {
      tag: "fulfilment",
      request: request.txid,
    });
    expect(await world.refusals(foreign)).toEqual(["unknownCoin"]);
  });
  test("an input of somebody else", async () => {
    const wallet = { script: thief, coins: [coin(thief, 50_000n)] };
    const foreign = world.transaction(world.pay(request, { wallet, rate: 30 }), {
      tag: "fulfilment",
      request: request.txid,
    });
    expect(await world.refusals(foreign)).toContain("foreignInput");
  });
  test("the payment of another request under this one's name", async () => {
    const other = await world.request(60_000n);
    const swapped = world.transaction(plan, { tag: "fulfilment", request: other.txid });
    expect(await world.refusals(swapped)).toContain("wrongFirstInput");
  });
});

describe("a request that must not be served", () => {
  const pay = (request: PegOutRequest) =>
    world.transaction(world.pay(request), { tag: "fulfilment", request: request.txid });

  test("request not confirmed", async () => {
    await world.pegIn(300_000n);
    const request = await world.request(60_000n, { blocks: 2 });
    expect(await world.refusals(await world.lockOf(request))).toEqual(["notConfirmed"]);
    await world.mine();
    expect(await world.refusals(await world.lockOf(request))).toEqual([]);
  });

  test("forged merkle proof", async () => {
    const request = await world.readyToPay();
    const proposal = pay(request);
    const evidence = await world.gather(proposal);
    if (evidence.subject.tag !== "request" || !evidence.subject.request.made.ok)
      throw new Error("no evidence");
    const { raw, proof } = evidence.subject.request.made.value;
    const bad = {
      ...proof,
      merkle: { ...proof.merkle, siblings: proof.merkle.siblings.map((one) => one.map((b) => b ^ 1)) },
    };
    const forged = { ...evidence.subject.request, made: { ok: true, value: { raw, proof: bad } } as const };
    const subject = { tag: "request", request: forged } as const;
    expect(refusedCodes(checkProposal(proposal, { ...evidence, subject }))).toEqual(["proofForged"]);
  });

  test("a transaction that is in no block, with the proof of another", async () => {
    const request = await world.readyToPay();
    const other = await world.pegIn(5_000n);
    const proposal = pay(request);
    const evidence = await world.gather(proposal);
    const foreign = await world.confirmed(other.tx.txid);
    if (evidence.subject.tag !== "request" || !evidence.subject.request.made.ok || !foreign.ok)
      throw new Error();
    const made = {
      ok: true,
      value: { raw: evidence.subject.request.made.value.raw, proof: foreign.value.proof },
    } as const;
    const subject = { tag: "request", request: { ...evidence.subject.request, made } } as const;
    expect(refusedCodes(checkProposal(proposal, { ...evidence, subject }))).toEqual(["proofForged"]);
  });

  test("replayed signature in a new request", async () => {
    const request = await world.readyToPay();
    const { amount, signature } = request;
    const copy = transactionWith(
      [
        encodePegOutRequest({ amount, signature, memo: new Uint8Array() }, network),
        { amount: 330n, script: request.recipientScript },
        { amount: 2_000n, script: world.group.script },
      ],
      [{ txid: freshTxid() }],
    );
    await world.mine([copy], 2);
    const replayed = { ...request, txid: copy.txid, feeOutpoint: { txid: copy.txid, vout: 2 } };
    expect(await world.refusals(await world.lockOf(replayed))).toEqual(["signatureReplayed"]);
    // A source that hides the first use does not help: this seat remembers what it approved.
    world.approve(await world.lockOf(request));
    world.messages.clear();
    expect(await world.refusals(await world.lockOf(replayed))).toEqual(["signatureReplayed"]);
  });

  test("second fulfilment of one request", async () => {
    const request = await world.readyToPay();
    const first = world.pay(request);
    world.approve(pay(request));
    await world.mine([first.unsigned]);
    const codes = await world.refusals(
      world.transaction(first, { tag: "fulfilment", request: request.txid }),
    );
    expect(codes).toContain("secondFulfilment");
    expect(codes).toContain("requestFeeSpent");
  });

  test("fulfilment before lock", async () => {
    world.mint((await world.pegIn(300_000n)).op);
    const request = await world.request(60_000n);
    expect(await world.refusals(pay(request))).toEqual(["notLocked"]);
  });
  test("fulfilment of a lock that is too fresh, or about to expire", async () => {
    world.mint((await world.pegIn(300_000n)).op);
    const request = await world.request(60_000n);
    await world.lock(request, 1);
    expect(await world.refusals(pay(request))).toEqual(["notConfirmed"]);
    await world.mine([], 19);
    expect(await world.refusals(pay(request))).toEqual(["requestExpired"]);
  });
  test("fulfilment after the contract let go of it", async () => {
    const request = await world.readyToPay();
    const state = world.withdrawals.get(request.txid)!;
    world.withdrawals.set(request.txid, { ...state, state: "settled" });
    expect(await world.refusals(pay(request))).toContain("alreadySettled");
    world.withdrawals.set(request.txid, { ...state, state: "refunded" });
    expect(await world.refusals(pay(request))).toContain("alreadyRefunded");
  });

  test("request from outside the allow-list", async () => {
    const request = await world.readyToPay();
    world.allowed = false;
    expect(await world.refusals(pay(request))).toEqual(["recipientNotAllowed"]);
    const other = await world.request(70_000n);
    world.messages.clear();
    expect(await world.refusals(await world.lockOf(other))).toEqual(["recipientNotAllowed"]);
  });

  test("over the cap by many small requests", async () => {
    world.mint((await world.pegIn(500_000n)).op);
    world.mint((await world.pegIn(500_000n)).op);
    world.facts = { ...world.facts, supply: 1_000_000n };
    let served = 0;
    for (let i = 0; i < 8; i++) {
      const request = await world.request(100_000n + BigInt(i));
      await world.lock(request);
      const proposal = pay(request);
      const codes = await world.refusals(proposal);
      if (codes.length === 0) {
        world.approve(proposal);
        served++;
      } else expect(codes).toEqual(["aboveWindowCap"]);
    }
    expect(served).toBe(5); // 600,000 in all, whatever the contract's own counter says
  });

  test("a signature that names nobody with so much sBTC", async () => {
    await world.pegIn(300_000n);
    const request = await world.request(60_000n);
    world.balance = 59_999n;
    expect(await world.refusals(await world.lockOf(request))).toEqual(["ownerBalanceTooLow"]);
  });
  test("a lock that says something else than the request", async () => {
    await world.pegIn(300_000n);
    const request = await world.request(60_000n);
    const codes = async (change: Parameters<SignerWorld["lockOf"]>[1]) =>
      world.refusals(await world.lockOf(request, change));
    expect(await codes({ amount: 60_001n })).toEqual(["wrongAmount"]);
    expect(await codes({ script: thief, address: world.addressOf(thief) })).toEqual(["wrongRecipient"]);
    expect(await codes({ address: world.addressOf(thief) })).toEqual(["wrongRecipient"]);
    expect(await codes({ burnBlock: { height: 1, hash: "11".repeat(32) } })).toEqual(["blockMismatch"]);
  });
});

describe("how a request ends", () => {
  const cancelOf = (request: PegOutRequest) =>
    buildCancel(request, network, { rate: feeRate(1), feeWallet: world.wallet(20_000n) });

  test("settle after cancel", async () => {
    const request = await world.readyToPay();
    const cancel = cancelOf(request);
    await world.mine([cancel.unsigned], 2);
    const burnBlock = await world.blockOf(cancel.unsigned.txid);
    const settle = world.action({
      tag: "settle",
      txid: request.txid,
      payoutTxid: cancel.unsigned.txid,
      burnBlock,
    });
    expect(await world.refusals(settle)).toEqual(["payoutIsNoFulfilment"]);
  });
  test("refund after fulfilment", async () => {
    const request = await world.readyToPay();
    const paid = world.pay(request);
    await world.mine([paid.unsigned], 20);
    const burnBlock = await world.blockOf(paid.unsigned.txid);
    const refund = world.action({
      tag: "refund",
      txid: request.txid,
      cancelTxid: paid.unsigned.txid,
      burnBlock,
    });
    expect(await world.refusals(refund)).toEqual(["cancelIsNoCancel"]);
  });
  test("a paid request is settled, a cancelled one refunded, and neither before it is confirmed", async () => {
    const request = await world.readyToPay();
    const paid = world.pay(request);
    await world.mine([paid.unsigned], 1);
    const settle = async () =>
      world.action({
        tag: "settle",
        txid: request.txid,
        payoutTxid: paid.unsigned.txid,
        burnBlock: await world.blockOf(paid.unsigned.txid),
      });
    expect(await world.refusals(await settle())).toEqual(["notConfirmed"]);
    await world.mine();
    expect(await world.refusals(await settle())).toEqual([]);
  });
  test("a cancel waits for the expiry, and brings the whole fee back", async () => {
    const request = await world.readyToPay();
    const cancel = cancelOf(request);
    const proposal = world.transaction(cancel, { tag: "cancel", request: request.txid });
    expect(await world.refusals(proposal)).toEqual(["notExpired"]);
    await world.mine([], 20);
    expect(await world.refusals(proposal)).toEqual([]);
    const outputs = cancel.unsigned.outputs.map((o, i) => (i === 1 ? { ...o, amount: o.amount - 1n } : o));
    const unsigned = parseTransaction(serializeTransaction({ ...cancel.unsigned, outputs }));
    const short = world.transaction({ ...cancel, unsigned }, { tag: "cancel", request: request.txid });
    expect(await world.refusals(short)).toEqual(["pegPaysFee"]);
  });
});

describe("a lying source", () => {
  test("a lying Stacks source showing a lock that is not there", async () => {
    await world.pegIn(300_000n);
    const request = await world.request(60_000n);
    const proposal = world.transaction(world.pay(request), { tag: "fulfilment", request: request.txid });
    const evidence = await world.gather(proposal);
    if (evidence.subject.tag !== "request") throw new Error();
    const withdrawal = {
      ok: false,
      refusal: new Refusal("sourcesDisagree", "one says locked, one says unknown"),
    } as const;
    const subject = { tag: "request", request: { ...evidence.subject.request, withdrawal } } as const;
    expect(refusedCodes(checkProposal(proposal, { ...evidence, subject }))).toContain(
      "stacksSourcesDisagree",
    );
  });
  test("a missing source refuses, whatever the others say", async () => {
    const request = await world.readyToPay();
    const proposal = world.transaction(world.pay(request), { tag: "fulfilment", request: request.txid });
    const { standing, subject } = await world.gather(proposal);
    const gone = { ok: false, refusal: new Refusal("sourceMissing", "one of two answered") } as const;
    const codes = (change: Partial<typeof standing>) =>
      refusedCodes(checkProposal(proposal, { standing: { ...standing, ...change }, subject }));
    expect(codes({ bitcoin: gone })).toEqual(["bitcoinSourceMissing"]);
    expect(codes({ contract: gone })).toEqual(["stacksSourceMissing"]);
  });
});
