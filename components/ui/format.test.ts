import { expect, test } from "vitest";
import {
  amountGroups,
  byteSize,
  duration,
  grouped,
  percent,
  shortBtc,
  shortened,
  spelled,
} from "./format.ts";

test("durations have two units at most and never run backwards", () => {
  expect(
    [-5, 400, 14_000, 125_000, 11_520_000, 187_200_000, 90_000_000, 3_600_000].map((ms) => duration(ms)),
  ).toEqual(["0.0 s", "0.4 s", "14 s", "2 min 5 s", "3 h 12 min", "2 days 4 h", "1 day 1 h", "1 h"]);
});

test("bitcoin amounts show all eight decimals, exactly, also far above what a float can hold", () => {
  expect(amountGroups(50_000_000n, "BTC").join(" ")).toBe("0.500 000 00");
  expect(amountGroups(1n, "BTC").join(" ")).toBe("0.000 000 01");
  expect(amountGroups(2_099_999_997_690_000n, "BTC").join(" ")).toBe("20 999 999.976 900 00");
  expect(amountGroups(-150_000n, "BTC").join(" ")).toBe("−0.001 500 00");
  expect(amountGroups(1_234_567n, "sats").join(" ")).toBe("1 234 567");
  expect(amountGroups(0n, "sats").join(" ")).toBe("0");
});

test("an amount on a button keeps every digit that counts and no zero behind them", () => {
  expect([1_000_000n, 10_00000000n, 123_400_000_010n, 1n, 0n].map(shortBtc)).toEqual([
    ...["0.01", "10", "1234.0000001", "0.00000001", "0"],
  ]);
});

test("a fingerprint is read out by characters and groups", () => {
  expect(spelled("7c4e91ad")).toBe("7 c 4 e, 9 1 a d");
});

test("groups put together again are the bare string", () => {
  const text = "bcrt1pm52q6jgnwszme5uk49";
  expect(grouped(text).join("")).toBe(text);
  expect(grouped(text, 8).join("")).toBe(text);
});

test("a short text is not shortened", () => {
  expect(shortened("bcrt1pm5")).toBe("bcrt1pm5");
  expect(shortened("bcrt1pm52q6jgnwszme5uk49kvcun23y")).toBe("bcrt1pm52…n23y");
});

test("sizes and shares are rounded for reading", () => {
  expect([12, 2310, 4_200_000, 42_000_000].map(byteSize)).toEqual(["12 bytes", "2.3 KB", "4.2 MB", "42 MB"]);
  expect(percent(0.684)).toBe("68 %");
});
