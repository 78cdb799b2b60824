import { expect, test } from "vitest";
import { signedLock } from "../testing/peg-out-request.ts";
import { account, hashOf, PegWorld, SoloGroup, startVm } from "../testing/peg-world.ts";
import { ThresholdGroup } from "../testing/threshold-group.ts";

test("three of five members, no one of whom has the key, run a peg from the first wallet to a rotation", async () => {
  const world = new PegWorld(await startVm());
  const group = new ThresholdGroup(3, 5, "first group");
  expect(world.setWallet(group, world.group).ok).toBe(true);

  const alice = account(11);
  const burnBlock = world.block();
  const deposit = { txid: hashOf(1), vout: 1 };
  const mint = { tag: "mint", amount: 50_000n, recipient: alice.address, deposit, burnBlock } as const;
  expect(world.perform(mint)).toEqual({ ok: false, code: 2011 });
  expect(world.perform(mint, { group }).ok).toBe(true);

  const [paid, cancelled] = [hashOf(30), hashOf(31)];
  expect(world.perform(signedLock(alice.key, { txid: paid, burnBlock }), { group }).ok).toBe(true);
  const second = signedLock(alice.key, { txid: cancelled, burnBlock, amount: 10_000n });
  expect(world.perform(second, { group }).ok).toBe(true);
  world.mineTo(131);
  const settle = { tag: "settle", txid: paid, payoutTxid: hashOf(40), burnBlock } as const;
  const refund = { tag: "refund", txid: cancelled, cancelTxid: hashOf(41), burnBlock } as const;
  expect(world.perform(settle, { group }).ok).toBe(true);
  expect(world.perform(refund, { group }).ok).toBe(true);
  expect(world.balance(alice.address)).toBe(30_000n);

  const next = new ThresholdGroup(2, 3, "second group");
  expect(world.setWallet(next, new SoloGroup(7))).toEqual({ ok: false, code: 2011 });
  expect(world.setWallet(next, group).ok).toBe(true);
  const later = { ...mint, deposit: { txid: hashOf(2), vout: 0 } };
  expect(world.perform(later, { group })).toEqual({ ok: false, code: 2011 });
  expect(world.perform(later, { group: next }).ok).toBe(true);
});
