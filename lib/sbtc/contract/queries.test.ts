import { readFileSync } from "node:fs";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { Cl } from "@stacks/transactions";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import type { Query } from "../stacks/query.ts";
import { pegOutMessage, recipientAddress, recipientScript, signedLock } from "../testing/peg-out-request.ts";
import { account, expectOk, hashOf, PegWorld, startVm } from "../testing/peg-world.ts";
import { contractErrors } from "./errors.ts";
import { alphaQueries, configQueries, sharedQueries, signersPerPage, tokenQueries } from "./queries.ts";

let vm: Vm;
let world: PegWorld;
const alice = account(11);
const publicKey = secp256k1.getPublicKey(alice.key);
const askVm = <T>({ contract, functionName, args, read }: Query<T>): T =>
  read(expectOk(vm.callReadOnly(contract, functionName, args, alice.address)));

beforeAll(async () => {
  vm = await startVm();
});

describe("every question reads what the contract answers", () => {
  beforeEach(() => {
    world = new PegWorld(vm);
  });

  test("wallet, deposit, withdrawal, message, window, balance and supply", () => {
    const burnBlock = world.block();
    const deposit = { txid: hashOf(1), vout: 1 };
    world.perform({ tag: "mint", amount: 50_000n, recipient: alice.address, deposit, burnBlock });
    const rejected = { txid: hashOf(2), vout: 0 };
    world.perform({ tag: "reject", reason: 2, deposit: rejected, burnBlock });
    world.perform(signedLock(alice.key, { txid: hashOf(30), burnBlock }));
    const message = pegOutMessage("D2", 20_000n, recipientScript, recipientAddress);

    expect(askVm(tokenQueries.wallet(world.token))).toEqual({
      epoch: 1n,
      wallet: { key: world.group.key, address: "bcrt1-test" },
    });
    expect(askVm(tokenQueries.deposit(world.token, deposit))).toEqual({
      state: "minted",
      amount: 50_000n,
      recipient: alice.address,
      burnHeight: 100,
    });
    expect(askVm(tokenQueries.deposit(world.token, rejected))?.recipient).toBeNull();
    expect(askVm(tokenQueries.deposit(world.token, { ...deposit, vout: 7 }))).toBeNull();
    const locked = {
      state: "locked",
      owner: alice.address,
      amount: 20_000n,
      script: recipientScript,
      message,
      burnHeight: 100,
      expires: 130,
      finalTxid: null,
    };
    expect(askVm(tokenQueries.withdrawal(world.token, hashOf(30)))).toEqual(locked);
    expect(askVm(tokenQueries.withdrawal(world.token, hashOf(31)))).toBeNull();
    expect(askVm(tokenQueries.messageUse(world.token, alice.address, message))).toBe(hashOf(30));
    expect(askVm(tokenQueries.windowUse(world.token))).toEqual({ minted: 50_000n, locked: 20_000n });
    expect(askVm(tokenQueries.balance(world.token, alice.address))).toBe(30_000n);
    expect(askVm(tokenQueries.totalSupply(world.token))).toBe(50_000n);

    world.perform({ tag: "settle", txid: hashOf(30), payoutTxid: hashOf(40), burnBlock });
    const settled = { ...locked, state: "settled", finalTxid: hashOf(40) };
    expect(askVm(tokenQueries.withdrawal(world.token, hashOf(30)))).toEqual(settled);
  });

  test("roles, halts, limits, signers and lists", () => {
    expect(askVm(configQueries.owner(world.config))).toBe(world.owner);
    expect(askVm(configQueries.pendingOwner(world.config))).toBeNull();
    expect(askVm(configQueries.halts(world.config))).toEqual({ owner: false, coordinator: false });
    expect(askVm(configQueries.limits(world.config))).toEqual({
      minAmount: 546n,
      maxMint: 1_000_000n,
      maxLock: 1_000_000n,
      window: 144,
      windowMint: 5_000_000n,
      windowLock: 5_000_000n,
      supplyCap: 100_000_000n,
      confirmations: 3,
      lifetime: 20,
    });
    world.configure("set-num-keys", Cl.uint(5));
    world.configure("set-num-parties", Cl.uint(1));
    const data = { addr: Cl.principal(alice.address), key: Cl.buffer(publicKey) };
    world.configure("set-signer-data", Cl.uint(0), Cl.tuple({ ...data, weight: Cl.uint(5) }));
    const seats = askVm(configQueries.signers(world.config, 0));
    expect(seats.length).toBe(signersPerPage);
    expect(seats[0]).toEqual({ address: alice.address, key: publicKey, weight: 5 });
    expect(seats[1]).toBeNull();
    expect(askVm(configQueries.signerCount(world.config))).toBe(1);
    expect(askVm(configQueries.totalWeight(world.config))).toBe(5);
    expect(askVm(configQueries.allowListEnabled(world.config))).toBe(false);
    expect(askVm(configQueries.recipientAllowed(world.config, alice.address))).toBe(true);
    expect(askVm(configQueries.scriptAllowed(world.config, recipientScript))).toBe(true);
  });

  test("what ours and the alpha share", () => {
    expect(askVm(sharedQueries.walletAddress(world.token))).toBe("bcrt1-test");
    expect(askVm(sharedQueries.tradingHalted(world.token))).toBe(false);
    expect(askVm(sharedQueries.coordinator(world.token))).toBeNull();
    expect(askVm(sharedQueries.keyCount(world.token))).toBe(0);
    expect(askVm(sharedQueries.partyCount(world.token))).toBe(0);
    expect(askVm(sharedQueries.threshold(world.token))).toBe(0);
  });
});

describe("the alpha's contract is read as it stands", () => {
  // its read-only face, written from spec/sbtc.md §3.1: raw values, no responses, signers without weights
  const alpha = `
    (define-read-only (get-bitcoin-wallet-address) (some "tb1p-alpha"))
    (define-read-only (get-trading-halted) true)
    (define-read-only (get-coordinator-data)
      (some { addr: '${alice.address}, key: 0x${Buffer.from(publicKey).toString("hex")} }))
    (define-read-only (get-num-keys) u4000)
    (define-read-only (get-num-parties) u4000)
    (define-read-only (get-threshold) u2800)
    (define-read-only (get-signer-data (id uint))
      (if (is-eq id u3) (some { addr: '${alice.address}, key: 0x${Buffer.from(publicKey).toString("hex")} }) none))`;

  test("wallet, halt, coordinator, counts and signers", () => {
    const address = account(700).address;
    expectOk(vm.deploy(address, "sbtc-alpha", alpha, 1));
    const contract = `${address}.sbtc-alpha`;
    expect(askVm(sharedQueries.walletAddress(contract))).toBe("tb1p-alpha");
    expect(askVm(sharedQueries.tradingHalted(contract))).toBe(true);
    const coordinator = { address: alice.address, key: publicKey };
    expect(askVm(sharedQueries.coordinator(contract))).toEqual(coordinator);
    expect(askVm(sharedQueries.keyCount(contract))).toBe(4000);
    expect(askVm(sharedQueries.threshold(contract))).toBe(2800);
    expect(askVm(alphaQueries.signer(contract, 3))).toEqual(coordinator);
    expect(askVm(alphaQueries.signer(contract, 4))).toBeNull();
  });
});

describe("a node's answer of another shape is refused, not believed", () => {
  test.each([
    ["a number for a tuple", tokenQueries.wallet("A.b"), Cl.uint(1)],
    ["a tuple without its fields", tokenQueries.wallet("A.b"), Cl.tuple({ epoch: Cl.uint(1) })],
    [
      "a short key",
      tokenQueries.wallet("A.b"),
      Cl.tuple({
        epoch: Cl.uint(1),
        wallet: Cl.some(Cl.tuple({ key: Cl.bufferFromHex("00"), address: Cl.stringAscii("x") })),
      }),
    ],
    ["a bare number for a response", tokenQueries.balance("A.b", alice.address), Cl.uint(1)],
    ["an error for a response", tokenQueries.totalSupply("A.b"), Cl.error(Cl.uint(1))],
    ["a signed number", sharedQueries.threshold("A.b"), Cl.int(1)],
    ["a height beyond any chain", sharedQueries.threshold("A.b"), Cl.uint(2n ** 60n)],
    ["a number for a boolean", sharedQueries.tradingHalted("A.b"), Cl.uint(0)],
  ] as const)("%s", (_, query, value) => {
    expect(() => query.read(value)).toThrow(expect.objectContaining({ code: "nodeAnswerMalformed" }));
  });
});

describe("the table of errors", () => {
  const files = ["peg-out-message", "burn-view-devnet", "sbtc-config", "sbtc"];
  const declared = files.flatMap((file) => {
    const text = readFileSync(new URL(`./${file}.clar`, import.meta.url), "utf8");
    return [...text.matchAll(/\(define-constant ERR-([A-Z0-9-]+) \(err u(\d+)\)\)/g)].map(
      ([, name, code]) => ({ file, name: name!.toLowerCase(), code: Number(code), text }),
    );
  });

  test("no two causes share a number", () => {
    expect(new Set(declared.map(({ code }) => code)).size).toBe(declared.length);
  });

  test("explains every number the contracts declare, and no other", () => {
    expect([...contractErrors.keys()].sort((a, b) => a - b)).toEqual(
      declared.map(({ code }) => code).sort((a, b) => a - b),
    );
    for (const { code, name, file } of declared)
      expect(contractErrors.get(code)).toMatchObject({ name, contract: file.replace("-devnet", "") });
  });

  test("every declared number is raised somewhere", () => {
    for (const { name, text } of declared)
      expect(text.split(`ERR-${name.toUpperCase()}`).length, name).toBeGreaterThan(2);
  });
});
