import { expect, test } from "vitest";
import { Penalties } from "./penalties.ts";

test("each time is twice as long, up to five minutes, until ten quiet minutes have passed", () => {
  let now = 0;
  const penalties = new Penalties(() => now);
  expect(penalties.wait("a")).toBe(0);
  expect(penalties.strike("a")).toBe(5_000);
  expect(penalties.wait("a")).toBe(5_000);
  expect(penalties.wait("b")).toBe(0);
  now = 5_000;
  expect(penalties.wait("a")).toBe(0);
  expect(penalties.strike("a")).toBe(10_000);
  for (let time = 0; time < 10; time++) penalties.strike("a");
  expect(penalties.strike("a")).toBe(300_000);
  now += 300_000 + 600_001;
  expect(penalties.strike("a")).toBe(5_000);
});
