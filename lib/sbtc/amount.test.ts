import fc from "fast-check";
import { expect, test } from "vitest";
import { formatBitcoin, maxSatoshi, parseAmount } from "./amount.ts";
import { codeOf } from "./testing/transactions.ts";

test.each([
  ["0.1", 10_000_000n],
  ["0.00000001", 1n],
  ["21000000", maxSatoshi],
  ["1.", 100_000_000n],
  [".5", 50_000_000n],
  ["  2.50000000  ", 250_000_000n],
  ["1.1000000000", 110_000_000n],
  ["0000.29", 29_000_000n],
])("%s BTC is exactly %s satoshi", (text, satoshi) => {
  expect(parseAmount(text, "BTC")).toBe(satoshi);
});

test.each([
  ["", "amountNotANumber"],
  [".", "amountNotANumber"],
  ["1,5", "amountNotANumber"],
  ["1 000", "amountNotANumber"],
  ["-1", "amountNotANumber"],
  ["+1", "amountNotANumber"],
  ["1e8", "amountNotANumber"],
  ["0x10", "amountNotANumber"],
  ["١", "amountNotANumber"],
  ["NaN", "amountNotANumber"],
  ["0.000000001", "amountTooPrecise"],
  ["21000000.00000001", "amountOutOfRange"],
  ["9".repeat(5000), "amountOutOfRange"],
])("%s BTC is refused as %s", (text, code) => {
  expect(codeOf(() => parseAmount(text, "BTC"))).toBe(code);
});

test("satoshi have no decimals, but zeros after the point do no harm", () => {
  expect(parseAmount("12.000", "sat")).toBe(12n);
  expect(codeOf(() => parseAmount("12.5", "sat"))).toBe("amountTooPrecise");
});

test("every amount survives being shown and typed again", () =>
  fc.assert(
    fc.property(fc.bigInt(0n, maxSatoshi), (satoshi) => {
      expect(parseAmount(formatBitcoin(satoshi), "BTC")).toBe(satoshi);
      expect(parseAmount(satoshi.toString(), "sat")).toBe(satoshi);
    }),
  ));

test("a negative difference is shown with its sign", () => {
  expect(formatBitcoin(-1n)).toBe("-0.00000001");
});
