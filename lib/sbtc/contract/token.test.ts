import { Cl } from "@stacks/transactions";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { account, expectOk, hashOf, PegWorld, startVm } from "../testing/peg-world.ts";
import { transferCall } from "./calls.ts";

let vm: Vm;
let world: PegWorld;
const alice = account(11).address;
const bob = account(12).address;
const refused = (code: number) => ({ ok: false, code });

beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm);
  const deposit = { txid: hashOf(1), vout: 1 };
  world.perform({ tag: "mint", amount: 50_000n, recipient: alice, deposit, burnBlock: world.block() });
});

const send = (
  amount: bigint,
  sender: string,
  recipient: string,
  as = sender,
  memo: Uint8Array | null = null,
) => world.submit(transferCall(world.token, amount, sender, recipient, memo), as);

describe("a SIP-010 token", () => {
  test("names itself as the alpha did", () => {
    expect(
      ["name", "symbol", "decimals", "token-uri"].map((what) => Cl.prettyPrint(world.read(`get-${what}`))),
    ).toEqual(['(ok "sBTC")', '(ok "sBTC")', "(ok u8)", "(ok none)"]);
  });

  test("is accepted where the trait is asked for", () => {
    const name = `taker-${world.owner.slice(-8).toLowerCase()}`;
    const source = `(use-trait token 'ST1NXBK3K5YYMD6FD41MVNP3JS1GABZ8TRVX023PT.sip-010-trait-ft-standard.sip-010-trait)
      (define-public (supply (of <token>)) (contract-call? of get-total-supply))`;
    expectOk(vm.deploy(bob, name, source, 3));
    const result = world.call(`${bob}.${name}`, "supply", [Cl.principal(world.token)], alice);
    expect(result.ok && result.value).toEqual(Cl.ok(Cl.uint(50_000)));
  });

  test("moves a holder's tokens, with a memo", () => {
    const result = send(1_000n, alice, bob, alice, new Uint8Array([1, 2, 3]));
    expect(result.ok && result.events.map((event) => event.tag)).toEqual(["ft", "print"]);
    expect([world.balance(alice), world.balance(bob)]).toEqual([49_000n, 1_000n]);
    expect(send(1n, alice, bob).ok).toBe(true);
  });

  test("moves nobody else's", () => {
    expect(send(1_000n, alice, bob, bob)).toEqual(refused(2001));
    expect(send(1_000n, alice, bob, world.owner)).toEqual(refused(2001));
  });

  test("each mistake has its own number", () => {
    expect(send(0n, alice, bob)).toEqual(refused(2003));
    expect(send(50_001n, alice, bob)).toEqual(refused(2004));
    expect(send(1n, alice, alice)).toEqual(refused(2005));
    expect(send(1n, alice, world.token)).toEqual(refused(2006));
  });

  test("stands still while halted", () => {
    world.configure("set-trading-halted", Cl.bool(true));
    expect(send(1n, alice, bob)).toEqual(refused(2002));
    expect(world.read("get-trading-halted")).toEqual(Cl.bool(true));
    world.configure("set-trading-halted", Cl.bool(false));
    expect(send(1n, alice, bob).ok).toBe(true);
  });

  test("a contract can hold and send its own", () => {
    const name = `vault-${world.owner.slice(-8).toLowerCase()}`;
    const source = `(define-public (pay (to principal)) (as-contract
      (contract-call? '${world.token} transfer u5 tx-sender to none)))`;
    expectOk(vm.deploy(bob, name, source, 3));
    send(10n, alice, `${bob}.${name}`);
    expect(world.call(`${bob}.${name}`, "pay", [Cl.principal(bob)], alice).ok).toBe(true);
    expect(world.balance(bob)).toBe(5n);
  });
});

describe("what the alpha's readers find", () => {
  test("every read-only function under its old name, in the token contract", () => {
    const names = ["num-keys", "num-parties", "threshold", "trading-halted", "coordinator-data"];
    expect(names.map((name) => Cl.prettyPrint(world.read(`get-${name}`)))).toEqual([
      "u0",
      "u0",
      "u0",
      "false",
      "none",
    ]);
    expect(world.read("get-signer-data", Cl.uint(0))).toEqual(Cl.none());
  });
});
