import { expect, test } from "vitest";
import { acquireSeat, takeOverSeat, type TabPorts } from "./seat-lock.ts";

/** Web Locks as the specification has them, for one process: queue, ifAvailable, signal, steal. */
function fakePorts(): TabPorts {
  const held = new Map<string, (reason: Error) => void>();
  const waiting = new Map<string, (() => void)[]>();
  const run = (name: string, callback: (lock: object | null) => unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      held.set(name, reject);
      void Promise.resolve(callback({ name }))
        .then(resolve, reject)
        .finally(() => {
          if (held.get(name) === reject) held.delete(name);
          waiting.get(name)?.shift()?.();
        });
    });
  const request = async (name: string, options: LockOptions, callback: (lock: object | null) => unknown) => {
    if (options.steal === true) {
      held.get(name)?.(new DOMException("stolen", "AbortError"));
      return run(name, callback);
    }
    if (!held.has(name)) return run(name, callback);
    if (options.ifAvailable === true) return callback(null);
    return new Promise((resolve, reject) => {
      const turn = () => resolve(run(name, callback));
      waiting.set(name, [...(waiting.get(name) ?? []), turn]);
      options.signal?.addEventListener("abort", () => {
        waiting.set(
          name,
          (waiting.get(name) ?? []).filter((other) => other !== turn),
        );
        reject(new DOMException("waited too long", "AbortError"));
      });
    });
  };
  return {
    locks: { request } as unknown as TabPorts["locks"],
    openChannel: (name) => new BroadcastChannel(name),
  };
}

const noHandOver = () => Promise.resolve();

test("a second tab of one seat is told that the seat is active elsewhere", async () => {
  const ports = fakePorts();
  expect((await acquireSeat("a", ports, noHandOver)).tag).toBe("held");
  expect((await acquireSeat("a", ports, noHandOver)).tag).toBe("elsewhere");
  expect((await acquireSeat("b", ports, noHandOver)).tag).toBe("held");
});

test("a holder that is asked finishes first, then the other tab has the seat", async () => {
  const ports = fakePorts();
  const order: string[] = [];
  const first = await acquireSeat("c", ports, async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    order.push("finished");
  });
  if (first.tag !== "held") throw new Error("the seat was free");
  const second = await takeOverSeat("c", ports, noHandOver);
  order.push("taken");
  await first.lost;
  expect(second.tag).toBe("held");
  expect(order).toEqual(["finished", "taken"]);
});

test("a frozen holder loses the seat, and learns it", async () => {
  const ports = fakePorts();
  const first = await acquireSeat("d", ports, () => new Promise(() => undefined));
  if (first.tag !== "held") throw new Error("the seat was free");
  const second = await takeOverSeat("d", ports, noHandOver);
  expect(second.tag).toBe("held");
  await first.lost;
});

test("a released seat is free again", async () => {
  const ports = fakePorts();
  const first = await acquireSeat("e", ports, noHandOver);
  if (first.tag !== "held") throw new Error("the seat was free");
  first.release();
  await first.lost;
  expect((await acquireSeat("e", ports, noHandOver)).tag).toBe("held");
});
