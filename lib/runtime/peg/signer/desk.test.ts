import { expect, test } from "vitest";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { Check } from "../../../sbtc/peg/checks/result.ts";
import { proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import { groupId, hashOf, partyId, roundId } from "../../../rounds/core/names.ts";
import type { Decision, Verdict } from "../../../rounds/core/decision.ts";
import { textToSign } from "../../../rounds/operation/text.ts";
import type { Operation } from "../../../rounds/operation/operation.ts";
import { put, type Write } from "../../ports/store.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { PegDesk, type Judge } from "./desk.ts";
import type { Review } from "./signer.ts";

const group = groupId(new Uint8Array(32));
const mint = proposalsToSign([
  {
    tag: "action",
    action: {
      tag: "mint",
      amount: 5n,
      recipient: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6",
      deposit: { txid: "cd".repeat(32), vout: 1 },
      burnBlock: { height: 7, hash: "ab".repeat(32) },
    },
    contract: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.sbtc",
    chainId: 1,
    epoch: 1n,
  },
]);

type Question = Extract<Decision, { tag: "approveOperation" }>;
const question = (operation: Operation): Question => {
  const digest = hashOf(new Uint8Array(32).fill(7));
  const request = {
    groupId: group,
    roundId: roundId(new Uint8Array(16)),
    coordinator: partyId(new Uint8Array(32)),
    expiry: 0,
    operation,
    messages: [],
  };
  return {
    tag: "approveOperation",
    id: `approve/${digest}`,
    digest,
    request,
    view: { title: "", fields: [] },
  };
};
const passed: Check = { id: "F1", state: "passed", says: "" };
const refused = (mayPass: boolean): Check => ({
  id: "F1",
  state: "refused",
  code: mayPass ? "notConfirmed" : "stolenChange",
  says: "",
  mayPass,
});
const reviewOf = (check: Check, automatic = false): Review => ({
  checks: [[check]],
  mayApprove: check.state === "passed",
  verdict: automatic ? { tag: "approve" } : { tag: "ask", reason: "manual", says: "" },
  final: check.state === "refused" && !check.mayPass ? check.code : null,
  at: 0,
});

/** A desk over a judge whose next reviews are given, and the answers it gave. */
function deskOf(operation: Operation, reviews: () => Review, open?: () => Promise<Judge>) {
  const clock = new ManualClock();
  const one = question(operation);
  const given: { verdict: Verdict; writes: readonly Write[] }[] = [];
  let looks = 0;
  const remembered = put("peg/signed", new Uint8Array(1));
  const judge: Judge = {
    look: () => {
      looks += 1;
      return Promise.resolve(reviews());
    },
    highestEpoch: (_, epoch) => Promise.resolve(epoch),
    approve: async (_, { automatic }, commit) => {
      const review = reviews();
      const approved = review.mayApprove && (!automatic || review.verdict.tag === "approve");
      if (approved) await commit([remembered]);
      return { ...review, approved };
    },
  };
  const desk = new PegDesk({
    clock,
    open: open ?? (() => Promise.resolve(judge)),
    questions: () => (given.length === 0 ? [one] : []),
    answer: (_, verdict, writes) => {
      given.push({ verdict, writes });
      return Promise.resolve();
    },
    onChange: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  const settled = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return { desk, one, clock, given, settled, looks: () => looks };
}

test("a person's yes is stored together with what is remembered of it", async () => {
  const { desk, one, given, settled } = deskOf(mint, () => reviewOf(passed));
  desk.tend();
  await settled();
  expect(given).toEqual([]);
  expect(desk.review(one.digest)?.mayApprove).toBe(true);
  expect(await desk.approve(one)).toBe(true);
  expect(given).toMatchObject([{ verdict: { tag: "yes" }, writes: [{ key: "peg/signed" }] }]);
});

test("a yes is not given where the last look refuses, whatever the first one found", async () => {
  let review = reviewOf(passed);
  const { desk, one, given, settled } = deskOf(mint, () => review);
  desk.tend();
  await settled();
  review = reviewOf(refused(true));
  expect(await desk.approve(one)).toBe(false);
  expect(given).toEqual([]);
  expect(desk.review(one.digest)?.mayApprove).toBe(false);
});

test("what no later look can lift is answered by its code, what may pass is looked at again", async () => {
  const final = deskOf(mint, () => reviewOf(refused(false)));
  final.desk.tend();
  await final.settled();
  expect(final.given).toMatchObject([{ verdict: { tag: "no", reason: "stolenChange" }, writes: [] }]);

  const passing = deskOf(mint, () => reviewOf(refused(true)));
  passing.desk.tend();
  await passing.settled();
  expect([passing.given.length, passing.looks()]).toEqual([0, 1]);
  await passing.clock.pass(5_000);
  await passing.settled();
  expect([passing.given.length, passing.looks()]).toEqual([0, 2]);
});

test("a policy's yes needs nobody", async () => {
  const { desk, given, settled } = deskOf(mint, () => reviewOf(passed, true));
  desk.tend();
  await settled();
  expect(given).toMatchObject([{ verdict: { tag: "yes" }, writes: [{ key: "peg/signed" }] }]);
});

test("texts are none of its business", async () => {
  const { desk, given, settled, looks } = deskOf(textToSign("hello"), () => reviewOf(passed, true));
  desk.tend();
  await settled();
  expect([given.length, looks()]).toEqual([0, 0]);
});

test("without sources nothing can be approved, and the card says so", async () => {
  const { desk, one, given, settled } = deskOf(
    mint,
    () => reviewOf(passed, true),
    () => Promise.reject(new Refusal("sourceMissing", "this site names no chains to check against")),
  );
  desk.tend();
  await settled();
  expect(desk.review(one.digest)).toMatchObject({
    mayApprove: false,
    checks: [[{ code: "bitcoinSourceMissing" }]],
  });
  expect(await desk.approve(one)).toBe(false);
  expect(given).toEqual([]);
});
