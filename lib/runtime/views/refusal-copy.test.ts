import { expect, test } from "vitest";
import { refusalCopy, refusalWords } from "./refusal-copy.ts";

test.each(Object.entries(refusalCopy))("%s says what is wrong and what may help", (code, { what, next }) => {
  expect(what).toMatch(/^\p{Lu}.{10,}[^.]$/u);
  expect(next).toMatch(/^\p{Lu}.{5,}\.$/u);
  expect(`${what} ${next}`).not.toContain(code);
});

test("no two refusals read the same, and a text that is no code has no words", () => {
  const texts = Object.values(refusalCopy).map(({ what }) => what);
  expect(new Set(texts).size).toBe(texts.length);
  expect(refusalWords("constructor")).toBeNull();
  expect(refusalWords("The content is wrong")).toBeNull();
});
