import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseBlockHash, toHex } from "../bytes.ts";
import { Refusal } from "../refusal.ts";
import { networks } from "../network.ts";
import { addressOf, scriptOfAddress, taprootScript } from "../bitcoin/script.ts";
import {
  anyNetwork,
  bytesOf,
  bytesUpTo,
  principalOn,
  satoshi,
  secretKey,
  standardScript,
  txid,
  vrsSignature,
  xOnlyKey,
} from "../testing/arbitraries.ts";
import { transactionWith } from "../testing/transactions.ts";
import { encodeCancel, encodePegInReturn, parseCancel, parsePegInReturn } from "./cancel.ts";
import {
  commitOutput,
  decodeCommitData,
  encodeCommitData,
  encodeReveal,
  parseReveal,
  type CommitData,
} from "./commit-reveal.ts";
import type { Dialect } from "./data-output.ts";
import { depositLeaf, readDepositLeaf } from "./deposit-script.ts";
import { decodeFulfilmentData, encodeFulfilment } from "./fulfilment.ts";
import { encodeHandOff, parseHandOff } from "./hand-off.ts";
import { readReclaimLeaf, reclaimLeaf } from "./lock-script.ts";
import { readOperation } from "./operation.ts";
import { accountOf, matchOwner, pegOutMessageHash, recoverOwner, signVrs } from "./owner-signature.ts";
import { parseGroupKey } from "./peg-script.ts";
import { decodePegInData, encodePegIn, parsePegIn } from "./peg-in.ts";
import {
  decodePegOutRequestData,
  encodePegOutRequest,
  encodePegOutRequestData,
  parsePegOutRequest,
} from "./peg-out-request.ts";
import { formatPrincipal, parsePrincipal } from "./principal.ts";
import { secp256k1 } from "@noble/curves/secp256k1.js";

const dialect = fc.constantFrom<Dialect>("D1", "D2");
const runs = { numRuns: 200 };
const plain = (bytes: Uint8Array) => toHex(bytes);

/** Either the altered bytes are refused with a code, or they are read as what they say: reading never lies. */
function survivesMutation(
  bytes: Uint8Array,
  position: number,
  xor: number,
  again: (bytes: Uint8Array) => Uint8Array,
): void {
  const altered = Uint8Array.from(bytes);
  const at = position % altered.length;
  altered[at] = altered[at]! ^ (xor === 0 ? 1 : xor);
  let encoded: Uint8Array;
  try {
    encoded = again(altered);
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal);
    return;
  }
  expect(plain(encoded)).toBe(plain(altered));
}

const pegInCase = fc.tuple(anyNetwork, dialect).chain(([network, chosen]) =>
  fc.record({
    network: fc.constant(network),
    dialect: fc.constant(chosen),
    recipient: principalOn(network),
    memo: bytesUpTo(16),
  }),
);

describe("round trips", () => {
  test("peg-in data, every network and dialect", () =>
    fc.assert(
      fc.property(pegInCase, ({ network, dialect: d, ...data }) => {
        const nameLength = data.recipient.contractName?.length ?? 0;
        const room = 80 - 3 - (d === "D1" ? 61 : nameLength === 0 ? 22 : 23 + nameLength);
        const given = { ...data, memo: data.memo.subarray(0, Math.max(0, room)) };
        expect(decodePegInData([encodePegIn(given, network, d)], network, d)).toEqual(given);
      }),
      runs,
    ));

  test("a peg-in transaction gives back recipient and amount", () =>
    fc.assert(
      fc.property(pegInCase, xOnlyKey, satoshi, ({ network, dialect: d, recipient }, key, amount) => {
        fc.pre(amount >= 330n);
        const pegScript = taprootScript(key);
        const data = encodePegIn({ recipient, memo: new Uint8Array() }, network, d);
        const op = parsePegIn(transactionWith([data, { amount, script: pegScript }]), {
          network,
          dialect: d,
          pegScript,
        });
        expect(op.recipient).toEqual(recipient);
        expect(op.amount).toBe(amount);
      }),
      runs,
    ));

  test("peg-out request data", () =>
    fc.assert(
      fc.property(satoshi, vrsSignature, bytesUpTo(4), (amount, signature, memo) => {
        const data = { amount, signature, memo };
        expect(decodePegOutRequestData(encodePegOutRequestData(data))).toEqual(data);
      }),
      { numRuns: 40 },
    ));

  test("a request's owner is who signed it, and the dialect is found", () =>
    fc.assert(
      fc.property(
        anyNetwork,
        dialect,
        satoshi,
        standardScript,
        secretKey,
        (network, d, amount, script, key) => {
          const signature = signVrs(pegOutMessageHash(amount, script, network, d), key);
          const owner = accountOf(secp256k1.getPublicKey(key), network);
          const request = { amount, recipientScript: script, signature };
          expect(recoverOwner(request, network, d)).toEqual(owner);
          expect(matchOwner(request, owner, network)).toBe(d);
        },
      ),
      { numRuns: 25 },
    ));

  test("a request signed for one network has another owner on the next", () =>
    fc.assert(
      fc.property(satoshi, standardScript, secretKey, (amount, script, key) => {
        const signature = signVrs(pegOutMessageHash(amount, script, networks.testnet3, "D2"), key);
        const request = { amount, recipientScript: script, signature };
        const owner = recoverOwner(request, networks.testnet3, "D2");
        expect(formatPrincipal(recoverOwner(request, networks.mainnet, "D2"))).not.toBe(
          formatPrincipal(owner),
        );
      }),
      { numRuns: 15 },
    ));

  test("fulfilment, hand-off, cancel, return", () =>
    fc.assert(
      fc.property(
        fc.record({
          network: anyNetwork,
          tip: bytesOf(32),
          memo: bytesUpTo(45),
          cycle: fc.bigInt(0n, (1n << 64n) - 1n),
        }),
        xOnlyKey,
        txid,
        ({ network, tip, memo, cycle }, key, id) => {
          const data = { chainTip: parseBlockHash(toHex(tip)), memo };
          expect(decodeFulfilmentData([encodeFulfilment(data, network, "D1")], network, "D1")).toEqual(data);
          const pegScript = taprootScript(key);
          const pay = { amount: 1000n, script: pegScript };
          const handOff = parseHandOff(transactionWith([encodeHandOff(cycle, network), pay]), { network });
          expect([handOff.rewardCycle, plain(handOff.nextPegScript)]).toEqual([cycle, plain(pegScript)]);
          const context = { network, dialect: "D2", pegScript } as const;
          const cancel = parseCancel(
            transactionWith([encodeCancel(network), pay], [{ txid: id, vout: 2 }]),
            context,
          );
          expect(cancel.request).toEqual({ txid: id, vout: 2 });
          const back = parsePegInReturn(
            transactionWith([encodePegInReturn(network), pay], [{ txid: id, vout: 1 }]),
            context,
          );
          expect(back.deposit).toEqual({ txid: id, vout: 1 });
        },
      ),
      runs,
    ));

  test("deposit and reclaim leaves", () =>
    fc.assert(
      fc.property(
        anyNetwork.chain((network) => fc.tuple(fc.constant(network), principalOn(network))),
        fc.bigInt(0n, 2_100_000_000_000_000n),
        fc.integer({ min: 1, max: 0xffff }),
        xOnlyKey,
        ([network, recipient], maxFee, blocks, key) => {
          const leaf = depositLeaf({ maxFee, recipient }, parseGroupKey(key));
          expect(readDepositLeaf(leaf, network)).toEqual({ maxFee, recipient, signersKey: key });
          const reclaim = readReclaimLeaf(reclaimLeaf(blocks, key));
          expect([reclaim.blocks, plain(reclaim.key!)]).toEqual([blocks, plain(key)]);
        },
      ),
      runs,
    ));

  test("addresses and accounts as text", () =>
    fc.assert(
      fc.property(anyNetwork, standardScript, (network, script) => {
        expect(plain(scriptOfAddress(addressOf(script, network)!, network))).toBe(plain(script));
      }),
      runs,
    ));

  test("principals as text", () =>
    fc.assert(
      fc.property(
        anyNetwork.chain((network) => fc.tuple(fc.constant(network), principalOn(network))),
        ([network, principal]) => {
          expect(parsePrincipal(formatPrincipal(principal), network)).toEqual(principal);
        },
      ),
      runs,
    ));
});

describe("commit and reveal", () => {
  const network = networks.testnet4;
  const commitData: fc.Arbitrary<CommitData> = fc.oneof(
    fc.record({
      tag: fc.constant("pegIn" as const),
      recipient: principalOn(network),
      feeSubsidy: fc.bigInt(0n, 100_000n),
    }),
    fc.record({
      tag: fc.constant("pegOutRequest" as const),
      request: fc.record({ amount: satoshi, signature: vrsSignature }),
      feeSubsidy: fc.bigInt(0n, 100_000n),
    }),
  );

  test("what is committed is what is revealed, through either kind of reclaim leaf", () =>
    fc.assert(
      fc.property(
        commitData,
        xOnlyKey,
        xOnlyKey,
        fc.option(fc.integer({ min: 1, max: 1000 }), { nil: null }),
        (data, a, b, blocks) => {
          fc.pre(data.tag === "pegOutRequest" || (data.recipient.contractName?.length ?? 0) <= 40);
          expect(decodeCommitData(encodeCommitData(data), network)).toEqual(data);
          const commit = commitOutput(data, a, { key: b, blocks });
          const pegScript = taprootScript(b);
          const witness = [new Uint8Array(64), commit.tree.first.script, commit.tree.first.controlBlock];
          const pay = { amount: 5000n, script: pegScript };
          const tx = transactionWith([encodeReveal(network), pay, pay], [{ witness }]);
          const revealed = parseReveal(tx, commit.script, { network, dialect: "D2", pegScript });
          expect(revealed.op.kind).toBe(data.tag);
          expect(revealed.feeSubsidy).toBe(data.feeSubsidy);
          expect(plain(revealed.revealKey)).toBe(plain(a));
        },
      ),
      { numRuns: 40 },
    ));

  test("mutated commit data is refused or says exactly what it holds", () =>
    fc.assert(
      fc.property(commitData, fc.nat(200), fc.integer({ min: 1, max: 255 }), (data, position, xor) =>
        survivesMutation(encodeCommitData(data), position, xor, (bytes) =>
          encodeCommitData(decodeCommitData(bytes, network)),
        ),
      ),
      { numRuns: 200 },
    ));
});

describe("mutation: an altered operation is refused or read as what it now says", () => {
  const network = networks.testnet3;

  test("peg-in data output, D2", () =>
    fc.assert(
      fc.property(
        principalOn(network),
        fc.nat(200),
        fc.integer({ min: 1, max: 255 }),
        (recipient, position, xor) => {
          const { script } = encodePegIn({ recipient, memo: new Uint8Array() }, network, "D2");
          survivesMutation(script, position, xor, (altered) => {
            const read = decodePegInData([{ amount: 0n, script: altered }], network, "D2");
            return encodePegIn(read, network, "D2").script;
          });
        },
      ),
      { numRuns: 500 },
    ));

  test("request data output", () =>
    fc.assert(
      fc.property(
        satoshi,
        vrsSignature,
        bytesUpTo(4),
        fc.nat(200),
        fc.integer({ min: 1, max: 255 }),
        (amount, signature, memo, position, xor) => {
          const { script } = encodePegOutRequest({ amount, signature, memo }, network);
          survivesMutation(script, position, xor, (altered) => {
            const tx = transactionWith([
              { amount: 0n, script: altered },
              {
                amount: 546n,
                script: taprootScript(secp256k1.getPublicKey(new Uint8Array(32).fill(1)).subarray(1)),
              },
              {
                amount: 2000n,
                script: taprootScript(secp256k1.getPublicKey(new Uint8Array(32).fill(1)).subarray(1)),
              },
            ]);
            const pegScript = tx.outputs[2]!.script;
            return encodePegOutRequest(parsePegOutRequest(tx, { network, dialect: "D2", pegScript }), network)
              .script;
          });
        },
      ),
      { numRuns: 60 },
    ));

  test("deposit leaf", () =>
    fc.assert(
      fc.property(
        principalOn(network),
        xOnlyKey,
        fc.nat(200),
        fc.integer({ min: 1, max: 255 }),
        (recipient, key, position, xor) =>
          survivesMutation(
            depositLeaf({ maxFee: 1n, recipient }, parseGroupKey(key)),
            position,
            xor,
            (altered) => {
              const { signersKey, ...data } = readDepositLeaf(altered, network);
              return depositLeaf(data, parseGroupKey(signersKey));
            },
          ),
      ),
      { numRuns: 300 },
    ));

  test("reclaim leaf", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 0xffff }),
        xOnlyKey,
        fc.nat(200),
        fc.integer({ min: 1, max: 255 }),
        (blocks, key, position, xor) =>
          survivesMutation(reclaimLeaf(blocks, key), position, xor, (altered) => {
            const read = readReclaimLeaf(altered);
            if (read.key === null || read.blocks === 0) return altered;
            return reclaimLeaf(read.blocks, read.key);
          }),
      ),
      { numRuns: 300 },
    ));

  test("no bytes at all make the reader throw", () =>
    fc.assert(
      fc.property(dialect, bytesUpTo(100), fc.nat(255), bytesUpTo(40), (d, body, opcode, script) => {
        const payload = Uint8Array.of(...network.magic, opcode, ...body.subarray(0, 70));
        const tx = transactionWith([
          { amount: 0n, script: Uint8Array.of(0x6a, payload.length, ...payload) },
          { amount: 5n, script },
        ]);
        expect(["none", "op", "refused", "needsCommit"]).toContain(
          readOperation(tx, { network, dialect: d, pegScript: script }).tag,
        );
      }),
      { numRuns: 500 },
    ));
});
