import { secp256k1 } from "@noble/curves/secp256k1.js";
import { Cl, ClarityType, type ClarityValue } from "@stacks/transactions";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { signedLock, signRequest } from "../testing/peg-out-request.ts";
import { account, expectOk, hashOf, PegWorld, SoloGroup, startVm } from "../testing/peg-world.ts";
import type { MintAction } from "./actions.ts";

// One test per weakness of the alpha's contract (spec/sbtc.md §3.1, "Weak"), under the name of the attack it allowed.

let vm: Vm;
let world: PegWorld;
const alice = account(11);
const mallory = account(66);
const refused = (code: number) => ({ ok: false, code });
const mint = (changes: Partial<MintAction> = {}): MintAction => ({
  tag: "mint",
  amount: 50_000n,
  recipient: alice.address,
  deposit: { txid: hashOf(1), vout: 1 },
  burnBlock: world.block(),
  ...changes,
});
const config = (...[name, ...args]: [string, ...ClarityValue[]]) => world.configure(name, ...args);
const data = (holder: { key: Uint8Array; address: string }) => ({
  addr: Cl.principal(holder.address),
  key: Cl.buffer(secp256k1.getPublicKey(holder.key)),
});

beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm);
});

describe("attacks the alpha allowed", () => {
  test("minting the same deposit twice", () => {
    world.perform(mint());
    expect(world.perform(mint())).toEqual(refused(2030));
  });

  test("minting while trading is halted", () => {
    config("set-trading-halted", Cl.bool(true));
    expect(world.perform(mint())).toEqual(refused(2002));
  });

  test("a coordinator gone bad keeps trading open: the owner can halt, and the coordinator cannot undo it", () => {
    config("set-coordinator-data", Cl.tuple(data(mallory)));
    config("set-trading-halted", Cl.bool(true));
    world.call(world.config, "set-trading-halted", [Cl.bool(false)], mallory.address);
    expect(world.read("get-trading-halted")).toEqual(Cl.bool(true));
  });

  test("one stolen coordinator key mints, rejects, locks, burns, refunds or moves the wallet", () => {
    config("set-coordinator-data", Cl.tuple(data(mallory)));
    world.perform(mint());
    const request = { txid: hashOf(30), burnBlock: world.block() };
    expect(world.perform(signedLock(alice.key, { ...request, amount: 1_000n })).ok).toBe(true);
    world.mineTo(140);
    const thief = { group: new SoloGroup(66), sender: mallory.address };
    const deposit = { txid: hashOf(2), vout: 0 };
    const burnBlock = world.block();
    const txid = request.txid;
    for (const action of [
      mint({ deposit, recipient: mallory.address }),
      { tag: "reject", reason: 1, deposit, burnBlock },
      signedLock(alice.key, { txid: hashOf(31), burnBlock }),
      { tag: "settle", txid, payoutTxid: hashOf(40), burnBlock },
      { tag: "refund", txid, cancelTxid: hashOf(40), burnBlock },
    ] as const)
      expect(world.perform(action, thief)).toEqual(refused(2011));
    expect(world.setWallet(thief.group, thief.group, { sender: mallory.address })).toEqual(refused(2011));
  });

  test("a stolen owner key does no better with supply or wallet", () => {
    expect(world.perform(mint(), { group: new SoloGroup(66), sender: world.owner })).toEqual(refused(2011));
    expect(world.setWallet(new SoloGroup(66), null, { sender: world.owner })).toEqual(refused(2016));
  });

  test("burning a holder's tokens without the holder's consent", () => {
    world.perform(mint());
    const notAlice = signedLock(mallory.key, { txid: hashOf(30), burnBlock: world.block() });
    expect(world.perform(notAlice)).toEqual(refused(2004));
    expect(
      world.perform({ tag: "settle", txid: hashOf(30), payoutTxid: hashOf(40), burnBlock: world.block() }),
    ).toEqual(refused(2034));
    expect(world.balance(alice.address)).toBe(50_000n);
  });

  test("spending the tokens between the request and the burn", () => {
    world.perform(mint({ amount: 20_000n }));
    world.perform(signedLock(alice.key, { txid: hashOf(30), burnBlock: world.block() }));
    const args = [Cl.uint(1), Cl.principal(alice.address), Cl.principal(mallory.address), Cl.none()];
    expect(world.call(world.token, "transfer", args, alice.address)).toEqual(refused(2004));
  });

  test("replaying a holder's peg-out signature in a fresh transaction", () => {
    world.perform(mint());
    world.perform(signedLock(alice.key, { txid: hashOf(30), burnBlock: world.block() }));
    const replay = signedLock(alice.key, { txid: hashOf(31), burnBlock: world.block() });
    expect(world.perform(replay)).toEqual(refused(2033));
  });

  test("burning from an account that some other message recovers to", () => {
    world.perform(mint());
    const bent = signedLock(alice.key, {
      txid: hashOf(30),
      burnBlock: world.block(),
      ownerSignature: signRequest(new Uint8Array(32).fill(9), alice.key),
    });
    expect(world.perform(bent)).toEqual(refused(2004));
  });

  test("luring the owner or coordinator through a contract of the attacker's", () => {
    config("set-coordinator-data", Cl.tuple(data(alice)));
    const name = `lure-${world.owner.slice(-8).toLowerCase()}`;
    const source = `(define-public (airdrop) (contract-call? '${world.config} set-trading-halted true))
      (define-public (claim) (contract-call? '${world.config} set-contract-owner '${mallory.address}))`;
    expectOk(vm.deploy(mallory.address, name, source, 3));
    expect(world.call(`${mallory.address}.${name}`, "airdrop", [], alice.address)).toEqual(refused(1002));
    expect(world.call(`${mallory.address}.${name}`, "claim", [], world.owner)).toEqual(refused(1001));
  });

  test("minting for a deposit that a reorganisation took away", () => {
    const gone = world.block();
    world.record({ height: 100, hash: hashOf(5) });
    world.record(world.block(110));
    expect(world.perform(mint({ burnBlock: gone }))).toEqual(refused(2022));
  });

  test("writing Bitcoin hashes into the devnet's map as somebody else", () => {
    const args = [Cl.uint(100), Cl.bufferFromHex(hashOf(5))];
    expect(world.call(world.burnView, "record", args, mallory.address)).toEqual(refused(500));
    expect(world.readFrom(world.burnView, "get-height")).toEqual(Cl.uint(110));
  });

  test("minting for a deposit too fresh to be safe", () => {
    expect(world.perform(mint({ burnBlock: world.block(110) }))).toEqual(refused(2023));
  });

  test("minting without end", () => {
    world.setLimits({ "window-mint": 60_000n });
    world.perform(mint());
    expect(world.perform(mint({ deposit: { txid: hashOf(2), vout: 0 } }))).toEqual(refused(2043));
  });

  test("a threshold above the number of keys", () => {
    config("set-num-keys", Cl.uint(3));
    expect(config("set-threshold", Cl.uint(4))).toEqual(refused(1011));
  });

  test("public keys of any length", () => {
    const short = { ...data(alice), key: Cl.bufferFromHex("02") };
    expect(config("set-coordinator-data", Cl.tuple(short))).toEqual(refused(1005));
  });

  test("losing the contract to a mistyped owner", () => {
    config("set-contract-owner", Cl.principal(mallory.address));
    expect(world.readFrom(world.config, "get-contract-owner")).toEqual(Cl.principal(world.owner));
  });

  test("signers nobody can list", () => {
    config("set-num-keys", Cl.uint(3));
    config("set-num-parties", Cl.uint(1));
    config("set-signer-data", Cl.uint(0), Cl.tuple({ ...data(alice), weight: Cl.uint(3) }));
    const signers = Cl.prettyPrint(world.readFrom(world.config, "get-signers", Cl.uint(0)));
    expect(signers).toContain(alice.address);
  });

  test("changes nobody is told of: every action prints what it did", () => {
    const topic = (result: ReturnType<typeof world.perform>) =>
      result.ok &&
      result.events.flatMap((event) =>
        event.tag === "print" && event.value.type === ClarityType.Tuple ? [event.value.value["topic"]] : [],
      );
    const burnBlock = world.block();
    const txid = hashOf(30);
    expect(topic(world.perform(mint()))).toEqual([Cl.stringAscii("mint")]);
    const deposit = { txid: hashOf(2), vout: 0 };
    const reject = { tag: "reject", reason: 1, deposit, burnBlock } as const;
    expect(topic(world.perform(reject))).toEqual([Cl.stringAscii("reject")]);
    expect(topic(world.perform(signedLock(alice.key, { txid, burnBlock })))).toEqual([
      Cl.stringAscii("lock"),
    ]);
    const settle = { tag: "settle", txid, payoutTxid: hashOf(40), burnBlock } as const;
    expect(topic(world.perform(settle))).toEqual([Cl.stringAscii("settle")]);
    expect(topic(world.setWallet(new SoloGroup(8), world.group))).toEqual([Cl.stringAscii("set-wallet")]);
  });
});
