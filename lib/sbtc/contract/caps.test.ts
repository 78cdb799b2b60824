import { Cl } from "@stacks/transactions";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Vm } from "../../../devnet/stacks/vm.ts";
import { signedLock } from "../testing/peg-out-request.ts";
import { account, hashOf, PegWorld, startVm, type Answer } from "../testing/peg-world.ts";

let vm: Vm;
let world: PegWorld;
let deposits: number;
const alice = account(11);
const refused = (code: number) => ({ ok: false, code });

beforeAll(async () => {
  vm = await startVm();
});
beforeEach(() => {
  world = new PegWorld(vm);
  deposits = 0;
});

function mint(amount: bigint): Answer {
  deposits += 1;
  return world.perform({
    tag: "mint",
    amount,
    recipient: alice.address,
    deposit: { txid: hashOf(1000 + deposits), vout: 0 },
    burnBlock: world.block(),
  });
}
function lock(amount: bigint): Answer {
  deposits += 1;
  return world.perform(
    signedLock(alice.key, { txid: hashOf(1000 + deposits), burnBlock: world.block(), amount }),
  );
}
/** Bitcoin's tip moves without every block being written down: only the tip's height matters to caps. */
const tipAt = (height: number) => world.record(world.block(height));
const use = () => Cl.prettyPrint(world.read("get-window-use"));

describe("each operation has its bounds", () => {
  test("minting", () => {
    expect(mint(0n)).toEqual(refused(2040));
    expect(mint(545n)).toEqual(refused(2040));
    expect(mint(1_000_001n)).toEqual(refused(2041));
    expect(mint(546n).ok).toBe(true);
    expect(mint(1_000_000n).ok).toBe(true);
  });

  test("locking", () => {
    mint(1_000_000n);
    mint(1_000_000n);
    expect(lock(0n)).toEqual(refused(2040));
    expect(lock(545n)).toEqual(refused(2040));
    expect(lock(1_000_001n)).toEqual(refused(2042));
    expect(lock(546n).ok).toBe(true);
    expect(lock(1_000_000n).ok).toBe(true);
  });

  test("the supply as a whole", () => {
    world.setLimits({ "supply-cap": 100_000n });
    expect(mint(60_000n).ok).toBe(true);
    expect(mint(40_001n)).toEqual(refused(2045));
    expect(mint(40_000n).ok).toBe(true);
    expect(mint(546n)).toEqual(refused(2045));
  });

  test("the alpha's cap aborted at run time; here 21 million bitcoin is refused with a number", () => {
    const all = 2_100_000_000_000_000n;
    world.setLimits({ "max-mint": all, "window-mint": all, "supply-cap": all });
    expect(mint(all).ok).toBe(true);
    world.setLimits({ "max-mint": all, "window-mint": all, "supply-cap": all, window: 1n });
    tipAt(400);
    expect(mint(546n)).toEqual(refused(2045));
  });
});

describe("the rolling window", () => {
  test("minting and locking are counted apart", () => {
    world.setLimits({ "window-mint": 100_000n, "window-lock": 30_000n });
    expect(mint(100_000n).ok).toBe(true);
    expect(mint(546n)).toEqual(refused(2043));
    expect(lock(30_000n).ok).toBe(true);
    expect(lock(546n)).toEqual(refused(2044));
    expect(use()).toBe("{ locked: u30000, minted: u100000 }");
  });

  test("gives back its room only when the whole window has passed", () => {
    world.setLimits({ "window-mint": 100_000n, window: 24n });
    expect(mint(100_000n).ok).toBe(true);
    for (const height of [111, 120, 133]) {
      tipAt(height);
      expect(mint(546n)).toEqual(refused(2043));
    }
    tipAt(136);
    expect(mint(100_000n).ok).toBe(true);
  });

  test("no boundary lets twice the cap through", () => {
    world.setLimits({ "window-mint": 100_000n, window: 12n });
    tipAt(119);
    expect(mint(100_000n).ok).toBe(true);
    tipAt(120);
    expect(mint(546n)).toEqual(refused(2043));
  });

  test("a refused mint counts nothing", () => {
    expect(mint(1_000_001n).ok).toBe(false);
    expect(use()).toBe("{ locked: u0, minted: u0 }");
  });

  test("every window of burn blocks stays within the cap, whatever the amounts, gaps and lengths", () => {
    const cap = 10_000n;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.nat(9), fc.bigInt(1n, 6_000n)), { minLength: 5, maxLength: 40 }),
        (window, steps) => {
          world = new PegWorld(vm);
          world.setLimits({
            "min-amount": 1n,
            "window-mint": cap,
            window: BigInt(window),
            confirmations: 1n,
          });
          const minted: { at: number; amount: bigint }[] = [];
          let height = 110;
          for (const [gap, amount] of steps) {
            height += gap;
            tipAt(height);
            const result = mint(amount);
            const inWindow = (span: number) =>
              minted.filter(({ at }) => at > height - span).reduce((sum, each) => sum + each.amount, 0n);
            if (result.ok) {
              minted.push({ at: height, amount });
              expect(inWindow(window)).toBeLessThanOrEqual(cap);
            } else {
              expect(result.code).toBe(2043);
              // it refuses only for what is inside the window, or in the slot the window cuts
              const slot = Math.ceil(window / 12);
              expect(inWindow(window + slot) + amount).toBeGreaterThan(cap);
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  test("survives changes of its length without losing what it counted last", () => {
    world.setLimits({ "window-mint": 1_000_000n, "min-amount": 1n, window: 12n });
    for (let height = 111; height <= 123; height += 1) {
      tipAt(height);
      expect(mint(10n).ok).toBe(true);
    }
    expect(use()).toContain("minted: u130");
    // all thirteen still count (the oldest was cut only now); a window that spans them all and more makes the list overflow and collapse
    world.setLimits({ "window-mint": 1_000_000n, "min-amount": 1n, window: 1_200n });
    for (let height = 200; height <= 1_200; height += 100) {
      tipAt(height);
      expect(mint(1n).ok).toBe(true);
    }
    const counted = Number(/minted: u(\d+)/.exec(use())?.[1]);
    expect(counted).toBe(130 + 11);
  });
});
