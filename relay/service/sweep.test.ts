import { expect, test } from "vitest";
import { createClock } from "../clock.ts";
import { MemoryLog } from "../log/memory.ts";
import { createMetrics } from "../observe.ts";
import { sweep } from "./sweep.ts";

const HOUR = 3_600_000;
const id = (byte: number) => new Uint8Array(32).fill(byte);
const message = { from: id(2), recipients: [id(3)], msgId: new Uint8Array(16), bytes: new Uint8Array(10) };

function relayAt(wall: number, newest = 0) {
  let elapsed = 0;
  const clock = createClock(wall, newest, () => elapsed);
  const log = new MemoryLog({ now: () => clock.now(), unreadBytesPerInbox: 1_000 });
  const metrics = createMetrics();
  const expired: number[] = [];
  const run = () =>
    sweep({
      log,
      metrics,
      now: () => clock.now(),
      retentionMs: HOUR,
      keep: () => false,
      onExpired: (count) => expired.push(count),
      onError: (error) => {
        throw error;
      },
    });
  return { log, metrics, expired, run, pass: (ms: number) => (elapsed += ms) };
}

test("an unread message is kept for its hours, then deleted, counted and told", async () => {
  const { log, metrics, expired, run, pass } = relayAt(1_000_000);
  await log.append(id(1), [message]);
  pass(HOUR);
  await run();
  expect(expired).toEqual([]);
  expect((await metrics.inboxRows.get()).values[0]?.value).toBe(1);
  expect((await metrics.oldestSeconds.get()).values[0]?.value).toBe(3_600);
  pass(1);
  await run();
  expect(expired).toEqual([1]);
  expect(await log.sync(id(1), id(3), 1, 10, 1_000)).toMatchObject({
    expiredThrough: 1,
    head: 1,
    frames: [],
  });
});

test("a wall clock set back over a restart neither deletes a message early nor keeps it for ever", async () => {
  const stored = 10 * HOUR;
  const { log, expired, run, pass } = relayAt(HOUR, stored);
  await log.append(id(1), [message]);
  expect(log.newest()).toBeGreaterThanOrEqual(stored);
  await run();
  expect(expired).toEqual([]);
  pass(HOUR + 1);
  await run();
  expect(expired).toEqual([1]);
});

test("a room that nobody used for twice as long is forgotten", async () => {
  const { log, run, pass } = relayAt(1_000_000);
  await log.saveRoom({ room: id(1), coordinator: id(2), statement: id(3) });
  pass(2 * HOUR);
  await run();
  expect(await log.rooms()).toBe(1);
  pass(1);
  await run();
  expect(await log.rooms()).toBe(0);
});
