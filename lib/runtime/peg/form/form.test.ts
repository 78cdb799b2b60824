import { schnorr } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatBitcoin } from "../../../sbtc/amount.ts";
import { addressOf, dustLimit, scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { networks } from "../../../sbtc/network.ts";
import { parseGroupKey, pegScript } from "../../../sbtc/ops/peg-script.ts";
import { signVrs } from "../../../sbtc/ops/owner-signature.ts";
import { parsePegOutRequest } from "../../../sbtc/ops/peg-out-request.ts";
import { readAnnouncedDeposit } from "../../../sbtc/ops/deposit-announcement.ts";
import { parsePegIn } from "../../../sbtc/ops/peg-in.ts";
import { parsePrincipal } from "../../../sbtc/ops/principal.ts";
import { parseTxid } from "../../../sbtc/bytes.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import { WalletError } from "../wallets/wallet.ts";
import { buildOrder, payAddress, topUpUri } from "./build.ts";
import { checkAmount } from "./checks.ts";
import { readContractText, type PegFacts } from "./facts.ts";
import { fulfilmentFee, sweepFeeCap } from "./fees.ts";
import { problemOf } from "./problems.ts";
import {
  answer,
  answered,
  edit,
  goBack,
  goOn,
  messageOf,
  newForm,
  otherAmount,
  write,
  type FormContext,
  type FormState,
} from "./state.ts";

const network = networks.regtest;
const secret = new Uint8Array(32).fill(5);
const groupKey = parseGroupKey(schnorr.getPublicKey(secret));
const script = pegScript(groupKey, "peg").script;
const stacks = "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6";
const contract = `${stacks}.sbtc`;
const to = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const facts: PegFacts = {
  contract,
  groupKey,
  pegScript: script,
  walletAddress: addressOf(script, network) ?? "",
  epoch: 1n,
  limits: {
    ...{ minAmount: 10_000n, maxMint: 1_000_000n, maxLock: 500_000n, window: 144, supplyCap: 5_000_000n },
    ...{ windowMint: 2_000_000n, windowLock: 600_000n, confirmations: 6, lifetime: 30 },
  },
  halted: false,
  allowList: false,
  used: { minted: 1_500_000n, locked: 0n },
  supply: 4_900_000n,
  quorum: { have: 0, needed: 2, total: 3 },
  tip: 100,
  rates: { fast: 2000n, normal: 2000n, slow: 1000n },
};
const context = (over: Partial<PegFacts> = {}, sbtc: bigint | null = null): FormContext => ({
  facts: { ...facts, ...over },
  network,
  sbtc,
});
const filled = (form: FormState, text: string, by: FormContext = context()): FormState =>
  goOn(answer(write(form, text), by));
const coins = [
  { txid: parseTxid("ab".repeat(32)), vout: 0, amount: 3_000_000n, script: scriptOfAddress(to, network) },
];
const funds = { coins, changeScript: scriptOfAddress(to, network), rate: 2000n };

describe("an amount", () => {
  test.each([
    ["", "amount-empty"],
    ["1,5", "amount-not-a-number"],
    ["0.000000001", "amount-too-precise"],
    ["99999999", "amount-too-large"],
    ["0.00009999", "amount-below-minimum"],
    ["0.01000001", "amount-above-cap"],
    ["0.00500001", "amount-above-window"],
  ])("%j for a peg-in is refused as %s before any wallet is asked", (text, code) => {
    const roomy = { ...facts, supply: 0n };
    const read = checkAmount(text, "in", roomy, null);
    expect(read.ok ? "accepted" : read.problem.code).toBe(code);
  });

  test("above what the contract would let exist names what it leaves", () => {
    const read = checkAmount("0.002", "in", facts, null);
    expect(!read.ok && read.problem).toEqual({ code: "amount-above-supply", nearest: 100_000n });
  });

  test("above the account's own sBTC is refused for a peg-out", () => {
    const read = checkAmount("0.004", "out", facts, 399_999n);
    expect(!read.ok && read.problem).toEqual({ code: "amount-above-balance", nearest: 399_999n });
  });

  test("inside every limit is taken exactly, and the nearest amount offered is always accepted", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2_000_000n }),
        fc.constantFrom("in" as const, "out" as const),
        fc.option(fc.bigInt({ min: 10_000n, max: 700_000n })),
        (sats, direction, balance) => {
          const available = direction === "out" ? balance : null;
          const read = checkAmount(formatBitcoin(sats), direction, facts, available);
          if (read.ok) expect(read.value).toBe(sats);
          else if (read.problem.nearest !== undefined) {
            const again = checkAmount(formatBitcoin(read.problem.nearest), direction, facts, available);
            // one limit may hide a tighter one; it then names that, and never refuses its own proposal
            if (!again.ok) expect(again.problem.code).not.toBe(read.problem.code);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("the form", () => {
  test("asks one question after another, and goes on only from an answer", () => {
    let form = newForm("in");
    expect(goOn(form)).toBe(form);
    form = filled(form, "0.0005");
    expect(form.step).toBe("recipient");
    expect(filled(form, "nobody").problem?.code).toBe("principal-invalid");
    form = filled(form, stacks);
    expect(form.step).toBe("way");
    form = goOn(answer(form, context()));
    expect(form.step).toBe("check");
    expect(goBack(form).step).toBe("way");
    expect(edit(form, "amount").texts.amount).toBe("0.0005");
    expect(edit(form, "pay")).toBe(form);
  });

  test("refuses the peg's own address, the contract, other networks, and what is dust", () => {
    const out = filled(newForm("out"), "0.001");
    expect(filled(out, facts.walletAddress).problem?.code).toBe("address-is-peg");
    expect(filled(out, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4").problem?.code).toBe(
      "address-wrong-network",
    );
    const inward = filled(newForm("in"), "0.0005");
    expect(filled(inward, contract).problem?.code).toBe("principal-is-peg");
    expect(filled(inward, "SP3FBR2AGK5H9QBDH3EEN6DF8EK8JY7RX8QJ5SVTE").problem?.code).toBe(
      "principal-wrong-network",
    );
    const low = context({ limits: { ...facts.limits, minAmount: 1n } });
    const dusty = filled(newForm("out"), "0.00000100", low);
    const problem = filled(dusty, to, low).problem;
    expect(problem).toEqual({ code: "amount-below-dust", nearest: dustLimit(scriptOfAddress(to, network)) });
  });

  test("stands still while the peg is halted", () => {
    expect(filled(newForm("in"), "0.0005", context({ halted: true })).problem?.code).toBe("halted");
  });

  test("takes no deposit that its sweep could bring below the minimum, and offers the direct form a way on", () => {
    let form = filled(filled(newForm("in"), "0.0001"), stacks);
    expect(answer(form, context()).problem?.code).toBe("amount-below-minimum");
    form = { ...form, way: "direct" };
    expect(answered(answer(form, context()))).toBe(true);
  });

  test("forgets a signature as soon as amount or address change", () => {
    let form = filled(filled(newForm("out"), "0.001"), to);
    const message = messageOf(form, network);
    expect(message?.text).toContain("100000 satoshis");
    const signature = signVrs(message?.digest ?? new Uint8Array(32), secret);
    form = { ...form, signed: { signature, owner: stacks } };
    expect(goOn(form).step).toBe("check");
    expect(write(edit(form, "recipient"), to).signed).toBeNull();
    expect(otherAmount(form, 100_001n).signed).toBeNull();
    expect(otherAmount(form, 100_001n).texts.amount).toBe("0.00100001");
  });
});

describe("the transaction", () => {
  const recipient = parsePrincipal(stacks, network);
  const reclaimKey = schnorr.getPublicKey(new Uint8Array(32).fill(6));

  test("of a deposit says all it takes to sweep it or take it back", () => {
    const way = { tag: "deposit", reclaimKey, lockBlocks: 144 } as const;
    const order = { direction: "in", amount: 50_000n, recipient, way } as const;
    const plan = buildOrder(order, facts, network, funds);
    const found = readAnnouncedDeposit(plan.unsigned, [groupKey], network);
    expect(found.amount).toBe(50_000n);
    expect(found.reclaim).toEqual({ key: reclaimKey, blocks: 144 });
    expect(found.data.maxFee).toBe(sweepFeeCap(facts.rates));
    expect(payAddress(plan, order, network)).toBe(addressOf(found.script, network));
  });

  test("of a direct peg-in pays the peg exactly", () => {
    const order = { direction: "in", amount: 50_000n, recipient, way: { tag: "direct" } } as const;
    const plan = buildOrder(order, facts, network, funds);
    expect(parsePegIn(plan.unsigned, { network, dialect: "D2", pegScript: script }).amount).toBe(50_000n);
    expect(payAddress(plan, order, network)).toBe(facts.walletAddress);
  });

  test("of a request offers three times the estimate for its payout", () => {
    const recipientScript = scriptOfAddress(to, network);
    const signature = signVrs(new Uint8Array(32).fill(1), secret);
    const order = { direction: "out", amount: 20_000n, recipientScript, signature } as const;
    const plan = buildOrder(order, facts, network, funds);
    const request = parsePegOutRequest(plan.unsigned, { network, dialect: "D2", pegScript: script });
    expect(request.fulfilmentFee).toBe(fulfilmentFee(facts.rates, recipientScript, script));
    const dearer = fulfilmentFee({ ...facts.rates, normal: 4000n }, recipientScript, script);
    expect(Number(dearer) / Number(request.fulfilmentFee)).toBeCloseTo(2, 2);
    expect(fulfilmentFee({ ...facts.rates, normal: 1_000_000n }, recipientScript, script)).toBe(500_000n);
  });

  test("is asked of a QR code in BTC, exactly", () => {
    expect(topUpUri(to, 1n)).toBe(`bitcoin:${to}?amount=0.00000001`);
    expect(topUpUri(to, 2_100_000_000_000_000n)).toBe(`bitcoin:${to}?amount=21000000.00000000`);
  });
});

describe("a peg is named", () => {
  test.each([contract, ` ${contract}\n`, `https://a.example/peg#/${contract}/in`])("by %j", (text) => {
    expect(readContractText(text)).toBe(contract);
  });
  test.each(["", "ST1", `${stacks}.other`, "hello"])("not by %j", (text) => {
    expect(() => readContractText(text)).toThrow("contract-name");
  });
});

test("every kind of error ends as a problem with words; a fault of our own tells nothing of itself", () => {
  expect(problemOf(new Refusal("nodeTimedOut", "slow"))).toEqual({ code: "node-down", detail: "slow" });
  expect(problemOf(new WalletError("wallet-cancelled", "no")).code).toBe("wallet-cancelled");
  expect(problemOf(new TypeError("secret things"))).toEqual({ code: "unexpected" });
});
