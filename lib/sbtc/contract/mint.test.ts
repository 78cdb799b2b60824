import { Cl } from "@stacks/transactions";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { account, hashOf, PegWorld, SoloGroup, startVm } from "../testing/peg-world.ts";
import type { MintAction, RejectAction } from "./actions.ts";

let vm: Vm;
let world: PegWorld;
beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm);
});

const alice = account(11).address;
const bob = account(12).address;
const mint = (changes: Partial<MintAction> = {}): MintAction => ({
  tag: "mint",
  amount: 50_000n,
  recipient: alice,
  deposit: { txid: hashOf(1), vout: 1 },
  burnBlock: world.block(),
  ...changes,
});
const reject = (changes: Partial<RejectAction> = {}): RejectAction => ({
  tag: "reject",
  reason: 3,
  deposit: { txid: hashOf(1), vout: 1 },
  burnBlock: world.block(),
  ...changes,
});
const refused = (code: number) => ({ ok: false, code });

describe("a mint needs the group and nobody else", () => {
  test("a stranger submits the group's signature and the recipient has the tokens", () => {
    const result = world.perform(mint());
    expect(result.ok).toBe(true);
    expect(world.balance(alice)).toBe(50_000n);
    expect(world.read("get-total-supply")).toEqual(Cl.ok(Cl.uint(50_000)));
    expect(world.read("get-deposit", Cl.bufferFromHex(hashOf(1)), Cl.uint(1))).toEqual(
      Cl.some(
        Cl.tuple({
          state: Cl.stringAscii("minted"),
          amount: Cl.uint(50_000),
          recipient: Cl.some(Cl.principal(alice)),
          "burn-height": Cl.uint(100),
        }),
      ),
    );
  });

  test("the event says all of it", () => {
    const result = world.perform(mint());
    expect(result.ok && result.events.find((event) => event.tag === "print")).toEqual({
      tag: "print",
      contract: world.token,
      value: Cl.tuple({
        topic: Cl.stringAscii("mint"),
        txid: Cl.bufferFromHex(hashOf(1)),
        vout: Cl.uint(1),
        amount: Cl.uint(50_000),
        recipient: Cl.principal(alice),
        "burn-height": Cl.uint(100),
      }),
    });
  });

  test("a contract can receive", () => {
    expect(world.perform(mint({ recipient: `${bob}.vault` })).ok).toBe(true);
    expect(world.balance(`${bob}.vault`)).toBe(50_000n);
  });

  test("another key's signature is refused, also when owner or coordinator submit it", () => {
    world.configure(
      "set-coordinator-data",
      Cl.tuple({ addr: Cl.principal(bob), key: Cl.buffer(new Uint8Array([2, ...world.group.key])) }),
    );
    for (const sender of [alice, bob, world.owner])
      expect(world.perform(mint(), { group: new SoloGroup(8), sender })).toEqual(refused(2011));
    expect(world.balance(alice)).toBe(0n);
  });

  test("without a wallet there is no group to ask", () => {
    world = new PegWorld(vm, { ready: false });
    world.mineTo(110);
    world.configure("set-allow-list-enabled", Cl.bool(false));
    world.setLimits({});
    expect(world.perform(mint())).toEqual(refused(2010));
  });
});

describe("a signature is good for one mint on one contract of one chain under one key", () => {
  test("any changed argument voids it", () => {
    const signed = mint();
    const changes: Partial<MintAction>[] = [
      { amount: 50_001n },
      { recipient: bob },
      { deposit: { txid: hashOf(2), vout: 1 } },
      { deposit: { txid: hashOf(1), vout: 0 } },
      { burnBlock: world.block(101) },
    ];
    for (const change of changes) expect(world.performSignedAs(signed, mint(change))).toEqual(refused(2011));
    expect(world.performSignedAs(signed, signed).ok).toBe(true);
  });

  test("another chain id, contract or epoch voids it", () => {
    const context = world.context;
    for (const other of [
      { ...context, chainId: 1 },
      { ...context, contract: `${world.owner}.sbtc-config` },
      { ...context, contract: new PegWorld(vm).token },
      { ...context, epoch: 0n },
      { ...context, epoch: 2n },
    ])
      expect(world.perform(mint(), { context: other })).toEqual(refused(2011));
    expect(world.perform(mint(), { context }).ok).toBe(true);
  });

  test("a signature for a reject does not mint, nor the reverse", () => {
    expect(world.performSignedAs(reject(), mint())).toEqual(refused(2011));
    expect(world.performSignedAs(mint(), reject())).toEqual(refused(2011));
  });

  test("a mint signed before a rotation dies with the old key", () => {
    const before = world.context;
    const next = new SoloGroup(9);
    expect(world.setWallet(next, world.group).ok).toBe(true);
    expect(world.perform(mint(), { context: before })).toEqual(refused(2011));
    expect(world.perform(mint(), { context: world.context })).toEqual(refused(2011));
    expect(world.perform(mint(), { group: next }).ok).toBe(true);
  });
});

describe("a deposit is minted or rejected, once", () => {
  test("the same deposit does not mint twice", () => {
    expect(world.perform(mint()).ok).toBe(true);
    expect(world.perform(mint())).toEqual(refused(2030));
    expect(world.perform(mint({ recipient: bob, amount: 1_000n }))).toEqual(refused(2030));
    expect(world.balance(alice)).toBe(50_000n);
  });

  test("the same transaction mined again in another block does not mint twice", () => {
    expect(world.perform(mint()).ok).toBe(true);
    expect(world.perform(mint({ burnBlock: world.block(102) }))).toEqual(refused(2030));
  });

  test("another output of the same transaction is another deposit", () => {
    expect(world.perform(mint()).ok).toBe(true);
    expect(world.perform(mint({ deposit: { txid: hashOf(1), vout: 2 } })).ok).toBe(true);
  });

  test("a rejected deposit never mints, a minted one is never rejected", () => {
    expect(world.perform(reject()).ok).toBe(true);
    expect(world.perform(mint())).toEqual(refused(2031));
    expect(world.perform(reject())).toEqual(refused(2031));
    expect(world.perform(mint({ deposit: { txid: hashOf(5), vout: 0 } })).ok).toBe(true);
    expect(world.perform(reject({ deposit: { txid: hashOf(5), vout: 0 } }))).toEqual(refused(2030));
  });

  test("a refused mint leaves the deposit open", () => {
    expect(world.perform(mint(), { group: new SoloGroup(8) })).toEqual(refused(2011));
    expect(world.read("get-deposit", Cl.bufferFromHex(hashOf(1)), Cl.uint(1))).toEqual(Cl.none());
    expect(world.perform(mint()).ok).toBe(true);
  });

  test("a reject is recorded and told", () => {
    const result = world.perform(reject());
    expect(result.ok && result.events.length).toBe(1);
    expect(world.read("get-deposit", Cl.bufferFromHex(hashOf(1)), Cl.uint(1))).toEqual(
      Cl.some(
        Cl.tuple({
          state: Cl.stringAscii("rejected"),
          amount: Cl.uint(0),
          recipient: Cl.none(),
          "burn-height": Cl.uint(100),
        }),
      ),
    );
  });

  test("a txid that is not 32 bytes is refused", () => {
    const buffers = (txid: string) => [Cl.bufferFromHex(txid), Cl.uint(1), Cl.uint(100)];
    const rest = [
      Cl.bufferFromHex(world.block().hash),
      Cl.buffer(new Uint8Array(64)),
      Cl.buffer(new Uint8Array(128)),
    ];
    const short = hashOf(1).slice(2);
    expect(
      world.call(world.token, "mint!", [Cl.uint(1), Cl.principal(alice), ...buffers(short), ...rest]),
    ).toEqual(refused(2020));
    expect(world.call(world.token, "reject!", [Cl.uint(1), ...buffers(short), ...rest])).toEqual(
      refused(2020),
    );
  });
});

describe("a mint names a Bitcoin block that is still there", () => {
  test("an unknown height is refused", () => {
    expect(world.perform(mint({ burnBlock: world.block(111) }))).toEqual(refused(2021));
    expect(world.perform(reject({ burnBlock: world.block(111) }))).toEqual(refused(2021));
  });

  test("a block that a reorganisation replaced is refused", () => {
    const before = world.block();
    world.record({ height: 100, hash: hashOf(77) });
    world.record(world.block(110));
    expect(world.perform(mint({ burnBlock: before }))).toEqual(refused(2022));
    expect(world.perform(reject({ burnBlock: before }))).toEqual(refused(2022));
    expect(world.perform(mint({ burnBlock: { height: 100, hash: hashOf(77) } })).ok).toBe(true);
  });

  test("fewer confirmations than configured are refused, exactly as many are enough", () => {
    expect(world.perform(mint({ burnBlock: world.block(109) }))).toEqual(refused(2023));
    expect(world.perform(mint({ burnBlock: world.block(108) })).ok).toBe(true);
  });
});

describe("who may receive", () => {
  test("the token contract itself cannot", () => {
    expect(world.perform(mint({ recipient: world.token }))).toEqual(refused(2006));
  });

  test("with the allow-list on, only those on it; taken off again, no more", () => {
    world.configure("set-allow-list-enabled", Cl.bool(true));
    expect(world.perform(mint())).toEqual(refused(2046));
    const allow = (allowed: boolean) =>
      world.configure(
        "set-recipients-allowed",
        Cl.list([Cl.tuple({ who: Cl.principal(alice), allowed: Cl.bool(allowed) })]),
      );
    expect(allow(true).ok).toBe(true);
    expect(world.perform(mint()).ok).toBe(true);
    expect(allow(false).ok).toBe(true);
    expect(world.perform(mint({ deposit: { txid: hashOf(2), vout: 1 } }))).toEqual(refused(2046));
  });

  test("while halted nobody", () => {
    world.configure("set-trading-halted", Cl.bool(true));
    expect(world.perform(mint())).toEqual(refused(2002));
    expect(world.perform(reject())).toEqual(refused(2002));
    world.configure("set-trading-halted", Cl.bool(false));
    expect(world.perform(mint()).ok).toBe(true);
  });
});
