import { expect, test } from "vitest";
import { hiddenCharacters } from "./checks.ts";

test.each([
  ["plain text, with\ttabs\nand lines", 0],
  ["žluťoučký 龍 🐉", 0],
  ["a family 👨\u200D👩\u200D👧 and a ❤\uFE0F\u200D🔥", 0],
  ["a right\u202Eto left", 1],
  ["zero\u200Bwidth and a\u200Djoiner", 2],
  ["a \u0007 bell", 1],
  ["\uFEFFmark", 1],
])("%j has %i characters that do not show", (text, count) => {
  expect(hiddenCharacters(text)).toBe(count);
});
