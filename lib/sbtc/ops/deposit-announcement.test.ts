import { schnorr } from "@noble/curves/secp256k1.js";
import { describe, expect, test } from "vitest";
import { parseTransaction, serializeTransaction, type TxOutput } from "../bitcoin/transaction.ts";
import { parseTxid } from "../bytes.ts";
import { networks } from "../network.ts";
import { attempt } from "../refusal.ts";
import { announcedDepositOutputs, readAnnouncedDeposit } from "./deposit-announcement.ts";
import { checkDeposit } from "./deposit-script.ts";
import { readOperation } from "./operation.ts";
import { parseGroupKey, pegScript } from "./peg-script.ts";
import { parsePrincipal } from "./principal.ts";

const network = networks.regtest;
const key = (fill: number) => schnorr.getPublicKey(new Uint8Array(32).fill(fill));
const group = parseGroupKey(key(1));
const recipient = parsePrincipal("ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6", network);
const deposit = { data: { maxFee: 80_000n, recipient }, reclaim: { key: key(2), blocks: 950 } };

const transaction = (outputs: readonly TxOutput[]) =>
  parseTransaction(
    serializeTransaction({
      version: 2,
      lockTime: 0,
      inputs: [
        {
          txid: parseTxid("11".repeat(32)),
          vout: 0,
          sequence: 0xfffffffd,
          scriptSig: new Uint8Array(),
          witness: [],
        },
      ],
      outputs,
    }),
  );
const outputs = announcedDepositOutputs(deposit, 250_000n, group, network);
const code = (run: () => unknown) => {
  const outcome = attempt(run);
  return outcome.ok ? "accepted" : outcome.refusal.code;
};

describe("an announced deposit", () => {
  test("can be rebuilt from its transaction and the group key alone", () => {
    const found = readAnnouncedDeposit(transaction(outputs), [group], network);
    expect(found.data).toEqual(deposit.data);
    expect(found.reclaim).toEqual(deposit.reclaim);
    expect(found.amount).toBe(250_000n);
    expect(found.outpoint.vout).toBe(1);
    const leaves = { deposit: found.depositLeaf.script, reclaim: found.reclaimLeaf.script };
    const expected = { groupKey: group, network, minLockBlocks: 144 };
    expect(checkDeposit(found.script, leaves, expected).data).toEqual(deposit.data);
  });

  test("is found under an earlier group key too, and says which", () => {
    const next = parseGroupKey(key(3));
    expect(readAnnouncedDeposit(transaction(outputs), [next, group], network).groupKey).toEqual(group);
  });

  test("is no peg-in to a reader of the direct form", () => {
    const context = { network, dialect: "D2", pegScript: pegScript(group, "peg").script } as const;
    const reading = readOperation(transaction(outputs), context);
    expect(reading.tag === "refused" && reading.refusal.code).toBe("notPegWallet");
  });

  test("that promises another recipient than its script holds is refused", () => {
    const other = parsePrincipal("ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6", network);
    const lie = { ...deposit, data: { ...deposit.data, recipient: other } };
    const [announced] = announcedDepositOutputs(lie, 1n, group, network);
    const mixed = transaction([announced, outputs[1]]);
    expect(code(() => readAnnouncedDeposit(mixed, [group], network))).toBe("commitmentMismatch");
  });

  test("made for another group is refused", () => {
    const other = parseGroupKey(key(4));
    expect(code(() => readAnnouncedDeposit(transaction(outputs), [other], network))).toBe(
      "commitmentMismatch",
    );
  });

  test("a direct peg-in announces nothing", () => {
    const script = outputs[0].script.slice(0, -42);
    script[1] = (script[1] ?? 0) - 42;
    const direct = transaction([{ amount: 0n, script }, outputs[1]]);
    expect(code(() => readAnnouncedDeposit(direct, [group], network))).toBe("payloadTooShort");
  });

  test("to a contract with a name of 12 characters still fits; 13 do not", () => {
    const to = (name: string) => ({
      ...deposit,
      data: { ...deposit.data, recipient: { ...recipient, contractName: name } },
    });
    const fits = announcedDepositOutputs(to("a".repeat(12)), 1000n, group, network);
    expect(readAnnouncedDeposit(transaction(fits), [group], network).data.recipient.contractName).toBe(
      "a".repeat(12),
    );
    expect(code(() => announcedDepositOutputs(to("a".repeat(13)), 1000n, group, network))).toBe(
      "payloadTooLong",
    );
  });
});
