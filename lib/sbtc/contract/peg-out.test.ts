import { Cl } from "@stacks/transactions";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import {
  highS,
  pegOutMessage,
  recipientAddress,
  recipientScript,
  signedLock,
  signRequest,
} from "../testing/peg-out-request.ts";
import { account, hashOf, PegWorld, SoloGroup, startVm } from "../testing/peg-world.ts";
import type { LockAction, RefundAction, SettleAction } from "./actions.ts";

let vm: Vm;
let world: PegWorld;
const alice = account(11);
const bob = account(12);

beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm);
  const deposit = { txid: hashOf(1), vout: 1 };
  const burnBlock = world.block();
  world.perform({ tag: "mint", amount: 50_000n, recipient: alice.address, deposit, burnBlock });
});

const request = hashOf(30);
const lock = (changes: Partial<LockAction> = {}, holder = alice): LockAction =>
  signedLock(holder.key, { txid: request, burnBlock: world.block(), ...changes });
const settle = (changes: Partial<SettleAction> = {}): SettleAction => ({
  tag: "settle",
  txid: request,
  payoutTxid: hashOf(40),
  burnBlock: world.block(),
  ...changes,
});
const refund = (changes: Partial<RefundAction> = {}): RefundAction => ({
  tag: "refund",
  txid: request,
  cancelTxid: hashOf(41),
  burnBlock: world.block(),
  ...changes,
});
const refused = (code: number) => ({ ok: false, code });
const stateOf = (txid: string) => Cl.prettyPrint(world.read("get-withdrawal", Cl.bufferFromHex(txid)));
const supply = () => Cl.prettyPrint(world.read("get-total-supply"));

describe("a lock takes exactly what the holder signed for", () => {
  test.each(["D1", "D2"] as const)(
    "dialect %s moves the amount from the signer to the contract",
    (dialect) => {
      const result = world.perform(lock({ dialect }));
      expect(result.ok).toBe(true);
      expect(world.balance(alice.address)).toBe(30_000n);
      expect(world.balance(world.token)).toBe(20_000n);
      expect(supply()).toBe("(ok u50000)");
      expect(world.read("get-withdrawal", Cl.bufferFromHex(request))).toEqual(
        Cl.some(
          Cl.tuple({
            state: Cl.stringAscii("locked"),
            owner: Cl.principal(alice.address),
            amount: Cl.uint(20_000),
            script: Cl.buffer(recipientScript),
            message: Cl.buffer(pegOutMessage(dialect, 20_000n, recipientScript, recipientAddress)),
            "burn-height": Cl.uint(100),
            expires: Cl.uint(130),
            "final-txid": Cl.bufferFromHex(""),
          }),
        ),
      );
      expect(result.ok && result.events.map((event) => event.tag)).toEqual(["ft", "print"]);
    },
  );

  test("the group's signature alone locks nobody's tokens: a forged holder has no balance", () => {
    const forged = lock({ ownerSignature: signRequest(new Uint8Array(32).fill(1), alice.key) });
    expect(world.perform(forged)).toEqual(refused(2004));
    expect(world.balance(alice.address)).toBe(50_000n);
  });

  test("the holder's signature alone locks nothing: the group must agree", () => {
    expect(world.perform(lock(), { group: new SoloGroup(8) })).toEqual(refused(2011));
    expect(world.perform(lock(), { group: new SoloGroup(8), sender: alice.address })).toEqual(refused(2011));
  });

  test("any changed argument voids the group's signature", () => {
    const signed = lock();
    for (const change of [
      { txid: hashOf(31) },
      { burnBlock: world.block(101) },
      { address: `${recipientAddress} ` },
      { amount: 20_001n },
      { dialect: "D1" as const },
      { ownerSignature: highS(highS(signed.ownerSignature)).fill(1, 40, 41) },
    ])
      expect(world.performSignedAs(signed, { ...signed, ...change })).toEqual(refused(2011));
    expect(world.performSignedAs(signed, signed).ok).toBe(true);
  });

  test("more than the holder has is refused", () => {
    expect(world.perform(lock({ amount: 50_001n }))).toEqual(refused(2004));
    expect(world.perform(lock({ amount: 50_000n })).ok).toBe(true);
  });
});

describe("a request is locked once, a message is used once", () => {
  test("the same request cannot be locked again", () => {
    expect(world.perform(lock()).ok).toBe(true);
    expect(world.perform(lock())).toEqual(refused(2032));
    expect(world.perform(lock({ amount: 21_000n }))).toEqual(refused(2032));
  });

  test("a peg-out signature put into a fresh transaction by anyone is refused", () => {
    expect(world.perform(lock()).ok).toBe(true);
    expect(world.perform(lock({ txid: hashOf(31) }))).toEqual(refused(2033));
    expect(world.balance(alice.address)).toBe(30_000n);
  });

  test("the signature's other form (high S) is refused, before and after", () => {
    const original = lock();
    const twin = { ...lock({ txid: hashOf(31) }), ownerSignature: highS(original.ownerSignature) };
    expect(world.perform(twin)).toEqual(refused(404));
    expect(world.perform(original).ok).toBe(true);
    expect(world.perform(twin)).toEqual(refused(404));
  });

  test("a second signature by the same holder over the same message is refused", () => {
    expect(world.perform(lock()).ok).toBe(true);
    const message = pegOutMessage("D2", 20_000n, recipientScript, recipientAddress);
    const other = signRequest(message, alice.key, new Uint8Array(32).fill(3));
    const again = lock({ txid: hashOf(31), ownerSignature: other });
    expect(other).not.toEqual(lock().ownerSignature);
    expect(world.perform(again)).toEqual(refused(2033));
  });

  test("it stays used after a refund: consent was for one peg-out", () => {
    world.perform(lock());
    world.mineTo(131);
    expect(world.perform(refund()).ok).toBe(true);
    expect(world.perform(lock({ txid: hashOf(31) }))).toEqual(refused(2033));
  });

  test("another holder may send the same amount to the same address", () => {
    const deposit = { txid: hashOf(2), vout: 1 };
    const burnBlock = world.block();
    world.perform({ tag: "mint", amount: 50_000n, recipient: bob.address, deposit, burnBlock });
    expect(world.perform(lock()).ok).toBe(true);
    expect(world.perform(lock({ txid: hashOf(31) }, bob)).ok).toBe(true);
    expect(world.balance(world.token)).toBe(40_000n);
  });

  test("a refused lock uses nothing up", () => {
    expect(world.perform(lock(), { group: new SoloGroup(8) })).toEqual(refused(2011));
    const message = pegOutMessage("D2", 20_000n, recipientScript, recipientAddress);
    const use = () => world.read("get-message-use", Cl.principal(alice.address), Cl.buffer(message));
    expect(use()).toEqual(Cl.none());
    expect(world.perform(lock()).ok).toBe(true);
    expect(use()).toEqual(Cl.some(Cl.bufferFromHex(request)));
  });
});

describe("malformed requests are refused, each for its reason", () => {
  const args = (lockAction: LockAction, signature: Uint8Array, txid = lockAction.txid) => [
    Cl.uint(lockAction.amount),
    Cl.buffer(lockAction.script),
    Cl.stringAscii(lockAction.address),
    Cl.uint(2),
    Cl.buffer(signature),
    Cl.bufferFromHex(txid),
    Cl.uint(lockAction.burnBlock.height),
    Cl.bufferFromHex(lockAction.burnBlock.hash),
    Cl.buffer(new Uint8Array(64)),
    Cl.buffer(new Uint8Array(128)),
  ];
  const raw = (...rest: Parameters<typeof args>) => world.call(world.token, "lock!", args(...rest));

  test("dialects other than 1 and 2", () => {
    const good = lock();
    const other = args(good, good.ownerSignature);
    other[3] = Cl.uint(3);
    expect(world.call(world.token, "lock!", other)).toEqual(refused(400));
  });

  test("amounts beyond eight bytes", () => {
    const good = lock();
    const other = args(good, good.ownerSignature);
    other[0] = Cl.uint(2n ** 64n);
    expect(world.call(world.token, "lock!", other)).toEqual(refused(401));
  });

  test("scripts shorter than any payable one", () => {
    const good = lock();
    const other = args(good, good.ownerSignature);
    other[1] = Cl.buffer(new Uint8Array(21));
    expect(world.call(world.token, "lock!", other)).toEqual(refused(402));
  });

  test("signatures of another length, also empty", () => {
    const good = lock();
    expect(raw(good, good.ownerSignature.subarray(0, 64))).toEqual(refused(403));
    expect(raw(good, new Uint8Array(0))).toEqual(refused(403));
  });

  test("signatures no key could have made", () => {
    const good = lock();
    expect(raw(good, new Uint8Array(65))).toEqual(refused(405));
    const strange = Uint8Array.from(good.ownerSignature);
    strange[0] = 9;
    expect(raw(good, strange)).toEqual(refused(405));
  });

  test("the wallet's order of bytes (recovery id last) is not silently read as another holder's", () => {
    const { ownerSignature, ...rest } = lock();
    const rsv = new Uint8Array([...ownerSignature.subarray(1), ownerSignature[0]!]);
    expect(world.perform({ ...rest, ownerSignature: rsv }).ok).toBe(false);
  });

  test("txids that are not 32 bytes", () => {
    const good = lock();
    expect(raw(good, good.ownerSignature, "00")).toEqual(refused(2020));
  });
});

describe("settled or refunded, and nothing after", () => {
  beforeEach(() => {
    expect(world.perform(lock()).ok).toBe(true);
  });

  test("settling burns the locked amount and remembers the payout", () => {
    const result = world.perform(settle());
    expect(result.ok && result.events.map((event) => event.tag)).toEqual(["ft", "print"]);
    expect(world.balance(world.token)).toBe(0n);
    expect(supply()).toBe("(ok u30000)");
    expect(stateOf(request)).toContain(`final-txid: 0x${hashOf(40)}`);
    expect(stateOf(request)).toContain('state: "settled"');
  });

  test("a refund gives the holder back exactly what was locked, after the request expired", () => {
    world.mineTo(131);
    expect(world.perform(refund()).ok).toBe(true);
    expect(world.balance(alice.address)).toBe(50_000n);
    expect(world.balance(world.token)).toBe(0n);
    expect(supply()).toBe("(ok u50000)");
    expect(stateOf(request)).toContain('state: "refunded"');
  });

  test("no refund before it expires, and none by time alone", () => {
    world.mineTo(130);
    expect(world.perform(refund())).toEqual(refused(2037));
    world.mineTo(131);
    expect(world.perform(refund(), { group: new SoloGroup(8), sender: alice.address })).toEqual(
      refused(2011),
    );
  });

  test("no refund after settling, no settling after a refund, neither twice", () => {
    world.mineTo(131);
    expect(world.perform(settle()).ok).toBe(true);
    expect(world.perform(refund())).toEqual(refused(2035));
    expect(world.perform(settle())).toEqual(refused(2035));
    const second = hashOf(31);
    expect(world.perform(lock({ txid: second, amount: 10_000n })).ok).toBe(true);
    world.mineTo(152);
    expect(world.perform(refund({ txid: second })).ok).toBe(true);
    expect(world.perform(settle({ txid: second }))).toEqual(refused(2036));
    expect(world.perform(refund({ txid: second }))).toEqual(refused(2036));
    expect(world.perform(lock({ txid: second, amount: 9_000n }))).toEqual(refused(2032));
  });

  test("a request nobody locked can be neither settled nor refunded", () => {
    expect(world.perform(settle({ txid: hashOf(33) }))).toEqual(refused(2034));
    expect(world.perform(refund({ txid: hashOf(33) }))).toEqual(refused(2034));
  });

  test("a signature to settle does not refund, nor the reverse, nor for another payout", () => {
    world.mineTo(131);
    const asSettle = settle({ payoutTxid: hashOf(41) });
    expect(world.performSignedAs(asSettle, refund())).toEqual(refused(2011));
    expect(world.performSignedAs(refund(), asSettle)).toEqual(refused(2011));
    expect(world.performSignedAs(settle(), settle({ payoutTxid: hashOf(42) }))).toEqual(refused(2011));
    expect(world.performSignedAs(refund(), refund({ cancelTxid: hashOf(42) }))).toEqual(refused(2011));
    expect(stateOf(request)).toContain('state: "locked"');
  });

  test("final transactions have 32-byte ids", () => {
    const rest = [
      Cl.uint(100),
      Cl.bufferFromHex(world.block().hash),
      Cl.buffer(new Uint8Array(64)),
      Cl.buffer(new Uint8Array(128)),
    ];
    for (const name of ["burn!", "refund!"])
      expect(
        world.call(world.token, name, [Cl.bufferFromHex(request), Cl.bufferFromHex("01"), ...rest]),
      ).toEqual(refused(2020));
  });

  test("a payout in an orphaned, unknown or too fresh block settles nothing", () => {
    const gone = { height: 100, hash: hashOf(5) };
    for (const build of [settle, refund]) {
      world.mineTo(131);
      expect(world.perform(build({ burnBlock: gone }))).toEqual(refused(2022));
      expect(world.perform(build({ burnBlock: world.block(999) }))).toEqual(refused(2021));
      expect(world.perform(build({ burnBlock: world.block(130) }))).toEqual(refused(2023));
    }
  });
});

describe("whom and when", () => {
  test("a request in an orphaned, unknown or too fresh block locks nothing", () => {
    expect(world.perform(lock({ burnBlock: { height: 100, hash: hashOf(5) } }))).toEqual(refused(2022));
    expect(world.perform(lock({ burnBlock: world.block(111) }))).toEqual(refused(2021));
    expect(world.perform(lock({ burnBlock: world.block(109) }))).toEqual(refused(2023));
  });

  test("with the allow-list on, only scripts on it are paid", () => {
    world.configure("set-allow-list-enabled", Cl.bool(true));
    expect(world.perform(lock())).toEqual(refused(2047));
    world.configure(
      "set-scripts-allowed",
      Cl.list([Cl.tuple({ script: Cl.buffer(recipientScript), allowed: Cl.bool(true) })]),
    );
    expect(world.perform(lock()).ok).toBe(true);
  });

  test("while halted nothing locks, settles or refunds; afterwards it goes on where it was", () => {
    expect(world.perform(lock()).ok).toBe(true);
    world.mineTo(131);
    world.configure("set-trading-halted", Cl.bool(true));
    expect(world.perform(lock({ txid: hashOf(31), amount: 1_000n }))).toEqual(refused(2002));
    expect(world.perform(settle())).toEqual(refused(2002));
    expect(world.perform(refund())).toEqual(refused(2002));
    world.configure("set-trading-halted", Cl.bool(false));
    expect(world.perform(refund()).ok).toBe(true);
  });
});
