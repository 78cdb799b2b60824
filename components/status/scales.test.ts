import { expect, test } from "vitest";
import { evenTop, halved, marks, niceTop, spread } from "./scales.ts";

test("an axis ends at or above its largest value, on a readable number", () => {
  for (const value of [1, 3, 9, 17, 99, 240, 251, 999, 1001]) {
    expect(niceTop(value)).toBeGreaterThanOrEqual(value);
    expect(niceTop(value)).toBeLessThanOrEqual(value * 2.5);
  }
  expect(niceTop(251)).toBe(500);
  expect(niceTop(0)).toBe(1);
});

test("an axis of counts ends on an even number, so that its middle is a count", () => {
  for (let count = 1; count < 400; count++) {
    expect(evenTop(count)).toBeGreaterThanOrEqual(count);
    expect(evenTop(count) / 2).toBe(Math.floor(evenTop(count) / 2));
  }
  expect(evenTop(1)).toBe(2);
  expect(evenTop(5)).toBe(6);
});

test("marks start at zero and end at the top", () => {
  expect(marks(1000)).toEqual([0, 250, 500, 750, 1000]);
});

test("dots stay within their lane", () => {
  for (let i = 0; i < 100; i++) expect(Math.abs(spread(i))).toBeLessThanOrEqual(6);
});

test("a narrow strip hides no absence", () => {
  expect(halved(["online", "away", "slow", "online", "away", "away", "online"])).toEqual([
    "away",
    "slow",
    "away",
    "online",
  ]);
  expect(halved(["unknown", "online", "unknown", "unknown"])).toEqual(["online", "unknown"]);
});
