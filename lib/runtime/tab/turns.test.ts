import { expect, test } from "vitest";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { turnsOfBrowser } from "./turns.ts";

/** Web Locks as far as turns use them: a queue per name, left by who gives up. */
function fakeLocks() {
  const queues = new Map<string, Promise<unknown>>();
  const request = async (
    name: string,
    { signal }: LockOptions,
    callback: () => unknown,
  ): Promise<unknown> => {
    const before = queues.get(name) ?? Promise.resolve();
    let end: () => void = () => undefined;
    queues.set(name, Promise.all([before, new Promise<void>((resolve) => (end = resolve))]));
    try {
      const gaveUp = new Promise((_, reject) =>
        signal?.addEventListener("abort", () => reject(new DOMException("waited too long", "AbortError"))),
      );
      await Promise.race([before, gaveUp]);
      return await callback();
    } finally {
      end();
    }
  };
  return { request } as unknown as Pick<LockManager, "request">;
}

async function isGiven(turn: Promise<unknown>): Promise<boolean> {
  let given = false;
  void turn.then(() => (given = true));
  await settled();
  return given;
}

test("on two processors one tab works at a time, in the order they asked", async () => {
  const [locks, clock] = [fakeLocks(), new ManualClock()];
  const tabs = [0, 1, 2].map((draw) => turnsOfBrowser(locks, clock, 2, draw));
  const turns = tabs.map((take) => take());
  for (const [at, turn] of turns.entries()) {
    expect(await isGiven(turn)).toBe(true);
    for (const later of turns.slice(at + 1)) expect(await isGiven(later)).toBe(false);
    (await turn)();
  }
});

test("more processors let more tabs work at once", async () => {
  const [locks, clock] = [fakeLocks(), new ManualClock()];
  const turns = [0, 1, 2, 3].map((draw) => turnsOfBrowser(locks, clock, 4, draw)());
  expect(await Promise.all(turns.map(isGiven))).toEqual([true, true, true, false]);
});

test("a tab whose holder is frozen goes ahead, and does not wait for it again for a while", async () => {
  const [locks, clock] = [fakeLocks(), new ManualClock()];
  await turnsOfBrowser(locks, clock, 2, 0)();
  const take = turnsOfBrowser(locks, clock, 2, 0);
  const first = take();
  await clock.pass(1_499);
  expect(await isGiven(first)).toBe(false);
  await clock.pass(1);
  expect(await isGiven(first)).toBe(true);
  expect(await isGiven(take())).toBe(true);
  await clock.pass(30_000);
  expect(await isGiven(take())).toBe(false);
});

test("a browser that refuses locks holds nobody up", async () => {
  const locks = { request: () => Promise.reject(new DOMException("no", "SecurityError")) };
  const take = turnsOfBrowser(locks, new ManualClock(), 2, 0);
  expect(await isGiven(take())).toBe(true);
});

test("a turn may be given back twice", async () => {
  const [locks, clock] = [fakeLocks(), new ManualClock()];
  const take = turnsOfBrowser(locks, clock, 1, 7);
  const end = await take();
  end();
  end();
  expect(await isGiven(take())).toBe(true);
});
