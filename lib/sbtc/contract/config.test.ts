import { secp256k1 } from "@noble/curves/secp256k1.js";
import { Cl, ClarityType, type ClarityValue } from "@stacks/transactions";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { account, expectOk, PegWorld, roomyLimits, startVm } from "../testing/peg-world.ts";

let vm: Vm;
let world: PegWorld;
const alice = account(11);
const bob = account(12);
const refused = (code: number) => ({ ok: false, code });
const publicKey = (holder: { key: Uint8Array }) => Cl.buffer(secp256k1.getPublicKey(holder.key));
const coordinator = (holder = alice) =>
  Cl.tuple({ addr: Cl.principal(holder.address), key: publicKey(holder) });
const seat = (holder = alice, weight = 1) =>
  Cl.tuple({ addr: Cl.principal(holder.address), key: publicKey(holder), weight: Cl.uint(weight) });

beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm, { ready: false });
});

const from = (sender: string, functionName: string, ...args: ClarityValue[]) =>
  world.call(world.config, functionName, args, sender);
const read = (functionName: string, ...args: ClarityValue[]) =>
  Cl.prettyPrint(world.readFrom(world.config, functionName, ...args));

describe("only the owner configures", () => {
  const limits = Cl.tuple(
    Object.fromEntries(Object.entries(roomyLimits).map(([name, value]) => [name, Cl.uint(value)])),
  );
  const calls: [string, ...ClarityValue[]][] = [
    ["set-contract-owner", Cl.principal(bob.address)],
    ["set-coordinator-data", coordinator(bob)],
    ["set-num-keys", Cl.uint(4)],
    ["set-num-parties", Cl.uint(0)],
    ["set-threshold", Cl.uint(1)],
    ["set-signer-data", Cl.uint(0), seat()],
    ["set-allow-list-enabled", Cl.bool(false)],
    ["set-recipients-allowed", Cl.list([])],
    ["set-scripts-allowed", Cl.list([])],
    ["set-limits", limits],
  ];

  test.each(calls)("%s", (functionName, ...args) => {
    expect(from(world.owner, "set-coordinator-data", coordinator()).ok).toBe(true);
    for (const sender of [alice.address, bob.address])
      expect(from(sender, functionName, ...args)).toEqual(refused(1001));
  });

  test("delete-signer-data", () => {
    from(world.owner, "set-num-keys", Cl.uint(2));
    from(world.owner, "set-num-parties", Cl.uint(1));
    from(world.owner, "set-signer-data", Cl.uint(0), seat());
    expect(from(alice.address, "delete-signer-data", Cl.uint(0))).toEqual(refused(1001));
  });

  test("a contract the owner calls cannot act for the owner", () => {
    const phish = `(define-public (free-gift) (contract-call? '${world.config} set-contract-owner '${bob.address}))
      (define-public (halt) (contract-call? '${world.config} set-trading-halted true))`;
    expectOk(vm.deploy(bob.address, world.owner.slice(-12).toLowerCase().replace(/^\d/, "a"), phish, 3));
    const trap = `${bob.address}.${world.owner.slice(-12).toLowerCase().replace(/^\d/, "a")}`;
    expect(world.call(trap, "free-gift", [], world.owner)).toEqual(refused(1001));
    expect(world.call(trap, "halt", [], world.owner)).toEqual(refused(1002));
  });
});

describe("ownership passes in two steps", () => {
  test("the successor must accept; until then the owner stays", () => {
    expect(from(alice.address, "accept-contract-owner")).toEqual(refused(1003));
    expect(from(world.owner, "set-contract-owner", Cl.principal(alice.address)).ok).toBe(true);
    expect(read("get-contract-owner")).toBe(`'${world.owner}`);
    expect(read("get-pending-owner")).toBe(`(some '${alice.address})`);
    expect(from(bob.address, "accept-contract-owner")).toEqual(refused(1003));
    expect(from(alice.address, "accept-contract-owner").ok).toBe(true);
    expect(read("get-contract-owner")).toBe(`'${alice.address}`);
    expect(from(world.owner, "set-num-keys", Cl.uint(4))).toEqual(refused(1001));
    expect(from(alice.address, "accept-contract-owner")).toEqual(refused(1003));
  });
});

describe("halting", () => {
  const halt = (sender: string, halted: boolean) => from(sender, "set-trading-halted", Cl.bool(halted));
  beforeEach(() => {
    from(world.owner, "set-coordinator-data", coordinator());
  });

  test("owner and coordinator may, others not", () => {
    expect(halt(bob.address, true)).toEqual(refused(1002));
    expect(halt(alice.address, true).ok).toBe(true);
    expect(read("get-trading-halted")).toBe("true");
    expect(halt(alice.address, false).ok).toBe(true);
    expect(halt(world.owner, true).ok).toBe(true);
    expect(read("get-trading-halted")).toBe("true");
  });

  test("the coordinator cannot lift the owner's halt", () => {
    halt(world.owner, true);
    expect(halt(alice.address, false).ok).toBe(true);
    expect(read("get-trading-halted")).toBe("true");
    expect(read("get-halts")).toBe("{ coordinator: false, owner: true }");
  });

  test("the owner lifts both, and a new coordinator starts without its predecessor's halt", () => {
    halt(alice.address, true);
    expect(halt(world.owner, false).ok).toBe(true);
    expect(read("get-trading-halted")).toBe("false");
    halt(alice.address, true);
    from(world.owner, "set-coordinator-data", coordinator(bob));
    expect(read("get-trading-halted")).toBe("false");
    expect(halt(alice.address, true)).toEqual(refused(1002));
  });
});

describe("the signer registry", () => {
  const set = (id: number, holder = alice, weight = 1) =>
    from(world.owner, "set-signer-data", Cl.uint(id), seat(holder, weight));
  beforeEach(() => {
    from(world.owner, "set-num-keys", Cl.uint(6));
    from(world.owner, "set-num-parties", Cl.uint(3));
    from(world.owner, "set-threshold", Cl.uint(4));
  });

  test("is read whole, with keys and weights", () => {
    expect(set(0, alice, 2).ok).toBe(true);
    expect(set(1, bob, 3).ok).toBe(true);
    const page = world.readFrom(world.config, "get-signers", Cl.uint(0));
    expect(page).toEqual(
      Cl.list([
        Cl.some(seat(alice, 2)),
        Cl.some(seat(bob, 3)),
        ...Array.from({ length: 18 }, () => Cl.none()),
      ]),
    );
    expect(Cl.prettyPrint(world.readFrom(world.config, "get-signers", Cl.uint(1)))).toContain("weight: u3");
    expect([read("get-signer-count"), read("get-total-weight")]).toEqual(["u2", "u5"]);
    expect(world.read("get-signer-data", Cl.uint(1))).toEqual(Cl.some(seat(bob, 3)));
  });

  test("a seat may be written again; weights never exceed the keys", () => {
    set(0, alice, 6);
    expect(set(0, bob, 5).ok).toBe(true);
    expect(read("get-total-weight")).toBe("u5");
    expect(set(1, alice, 2)).toEqual(refused(1008));
    expect(set(1, alice, 1).ok).toBe(true);
  });

  test("no gaps, no seats beyond the parties, no empty seats, no invalid keys", () => {
    expect(set(1)).toEqual(refused(1006));
    for (const id of [0, 1, 2]) expect(set(id).ok).toBe(true);
    expect(set(3)).toEqual(refused(1006));
    expect(set(0, alice, 0)).toEqual(refused(1007));
    for (const key of ["", "02", `05${"11".repeat(32)}`, `02${"00".repeat(32)}`, `02${"ff".repeat(32)}`]) {
      const bad = { addr: Cl.principal(alice.address), key: Cl.bufferFromHex(key) };
      expect(
        from(world.owner, "set-signer-data", Cl.uint(0), Cl.tuple({ ...bad, weight: Cl.uint(1) })),
      ).toEqual(refused(1005));
      expect(from(world.owner, "set-coordinator-data", Cl.tuple(bad))).toEqual(refused(1005));
    }
  });

  test("the last seat can be deleted, others only replaced", () => {
    set(0, alice, 2);
    set(1, bob, 3);
    expect(from(world.owner, "delete-signer-data", Cl.uint(0))).toEqual(refused(1012));
    expect(from(world.owner, "delete-signer-data", Cl.uint(5))).toEqual(refused(1006));
    expect(from(world.owner, "delete-signer-data", Cl.uint(1)).ok).toBe(true);
    expect([read("get-signer-count"), read("get-total-weight")]).toEqual(["u1", "u2"]);
    expect(world.readFrom(world.config, "get-signer-data", Cl.uint(1))).toEqual(Cl.none());
  });

  test("threshold, parties and keys cannot contradict each other", () => {
    expect(from(world.owner, "set-threshold", Cl.uint(7))).toEqual(refused(1011));
    expect(from(world.owner, "set-threshold", Cl.uint(0))).toEqual(refused(1011));
    expect(from(world.owner, "set-num-keys", Cl.uint(3))).toEqual(refused(1009));
    expect(from(world.owner, "set-num-keys", Cl.uint(4001))).toEqual(refused(1009));
    expect(from(world.owner, "set-num-parties", Cl.uint(7))).toEqual(refused(1010));
    set(0, alice, 6);
    expect(from(world.owner, "set-num-keys", Cl.uint(5))).toEqual(refused(1009));
    expect(from(world.owner, "set-num-parties", Cl.uint(0))).toEqual(refused(1010));
    for (const [name, value] of [
      ["keys", "u6"],
      ["parties", "u3"],
    ] as const)
      expect(read(`get-num-${name}`)).toBe(value);
    expect(Cl.prettyPrint(world.read("get-threshold"))).toBe("u4");
  });
});

describe("limits", () => {
  test("are read back as set, also from the token contract", () => {
    expect(world.setLimits({ window: 12n }).ok).toBe(true);
    const value = world.read("get-limits");
    expect(value.type === ClarityType.Tuple && value.value["window"]).toEqual(Cl.uint(12));
    expect(value).toEqual(world.readFrom(world.config, "get-limits"));
  });

  test("nonsense is refused", () => {
    const tooMuch = 2_100_000_000_000_001n;
    for (const change of [
      { "min-amount": 0n },
      { "max-mint": tooMuch },
      { "max-lock": tooMuch },
      { window: 0n },
      { window: 52_561n },
      { "window-mint": tooMuch },
      { "window-lock": tooMuch },
      { "supply-cap": tooMuch },
      { confirmations: 0n },
      { confirmations: 1_001n },
      { lifetime: 0n },
      { lifetime: 52_561n },
    ])
      expect(world.setLimits(change)).toEqual(refused(1004));
  });
});

describe("the closed alpha's lists start switched on and empty", () => {
  test("nobody is allowed until named", () => {
    expect(read("get-allow-list-enabled")).toBe("true");
    expect(read("is-recipient-allowed", Cl.principal(alice.address))).toBe("false");
    expect(read("is-script-allowed", Cl.bufferFromHex("00"))).toBe("false");
    from(world.owner, "set-allow-list-enabled", Cl.bool(false));
    expect(read("is-recipient-allowed", Cl.principal(alice.address))).toBe("true");
    expect(read("is-script-allowed", Cl.bufferFromHex("00"))).toBe("true");
  });
});
