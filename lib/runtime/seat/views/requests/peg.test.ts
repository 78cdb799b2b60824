import { describe, expect, test } from "vitest";
import { parseBlockHash, toHex } from "../../../../sbtc/bytes.ts";
import { addressOf } from "../../../../sbtc/bitcoin/script.ts";
import { networks } from "../../../../sbtc/network.ts";
import { parseGroupKey, pegScript } from "../../../../sbtc/ops/peg-script.ts";
import type { Check } from "../../../../sbtc/peg/checks/result.ts";
import { proposalsToSign } from "../../../../sbtc/peg/operation/kinds.ts";
import type { ActionProposal, Proposal } from "../../../../sbtc/peg/proposal.ts";
import { bareTaproot, coin, requestFor, soloGroup } from "../../../../sbtc/testing/wallets.ts";
import { buildFulfilment } from "../../../../sbtc/transactions/peg-out.ts";
import { feeRate } from "../../../../sbtc/transactions/size.ts";
import { signingContext } from "../../../../rounds/index.ts";
import type { Review } from "../../../peg/signer/signer.ts";
import type { RequestView } from "../../../views/requests.ts";
import { Table } from "../../testing/people.ts";
import { requestViews } from "./requests.ts";

const table = new Table(2, ["Ana", "Ben", "Cai"]).ready();
const ben = table.signer("Ben");
const groupKey = parseGroupKey(signingContext(ben.party, ben.group)!.key.publicKeyPackage.xOnly);
const script = pegScript(groupKey, "peg").script;
const action = (one: ActionProposal["action"]): ActionProposal => ({
  tag: "action",
  action: one,
  contract: "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.sbtc",
  chainId: 0x80000000,
  epoch: 1n,
});
const recipient = "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6";
const mint = action({
  tag: "mint",
  amount: 250_000n,
  recipient,
  deposit: { txid: "cd".repeat(32), vout: 1 },
  burnBlock: { height: 9, hash: "ab".repeat(32) },
});

function payment(): Proposal {
  const to = bareTaproot(3);
  const request = {
    ...requestFor(soloGroup(1), { amount: 60_000n, fee: 2_000n, recipientScript: to }),
    pegScript: script,
  };
  const parts = {
    request,
    chainTip: parseBlockHash("0e".repeat(32)),
    network: networks.regtest,
    dialect: "D2",
  } as const;
  const { unsigned, inputs } = buildFulfilment(
    { ...parts, pegCoins: [coin(script, 100_000n)] },
    { rate: feeRate(2) },
  );
  const spends = inputs.map(({ coin: { amount, script: of }, signer }) => ({ amount, script: of, signer }));
  return {
    tag: "transaction",
    purpose: { tag: "fulfilment", request: request.txid },
    unsigned: unsigned.raw,
    spends,
  };
}

/** What Ben sees of a request once it is asked, with what his tab found. */
function asked(proposals: readonly Proposal[], review: Review | null): RequestView {
  const known = new Set(viewsOf(null).map(({ id }) => id));
  table.coordinator.ask(proposalsToSign(proposals));
  const view = viewsOf(review).find(({ id }) => !known.has(id));
  if (view === undefined) throw new Error("Ben was not asked");
  return view;
}
const viewsOf = (review: Review | null) =>
  requestViews(ben, ben.group, {
    records: ben.history.requests,
    now: table.now,
    sending: new Set(),
    review: () => review,
  });
const found = (...checks: Check[]): Review => ({
  checks: [checks],
  mayApprove: checks.every(({ state }) => state === "passed"),
  verdict: { tag: "ask", reason: "manual", says: "" },
  final: null,
  at: 0,
});
const passed: Check = { id: "F1", state: "passed", says: "In block 9." };

describe("a request of the peg on its card", () => {
  test("is held back while this tab looks", () => {
    const view = asked([mint], null);
    expect(view.checks[0]).toMatchObject({ code: "looking", state: "looking" });
    expect(view.decision).toMatchObject({ approve: false, why: "This tab is still looking." });
  });
  test("a mint says how much and to whom", () => {
    const view = asked([mint], found(passed));
    expect(view).toMatchObject({ kind: "payment-in", title: "Mint sBTC", approveLabel: "Approve the mint" });
    expect(view.sentence).toContainEqual({ kind: "amount", sats: 250_000n, unit: "sBTC" });
    expect(view.detail).toContainEqual({ kind: "address", address: recipient });
    expect(view.decision).toMatchObject({ approve: true });
  });
  test("a rejection says why in words", () => {
    const reject = (reason: number) =>
      action({
        tag: "reject",
        reason,
        deposit: { txid: "cd".repeat(32), vout: 1 },
        burnBlock: { height: 9, hash: "ab".repeat(32) },
      });
    const body = (reason: number) => asked([reject(reason)], found(passed)).body;
    const said = (words: string) => ({ label: "Reason", value: [{ kind: "text", text: words }] });
    expect(body(2)).toMatchObject({
      facts: expect.arrayContaining([
        said("Its recipient is not on the list of members (number 2)"),
      ]) as object,
    });
    expect(body(77)).toMatchObject({ facts: expect.arrayContaining([said("Number 77")]) as object });
  });
  test("a payment is drawn with every coin named, and its sighashes rebuilt here", () => {
    const paying = payment();
    const view = asked([paying], found(passed));
    if (view.body.shape !== "transaction") throw new Error(`drawn as ${view.body.shape}`);
    expect(view.body.inputs.map(({ label }) => label)).toEqual([
      "The request’s fee output",
      "Coin of the peg",
    ]);
    expect(view.body.outputs.map(({ label }) => label)).toEqual(["Data", "Recipient", "Back to the peg"]);
    expect(view.body.feeSats).toBe(2_000n);
    expect(view.detail).toContainEqual({
      kind: "address",
      address: addressOf(bareTaproot(3), networks.regtest),
    });
    expect(view.raw.filter(({ label }) => label.startsWith("Sighash"))).toMatchObject([
      { label: "Sighash, input 0", same: true },
      { label: "Sighash, input 1", same: true },
    ]);
    expect(view.raw).toContainEqual({
      label: "Unsigned transaction",
      hex: paying.tag === "transaction" ? toHex(paying.unsigned) : null,
    });
  });
  test("a refused check names its code, what is wrong and what may help, and closes the button", () => {
    const refused: Check = {
      id: "F8",
      state: "refused",
      code: "stolenChange",
      says: "It goes to bcrt1.",
      mayPass: false,
    };
    const view = asked([payment()], found(passed, refused, { id: "F9", state: "skipped" }));
    const line = view.checks.find(({ state }) => state === "refused");
    expect(line).toMatchObject({
      code: "F8 stolenChange",
      title: "The peg’s change would go somewhere else",
    });
    expect(view.checks.some(({ code }) => code === "F9")).toBe(false);
    expect(view.decision).toMatchObject({ approve: false, why: "A check made by this tab refused it." });
  });
  test("several operations are listed, and a hand-over is typed", () => {
    const both = asked([mint, payment()], { ...found(passed), checks: [[passed], [passed]] });
    expect(both).toMatchObject({ kind: "batch", size: "2 operations", body: { shape: "several" } });
    expect(new Set(both.checks.map(({ code }) => code)).size).toBe(both.checks.length);
    const { key } = soloGroup(9);
    const over = asked([action({ tag: "setWallet", address: "bcrt1-next", key })], found(passed));
    expect(over.decision).toMatchObject({ typeToConfirm: "HAND OVER" });
    const own = asked([action({ tag: "setWallet", address: "bcrt1-own", key: groupKey })], found(passed));
    expect(own.decision?.typeToConfirm).toBeUndefined();
  });
  test("a refusal that arrives as a code is shown in words", () => {
    table.signer("Ana").answer("approveOperation", "stolenChange");
    const reasons = viewsOf(found(passed)).flatMap(({ seats }) => seats.map(({ reason }) => reason));
    expect(reasons).toContain("The peg’s change would go somewhere else");
  });
});
