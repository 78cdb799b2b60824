import fc from "fast-check";
import { expect, test } from "vitest";
import { share } from "./share.ts";

const data = fc.jsonValue({ maxDepth: 4 });

test("what is shared equals what came", () => {
  fc.assert(
    fc.property(data, data, (before, after) => {
      expect(share(before, after)).toEqual(after);
    }),
  );
});

test("an equal value is the very same object as before", () => {
  fc.assert(
    fc.property(data, (value) => {
      expect(share(value, structuredClone(value))).toBe(value);
    }),
  );
});

test("parts that did not change keep their identity, those that did do not", () => {
  const before = { rows: [{ name: "Alice" }, { name: "Bob" }], count: 1 };
  const after = { rows: [{ name: "Alice" }, { name: "Carol" }, { name: "Dave" }], count: 1 };
  const shared = share(before, after);
  expect(shared.rows[0]).toBe(before.rows[0]);
  expect(shared.rows[1]).toEqual({ name: "Carol" });
  expect(shared.rows).not.toBe(before.rows);
});

test("a field that is gone is gone, and one that is undefined is not the same as none", () => {
  const before: { a: number; b?: number | undefined } = { a: 1, b: undefined };
  expect(share(before, { a: 1 })).not.toBe(before);
  expect(Object.keys(share({ a: 1 }, { a: 1, b: undefined }))).toEqual(["a", "b"]);
});
