import { secp256k1 } from "@noble/curves/secp256k1.js";
import { beforeAll, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import type { Query } from "../stacks/query.ts";
import { recipientScript } from "../testing/peg-out-request.ts";
import { account, expectOk, PegWorld, startVm } from "../testing/peg-world.ts";
import { configCalls, registryCalls } from "./config-calls.ts";
import { configQueries, sharedQueries } from "./queries.ts";

let vm: Vm;
let world: PegWorld;
beforeAll(async () => {
  vm = await startVm();
  world = new PegWorld(vm, { ready: false });
});

const person = (number: number) => {
  const { key, address } = account(number);
  return { address, key: secp256k1.getPublicKey(key) };
};
const askVm = <T>({ contract, functionName, args, read }: Query<T>): T =>
  read(expectOk(vm.callReadOnly(contract, functionName, args, world.owner)));
const asOwner = (call: Parameters<PegWorld["submit"]>[0]) => world.submit(call, world.owner).ok;

test("each call does what its name says", () => {
  const limits = {
    minAmount: 1_000n,
    maxMint: 2n,
    maxLock: 3n,
    window: 4,
    windowMint: 5n,
    windowLock: 6n,
    supplyCap: 7n,
    confirmations: 8,
    lifetime: 9,
  };
  expect(asOwner(configCalls.setLimits(world.config, limits))).toBe(true);
  expect(askVm(configQueries.limits(world.config))).toEqual(limits);
  expect(asOwner(configCalls.setCoordinator(world.config, person(31)))).toBe(true);
  expect(askVm(sharedQueries.coordinator(world.config))).toEqual(person(31));
  expect(asOwner(configCalls.setHalted(world.config, true))).toBe(true);
  expect(askVm(configQueries.halts(world.config)).owner).toBe(true);

  const [who, script] = [person(32).address, recipientScript];
  expect(asOwner(configCalls.allowRecipients(world.config, [{ who, allowed: true }]))).toBe(true);
  expect(asOwner(configCalls.allowScripts(world.config, [{ script, allowed: true }]))).toBe(true);
  expect(askVm(configQueries.recipientAllowed(world.config, who))).toBe(true);
  expect(askVm(configQueries.scriptAllowed(world.config, script))).toBe(true);
  expect(askVm(configQueries.recipientAllowed(world.config, person(33).address))).toBe(false);
  expect(asOwner(configCalls.enableAllowList(world.config, false))).toBe(true);
  expect(askVm(configQueries.allowListEnabled(world.config))).toBe(false);
});

test("a registry grows, shrinks and changes weights, step by step without a refusal", () => {
  const registry = () => ({
    signerCount: askVm(configQueries.signerCount(world.config)),
    keys: askVm(sharedQueries.keyCount(world.config)),
    parties: askVm(sharedQueries.partyCount(world.config)),
  });
  for (const [weights, threshold] of [
    [[1, 1, 1], 2],
    [[5, 2, 2, 1, 1], 8],
    [[2, 1], 2],
    [[1], 1],
    [Array.from({ length: 30 }, () => 3), 61],
  ] as const) {
    const signers = weights.map((weight, at) => ({ ...person(40 + at), weight }));
    for (const call of registryCalls(world.config, registry(), { signers, threshold }))
      expect(world.submit(call, world.owner)).toMatchObject({ ok: true });
    const keys = weights.reduce<number>((sum, weight) => sum + weight, 0);
    expect(registry()).toEqual({ signerCount: weights.length, keys, parties: weights.length });
    expect(askVm(sharedQueries.threshold(world.config))).toBe(threshold);
    const pages = [0, 20].flatMap((first) => askVm(configQueries.signers(world.config, first)));
    expect(pages.filter((seat) => seat !== null)).toEqual(signers);
  }
});

test("the contract changes hands only when the other side accepts", () => {
  const heir = person(50).address;
  expect(asOwner(configCalls.offerOwnership(world.config, heir))).toBe(true);
  expect(world.submit(configCalls.acceptOwnership(world.config), heir).ok).toBe(true);
  expect(askVm(configQueries.owner(world.config))).toBe(heir);
});
