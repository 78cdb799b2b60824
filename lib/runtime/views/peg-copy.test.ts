import { expect, test } from "vitest";
import { pegProblemCopy, pegProblemLine, pegStopCopy } from "./peg-copy.ts";
import type { PegProblemCode } from "./peg-form.ts";

const all = [...Object.entries(pegProblemCopy), ...Object.entries(pegStopCopy)];

test.each(all)("%s says what is the matter and what to do", (code, { what, next }) => {
  expect(what.length).toBeGreaterThan(8);
  expect(what).not.toMatch(/\.$/);
  expect(next).toMatch(/\.$/);
  for (const text of [what, next]) expect(text).not.toMatch(/undefined|null|\s\s/);
  if (code.includes("-")) expect(`${what} ${next}`).not.toContain(code);
});

test("whatever stops a payment says that nothing was sent, or what was", () => {
  const stops: PegProblemCode[] = ["psbt-changed", "owner-differs", "wallet-cancelled", "wallet-failed"];
  for (const code of stops) expect(pegProblemLine({ code })).toMatch(/nothing was sent/i);
});
