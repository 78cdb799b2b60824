import { schnorr } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { parseBlockHash, parseTxid } from "../../../sbtc/bytes.ts";
import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { parseTransaction, serializeTransaction, type TxOutput } from "../../../sbtc/bitcoin/transaction.ts";
import type { DepositState, WithdrawalState } from "../../../sbtc/contract/queries.ts";
import { networks } from "../../../sbtc/network.ts";
import { announcedDepositOutputs, readAnnouncedDeposit } from "../../../sbtc/ops/deposit-announcement.ts";
import { signVrs } from "../../../sbtc/ops/owner-signature.ts";
import { encodePegOutRequest, parsePegOutRequest } from "../../../sbtc/ops/peg-out-request.ts";
import { parseGroupKey, pegScript } from "../../../sbtc/ops/peg-script.ts";
import { parsePrincipal } from "../../../sbtc/ops/principal.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import { MemoryStore } from "../../memory-store.ts";
import { put } from "../../ports/store.ts";
import type { PegFacts } from "../form/facts.ts";
import type { PegInEvidence, PegOutEvidence, SpentBy } from "./gather.ts";
import { PegHistory, type OwnRequest } from "./history.ts";
import { pegInView, type StatusContext } from "./peg-in-view.ts";
import { pegOutView } from "./peg-out-view.ts";

const network = networks.regtest;
const secret = new Uint8Array(32).fill(5);
const groupKey = parseGroupKey(schnorr.getPublicKey(secret));
const script = pegScript(groupKey, "peg").script;
const account = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6";
const facts: PegFacts = {
  ...{ contract: `${account}.sbtc`, groupKey, pegScript: script, walletAddress: "", epoch: 1n },
  limits: {
    ...{ minAmount: 10_000n, maxMint: 1_000_000n, maxLock: 1_000_000n, window: 144 },
    ...{ windowMint: 2_000_000n, windowLock: 2_000_000n, supplyCap: 5_000_000n },
    ...{ confirmations: 6, lifetime: 30 },
  },
  ...{ halted: false, allowList: false, used: { minted: 0n, locked: 0n }, supply: 0n },
  quorum: { have: 0, needed: 2, total: 3 },
  tip: 120,
  rates: { fast: 2000n, normal: 2000n, slow: 1000n },
};
const block = { height: 100, hash: parseBlockHash("0a".repeat(32)) };
const transaction = (outputs: readonly TxOutput[]) =>
  parseTransaction(
    serializeTransaction({
      ...{ version: 2, lockTime: 0, outputs },
      inputs: [
        {
          ...{ txid: parseTxid("11".repeat(32)), vout: 0, sequence: 0xfffffffd },
          ...{ scriptSig: new Uint8Array(), witness: [] },
        },
      ],
    }),
  );

const data = { maxFee: 1000n, recipient: parsePrincipal(account, network) };
const depositTx = transaction(
  announcedDepositOutputs(
    { data, reclaim: { key: schnorr.getPublicKey(secret), blocks: 144 } },
    50_000n,
    groupKey,
    network,
  ),
);
const found = readAnnouncedDeposit(depositTx, [groupKey], network);
const seen = (confirmations: number, tx = depositTx) => ({ tx, block, confirmations, at: 1_000 });
const spentBy = (opcode: SpentBy["opcode"]): SpentBy => ({ ...seen(1), opcode });
const context = (over: Partial<PegFacts> = {}): StatusContext => ({
  facts: { ...facts, ...over },
  ...{
    site: "devnet",
    txid: depositTx.txid,
    link: "https://a.example/peg#/x",
    sentAt: null,
    asked: { at: 5 },
  },
});

const pegIn = (over: Partial<PegInEvidence> = {}): PegInEvidence => ({
  seen: seen(6),
  reading: { way: "deposit", recipient: account, amount: 50_000n, outpoint: found.outpoint, found },
  ...{ deposit: null, spent: null, reclaimed: false, recipientAllowed: true, deed: null },
  ...over,
});
const minted: DepositState = { state: "minted", amount: 49_000n, recipient: account, burnHeight: 100 };
const states = (steps: readonly { readonly state: string }[]) => steps.map(({ state }) => state).join(" ");

describe("a peg-in's page", () => {
  test.each([
    ["unknown to every source", pegIn({ seen: null, reading: null }), "now next next next next next"],
    ["unconfirmed", pegIn({ seen: { ...seen(0), block: null } }), "done now next next next next"],
    ["five of six blocks deep", pegIn({ seen: seen(5) }), "done now next next next next"],
    ["deep enough", pegIn(), "done done now next next next"],
    ["swept", pegIn({ spent: spentBy(null) }), "done done done done now next"],
    ["minted", pegIn({ spent: spentBy(null), deposit: minted }), "done done done done done done"],
  ])("that is %s says so and nothing more", (_, evidence, expected) => {
    expect(states(pegInView(evidence, context()).steps)).toBe(expected);
  });

  test("never claims approvals that only signers know of", () => {
    const { steps } = pegInView(pegIn(), context());
    const note = steps.find(({ id }) => id === "approved")?.note[0];
    expect(note).toMatchObject({
      text: expect.stringContaining("Signers decide in their own tabs") as string,
    });
    expect(steps.find(({ id }) => id === "approved")?.at).toBeUndefined();
  });

  test("shows what was minted, not what was paid", () => {
    const view = pegInView(pegIn({ spent: spentBy(null), deposit: minted }), context());
    expect(view.amount).toEqual({ sats: 49_000n, unit: "sBTC" });
    expect(view.final).toBe(true);
  });

  const refused = (code: Refusal["code"]) =>
    pegIn({ reading: { way: "refused", refusal: new Refusal(code, "why") } });
  test.each([
    ["not-found", pegIn({ seen: null, reading: null }), {}],
    ["other-peg", refused("notPegWallet"), {}],
    ["other-peg", refused("commitmentMismatch"), {}],
    ["old-peg", refused("pegWalletExpired"), {}],
    ["not-a-request", refused("dataOutputMissing"), {}],
    ["reclaimed", pegIn({ spent: spentBy(null), reclaimed: true }), {}],
    ["rejected", pegIn({ deposit: { ...minted, state: "rejected", recipient: null } }), {}],
    [
      "returned",
      pegIn({ deposit: { ...minted, state: "rejected", recipient: null }, spent: spentBy("pegInReturn") }),
      {},
    ],
    ["below-minimum", pegIn(), { limits: { ...facts.limits, minAmount: 60_000n } }],
    ["above-cap", pegIn(), { limits: { ...facts.limits, maxMint: 40_000n } }],
    ["recipient-not-allowed", pegIn({ recipientAllowed: false }), {}],
    ["halted", pegIn(), { halted: true }],
    ["supply-full", pegIn(), { supply: 4_990_000n }],
    ["window-full", pegIn(), { used: { minted: 1_990_000n, locked: 0n } }],
    ["unbacked", pegIn({ deposit: minted }), {}],
    ["unbacked", pegIn({ deposit: minted, spent: { ...spentBy(null), block: null } }), {}],
  ] as const)("that stands still says %s and what next", (code, evidence, over) => {
    const { stop } = pegInView(evidence, context(over));
    expect(stop?.code).toBe(code);
    expect(stop?.next).not.toBe("none");
  });

  test("is not over while the bitcoin behind the mint are in no block", () => {
    const direct = { way: "direct", recipient: account, amount: 50_000n, outpoint: found.outpoint } as const;
    const at = (block: SpentBy["block"]) =>
      pegInView(pegIn({ reading: direct, deposit: minted, seen: { ...seen(6), block } }), context());
    expect(at(null)).toMatchObject({ final: false, stop: { code: "unbacked", tone: "sun" } });
    expect(at(block)).toMatchObject({ final: true });
    expect(at(block).stop).toBeUndefined();
  });

  test("opens the way back exactly when the lock has passed", () => {
    const reclaim = (confirmations: number) =>
      pegInView(pegIn({ seen: seen(confirmations) }), context()).reclaim;
    expect(reclaim(143)).toMatchObject({ state: "locked", blocksLeft: 1 });
    expect(reclaim(144)).toMatchObject({ state: "open", blocksLeft: 0 });
    expect(pegInView(pegIn({ seen: seen(200), spent: spentBy(null) }), context()).reclaim).toBeUndefined();
  });
});

const to = pegScript(parseGroupKey(schnorr.getPublicKey(new Uint8Array(32).fill(8))), "peg").script;
const signature = signVrs(new Uint8Array(32).fill(1), secret);
const requestTx = transaction([
  encodePegOutRequest({ amount: 20_000n, signature, memo: new Uint8Array() }, network),
  { amount: 330n, script: to },
  { amount: 2000n, script },
]);
const request = parsePegOutRequest(requestTx, { network, dialect: "D2", pegScript: script });
const pegOut = (over: Partial<PegOutEvidence> = {}): PegOutEvidence => ({
  seen: seen(6, requestTx),
  reading: { tag: "request", request, owner: account, to: addressOf(to, network) ?? "" },
  ...{ withdrawal: null, spent: null, ownerBalance: 20_000n, messageUsedBy: null },
  ...{ scriptAllowed: true, locked: null, ended: null },
  ...over,
});
const locked: WithdrawalState = {
  ...{ state: "locked", owner: account, amount: 20_000n, script: to, message: new Uint8Array(32) },
  ...{ burnHeight: 100, expires: 130, finalTxid: null },
};

describe("a peg-out's page", () => {
  test.each([
    ["deep enough", pegOut(), "done done now next next next"],
    ["locked", pegOut({ withdrawal: locked }), "done done done now next next"],
    ["paid", pegOut({ withdrawal: locked, spent: spentBy("fulfilment") }), "done done done done done now"],
    [
      "settled",
      pegOut({ withdrawal: { ...locked, state: "settled" }, spent: spentBy("fulfilment") }),
      "done done done done done done",
    ],
  ])("that is %s says so and nothing more", (_, evidence, expected) => {
    expect(states(pegOutView(evidence, context()).steps)).toBe(expected);
  });

  test.each([
    ["message-used", pegOut({ messageUsedBy: "ab".repeat(32) }), {}],
    ["owner-short", pegOut({ ownerBalance: 19_999n }), {}],
    ["recipient-not-allowed", pegOut({ scriptAllowed: false }), {}],
    ["below-minimum", pegOut(), { limits: { ...facts.limits, minAmount: 30_000n } }],
    ["above-cap", pegOut(), { limits: { ...facts.limits, maxLock: 10_000n } }],
    ["window-full", pegOut(), { used: { minted: 0n, locked: 1_990_000n } }],
    ["halted", pegOut(), { halted: true }],
    ["expired", pegOut({ withdrawal: locked }), { tip: 131 }],
    ["cancelled", pegOut({ withdrawal: locked, spent: spentBy("cancel") }), {}],
    ["refunded", pegOut({ withdrawal: { ...locked, state: "refunded" }, spent: spentBy("cancel") }), {}],
    ["unpaid", pegOut({ withdrawal: { ...locked, state: "settled" } }), {}],
  ] as const)("that stands still says %s and what next", (code, evidence, over) => {
    const { stop } = pegOutView(evidence, context(over));
    expect(stop?.code).toBe(code);
    expect(stop?.next).not.toBe("none");
  });

  test("that a cancel spent is never called paid", () => {
    const view = pegOutView(pegOut({ withdrawal: locked, spent: spentBy("cancel") }), context());
    expect(states(view.steps)).toBe("done done done now next next");
  });

  test("is not expired in its last block", () => {
    expect(pegOutView(pegOut({ withdrawal: locked }), context({ tip: 130 })).stop).toBeUndefined();
  });
});

describe("a browser's own requests", () => {
  const own: OwnRequest = {
    ...{ direction: "in", contract: facts.contract, txid: "ab".repeat(32), sats: 2_100_000_000_000_000n },
    ...{ to: account, at: 5, raw: "00", state: "Sent", final: false },
  };

  test("come back exactly, newest first, and can be forgotten", async () => {
    const history = new PegHistory(new MemoryStore());
    const newer = { ...own, txid: "cd".repeat(32), at: 9 };
    await history.keep(own);
    await history.keep(newer);
    expect(await history.list()).toEqual([newer, own]);
    await history.forget(own.txid);
    expect(await history.get(own.txid)).toBeNull();
  });

  test("an entry that cannot be read hides no other", async () => {
    const store = new MemoryStore();
    const history = new PegHistory(store);
    await history.keep(own);
    await store.commit([put(`request/${"ef".repeat(32)}`, new TextEncoder().encode("{}"))]);
    expect(await history.list()).toEqual([own]);
  });
});
