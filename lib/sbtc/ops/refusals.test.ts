import { describe, expect, test } from "vitest";
import { hex } from "@scure/base";
import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { parseBlockHash, parseTxid, toHex } from "../bytes.ts";
import { networks } from "../network.ts";
import { scriptOfAddress, taprootScript } from "../bitcoin/script.ts";
import type { TxOutput } from "../bitcoin/transaction.ts";
import { codeOf, transactionWith } from "../testing/transactions.ts";
import { encodeCancel, encodePegInReturn, parseCancel, parsePegInReturn } from "./cancel.ts";
import { commitOutput, decodeCommitData, encodeReveal, parseReveal } from "./commit-reveal.ts";
import { checkDeposit, depositOutput, readDepositLeaf } from "./deposit-script.ts";
import { checkServes, decodeFulfilmentData, encodeFulfilment, parseFulfilment } from "./fulfilment.ts";
import { encodeHandOff, parseHandOff } from "./hand-off.ts";
import { readReclaimLeaf, reclaimLeaf } from "./lock-script.ts";
import { readOperation } from "./operation.ts";
import { matchOwner, parseVrs, signVrs } from "./owner-signature.ts";
import { parseGroupKey } from "./peg-script.ts";
import { encodePegIn, parsePegIn } from "./peg-in.ts";
import { decodePegOutRequestData, encodePegOutRequest, parsePegOutRequest } from "./peg-out-request.ts";
import { parsePrincipal } from "./principal.ts";
import { twoLeafOutput } from "../bitcoin/taproot.ts";

const network = networks.testnet3;
const key = (byte: number) => schnorr.getPublicKey(new Uint8Array(32).fill(byte));
const pegScript = taprootScript(key(1));
const oldPeg = taprootScript(key(2));
const recipientScript = taprootScript(key(3));
const context = { network, dialect: "D2", pegScript, expiredPegScripts: [oldPeg] } as const;
const d1 = { ...context, dialect: "D1" } as const;
const recipient = parsePrincipal("ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6", network);
const none = new Uint8Array();
const pay = (script: Uint8Array, amount: bigint): TxOutput => ({ script, amount });
const bad = (scriptHex: string, amount = 0n): TxOutput => ({ script: hex.decode(scriptHex), amount });

describe("peg-in", () => {
  const data = encodePegIn({ recipient, memo: none }, network, "D2");
  const parse = (...outputs: TxOutput[]) => codeOf(() => parsePegIn(transactionWith(outputs), context));
  const pegged = pay(pegScript, 1000n);
  const head = "54323c";
  const hash = "f0bf935f1ba62167f89c1fff2d9369f972ad0f7e";

  test.each([
    ["no outputs", "dataOutputMissing", []],
    ["the payment first", "dataOutputMissing", [pegged, data]],
    ["a data output that burns coins", "dataOutputHasValue", [{ ...data, amount: 1n }, pegged]],
    ["nothing after OP_RETURN", "dataOutputNotOnePush", [bad("6a"), pegged]],
    ["an opcode instead of a push", "dataOutputNotOnePush", [bad("6a51"), pegged]],
    ["a push cut short", "dataOutputNotOnePush", [bad("6a05543c"), pegged]],
    ["a second push", "dataOutputNotOnePush", [bad(`6a19${head}051a${hash}00`), pegged]],
    ["OP_PUSHDATA1 for 25 bytes", "dataPushNotMinimal", [bad(`6a4c19${head}051a${hash}`), pegged]],
    ["OP_PUSHDATA2", "dataPushNotMinimal", [bad(`6a4d1900${head}051a${hash}`), pegged]],
    ["more than 80 bytes", "dataTooLong", [bad(`6a4c51${head}${"00".repeat(78)}`), pegged]],
    ["no opcode", "payloadTooShort", [bad("6a025432"), pegged]],
    ["magic of another network", "magicMismatch", [bad(`6a1958323c051a${hash}`), pegged]],
    ["an opcode nobody defined", "opcodeUnknown", [bad(`6a19543200051a${hash}`), pegged]],
    ["another operation's opcode", "opcodeMismatch", [encodeCancel(network), pegged]],
    ["no recipient", "payloadTooShort", [bad(`6a03${head}`), pegged]],
    ["a recipient cut short", "payloadTooShort", [bad(`6a18${head}051a${hash.slice(2)}`), pegged]],
    ["a principal type that does not exist", "principalTypeUnknown", [bad(`6a19${head}071a${hash}`), pegged]],
    ["a recipient on mainnet", "principalWrongNetwork", [bad(`6a19${head}0516${hash}`), pegged]],
    ["a version nobody uses", "principalInvalid", [bad(`6a19${head}0503${hash}`), pegged]],
    ["a contract without a name", "payloadTooShort", [bad(`6a19${head}061a${hash}`), pegged]],
    ["an empty contract name", "contractNameInvalid", [bad(`6a1a${head}061a${hash}00`), pegged]],
    ["a contract name with a blank", "contractNameInvalid", [bad(`6a1d${head}061a${hash}03612062`), pegged]],
    [
      "a contract name longer than the payload",
      "payloadTooShort",
      [bad(`6a1d${head}061a${hash}09616263`), pegged],
    ],
    ["no payment", "outputMissing", [data]],
    ["a payment to the depositor's own wallet", "notPegWallet", [data, pay(recipientScript, 1000n)]],
    ["a payment to the wallet of an earlier group", "pegWalletExpired", [data, pay(oldPeg, 1000n)]],
    ["an amount of zero", "amountZero", [data, pay(pegScript, 0n)]],
    ["an amount that is dust", "amountBelowDust", [data, pay(pegScript, 329n)]],
  ])("%s is refused as %s", (_, code, outputs) => {
    expect(parse(...outputs)).toBe(code);
  });

  test("the smallest amount that is no dust is accepted", () => {
    expect(parsePegIn(transactionWith([data, pay(pegScript, 330n)]), context).amount).toBe(330n);
  });
  test("D1 ignores a transaction with any output that has no address", () => {
    const d1Data = encodePegIn({ recipient, memo: none }, network, "D1");
    expect(codeOf(() => parsePegIn(transactionWith([d1Data, pegged, bad("51", 5n)]), d1))).toBe(
      "outputNotStandard",
    );
  });
  test("the length byte of older bridge software, in hex characters, is understood for contracts", () => {
    const output = bad(`6a1d${head}061a${hash}06616263`);
    expect(parsePegIn(transactionWith([output, pegged]), context).recipient.contractName).toBe("abc");
  });
  test("a recipient cannot be written for another network", () => {
    const other = { ...recipient, version: 22 };
    expect(codeOf(() => encodePegIn({ recipient: other, memo: none }, network, "D2"))).toBe(
      "principalWrongNetwork",
    );
  });
  test("a memo that does not fit is refused, not cut", () => {
    expect(codeOf(() => encodePegIn({ recipient, memo: new Uint8Array(60) }, network, "D2"))).toBe(
      "payloadTooLong",
    );
    expect(codeOf(() => encodePegIn({ recipient, memo: new Uint8Array(17) }, network, "D1"))).toBe(
      "payloadTooLong",
    );
  });
});

describe("peg-out request", () => {
  const signature = signVrs(new Uint8Array(32).fill(9), new Uint8Array(32).fill(1));
  const data = encodePegOutRequest({ amount: 1000n, signature, memo: none }, network);
  const to = pay(recipientScript, 330n);
  const fee = pay(pegScript, 2000n);
  const sig = toHex(signature);

  test.each([
    ["a signature cut short", "payloadTooShort", [bad(`6a0b54323e${"00".repeat(8)}`), to, fee]],
    ["nothing asked for", "amountZero", [bad(`6a4c4c54323e${"00".repeat(8)}${sig}`), to, fee]],
    ["more than all bitcoin", "amountOutOfRange", [bad(`6a4c4c54323e${"7f".repeat(8)}${sig}`), to, fee]],
    ["no recipient", "outputMissing", [data]],
    ["a recipient without an address", "outputNotStandard", [data, bad("51", 500n), fee]],
    ["no fee output", "outputMissing", [data, to]],
    ["a fee to somebody else", "notPegWallet", [data, to, pay(recipientScript, 2000n)]],
    ["a fee of zero", "feeZero", [data, to, pay(pegScript, 0n)]],
    ["a fee that is dust", "feeBelowDust", [data, to, pay(pegScript, 329n)]],
  ])("%s is refused as %s", (_, code, outputs) => {
    expect(codeOf(() => parsePegOutRequest(transactionWith(outputs), context))).toBe(code);
  });
  test("a memo of five bytes is refused", () => {
    const long = concatBytes(new Uint8Array(7), Uint8Array.of(1), signature, new Uint8Array(5));
    expect(codeOf(() => decodePegOutRequestData(long))).toBe("payloadTooLong");
  });
  test("D1 takes any fee above zero", () => {
    expect(parsePegOutRequest(transactionWith([data, to, pay(pegScript, 1n)]), d1).fulfilmentFee).toBe(1n);
  });
  test("the recipient's value does not matter, not even zero", () => {
    expect(parsePegOutRequest(transactionWith([data, pay(recipientScript, 0n), fee]), context).amount).toBe(
      1000n,
    );
  });
});

describe("owner's signature", () => {
  const good = signVrs(new Uint8Array(32).fill(9), new Uint8Array(32).fill(1));
  const change = (at: number, ...bytes: number[]) => {
    const copy = Uint8Array.from(good);
    copy.set(bytes, at);
    return copy;
  };
  test.each([
    ["64 bytes", "signatureMalformed", good.subarray(1)],
    ["a recovery id with 27 added", "signatureRecoveryIdInvalid", change(0, 27)],
    ["r of zero", "signatureMalformed", change(1, ...new Uint8Array(32))],
    ["s of zero", "signatureMalformed", change(33, ...new Uint8Array(32))],
    ["r above the order", "signatureMalformed", change(1, ...new Uint8Array(32).fill(0xff))],
    [
      "s in the upper half",
      "signatureHighS",
      change(33, ...secp256k1.Point.Fn.toBytes(secp256k1.Point.Fn.ORDER - 1n)),
    ],
  ])("%s is refused as %s", (_, code, bytes) => expect(codeOf(() => parseVrs(bytes))).toBe(code));

  test("a stranger's signature does not match the owner in either dialect", () => {
    const request = { amount: 5n, recipientScript, signature: good };
    expect(codeOf(() => matchOwner(request, recipient, network))).toBe("ownerMismatch");
  });
});

describe("fulfilment, cancel, return, hand-off", () => {
  const tip = parseBlockHash("0e".repeat(32));
  const data = encodeFulfilment({ chainTip: tip, memo: none }, network, "D2");
  const request = { txid: parseTxid("aa".repeat(32)), vout: 2 };
  const paid = pay(recipientScript, 1000n);
  const fulfil = (outputs: TxOutput[], input: Partial<typeof request> = {}) =>
    transactionWith(outputs, [{ ...request, ...input }]);

  test.each([
    ["a chain tip cut short", "payloadTooShort", [bad(`6a22543221${"0e".repeat(31)}`), paid], {}],
    ["a memo in D2", "payloadTooLong", [bad(`6a24543221${"0e".repeat(33)}`), paid], {}],
    ["input 0 on another output than the fee", "inputNotRequest", [data, paid], { vout: 1 }],
    ["no payment", "outputMissing", [data], {}],
    ["a payment of nothing", "amountZero", [data, pay(recipientScript, 0n)], {}],
    ["a payment without an address", "outputNotStandard", [data, bad("51", 9n)], {}],
  ])("fulfilment: %s is refused as %s", (_, code, outputs, input) => {
    expect(codeOf(() => parseFulfilment(fulfil(outputs, input), context))).toBe(code);
  });
  test("a D2 fulfilment cannot be written with a memo", () => {
    expect(codeOf(() => encodeFulfilment({ chainTip: tip, memo: Uint8Array.of(1) }, network, "D2"))).toBe(
      "dialectUnsupported",
    );
    expect(decodeFulfilmentData([bad(`6a24543221${"0e".repeat(33)}`)], network, "D1").memo).toEqual(
      Uint8Array.of(0x0e),
    );
  });
  test("a fulfilment of another request, to another recipient, or of another amount does not serve", () => {
    const asked = {
      ...request,
      kind: "pegOutRequest",
      amount: 1000n,
      recipientScript,
      fulfilmentFee: 2000n,
    } as const;
    const full = {
      ...asked,
      feeOutpoint: request,
      pegScript,
      memo: none,
      signature: signVrs(new Uint8Array(32), new Uint8Array(32).fill(1)),
    };
    const read = parseFulfilment(fulfil([data, paid]), context);
    expect(codeOf(() => checkServes(read, full))).toBe("nothing was refused");
    expect(codeOf(() => checkServes(read, { ...full, txid: parseTxid("bb".repeat(32)) }))).toBe(
      "inputNotRequest",
    );
    expect(codeOf(() => checkServes(read, { ...full, recipientScript: oldPeg }))).toBe("recipientMismatch");
    expect(codeOf(() => checkServes(read, { ...full, amount: 999n }))).toBe("amountMismatch");
  });
  test("a cancel must spend the request's fee output and pay the peg", () => {
    const cancel = encodeCancel(network);
    const parse = (tx: ReturnType<typeof transactionWith>) => codeOf(() => parseCancel(tx, context));
    expect(parse(fulfil([cancel, pay(pegScript, 500n)], { vout: 0 }))).toBe("inputNotRequest");
    expect(parse(fulfil([cancel, paid]))).toBe("notPegWallet");
    expect(parse(fulfil([bad("6a0454324300"), pay(pegScript, 5n)]))).toBe("payloadTooLong");
  });
  test("a return must pay an address, and carries no data", () => {
    const parse = (...outputs: TxOutput[]) =>
      codeOf(() => parsePegInReturn(transactionWith(outputs), context));
    expect(parse(encodePegInReturn(network))).toBe("outputMissing");
    expect(parse(encodePegInReturn(network), bad("51", 5n))).toBe("outputNotStandard");
    expect(parse(bad("6a0454325200"), paid)).toBe("payloadTooLong");
  });
  test("a hand-off has eight bytes and a next wallet", () => {
    const parse = (...outputs: TxOutput[]) => codeOf(() => parseHandOff(transactionWith(outputs), context));
    expect(parse(bad(`6a0a543248${"00".repeat(7)}`), paid)).toBe("payloadTooShort");
    expect(parse(bad(`6a0c543248${"00".repeat(9)}`), paid)).toBe("payloadTooLong");
    expect(parse(encodeHandOff(1n, network))).toBe("outputMissing");
    expect(parse(encodeHandOff(1n, network), bad("51", 5n))).toBe("outputNotStandard");
  });
});

describe("commit-reveal", () => {
  const commit = commitOutput({ tag: "pegIn", recipient, feeSubsidy: 1000n }, key(5), {
    key: key(6),
    blocks: 144,
  });
  const { script: leaf, controlBlock } = commit.tree.first;
  const reveal = encodeReveal(network);
  const sig = new Uint8Array(64);
  const parse = (
    witness: Uint8Array[],
    outputs: TxOutput[] = [reveal, pay(pegScript, 1000n)],
    script = commit.script,
  ) => codeOf(() => parseReveal(transactionWith(outputs, [{ witness }]), script, context));

  test.each([
    ["a key-path spend", "witnessMissing", [sig]],
    [
      "a leaf the output does not commit to",
      "commitmentMismatch",
      [sig, reclaimLeaf(5, key(5)), controlBlock],
    ],
    ["a control block of the wrong length", "controlBlockInvalid", [sig, leaf, controlBlock.subarray(1)]],
    [
      "a control block with the other parity",
      "commitmentMismatch",
      [sig, leaf, Uint8Array.of(controlBlock[0]! ^ 1, ...controlBlock.subarray(1))],
    ],
    [
      "an internal key somebody holds",
      "controlBlockInvalid",
      [sig, leaf, concatBytes(controlBlock.subarray(0, 1), key(7), controlBlock.subarray(33))],
    ],
    [
      "the reclaim leaf",
      "scriptMalformed",
      [sig, commit.tree.second.script, commit.tree.second.controlBlock],
    ],
  ])("%s is refused as %s", (_, code, witness) => expect(parse(witness)).toBe(code));

  test("the outputs of the direct form are checked as strictly", () => {
    const witness = [sig, leaf, controlBlock];
    expect(parse(witness, [reveal])).toBe("outputMissing");
    expect(parse(witness, [reveal, pay(recipientScript, 5000n)])).toBe("notPegWallet");
    expect(parse(witness, [reveal, pay(pegScript, 0n)])).toBe("amountZero");
    expect(parse(witness, [reveal, pay(pegScript, 10n)])).toBe("amountBelowDust");
    expect(parse(witness, [bad("6a0454327700"), pay(pegScript, 1000n)])).toBe("scriptUnsupported");
    expect(parse(witness, [bad("6a055432770101"), pay(pegScript, 1000n)])).toBe("payloadTooLong");
    expect(parse(witness, [bad("6a0454327701"), pay(pegScript, 1000n)])).toBe("nothing was refused");
    expect(parse(witness, undefined, pegScript)).toBe("commitmentMismatch");
  });
  test("commit data: too short, too long, unknown opcode, bytes left over", () => {
    expect(codeOf(() => decodeCommitData(new Uint8Array(8), network))).toBe("payloadTooShort");
    expect(codeOf(() => decodeCommitData(new Uint8Array(87), network))).toBe("payloadTooLong");
    expect(codeOf(() => decodeCommitData(new Uint8Array(31), network))).toBe("opcodeUnknown");
    const data = `3c051af0bf935f1ba62167f89c1fff2d9369f972ad0f7e00`;
    expect(codeOf(() => decodeCommitData(hex.decode(`${data}00000000000003e8`), network))).toBe(
      "payloadTooLong",
    );
  });
  test("a reveal without its commit is not judged", () => {
    const tx = transactionWith([reveal, pay(pegScript, 1000n)], [{ witness: [sig, leaf, controlBlock] }]);
    expect(readOperation(tx, context).tag).toBe("needsCommit");
    expect(readOperation(tx, context, commit.script).tag).toBe("op");
  });
});

describe("production deposit", () => {
  const groupKey = parseGroupKey(key(1));
  const out = depositOutput({ maxFee: 1000n, recipient }, groupKey, { blocks: 144, key: key(9) });
  const leaves = { deposit: out.tree.first.script, reclaim: out.tree.second.script };
  const expected = { groupKey, network, minLockBlocks: 100 };
  const check = (changed: Partial<typeof leaves>, script = out.script, want: Partial<typeof expected> = {}) =>
    codeOf(() => checkDeposit(script, { ...leaves, ...changed }, { ...expected, ...want }));

  test("the deposit its depositor described is accepted", () =>
    expect(check({})).toBe("nothing was refused"));
  test("made for another group", () =>
    expect(check({}, out.script, { groupKey: parseGroupKey(key(2)) })).toBe("publicKeyInvalid"));
  test("a lock the group could lose the race against", () =>
    expect(check({}, out.script, { minLockBlocks: 145 })).toBe("lockTimeInvalid"));
  test("another output", () => expect(check({}, pegScript)).toBe("commitmentMismatch"));
  test("another reclaim leaf than the one committed to", () =>
    expect(check({ reclaim: reclaimLeaf(144, key(8)) })).toBe("commitmentMismatch"));
  test("a third leaf hidden beside the two: the output differs", () => {
    const other = twoLeafOutput(leaves.deposit, Uint8Array.of(0x51));
    expect(check({}, other.script)).toBe("commitmentMismatch");
  });

  test.each([
    ["a push that is not minimal", "pushNotMinimal", `4c1e${toHex(leaves.deposit).slice(2)}`],
    ["no DROP", "scriptMalformed", toHex(leaves.deposit).replace("7520", "6120")],
    ["bytes after CHECKSIG", "scriptMalformed", `${toHex(leaves.deposit)}51`],
    ["too little data", "payloadTooShort", `0400000000${toHex(leaves.deposit).slice(62)}`],
    [
      "a key not on the curve",
      "publicKeyInvalid",
      `${toHex(leaves.deposit).slice(0, -66)}${"ff".repeat(32)}ac`,
    ],
  ])("deposit leaf with %s is refused as %s", (_, code, leaf) =>
    expect(codeOf(() => readDepositLeaf(hex.decode(leaf), network))).toBe(code),
  );

  test.each([
    ["nothing in it", "scriptMalformed", ""],
    ["no CSV", "scriptMalformed", "0290007520"],
    ["the disable bit set", "lockTimeInvalid", "050000008000b2"],
    ["seconds instead of blocks", "lockTimeInvalid", "03010040b2"],
    ["a negative lock", "pushNotMinimal", "0181b2"],
    ["a lock in six bytes", "lockTimeInvalid", "06010000000000b2"],
    ["a lock with a zero too many", "pushNotMinimal", "03900000b2"],
    ["a one-byte push where OP_5 is shorter", "pushNotMinimal", "0105b2"],
    ["OP_SUCCESS after the lock, which would void it", "scriptMalformed", "029000b250"],
    ["a push that runs past the end", "scriptMalformed", "029000b24c"],
  ])("reclaim leaf with %s is refused as %s", (_, code, leaf) =>
    expect(codeOf(() => readReclaimLeaf(hex.decode(leaf)))).toBe(code),
  );
  test("OP_SUCCESS inside a push is data and does no harm", () => {
    expect(readReclaimLeaf(hex.decode("029000b20150")).blocks).toBe(144);
  });
  test.each([0, 65_536, 1.5, -1])("a lock of %d blocks cannot be written", (blocks) =>
    expect(codeOf(() => reclaimLeaf(blocks, key(1)))).toBe("lockTimeInvalid"),
  );
});

describe("what people type", () => {
  test.each([
    ["ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT7", "principalInvalid"],
    ["SP3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRM5V4Q", "principalInvalid"],
    ["SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7", "principalWrongNetwork"],
    ["ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.a.b", "principalInvalid"],
    ["ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.", "contractNameInvalid"],
    ["ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6.9lives", "contractNameInvalid"],
    ["", "principalInvalid"],
  ])("account %s is refused as %s", (text, code) =>
    expect(codeOf(() => parsePrincipal(text, network))).toBe(code),
  );

  test.each([
    ["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "addressWrongNetwork"],
    ["tb1qwe9ddxp6v32uef2v66j00vx6wxax5zat223tmt", "addressInvalid"],
    ["bcrt1p534swhsspmeepqu8gcg9ehu95ny74kch6rlu4er3zml0saxds0cqwpn73n", "addressWrongNetwork"],
    ["", "addressInvalid"],
    ["https://example.com", "addressInvalid"],
  ])("address %s is refused as %s", (text, code) =>
    expect(codeOf(() => scriptOfAddress(text, network))).toBe(code),
  );
});
