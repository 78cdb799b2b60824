import { Cl } from "@stacks/transactions";
import { bytesToHex } from "@noble/hashes/utils.js";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { account, PegWorld, SoloGroup, startVm } from "../testing/peg-world.ts";
import { setWalletCall } from "./calls.ts";
import { actionDigest } from "./digest.ts";

let vm: Vm;
let world: PegWorld;
const alice = account(11).address;
const first = new SoloGroup(7);
const second = new SoloGroup(8);
const third = new SoloGroup(9);
const refused = (code: number) => ({ ok: false, code });

beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm, { ready: false });
});

const wallet = () => Cl.prettyPrint(world.read("get-wallet"));

describe("the first wallet", () => {
  test("is set by the owner, with the new key's own signature", () => {
    expect(wallet()).toBe("{ epoch: u0, wallet: none }");
    expect(world.read("get-bitcoin-wallet-address")).toEqual(Cl.none());
    const result = world.setWallet(first, null);
    expect(result.ok && result.events).toEqual([
      {
        tag: "print",
        contract: world.token,
        value: Cl.tuple({
          topic: Cl.stringAscii("set-wallet"),
          key: Cl.buffer(first.key),
          address: Cl.stringAscii("bcrt1-test"),
          epoch: Cl.uint(1),
        }),
      },
    ]);
    expect(wallet()).toBe(
      `{ epoch: u1, wallet: (some { address: "bcrt1-test", key: 0x${bytesToHex(first.key)} }) }`,
    );
    expect(world.read("get-bitcoin-wallet-address")).toEqual(Cl.some(Cl.stringAscii("bcrt1-test")));
  });

  test("may be set by the coordinator", () => {
    world.configure(
      "set-coordinator-data",
      Cl.tuple({ addr: Cl.principal(alice), key: Cl.buffer(new Uint8Array([2, ...first.key])) }),
    );
    expect(world.setWallet(first, null, { sender: alice }).ok).toBe(true);
  });

  test("cannot be taken by whoever comes first", () => {
    expect(world.setWallet(second, null, { sender: alice })).toEqual(refused(2015));
    expect(world.setWallet(first, null).ok).toBe(true);
  });

  test("cannot be a key nobody holds", () => {
    const action = { tag: "setWallet", address: "x", key: second.key } as const;
    const signature = first.sign(actionDigest(world.context, action));
    expect(world.submit(setWalletCall(world.context, action, signature, null), world.owner)).toEqual(
      refused(2012),
    );
  });

  test("needs an address", () => {
    expect(world.setWallet(first, null, { address: "" })).toEqual(refused(2014));
  });
});

describe("every later wallet", () => {
  beforeEach(() => {
    expect(world.setWallet(first, null).ok).toBe(true);
  });

  test("needs both keys, and anyone may bring them", () => {
    expect(world.setWallet(second, first, { sender: alice }).ok).toBe(true);
    expect(wallet()).toContain("epoch: u2");
    expect(world.setWallet(third, second, { sender: alice }).ok).toBe(true);
    expect(wallet()).toContain(bytesToHex(third.key));
  });

  test("the owner cannot replace the group's key alone", () => {
    expect(world.setWallet(second, null)).toEqual(refused(2016));
    expect(world.setWallet(second, second)).toEqual(refused(2011));
    expect(world.setWallet(second, third)).toEqual(refused(2011));
    expect(wallet()).toContain("epoch: u1");
  });

  test("the old key cannot name a key that did not sign", () => {
    const action = { tag: "setWallet", address: "x", key: second.key } as const;
    const message = actionDigest(world.context, action);
    const old = { key: first.key, signature: first.sign(message) };
    expect(world.submit(setWalletCall(world.context, action, first.sign(message), old))).toEqual(
      refused(2012),
    );
  });

  test("a key is never used again, so no signature of an earlier time comes back to life", () => {
    expect(world.setWallet(first, first)).toEqual(refused(2013));
    world.setWallet(second, first);
    expect(world.setWallet(first, second)).toEqual(refused(2013));
  });

  test("a rotation signed for an earlier epoch or another address is void", () => {
    const stale = { ...world.context, epoch: 0n };
    const action = { tag: "setWallet", address: "x", key: second.key } as const;
    const message = actionDigest(stale, action);
    const call = setWalletCall(stale, action, second.sign(message), {
      key: first.key,
      signature: first.sign(message),
    });
    expect(world.submit(call)).toEqual(refused(2012));
    const agreed = actionDigest(world.context, action);
    const elsewhere = { ...action, address: "y" };
    const signatures = [second.sign(actionDigest(world.context, elsewhere)), first.sign(agreed)] as const;
    const moved = setWalletCall(world.context, elsewhere, signatures[0], {
      key: first.key,
      signature: signatures[1],
    });
    expect(world.submit(moved)).toEqual(refused(2011));
  });

  test("rotation works while trading is halted", () => {
    world.configure("set-trading-halted", Cl.bool(true));
    expect(world.setWallet(second, first).ok).toBe(true);
  });
});
