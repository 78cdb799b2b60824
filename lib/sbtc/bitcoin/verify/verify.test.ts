import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { p2pkh, p2sh, p2wpkh, Transaction } from "@scure/btc-signer";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { parseTxid, toHex } from "../../bytes.ts";
import { dataLeaf, reclaimLeaf } from "../../ops/lock-script.ts";
import { bytesOf, standardScript, txid, unsignedParts } from "../../testing/arbitraries.ts";
import { codeOf, transactionWith } from "../../testing/transactions.ts";
import { pushData, taprootScript } from "../script.ts";
import { twoLeafOutput } from "../taproot.ts";
import {
  parseTransaction,
  serializeTransaction,
  type BitcoinTx,
  type TxInput,
  type TxOutput,
} from "../transaction.ts";
import { isFinal, sequenceLocks } from "./locks.ts";
import { SighashCache } from "./sighash.ts";
import { readNumber, writeNumber } from "./stack.ts";
import { verifyInputs } from "./input.ts";
import { verifyTransaction } from "./transaction.ts";

const secret = new Uint8Array(32).fill(3);
const other = new Uint8Array(32).fill(4);
const publicKey = secp256k1.getPublicKey(secret);
const xOnly = publicKey.subarray(1);
const id = parseTxid("ab".repeat(32));
const destination: TxOutput = { amount: 9_000n, script: taprootScript(xOnly) };

/** Spends one output of `script` as btc-signer would, and returns what it made beside what it spent. */
function signed(
  script: Uint8Array,
  extra: object = {},
): { readonly tx: BitcoinTx; readonly prevouts: TxOutput[] } {
  const tx = new Transaction({ allowLegacyWitnessUtxo: true });
  tx.addInput({ txid: id, index: 0, witnessUtxo: { amount: 10_000n, script }, ...extra });
  tx.addOutput(destination);
  tx.sign(secret, undefined, new Uint8Array(32));
  tx.finalize();
  return { tx: parseTransaction(tx.extract()), prevouts: [{ amount: 10_000n, script }] };
}

const replaceInput = (tx: BitcoinTx, change: Partial<TxInput>): BitcoinTx =>
  parseTransaction(
    serializeTransaction({ ...tx, inputs: [{ ...tx.inputs[0]!, ...change }, ...tx.inputs.slice(1)] }),
  );

/** Signs input 0 by a leaf of a two-leaf output; `spoil` may change the signature. */
function leafSpend(
  lock: number,
  sequence: number,
  options: { version?: number; leaf?: "first" | "second"; key?: Uint8Array } = {},
) {
  const tree = twoLeafOutput(dataLeaf(pushData(Uint8Array.of(1, 2, 3)), xOnly), reclaimLeaf(lock, xOnly));
  const leaf = tree[options.leaf ?? "second"];
  const bare = transactionWith([destination], [{ txid: id, sequence }]);
  const tx =
    options.version === undefined
      ? bare
      : parseTransaction(serializeTransaction({ ...bare, version: options.version }));
  const prevouts = [{ amount: 10_000n, script: tree.script }];
  const digest = new SighashCache(tx, prevouts).taproot(0, 0, {
    leaf: { leafHash: leaf.leafHash, codeSeparator: 0xffff_ffff },
  });
  const signature = schnorr.sign(digest, options.key ?? secret, new Uint8Array(32));
  return {
    tx: replaceInput(tx, { witness: [signature, leaf.script, leaf.controlBlock] }),
    prevouts,
    leaf,
    signature,
  };
}

describe("what btc-signer signs is accepted", () => {
  const wpkh = p2wpkh(publicKey);
  test("P2WPKH", () => {
    const { tx, prevouts } = signed(wpkh.script);
    expect(verifyTransaction(tx, prevouts)).toBe(1_000n);
  });
  test("P2WPKH inside P2SH", () => {
    const { tx, prevouts } = signed(p2sh(wpkh).script, { redeemScript: wpkh.script });
    expect(verifyTransaction(tx, prevouts)).toBe(1_000n);
  });
  test("P2PKH", () => {
    const { tx, prevouts } = signed(p2pkh(publicKey).script);
    expect(verifyTransaction(tx, prevouts)).toBe(1_000n);
  });
  test("P2TR by script, with and without a lock", () => {
    const { tx, prevouts } = leafSpend(144, 144);
    expect(verifyTransaction(tx, prevouts)).toBe(1_000n);
    const data = leafSpend(144, 0xffff_ffff, { leaf: "first" });
    expect(verifyTransaction(data.tx, data.prevouts)).toBe(1_000n);
  });
});

describe("every kind of spend is refused after one flipped bit", () => {
  const cases = {
    "P2WPKH signature": () => {
      const { tx, prevouts } = signed(p2wpkh(publicKey).script);
      return { tx, prevouts, flip: 0 };
    },
    "tapscript signature": () => ({ ...leafSpend(144, 144), flip: 0 }),
    "tapscript leaf": () => ({ ...leafSpend(144, 144), flip: 1 }),
    "control block": () => ({ ...leafSpend(144, 144), flip: 2 }),
  };
  test.each(Object.entries(cases))("%s", (_, make) => {
    const { tx, prevouts, flip } = make();
    const witness = tx.inputs[0]!.witness.map((item, i) => {
      const copy = Uint8Array.from(item);
      if (i === flip) copy[10] = copy[10]! ^ 1;
      return copy;
    });
    const code = codeOf(() => verifyInputs(replaceInput(tx, { witness }), prevouts));
    expect(["signatureInvalid", "commitmentMismatch", "controlBlockInvalid", "signatureMalformed"]).toContain(
      code,
    );
  });

  test("P2TR by key: flipped, wrong tweak, wrong amount, wrong script of another input", () => {
    const bare = transactionWith([destination], [{ txid: id }, { txid: id, vout: 1 }]);
    const prevouts = [
      { amount: 10_000n, script: taprootScript(xOnly) },
      { amount: 500n, script: taprootScript(xOnly) },
    ];
    const key = BigInt(`0x${toHex(secret)}`);
    const even = publicKey[0] === 2 ? key : secp256k1.Point.Fn.ORDER - key;
    const sign = (value: bigint, index: number) =>
      schnorr.sign(
        new SighashCache(bare, prevouts).taproot(index, 0),
        secp256k1.Point.Fn.toBytes(value),
        new Uint8Array(32),
      );
    const withSignatures = (first: Uint8Array) => {
      const inputs = bare.inputs.map((input, i) => ({
        ...input,
        witness: [i === 0 ? first : sign(even, 1)],
      }));
      return parseTransaction(serializeTransaction({ ...bare, inputs }));
    };
    const good = withSignatures(sign(even, 0));
    expect(verifyTransaction(good, prevouts)).toBe(1_500n);
    expect(codeOf(() => verifyInputs(withSignatures(sign(even + 1n, 0)), prevouts))).toBe("signatureInvalid");
    const flipped = sign(even, 0);
    flipped[63] = flipped[63]! ^ 1;
    expect(codeOf(() => verifyInputs(withSignatures(flipped), prevouts))).toBe("signatureInvalid");
    const lie = [prevouts[0]!, { ...prevouts[1]!, amount: 501n }];
    expect(codeOf(() => verifyInputs(good, lie))).toBe("signatureInvalid");
    expect(
      codeOf(() => verifyInputs(withSignatures(concatBytes(sign(even, 0), Uint8Array.of(0))), prevouts)),
    ).toBe("signatureMalformed");
    expect(
      codeOf(() => verifyInputs(withSignatures(concatBytes(sign(even, 0), Uint8Array.of(0x04))), prevouts)),
    ).toBe("sighashTypeUnsupported");
  });
});

describe("relative locks", () => {
  test.each([
    [143, 2, "sequenceLockNotReached"],
    [144, 2, "nothing was refused"],
    [200, 2, "nothing was refused"],
    [144, 1, "sequenceLockNotReached"],
    [0xffff_ffff, 2, "sequenceLockNotReached"],
    [0x0040_0090, 2, "sequenceLockNotReached"],
    [0x8000_0090, 2, "sequenceLockNotReached"],
  ])("a leaf locked for 144 blocks and sequence %d in version %d: %s", (sequence, version, code) => {
    const { tx, prevouts } = leafSpend(144, sequence, { version });
    expect(codeOf(() => verifyInputs(tx, prevouts))).toBe(code);
  });
  test("BIP 68: the transaction waits until its coin is old enough", () => {
    const { tx } = leafSpend(144, 144);
    expect(sequenceLocks(tx, [{ height: 100, medianTimePast: 0 }])).toEqual({ height: 243, time: -1 });
    const seconds = leafSpend(144, 0x0040_0002).tx;
    expect(sequenceLocks(seconds, [{ height: 100, medianTimePast: 5000 }])).toEqual({
      height: -1,
      time: 6023,
    });
  });
  test("an absolute lock time holds until height or time has passed it, unless every input is final", () => {
    const at = (lockTime: number, sequence: number) => {
      const tx = transactionWith([destination], [{ sequence }]);
      return parseTransaction(serializeTransaction({ ...tx, lockTime }));
    };
    expect(isFinal(at(100, 0), 100, 0)).toBe(false);
    expect(isFinal(at(100, 0), 101, 0)).toBe(true);
    expect(isFinal(at(100, 0xffff_ffff), 5, 0)).toBe(true);
    expect(isFinal(at(1_700_000_000, 0), 900_000, 1_700_000_000)).toBe(false);
    expect(isFinal(at(1_700_000_000, 0), 900_000, 1_700_000_001)).toBe(true);
  });
});

describe("attacks", () => {
  test("an unsigned input", () => {
    const tx = transactionWith([destination], [{ txid: id }]);
    for (const script of [p2wpkh(publicKey).script, taprootScript(xOnly), p2pkh(publicKey).script]) {
      expect(codeOf(() => verifyInputs(tx, [{ amount: 10_000n, script }]))).toBe("witnessMissing");
    }
  });
  test("somebody else's key", () => {
    const { tx, prevouts } = leafSpend(144, 144, { key: other });
    expect(codeOf(() => verifyInputs(tx, prevouts))).toBe("signatureInvalid");
    const stranger = signed(p2wpkh(publicKey).script);
    const script = p2wpkh(secp256k1.getPublicKey(other)).script;
    expect(codeOf(() => verifyInputs(stranger.tx, [{ amount: 10_000n, script }]))).toBe("signatureInvalid");
  });
  test("a script nobody here understands is not waved through", () => {
    const tx = transactionWith([destination], [{ txid: id }]);
    for (const script of [
      Uint8Array.of(0x51),
      concatBytes(Uint8Array.of(0, 32), xOnly),
      Uint8Array.of(0x60, 2, 1, 2),
    ]) {
      expect(codeOf(() => verifyInputs(tx, [{ amount: 10_000n, script }]))).toBe("scriptUnsupported");
    }
  });
  test("the same output spent twice in one transaction", () => {
    const tx = transactionWith([destination], [{ txid: id }, { txid: id }]);
    const prevouts = [1, 2].map(() => ({ amount: 10_000n, script: taprootScript(xOnly) }));
    expect(codeOf(() => verifyTransaction(tx, prevouts))).toBe("inputRepeated");
  });
  test("more out than in", () => {
    const { tx } = signed(p2wpkh(publicKey).script);
    expect(codeOf(() => verifyTransaction(tx, [{ amount: 8_999n, script: p2wpkh(publicKey).script }]))).toBe(
      "insufficientFunds",
    );
  });
  test("an OP_SUCCESS leaf", () => {
    const tree = twoLeafOutput(Uint8Array.of(0x50), reclaimLeaf(5, xOnly));
    const tx = transactionWith(
      [destination],
      [{ txid: id, witness: [tree.first.script, tree.first.controlBlock] }],
    );
    expect(codeOf(() => verifyInputs(tx, [{ amount: 10_000n, script: tree.script }]))).toBe(
      "scriptUnsupported",
    );
  });
  test.each([
    [
      "more checks than the witness pays for",
      "signatureInvalid",
      Uint8Array.of(...Array.from({ length: 12 }, () => [0x6e, 0xad]).flat(), 0xac),
    ],
    ["an IF that is not closed", "scriptMalformed", Uint8Array.of(0x6d, 0x51, 0x63)],
    ["an ELSE without IF", "scriptMalformed", Uint8Array.of(0x67)],
    ["a condition that is not minimal", "scriptMalformed", Uint8Array.of(0x6d, 0x52, 0x63, 0x68, 0x51)],
    ["a push past the end", "scriptMalformed", Uint8Array.of(0x4c)],
    ["two elements left", "signatureInvalid", Uint8Array.of(0x51)],
    ["a disabled multisig", "scriptUnsupported", Uint8Array.of(0xae)],
    ["a RETURN", "signatureInvalid", Uint8Array.of(0x6a)],
  ])("a leaf with %s", (_, code, script) => {
    const tree = twoLeafOutput(script, reclaimLeaf(5, xOnly));
    const bare = transactionWith([destination], [{ txid: id }]);
    const prevouts = [{ amount: 10_000n, script: tree.script }];
    const leaf = { leafHash: tree.first.leafHash, codeSeparator: 0xffff_ffff };
    const signature = schnorr.sign(
      new SighashCache(bare, prevouts).taproot(0, 0, { leaf }),
      secret,
      new Uint8Array(32),
    );
    const witness = [signature, xOnly, tree.first.script, tree.first.controlBlock];
    expect(codeOf(() => verifyInputs(replaceInput(bare, { witness }), prevouts))).toBe(code);
  });
});

describe("digests and numbers", () => {
  test("signature hashes are those of btc-signer, for every hash type", () =>
    fc.assert(
      fc.property(
        fc.array(txid, { minLength: 1, maxLength: 4 }),
        standardScript,
        fc.constantFrom(0, 1, 2, 3, 0x81, 0x82, 0x83),
        fc.option(bytesOf(40), { nil: undefined }),
        (ids, script, type, leafScript) => {
          const tx = transactionWith(
            ids.map((_, i) => ({ amount: BigInt(i + 1), script })),
            ids.map((one, i) => ({ txid: one, vout: i, sequence: i })),
          );
          const prevouts = ids.map((_, i) => ({ amount: BigInt(1000 + i), script }));
          const theirs = Transaction.fromRaw(tx.raw, { allowUnknownOutputs: true });
          const ours = new SighashCache(tx, prevouts);
          const scripts = prevouts.map((one) => one.script);
          const amounts = prevouts.map((one) => one.amount);
          expect(toHex(ours.taproot(0, type))).toBe(
            toHex(theirs.preimageWitnessV1(0, scripts, type, amounts)),
          );
          if (leafScript !== undefined) {
            const tree = twoLeafOutput(leafScript, leafScript);
            const leaf = { leafHash: tree.first.leafHash, codeSeparator: 0xffff_ffff };
            expect(toHex(ours.taproot(0, type, { leaf }))).toBe(
              toHex(theirs.preimageWitnessV1(0, scripts, type, amounts, -1, leafScript)),
            );
          }
          if (type !== 0) {
            expect(toHex(ours.segwitV0(0, type, script))).toBe(
              toHex(theirs.preimageWitnessV0(0, script, type, amounts[0]!)),
            );
          }
        },
      ),
      { numRuns: 60 },
    ));

  test("a transaction survives writing and parsing, and its id ignores witnesses", () =>
    fc.assert(
      fc.property(unsignedParts, (parts) => {
        const tx = parseTransaction(serializeTransaction(parts));
        expect({
          version: tx.version,
          inputs: tx.inputs,
          outputs: tx.outputs,
          lockTime: tx.lockTime,
        }).toEqual(parts);
        expect(parseTransaction(serializeTransaction(parts, { witness: false })).txid).toBe(tx.txid);
      }),
    ));

  test("a transaction cut short, or with bytes after it, is refused", () =>
    fc.assert(
      fc.property(unsignedParts, fc.nat(5000), (parts, cut) => {
        const raw = serializeTransaction(parts);
        expect(codeOf(() => parseTransaction(raw.subarray(0, cut % raw.length)))).toBe(
          "transactionMalformed",
        );
        expect(codeOf(() => parseTransaction(concatBytes(raw, Uint8Array.of(0))))).toBe(
          "transactionMalformed",
        );
      }),
    ));

  test("script numbers have one spelling", () =>
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 31n) + 1n, 2n ** 31n - 1n), (value) => {
        const bytes = writeNumber(value);
        expect(readNumber(bytes, 4)).toBe(value);
        // A zero more is a longer spelling of the same number, except behind a sign bit, where it makes another number.
        if (value >= 0n)
          expect(codeOf(() => readNumber(concatBytes(bytes, Uint8Array.of(0)), 6))).toBe("scriptMalformed");
      }),
    ));
});
