import { afterAll, beforeAll, expect, test } from "vitest";
import type { Vm } from "../../../../../../devnet/stacks/vm.ts";
import { createPrng } from "../../../../../rounds/simulation/prng.ts";
import type { ContractAction } from "../../../../../sbtc/contract/actions.ts";
import { actionDigest } from "../../../../../sbtc/contract/digest.ts";
import { signedLock } from "../../../../../sbtc/testing/peg-out-request.ts";
import {
  account,
  hashOf,
  PegWorld,
  roomyLimits,
  SoloGroup,
  startVm,
} from "../../../../../sbtc/testing/peg-world.ts";
import { ContractModel } from "./contract-model.ts";

let vm: Vm;
beforeAll(async () => {
  vm = await startVm();
});
afterAll(() => vm.stop());

type Action = Exclude<ContractAction, { tag: "setWallet" }>;
const people = [account(11), account(12)];
const stranger = new SoloGroup(8);

// The simulation is only as true as the model: both are asked the same, and must say the same.
test("the model and the contract answer hundreds of random calls alike, number for number", () => {
  let compared = 0;
  const numbers = new Set<number | null>();
  for (let seed = 1; seed <= 6; seed++) {
    const random = createPrng(seed, "contract model");
    const real = new PegWorld(vm);
    const limits = {
      ...{ minAmount: 546n, maxMint: 1_000_000n, maxLock: 1_000_000n, supplyCap: 100_000_000n },
      ...{ window: 144, windowMint: 5_000_000n, windowLock: 5_000_000n, confirmations: 3, lifetime: 20 },
    };
    expect(Object.values(roomyLimits).map(String).sort()).toEqual(Object.values(limits).map(String).sort());
    // Heights below 100 were never recorded: the contract does not know them.
    const burns: string[] = [];
    for (let height = 100; height <= 110; height++) burns[height] = real.block(height).hash;
    const model = new ContractModel(real.context, { key: real.group.key, limits });
    for (const [height, hash] of burns.entries()) if (height >= 100) model.burns[height] = hash;
    for (let i = 0; i < 60; i++) {
      if (random.chance(0.1)) {
        real.mineTo(model.tip + 6);
        for (let height = model.tip + 1, to = model.tip + 6; height <= to; height++)
          model.burns[height] = real.block(height).hash;
      }
      const height = random.pick([100, 105, 108, 109, 110, model.tip, model.tip - 2, model.tip + 3]);
      const known = real.block(height);
      const burnBlock = random.chance(0.05) ? { height, hash: hashOf(5) } : known;
      const txid = hashOf(random.between(1, 6));
      const amount = random.pick([545n, 546n, 20_000n, 300_000n, 1_000_000n, 1_000_001n]);
      const deposit = { txid, vout: random.below(2) };
      const action: Action = random.pick<() => Action>([
        () => ({ tag: "mint", amount, recipient: random.pick(people).address, deposit, burnBlock }),
        () => ({ tag: "reject", reason: 1, deposit, burnBlock }),
        () => ({
          ...signedLock(random.pick(people).key, { txid, burnBlock, amount }),
          address: "x",
          dialect: "D1",
        }),
        () => signedD1(random.pick(people).key, { txid, burnBlock, amount }),
        () => signedD1(random.pick(people).key, { txid, burnBlock, amount }),
        () => ({ tag: "settle", txid, payoutTxid: hashOf(900 + i), burnBlock }),
        () => ({ tag: "refund", txid, cancelTxid: hashOf(950 + i), burnBlock }),
      ])();
      const group = random.chance(0.05) ? stranger : real.group;
      const said = real.perform(action, { group });
      const signature = group.sign(actionDigest(real.context, action));
      const expected = said.ok ? null : said.code;
      expect([seed, i, action.tag, model.run({ action, signature })]).toEqual([
        seed,
        i,
        action.tag,
        expected,
      ]);
      numbers.add(expected);
      compared += 1;
      for (const { address } of people) expect(model.balance(address)).toBe(real.balance(address));
    }
  }
  expect(compared).toBe(360);
  // The comparison means something only where much of it succeeded and much was refused.
  expect(numbers.size).toBeGreaterThan(10);
});

const signedD1 = (key: Uint8Array, base: Parameters<typeof signedLock>[1]) =>
  signedLock(key, { ...base, dialect: "D1" });
