import { hexToBytes } from "@noble/hashes/utils.js";
import { Cl, type ClarityValue } from "@stacks/transactions";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { pegOutMessage, recipientAddress, recipientScript } from "../testing/peg-out-request.ts";
import { account, expectOk, startVm } from "../testing/peg-world.ts";
import type { Dialect } from "../ops/data-output.ts";
import { contractTexts } from "./sources.ts";

const home = account(501).address;
let vm: Vm;
beforeAll(async () => {
  vm = await startVm();
  expectOk(vm.deploy(home, "peg-out-message", contractTexts["peg-out-message"], 3));
});

const read = (name: string, ...args: ClarityValue[]) =>
  Cl.prettyPrint(expectOk(vm.callReadOnly(`${home}.peg-out-message`, name, args, home)));
const request = (dialect: Dialect, amount: bigint, script: Uint8Array, address: string) => [
  Cl.uint(dialect === "D1" ? 1 : 2),
  Cl.uint(amount),
  Cl.buffer(script),
  Cl.stringAscii(address),
];
const owner = (dialect: Dialect, amount: bigint, script: string, address: string, signature: string) =>
  read(
    "recover-owner",
    ...request(dialect, amount, hexToBytes(script), address),
    Cl.bufferFromHex(signature),
  );

describe("the contract recovers the holder the published vectors name (spec/sbtc.md §1.7)", () => {
  test("V1, dialect 1", () => {
    const signature =
      "00dc18d08e2ee9f476a89c4c195edd402610176bb6264ec56f3f9e42e7386c543846e09282b6f03495c663c8509df7c97ffbcd2adc537bbabe23abd828a52bc8cd";
    const script = `5120${"00".repeat(32)}`;
    expect(owner("D1", 1337n, script, "", signature)).toBe(
      "(ok { message: 0x6badb1f057ab94d79cf830db58a4cf3acd989651b0c9780d17cbc7f28dcd2592, owner: 'ST3W2ATS1H9RF29DMYW5QP7NYJ643WNP2YFT4Z45C })",
    );
  });

  test("V3, dialect 2, signed with V1's key", () => {
    const signature =
      "0063b6427e0acb5213dbb7db6f28a91b2497082aafcb8c5abf0e2ba94c6fe18bc813b24c2fcfbe150af5f932b123e1dd2aab59ec641f1cee565cc5576cc5eca21d";
    expect(
      owner("D2", 1000n, "0014764ad6983a6455cca54cd6a4f7b0da71ba6a0bab", recipientAddress, signature),
    ).toBe(
      "(ok { message: 0x744eee0ee13d6649dd6b0fe203d2cb0af32e5d0b57a7c046c782019e8d562056, owner: 'ST3W2ATS1H9RF29DMYW5QP7NYJ643WNP2YFT4Z45C })",
    );
  });

  test("V4: the address text decides who is recovered", () => {
    const signature =
      "00070a03a62bf8ba00ebe1712ce17546e11a0b62b7e21ee45db6feaa5559951f106b8ae37ee0af60af2378261ac401fb417e46a46ac09d21e939236c77d8c52faa";
    const script = "001488bfaab3ad5f2f164e1cbb50cd07658ccea264e0";
    expect(owner("D2", 1000n, script, "tb1q3zl64vadtuh3vnsuhdgv6pm93n82ye8qc36c07", signature)).toContain(
      "ST24PSFPQWFH8KXDCSG4FSXR68VGSXB6RKF0ZHVME",
    );
  });
});

describe("the message is byte for byte what wallets sign", () => {
  test("for any amount, script and address", () => {
    const printable = fc.string({ minLength: 0, maxLength: 90, unit: "grapheme-ascii" });
    fc.assert(
      fc.property(
        fc.constantFrom<Dialect>("D1", "D2"),
        fc.bigInt(0n, 2n ** 64n - 1n),
        fc.uint8Array({ minLength: 22, maxLength: 34 }),
        printable,
        (dialect, amount, script, address) => {
          const digest = read("message-digest", ...request(dialect, amount, script, address));
          const expected = Cl.ok(Cl.buffer(pegOutMessage(dialect, amount, script, address)));
          expect(digest).toBe(Cl.prettyPrint(expected));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("the longest text still has a one-byte length", () => {
    const longest = request("D2", 2n ** 64n - 1n, new Uint8Array(34), "x".repeat(90));
    expect(read("message-digest", ...longest)).toContain("(ok 0x");
  });

  test("the text reads as the wallet shows it", () => {
    expect(read("message-text", ...request("D2", 1000n, recipientScript, recipientAddress).slice(1))).toBe(
      `"Withdraw request for 1000 satoshis to the bitcoin address ${recipientAddress} (00000000000003e80014764ad6983a6455cca54cd6a4f7b0da71ba6a0bab)"`,
    );
  });
});
