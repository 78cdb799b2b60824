import { expect, test } from "vitest";
import type { SettingsView } from "./lobby.ts";
import { consequences, recommended, settingsProblems, withSeats, withThreshold } from "./threshold.ts";

const settings = (names: readonly string[], threshold: number): SettingsView => ({
  name: "Team",
  network: "devnet",
  threshold,
  seats: names.map((name, at) => ({ seat: at + 1, name, weight: 1 })),
});

test("2 of 3 says that one may be away and that two lost devices lose the funds", () => {
  expect(consequences(2, 3)).toEqual({
    threshold: 2,
    total: 3,
    mayBeAway: 1,
    lossIsFinal: 2,
    guard: "none",
    recommended: true,
  });
});

test("1 of n and n of n are weak, everything between is not", () => {
  expect(consequences(1, 3).guard).toBe("one-is-enough");
  expect(consequences(3, 3).guard).toBe("one-loss-is-final");
  expect(consequences(3, 5).guard).toBe("none");
});

test("more than half is recommended from three people on", () => {
  expect([2, 3, 4, 5, 6, 7].map(recommended)).toEqual([2, 2, 3, 3, 4, 4]);
});

test("a recommended threshold follows the number of seats, a chosen one stays", () => {
  expect(withSeats(settings(["a", "b", "c"], 2), ["a", "b", "c", "d", "e"]).threshold).toBe(3);
  expect(withSeats(settings(["a", "b", "c"], 3), ["a", "b", "c", "d", "e"]).threshold).toBe(3);
  expect(withSeats(settings(["a", "b", "c", "d"], 2), ["a", "b", "c", "d", "e"]).threshold).toBe(2);
});

test("the threshold never leaves the range from two to all, also when a seat goes", () => {
  expect(withThreshold(settings(["a", "b"], 2), 3).threshold).toBe(2);
  expect(withThreshold(settings(["a", "b", "c"], 2), 1).threshold).toBe(2);
  expect(withSeats(settings(["a", "b", "c"], 3), ["a", "b"]).threshold).toBe(2);
});

test("two people may not share a name, also with other capitals or spaces", () => {
  expect(settingsProblems(settings(["Alice", "alice ", "Bob"], 2)).map(({ field }) => field)).toEqual([2]);
  expect(settingsProblems(settings(["Alice", "", "Bob"], 2)).map(({ field }) => field)).toEqual([2]);
  expect(settingsProblems(settings(["Alice", "Bob"], 2))).toEqual([]);
});
