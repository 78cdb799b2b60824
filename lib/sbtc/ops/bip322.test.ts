import { describe, expect, test } from "vitest";
import { base64 } from "@scure/base";
import { p2pkh, p2sh, p2wpkh, WIF } from "@scure/btc-signer";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { toHex } from "../bytes.ts";
import { networks } from "../network.ts";
import { scriptOfAddress, taprootScript } from "../bitcoin/script.ts";
import {
  parseTransaction,
  serializeTransaction,
  withLength,
  type BitcoinTx,
} from "../bitcoin/transaction.ts";
import { keyHashScript } from "../bitcoin/verify/input.ts";
import { SighashCache } from "../bitcoin/verify/sighash.ts";
import { codeOf, transactionWith } from "../testing/transactions.ts";
import { bip322Hash, legacyMessageHash, toSign, toSpend, verifyBip322 } from "./bip322.ts";
import { returnMessage, verifyReturnProof, type ReturnProof } from "./return-proof.ts";

const network = networks.regtest;
const secret = new Uint8Array(32).fill(3);
const publicKey = secp256k1.getPublicKey(secret);
const taproot = taprootScript(publicKey.subarray(1));
const segwit = p2wpkh(publicKey).script;
const even =
  publicKey[0] === 2
    ? secret
    : secp256k1.Point.Fn.toBytes(secp256k1.Point.Fn.neg(secp256k1.Point.Fn.fromBytes(secret)));

const stack = (...items: Uint8Array[]) =>
  base64.encode(concatBytes(Uint8Array.of(items.length), ...items.map(withLength)));
const cacheOf = (message: string, script: Uint8Array) =>
  new SighashCache(toSign(message, script), [{ amount: 0n, script }]);
function ecdsa(message: string, script: Uint8Array): [Uint8Array, Uint8Array] {
  const digest = cacheOf(message, script).segwitV0(0, 1, keyHashScript(segwit.subarray(2)));
  return [
    concatBytes(secp256k1.sign(digest, secret, { prehash: false, format: "der" }), Uint8Array.of(1)),
    publicKey,
  ];
}
const taprootProof = (message: string) =>
  stack(schnorr.sign(cacheOf(message, taproot).taproot(0, 0), even, new Uint8Array(32)));

describe("vectors of BIP 322", () => {
  const address = scriptOfAddress("bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l", networks.mainnet);
  test.each([
    [
      "",
      "c90c269c4f8fcbe6880f72a721ddfbf1914268a794cbb21cfafee13770ae19f1",
      "c5680aa69bb8d860bf82d4e9cd3504b55dde018de765a91bb566283c545a99a7",
      "1e9654e951a5ba44c8604c4de6c67fd78a27e81dcadcfe1edf638ba3aaebaed6",
      "AkcwRAIgM2gBAQqvZX15ZiysmKmQpDrG83avLIT492QBzLnQIxYCIBaTpOaD20qRlEylyxFSeEA2ba9YOixpX8z46TSDtS40ASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
    ],
    [
      "Hello World",
      "f0eb03b1a75ac6d9847f55c624a99169b5dccba2a31f5b23bea77ba270de0a7a",
      "b79d196740ad5217771c1098fc4a4b51e0535c32236c71f1ea4d61a2d603352b",
      "88737ae86f2077145f93cc4b153ae9a1cb8d56afa511988c149c5c8c9d93bddf",
      "AkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/sASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
    ],
  ])("message %j", (message, hash, spend, sign, proof) => {
    expect(toHex(bip322Hash(message))).toBe(hash);
    expect(toSpend(message, address).txid).toBe(spend);
    expect(toSign(message, address).txid).toBe(sign);
    verifyBip322(message, address, proof);
    expect(codeOf(() => verifyBip322(`${message}!`, address, proof))).toBe("signatureInvalid");
  });
  test("the published key is the address's", () => {
    const key = WIF().decode("L3VFeEujGtevx9w18HD1fhRbCH67Az2dpCymeRE1SoPK6XQtaN2k");
    expect(toHex(p2wpkh(secp256k1.getPublicKey(key)).script)).toBe(toHex(address));
  });
});

describe("every kind of wallet can prove its script", () => {
  test("P2TR", () => verifyBip322("hello", taproot, taprootProof("hello")));
  test("P2WPKH", () => verifyBip322("hello", segwit, stack(...ecdsa("hello", segwit))));
  test("P2WPKH inside P2SH, simple and full", () => {
    const { script } = p2sh(p2wpkh(publicKey));
    const items = ecdsa("hello", script);
    verifyBip322("hello", script, stack(...items));
    verifyBip322("hello", script, full(toSign("hello", script), items, withLength(segwit)));
  });
  test("P2PKH, in the older form and in the full form", () => {
    const { script } = p2pkh(publicKey);
    const old = secp256k1.sign(legacyMessageHash("hello"), secret, { prehash: false, format: "recovered" });
    verifyBip322("hello", script, base64.encode(concatBytes(Uint8Array.of(old[0]! + 31), old.subarray(1))));
    const digest = cacheOf("hello", script).legacyAll(0, script);
    const der = concatBytes(
      secp256k1.sign(digest, secret, { prehash: false, format: "der" }),
      Uint8Array.of(1),
    );
    verifyBip322(
      "hello",
      script,
      full(toSign("hello", script), [], concatBytes(withLength(der), withLength(publicKey))),
    );
  });
});

function full(tx: BitcoinTx, witness: Uint8Array[], scriptSig: Uint8Array = new Uint8Array()): string {
  const inputs = tx.inputs.map((input) => ({ ...input, witness, scriptSig }));
  return base64.encode(serializeTransaction({ ...tx, inputs }));
}

describe("attacks on a proof", () => {
  test("of another message, script or key", () => {
    expect(codeOf(() => verifyBip322("other", taproot, taprootProof("hello")))).toBe("signatureInvalid");
    expect(
      codeOf(() =>
        verifyBip322(
          "hello",
          taprootScript(schnorr.getPublicKey(new Uint8Array(32).fill(9))),
          taprootProof("hello"),
        ),
      ),
    ).toBe("signatureInvalid");
    const old = secp256k1.sign(legacyMessageHash("hello"), new Uint8Array(32).fill(9), {
      prehash: false,
      format: "recovered",
    });
    const proof = base64.encode(concatBytes(Uint8Array.of(old[0]! + 31), old.subarray(1)));
    expect(codeOf(() => verifyBip322("hello", p2pkh(publicKey).script, proof))).toBe("signatureInvalid");
  });
  test.each([
    ["not base64", "proofMalformed", "?"],
    ["nothing", "proofMalformed", ""],
    ["a witness with bytes after it", "proofMalformed", base64.encode(Uint8Array.of(1, 1, 1, 1))],
    ["an empty witness", "witnessMissing", base64.encode(Uint8Array.of(0))],
    [
      "a real payment instead of a virtual one",
      "signatureInvalid",
      full(transactionWith([{ amount: 5n, script: segwit }]), [new Uint8Array(64)]),
    ],
  ])("%s is refused as %s", (_, code, proof) =>
    expect(codeOf(() => verifyBip322("hello", taproot, proof))).toBe(code),
  );

  test("a full proof with a second output, a lock time or an amount", () => {
    const good = toSign("hello", taproot);
    const witness = [schnorr.sign(cacheOf("hello", taproot).taproot(0, 0), even, new Uint8Array(32))];
    verifyBip322("hello", taproot, full(good, witness));
    const bad = (change: Partial<BitcoinTx>) =>
      codeOf(() => verifyBip322("hello", taproot, full({ ...good, ...change }, witness)));
    expect(bad({ outputs: [...good.outputs, ...good.outputs] })).toBe("proofMalformed");
    expect(bad({ outputs: [{ amount: 1n, script: Uint8Array.of(0x6a) }] })).toBe("proofMalformed");
    expect(bad({ lockTime: 5 })).toBe("proofMalformed");
    expect(bad({ version: 1 })).toBe("proofMalformed");
  });
  test("a P2WSH script is said to be unsupported", () => {
    const script = concatBytes(Uint8Array.of(0, 32), new Uint8Array(32));
    expect(codeOf(() => verifyBip322("hello", script, taprootProof("hello")))).toBe("scriptUnsupported");
  });
});

describe("where a rejected peg-in goes back to", () => {
  const funding = transactionWith([
    { amount: 9_000n, script: segwit },
    { amount: 9_000n, script: taproot },
  ]);
  const deposit = transactionWith(
    [
      { amount: 0n, script: Uint8Array.of(0x6a) },
      { amount: 8_000n, script: segwit },
    ],
    [{ txid: funding.txid, vout: 1 }],
  );
  const outpoint = { txid: deposit.txid, vout: 1 };
  const proof: ReturnProof = {
    deposit: outpoint,
    returnScript: segwit,
    signature: taprootProof(returnMessage(outpoint, segwit, network)),
  };

  test("the depositor, whose input 0 it was, decides", () =>
    verifyReturnProof(proof, deposit.raw, funding.raw, network));
  test("a proof for one deposit does not serve another, nor another address, nor another network", () => {
    const check = (change: Partial<typeof proof>, on = network) =>
      codeOf(() => verifyReturnProof({ ...proof, ...change }, deposit.raw, funding.raw, on));
    expect(check({ deposit: { ...outpoint, vout: 0 } })).toBe("signatureInvalid");
    expect(check({ returnScript: taproot })).toBe("signatureInvalid");
    expect(check({}, networks.signet)).toBe("signatureInvalid");
    expect(check({ deposit: { ...outpoint, vout: 7 } })).toBe("outputMissing");
  });
  test("transactions that are not the named ones are refused by their ids", () => {
    expect(codeOf(() => verifyReturnProof(proof, funding.raw, funding.raw, network))).toBe("inputUnexpected");
    expect(codeOf(() => verifyReturnProof(proof, deposit.raw, deposit.raw, network))).toBe("inputUnexpected");
    expect(parseTransaction(deposit.raw).txid).toBe(outpoint.txid);
  });
});
