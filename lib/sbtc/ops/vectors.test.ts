import { describe, expect, test } from "vitest";
import { hex } from "@scure/base";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { parseBlockHash, toHex } from "../bytes.ts";
import { networks, withMagic } from "../network.ts";
import { parseTransaction } from "../bitcoin/transaction.ts";
import { addressOf, scriptOfAddress } from "../bitcoin/script.ts";
import { parsePegIn, encodePegIn, decodePegInData } from "./peg-in.ts";
import { encodePegOutRequest, parsePegOutRequest, decodePegOutRequestData } from "./peg-out-request.ts";
import { formatPrincipal, parsePrincipal } from "./principal.ts";
import {
  lowS,
  parseVrs,
  pegOutMessageHash,
  pegOutText,
  recoverOwner,
  signVrs,
  stacksMessageHash,
} from "./owner-signature.ts";
import { decodeFulfilmentData, encodeFulfilment } from "./fulfilment.ts";
import { encodeHandOff } from "./hand-off.ts";
import { commitOutput, encodeCommitData, encodeReveal } from "./commit-reveal.ts";
import { depositOutput, readDepositLeaf } from "./deposit-script.ts";
import { readReclaimLeaf } from "./lock-script.ts";
import { parseGroupKey, pegScript } from "./peg-script.ts";
import { numsKey, tapBranch } from "../bitcoin/taproot.ts";
import { tapLeafHash } from "@scure/btc-signer/payment.js";

// Vectors of the wire-format specification, §1.7. "Made here" marks those no other software produced.
const idTestnet = withMagic(networks.testnet3, "id");
const ownerKey = hex.decode("42faca653724860da7a41bfcef7e6ba78db55146f6900de8cb2a9f760ffac70c");
const output = (script: string, amount = 0n) => ({ script: hex.decode(script), amount });

describe("V1, V2: peg-out request of the stacks-node alpha", () => {
  const v1 =
    "02000000010000000000000000000000000000000000000000000000000000000000000000ffffffff00ffffffff0300000000000000004f6a4c4c69643e000000000000053900dc18d08e2ee9f476a89c4c195edd402610176bb6264ec56f3f9e42e7386c543846e09282b6f03495c663c8509df7c97ffbcd2adc537bbabe23abd828a52bc8cd390500000000000022512000000000000000000000000000000000000000000000000000000000000000002a00000000000000225120000000000000000000000000000000000000000000000000000000000000000000000000";
  const pegWallet = hex.decode(`5120${"00".repeat(32)}`);
  const context = { network: idTestnet, dialect: "D1", pegScript: pegWallet } as const;

  test("the transaction, its amount, fee and owner", () => {
    const tx = parseTransaction(hex.decode(v1));
    expect(tx.txid).toBe("44a2aea3936f7764b4c089d3245b001069e0961e501fcb0024277ea9dedb2fea");
    const request = parsePegOutRequest(tx, context);
    expect(request.amount).toBe(1337n);
    expect(request.fulfilmentFee).toBe(42n);
    expect(toHex(pegOutMessageHash(1337n, request.recipientScript, idTestnet, "D1"))).toBe(
      "6badb1f057ab94d79cf830db58a4cf3acd989651b0c9780d17cbc7f28dcd2592",
    );
    expect(formatPrincipal(recoverOwner(request, idTestnet, "D1"))).toBe(
      "ST3W2ATS1H9RF29DMYW5QP7NYJ643WNP2YFT4Z45C",
    );
    expect(toHex(encodePegOutRequest(request, idTestnet).script)).toBe(toHex(tx.outputs[0]!.script));
  });

  test("signing again with the published key gives the same bytes", () => {
    const hash = pegOutMessageHash(1337n, pegWallet, idTestnet, "D1");
    const { signature } = parsePegOutRequest(parseTransaction(hex.decode(v1)), context);
    expect(toHex(signVrs(hash, ownerKey))).toBe(toHex(signature));
    expect(toHex(secp256k1.getPublicKey(ownerKey))).toBe(
      "022aa817e4f59e67489cb7e8e5f047da3aba720c0f36bc72b05042ef8e310f37a6",
    );
  });

  test("with the memo deadbeef", () => {
    const raw = v1.replace("4f6a4c4c69643e", "536a4c5069643e").replace("c8cd3905", "c8cddeadbeef3905");
    const tx = parseTransaction(hex.decode(raw));
    expect(tx.txid).toBe("7431035f255c4ce215b66883d67e593f392b0b2026c24186e650019872b6f095");
    const request = parsePegOutRequest(tx, context);
    expect(toHex(request.memo)).toBe("deadbeef");
    expect(toHex(encodePegOutRequest(request, idTestnet).script)).toBe(toHex(tx.outputs[0]!.script));
  });
});

describe("V3, V4: peg-out request of the developer release", () => {
  test("V3: the text, its hash, and a request signed with V1's key", () => {
    const script = scriptOfAddress("tb1qwe9ddxp6v32uef2v66j00vx6wxax5zat223tms", networks.testnet3);
    const text = pegOutText(1000n, script, networks.testnet3);
    expect(text).toContain("(00000000000003e80014764ad6983a6455cca54cd6a4f7b0da71ba6a0bab)");
    expect(text).toHaveLength(163);
    const hash = stacksMessageHash(text);
    expect(toHex(hash)).toBe("744eee0ee13d6649dd6b0fe203d2cb0af32e5d0b57a7c046c782019e8d562056");
    const data = { amount: 1000n, signature: signVrs(hash, ownerKey), memo: new Uint8Array() };
    expect(toHex(encodePegOutRequest(data, networks.testnet3).script)).toBe(
      "6a4c4c54323e00000000000003e80063b6427e0acb5213dbb7db6f28a91b2497082aafcb8c5abf0e2ba94c6fe18bc813b24c2fcfbe150af5f932b123e1dd2aab59ec641f1cee565cc5576cc5eca21d",
    );
  });

  test("V4: one request, and who owns it depends on the network's address form", () => {
    const pushed = hex.decode(
      "54323e00000000000003e800070a03a62bf8ba00ebe1712ce17546e11a0b62b7e21ee45db6feaa5559951f106b8ae37ee0af60af2378261ac401fb417e46a46ac09d21e939236c77d8c52faa",
    );
    const { amount, signature } = decodePegOutRequestData(pushed.subarray(3));
    const recipientScript = hex.decode("001488bfaab3ad5f2f164e1cbb50cd07658ccea264e0");
    expect(addressOf(recipientScript, networks.testnet3)).toBe("tb1q3zl64vadtuh3vnsuhdgv6pm93n82ye8qc36c07");
    const request = { amount, signature, recipientScript };
    expect(toHex(pegOutMessageHash(amount, recipientScript, networks.testnet3, "D2"))).toBe(
      "035b56c7ed7b2392e3926afe7d0a8ef1dd655f11e6ca4cd4f9352e10c64adc92",
    );
    expect(toHex(pegOutMessageHash(amount, recipientScript, networks.regtest, "D2"))).toBe(
      "e4babd69f225ebe2fe3f309d760ff432e3fdd9d8db1bb2cf7b82071abde78eab",
    );
    expect(formatPrincipal(recoverOwner(request, networks.testnet3, "D2"))).toBe(
      "ST24PSFPQWFH8KXDCSG4FSXR68VGSXB6RKF0ZHVME",
    );
    expect(formatPrincipal(recoverOwner(request, networks.regtest, "D2"))).toBe(
      "ST2ST2H80NP5C9SPR4ENJ1Z9CDM9PKAJVPYWPQZ50",
    );
  });

  test("a signature with s in the upper half is refused on the wire and repaired from a wallet", () => {
    const hash = new Uint8Array(32).fill(7);
    const good = signVrs(hash, ownerKey);
    const high = Uint8Array.from(good);
    high[0] = good[0]! ^ 1;
    high.set(
      secp256k1.Point.Fn.toBytes(-BigInt(`0x${toHex(good.subarray(33))}`) + secp256k1.Point.Fn.ORDER),
      33,
    );
    expect(() => parseVrs(high)).toThrow(expect.objectContaining({ code: "signatureHighS" }));
    expect(toHex(lowS(high))).toBe(toHex(good));
  });
});

describe("V5, V6, V7: peg-ins", () => {
  test("V5: a D2 deposit on testnet", () => {
    const tx = parseTransaction(
      hex.decode(
        "010000000001019131d69f4616c2a17f3d2519a3dc697136a56846794e677982f565f79295e0370100000000feffffff0300000000000000001b6a1954323c051af0bf935f1ba62167f89c1fff2d9369f972ad0f7e6e0a020000000000225120b85fdda4ae0f69883280360a9b91555a2f23c5b9e34173fabec5d903416c2aaf7b850800000000001600147c969cfcab0d2ad171aa3f201c94b51b0e8eca6602473044022036663b723c79333f9c8b7d5d9db3b6cd301fc6bf82515e62303713eb69b4d18d0220548939af6e1d86fcf8a54da1f6942f25f36ed0488a0d3616c47daa49f59bc7b601210215bd6d522931e602fde924571eb472bc1db953484b29ba6542774ebbf083412329c62500",
      ),
    );
    expect(tx.txid).toBe("1b9a42152bb31c646abd022d52298111172c49149eae6fb05e2b0b579114e43f");
    const pegWallet = hex.decode("5120b85fdda4ae0f69883280360a9b91555a2f23c5b9e34173fabec5d903416c2aaf");
    const op = parsePegIn(tx, { network: networks.testnet3, dialect: "D2", pegScript: pegWallet });
    expect(op.amount).toBe(133742n);
    expect(formatPrincipal(op.recipient)).toBe("ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6");
    expect(toHex(encodePegIn(op, networks.testnet3, "D2").script)).toBe(
      "6a1954323c051af0bf935f1ba62167f89c1fff2d9369f972ad0f7e",
    );
  });

  test("V6: a D1 deposit", () => {
    const outputs = [
      output("6a1854323c1a755e17b35c75fb5534190b26228187f05781b282"),
      output("5120cb838f1b539e7a7c7f6a64d4d399816b996bf31b4b5dbdbc3a6595ca191b77c5", 1339n),
    ];
    const data = decodePegInData(outputs, networks.testnet3, "D1");
    expect(formatPrincipal(data.recipient)).toBe("ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6");
    expect(toHex(encodePegIn(data, networks.testnet3, "D1").script)).toBe(toHex(outputs[0]!.script));
  });

  test("V7: a D1 deposit to a contract, with a memo (made here)", () => {
    const script =
      "6a4569643c1af0bf935f1ba62167f89c1fff2d9369f972ad0f7e617765736f6d655f636f6e74726163740000000000000000000000000000000000000000000000000001020304";
    const data = decodePegInData([output(script)], networks.regtest, "D1");
    expect(formatPrincipal(data.recipient)).toBe(
      "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.awesome_contract",
    );
    expect(toHex(data.memo)).toBe("0001020304");
    expect(toHex(encodePegIn(data, networks.regtest, "D1").script)).toBe(script);
  });
});

describe("V8, V9: fulfilment and hand-off", () => {
  test("V8", () => {
    const chainTip = parseBlockHash("0e".repeat(32));
    const made = encodeFulfilment({ chainTip, memo: new Uint8Array() }, networks.testnet3, "D2");
    expect(toHex(made.script)).toBe(`6a23543221${"0e".repeat(32)}`);
    expect(decodeFulfilmentData([made], networks.testnet3, "D2").chainTip).toBe(chainTip);
  });
  test("V9: cycle 60 (made here)", () => {
    expect(toHex(encodeHandOff(60n, networks.testnet3).script)).toBe("6a0b543248000000000000003c");
  });
});

const revealer = hex.decode("1b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078f");
const reclaimer = hex.decode("4d4b6cd1361032ca9bd2aeb9d900aa4d45d9ead80ac9423374c451a7254d0766");
const recipient = parsePrincipal("ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6", networks.testnet3);

describe("V10: commit-reveal (made here)", () => {
  const data = { tag: "pegIn", recipient, feeSubsidy: 1000n } as const;

  test("the data of the leaf", () => {
    expect(toHex(encodeCommitData(data))).toBe(
      "3c051af0bf935f1ba62167f89c1fff2d9369f972ad0f7e00000000000003e8",
    );
  });
  test("leaf hashes, output, address and control block", () => {
    const { tree } = commitOutput(data, revealer, { key: reclaimer, blocks: null });
    expect(toHex(tree.first.leafHash)).toBe(
      "9ebb6c9f96bf69700b148d5a116b5b87d044f2444df0d01175d72b730fa86730",
    );
    expect(toHex(tree.second.leafHash)).toBe(
      "f187614054c95f166583937b7f5fd07edfdc4b304234612600954adb5f2de5b5",
    );
    expect(toHex(tree.script)).toBe("5120edb2ea4b2d12e23e217fb980ed3876faca844a6e7d4fecb89ea86f4ab098cf69");
    expect(addressOf(tree.script, networks.testnet3)).toBe(
      "tb1pakew5jedzt3rugtlhxqw6wrklt9ggjnw0487ewy74ph54vycea5s0u3zra",
    );
    expect(toHex(tree.first.controlBlock)).toBe(`c0${toHex(numsKey())}${toHex(tree.second.leafHash)}`);
  });
  test("output 0 of the reveal", () => {
    expect(toHex(encodeReveal(networks.testnet3).script)).toBe("6a03543277");
  });
});

describe("V11, V12, V13: production", () => {
  test("V11: both leaves and the output (made here)", () => {
    const out = depositOutput({ maxFee: 80_000n, recipient }, parseGroupKey(revealer), {
      blocks: 144,
      key: reclaimer,
    });
    expect(toHex(out.tree.first.script)).toBe(
      "1e0000000000013880051af0bf935f1ba62167f89c1fff2d9369f972ad0f7e75201b84c5567b126440995d3ed5aaba0565d71e1834604819ff9c17f5e9d5dd078fac",
    );
    expect(toHex(out.tree.second.script)).toBe(
      "029000b275204d4b6cd1361032ca9bd2aeb9d900aa4d45d9ead80ac9423374c451a7254d0766ac",
    );
    expect(toHex(out.script)).toBe("512066d5343f35c5277c27088bd96b613f20f4f12220c4fe2c6c066d644b94efc65e");
  });
  test("V12: scripts of the public production software", () => {
    const leaf = hex.decode(
      "1e0000000000013880051a6d78de7b0625dfbfc16c3a8a5735f6dc3dc3f2ce75204ea6e657117bc8168254b8943e55a65997c71b3994e1e2915002a9da0c22ee1eac",
    );
    const read = readDepositLeaf(leaf, networks.regtest);
    expect(read.maxFee).toBe(80_000n);
    expect(toHex(read.signersKey)).toBe("4ea6e657117bc8168254b8943e55a65997c71b3994e1e2915002a9da0c22ee1e");
    expect(readReclaimLeaf(hex.decode("027017b2")).blocks).toBe(6000);
  });
  test("V13: the production address is the group key tweaked once more; the peg address is not", () => {
    const key = parseGroupKey(hex.decode("4ea6e657117bc8168254b8943e55a65997c71b3994e1e2915002a9da0c22ee1e"));
    const production = pegScript(key, "production");
    expect(toHex(production.script)).toBe(
      "5120a46b075e100ef390838746105cdf85a4c9eadb17d0ffcae47116fef874cd83f0",
    );
    expect(addressOf(production.script, networks.regtest)).toBe(
      "bcrt1p534swhsspmeepqu8gcg9ehu95ny74kch6rlu4er3zml0saxds0cqwpn73n",
    );
    expect(production.tweak.kind).toBe("merkleRoot");
    expect(toHex(pegScript(key, "peg").script)).toBe(`5120${toHex(key)}`);
    expect(pegScript(key, "peg").tweak.kind).toBe("none");
  });
  test("a branch hashes its smaller child first, whichever side it is given on", () => {
    const a = tapLeafHash(Uint8Array.of(0x51));
    const b = tapLeafHash(Uint8Array.of(0x52));
    expect(toHex(tapBranch(a, b))).toBe(toHex(tapBranch(b, a)));
  });
});
