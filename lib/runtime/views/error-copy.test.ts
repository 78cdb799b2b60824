import { expect, test } from "vitest";
import { errorCopy, explain } from "./error-copy.ts";
import type { ErrorCode } from "./errors.ts";

const codes = Object.keys(errorCopy) as ErrorCode[];

test.each(codes)("%s says what happened, who, what is safe and what next", (code) => {
  for (const people of [[], ["Carol"], ["Bob", "Carol"]]) {
    const copy = explain({ code, people });
    for (const text of [copy.what, copy.who, copy.safe, copy.next]) {
      expect(text.length).toBeGreaterThan(3);
      expect(text).not.toMatch(/undefined|null|\[object|\s\s/);
    }
    expect(copy.what).not.toMatch(/\.$/);
    for (const text of [copy.who, copy.safe, copy.next]) expect(text).toMatch(/\.$/);
  }
});

test("a code never stands in for words", () => {
  for (const code of codes.filter((name) => /[-A-Z]/.test(name))) {
    const copy = explain({ code, people: ["Carol"] });
    expect(Object.values(copy).slice(0, 4).join(" ")).not.toContain(code);
  }
});

test("codes about members name them", () => {
  const named: ErrorCode[] = [
    "blamed",
    "deadline",
    "invalidSecretShare",
    "invalidSignatureShare",
    "aborted-by-peer",
  ];
  for (const code of named) {
    const copy = explain({ code, people: ["Bob", "Carol"] });
    expect(`${copy.what} ${copy.who}`).toMatch(/Bob/);
    expect(`${copy.what} ${copy.who}`).toMatch(/Carol/);
  }
});

test("silence is never called a fault", () => {
  const copy = explain({ code: "deadline", people: ["Carol"] });
  expect(copy.who).toContain("nobody is blamed");
});
