import { refuse } from "./refusal.ts";
import { quote } from "./bytes.ts";

/** Satoshis in one bitcoin. */
export const satoshiPerBitcoin = 100_000_000n;
/** No amount on the chain can be above this: 21 million bitcoin, in satoshi. */
export const maxSatoshi = 21_000_000n * satoshiPerBitcoin;

/**
 * Reads an amount a person typed, exactly: no rounding, no floating point, no guess at separators.
 * @param text digits, at most one point; up to 8 decimals in BTC, none in sat; surrounding blanks are allowed
 * @returns satoshi, from 0 to 21 million bitcoin
 * @throws Refusal `amountNotANumber`, `amountTooPrecise`, `amountOutOfRange`
 */
export function parseAmount(text: string, unit: "BTC" | "sat"): bigint {
  const match = /^(\d*)(?:\.(\d*))?$/.exec(text.trim());
  const whole = match?.[1] ?? "";
  const fraction = match?.[2] ?? "";
  if (match === null || whole + fraction === "") {
    const hint = text.includes(",") ? " (write the decimals after a point, and no thousands separator)" : "";
    return refuse("amountNotANumber", `${quote(text)} is not an amount${hint}`);
  }
  const decimals = unit === "BTC" ? 8 : 0;
  const significant = fraction.replace(/0+$/, "");
  if (significant.length > decimals) {
    refuse(
      "amountTooPrecise",
      unit === "BTC" ? "the smallest amount is 0.00000001 BTC" : "a satoshi is not divisible",
    );
  }
  // A length cap before BigInt keeps a megabyte of digits from being converted at all.
  if (whole.replace(/^0+/, "").length > 16) refuse("amountOutOfRange", "more than 21 million bitcoin");
  const satoshi =
    BigInt(whole || "0") * 10n ** BigInt(decimals) + BigInt(significant.padEnd(decimals, "0") || "0");
  return checkAmount(satoshi);
}

/** @throws Refusal `amountOutOfRange` unless 0 ≤ satoshi ≤ 21 million bitcoin */
export function checkAmount(satoshi: bigint): bigint {
  return satoshi < 0n || satoshi > maxSatoshi
    ? refuse("amountOutOfRange", `${satoshi.toString()} satoshi is not between 0 and 21 million bitcoin`)
    : satoshi;
}

/** Satoshi as BTC with all 8 decimals, e.g. `0.00010000`. */
export function formatBitcoin(satoshi: bigint): string {
  const sign = satoshi < 0n ? "-" : "";
  const digits = (satoshi < 0n ? -satoshi : satoshi).toString().padStart(9, "0");
  return `${sign}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}
