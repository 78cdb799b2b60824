import { expect, test } from "vitest";
import { createClock } from "./clock.ts";

test("time follows the monotonic clock, whatever the wall clock does", () => {
  let elapsed = 5_000;
  const clock = createClock(1_000_000, 0, () => elapsed);
  expect(clock.now()).toBe(1_000_000);
  elapsed += 250;
  expect(clock.now()).toBe(1_000_250);
});

test("a wall clock set back over a restart does not reach behind the newest message", () => {
  expect(createClock(1_000, 2_000_000, () => 0).now()).toBe(2_000_000);
});
