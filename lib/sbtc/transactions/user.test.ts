import { describe, expect, test } from "vitest";
import { base64 } from "@scure/base";
import { p2pkh, p2sh, p2tr, p2wpkh, Transaction } from "@scure/btc-signer";
import { schnorr } from "@noble/curves/secp256k1.js";
import { networks } from "../network.ts";
import { parseTransaction, serializeTransaction } from "../bitcoin/transaction.ts";
import { dustLimit } from "../bitcoin/script.ts";
import { depositOutput } from "../ops/deposit-script.ts";
import { parsePegIn } from "../ops/peg-in.ts";
import { parsePegOutRequest } from "../ops/peg-out-request.ts";
import { pegOutMessageHash, signVrs } from "../ops/owner-signature.ts";
import { codeOf, transactionWith } from "../testing/transactions.ts";
import { bareTaproot, coin, keyWallet, noAux, recipientAccount, soloGroup } from "../testing/wallets.ts";
import { fromSignedPsbt, isReplaceable, toPsbt, type WalletHint } from "./psbt.ts";
import { finalize, signWithKey } from "./sign.ts";
import { buildReclaim } from "./script-path.ts";
import { feeFor, feeRate } from "./size.ts";
import { buildCommit, buildDeposit, buildPegIn, buildPegOutRequest, fundByUser } from "./user.ts";

const network = networks.testnet3;
const group = soloGroup(1);
const user = keyWallet(3);
const rate = feeRate(2);
const context = { network, dialect: "D2", pegScript: group.script } as const;
const pegIn = {
  recipient: recipientAccount,
  amount: 100_000n,
  pegScript: group.script,
  network,
  dialect: "D2",
} as const;
const funds = (...amounts: bigint[]) => ({
  coins: amounts.map((one) => coin(user.script, one)),
  changeScript: user.script,
  rate,
});

/** What a browser wallet does: reads the PSBT, signs its inputs, gives it back. */
function walletSigns(psbt: Uint8Array, secret = user.secret): Uint8Array {
  const tx = Transaction.fromPSBT(psbt, { allowUnknownOutputs: true });
  tx.sign(secret, undefined, noAux);
  return tx.toPSBT();
}

describe("peg-in through a wallet", () => {
  test("the wallet signs the PSBT, and the result is the peg-in that was planned", () => {
    const plan = buildPegIn(pegIn, funds(80_000n, 50_000n));
    const tx = fromSignedPsbt(plan, walletSigns(toPsbt(plan)));
    const op = parsePegIn(tx, context);
    expect(op.amount).toBe(100_000n);
    expect(plan.fee).toBe(feeFor(plan.vsize, rate));
    expect(isReplaceable(tx)).toBe(true);
  });

  test("base64 from the wallet, and inputs it already finalized, work too", () => {
    const plan = buildPegIn(pegIn, funds(150_000n));
    const tx = Transaction.fromPSBT(walletSigns(toPsbt(plan)), { allowUnknownOutputs: true });
    tx.finalize();
    expect(fromSignedPsbt(plan, base64.encode(tx.toPSBT())).outputs[1]!.amount).toBe(100_000n);
  });

  const kinds: [string, Uint8Array, WalletHint][] = [
    [
      "P2TR",
      p2tr(schnorr.getPublicKey(user.secret)).script,
      { tapInternalKey: schnorr.getPublicKey(user.secret) },
    ],
    [
      "P2WPKH inside P2SH",
      p2sh(p2wpkh(user.publicKey)).script,
      { redeemScript: p2wpkh(user.publicKey).script },
    ],
  ];
  test.each(kinds)("from a %s address", (_, script, hint) => {
    const plan = buildPegIn(pegIn, { coins: [coin(script, 150_000n)], changeScript: script, rate });
    const tx = fromSignedPsbt(plan, walletSigns(toPsbt(plan, new Map([[0, hint]]))));
    expect(tx.outputs).toHaveLength(3);
    const byKey = finalize(plan, new Map([[0, signWithKey(plan, 0, user.secret, noAux)]]));
    expect(byKey.outputs).toEqual(tx.outputs);
  });

  test("from a P2PKH address, which needs the transaction before", () => {
    const { script } = p2pkh(user.publicKey);
    const before = transactionWith([{ amount: 150_000n, script }]);
    const plan = buildPegIn(pegIn, {
      coins: [{ txid: before.txid, vout: 0, amount: 150_000n, script }],
      changeScript: script,
      rate,
    });
    expect(codeOf(() => toPsbt(plan))).toBe("psbtMalformed");
    const tx = fromSignedPsbt(
      plan,
      walletSigns(toPsbt(plan, new Map([[0, { previousTransaction: before.raw }]]))),
    );
    expect(tx.inputs[0]!.scriptSig.length).toBeGreaterThan(100);
  });
});

describe("reclaim through a wallet", () => {
  const key = schnorr.getPublicKey(user.secret);
  const out = depositOutput({ maxFee: 9n, recipient: recipientAccount }, group.key, { blocks: 10, key });
  const plan = buildReclaim(coin(out.script, 40_000n), out.tree.second, user.script, 10, rate);

  test("the PSBT carries the leaf, and the wallet's signature makes a valid reclaim", () => {
    const tx = fromSignedPsbt(plan, walletSigns(toPsbt(plan)));
    expect(tx.inputs[0]!.witness).toHaveLength(3);
    expect(tx.inputs[0]!.sequence).toBe(10);
  });
  test("another wallet's signature does not", () => {
    expect(() => walletSigns(toPsbt(plan), keyWallet(8).secret)).toThrow();
    expect(codeOf(() => fromSignedPsbt(plan, toPsbt(plan)))).toBe("psbtNotSigned");
  });
});

describe("a wallet that does not do as asked", () => {
  const plan = buildPegIn(pegIn, funds(150_000n));
  test("returns something that is no PSBT", () => {
    expect(codeOf(() => fromSignedPsbt(plan, new Uint8Array(5)))).toBe("psbtMalformed");
    expect(codeOf(() => fromSignedPsbt(plan, "not base64!"))).toBe("psbtMalformed");
  });
  test("does not sign", () => {
    expect(codeOf(() => fromSignedPsbt(plan, toPsbt(plan)))).toBe("psbtNotSigned");
  });
  test("pays somebody else", () => {
    const other = buildPegIn(
      { ...pegIn, pegScript: soloGroup(9).script },
      { coins: [plan.inputs[0]!.coin], changeScript: user.script, rate },
    );
    expect(codeOf(() => fromSignedPsbt(plan, walletSigns(toPsbt(other))))).toBe("psbtChanged");
  });
  test("signs with another account's key", () => {
    const tx = parseTransaction(serializeTransaction(plan.unsigned));
    const witness = [new Uint8Array(71).fill(0x30), keyWallet(4).publicKey];
    const psbt = Transaction.fromPSBT(toPsbt(plan), { allowUnknownOutputs: true });
    psbt.updateInput(0, { finalScriptWitness: witness }, true);
    expect(tx.txid).toBe(plan.unsigned.txid);
    expect(codeOf(() => fromSignedPsbt(plan, psbt.toPSBT()))).toBe("signatureInvalid");
  });
});

describe("funding", () => {
  const recipientScript = bareTaproot(4);
  test("a request is dust to the recipient, the fee to the peg, and change", () => {
    const signature = signVrs(pegOutMessageHash(50_000n, recipientScript, network, "D2"), user.secret);
    const data = { amount: 50_000n, signature, memo: new Uint8Array() };
    const plan = buildPegOutRequest(
      { data, recipientScript, fulfilmentFee: 2_000n, pegScript: group.script, network },
      funds(9_000n),
    );
    const tx = finalize(plan, new Map([[0, signWithKey(plan, 0, user.secret, noAux)]]));
    const request = parsePegOutRequest(tx, context);
    expect([request.amount, request.fulfilmentFee, tx.outputs[1]!.amount]).toEqual([
      50_000n,
      2_000n,
      dustLimit(recipientScript),
    ]);
  });
  test("an absurd fulfilment fee is refused before anybody can lose it", () => {
    const signature = signVrs(pegOutMessageHash(50_000n, recipientScript, network, "D2"), user.secret);
    const data = { amount: 50_000n, signature, memo: new Uint8Array() };
    const parts = { data, recipientScript, fulfilmentFee: 500_001n, pegScript: group.script, network };
    expect(codeOf(() => buildPegOutRequest(parts, funds(9_000_000n)))).toBe("feeTooHigh");
  });
  test("commit and deposit are output 0 of a funded transaction", () => {
    const key = schnorr.getPublicKey(user.secret);
    const reclaim = { key, blocks: 144 };
    const commit = buildCommit(
      {
        data: { tag: "pegIn", recipient: recipientAccount, feeSubsidy: 1_000n },
        amount: 20_000n,
        revealKey: key,
        reclaim,
      },
      funds(90_000n),
    );
    expect(commit.plan.unsigned.outputs[0]).toEqual({ amount: 20_000n, script: commit.commit.script });
    const deposit = buildDeposit(
      { data: { maxFee: 9n, recipient: recipientAccount }, amount: 20_000n, groupKey: group.key, reclaim },
      funds(90_000n),
    );
    expect(deposit.plan.unsigned.outputs[0]).toEqual({ amount: 20_000n, script: deposit.deposit.script });
  });
  test("the fewest coins, largest first", () => {
    expect(
      buildPegIn(pegIn, funds(40_000n, 90_000n, 60_000n, 1_000n)).inputs.map(({ coin: one }) => one.amount),
    ).toEqual([90_000n, 60_000n]);
  });
  test("change that would be dust goes to the miner and shows in the fee", () => {
    const exact = buildPegIn(pegIn, funds(150_000n));
    const lean = 100_000n + exact.fee + 200n;
    const plan = buildPegIn(pegIn, funds(lean));
    expect(plan.feeChange).toBe(0n);
    expect(plan.unsigned.outputs).toHaveLength(2);
    expect(plan.fee).toBe(lean - 100_000n);
  });
  test("too little says how much is missing; no coins says so; dust cannot be sent", () => {
    expect(codeOf(() => buildPegIn(pegIn, funds(50_000n)))).toBe("insufficientFunds");
    expect(() => buildPegIn(pegIn, funds(50_000n))).toThrow(/5\d{4} satoshi are missing/);
    expect(() => buildPegIn(pegIn, funds())).toThrow(/no coins/);
    expect(codeOf(() => buildPegIn({ ...pegIn, amount: 100n }, funds(50_000n)))).toBe("amountBelowDust");
  });
  test("coins in scripts no wallet here signs are left alone", () => {
    const odd = coin(Uint8Array.of(0x00, 0x20, ...new Uint8Array(32)), 1_000_000n);
    expect(
      codeOf(() =>
        fundByUser([{ amount: 1_000n, script: group.script }], {
          coins: [odd],
          changeScript: user.script,
          rate,
        }),
      ),
    ).toBe("insufficientFunds");
  });
});
