import { expect, test } from "vitest";
import { advance, type Pace } from "./paced.ts";

interface Item {
  readonly id: string;
  readonly version: number;
}
const item = (id: string, version = 1): Item => ({ id, version });
const keyOf = ({ id }: Item): string => id;
const drawn = ({ shown }: Pace<Item>): string[] =>
  [...shown.values()].map(({ id, version }) => `${id}${version}`);
const nothing: Pace<Item> = { shown: new Map(), from: 0 };

test("a list comes in its order, so many at a time", () => {
  const wanted = ["a", "b", "c", "d", "e"].map((id) => item(id));
  const once = advance(nothing, wanted, keyOf, 2);
  expect(drawn(once)).toEqual(["a1", "b1"]);
  const twice = advance(once, wanted, keyOf, 2);
  expect(drawn(twice)).toEqual(["a1", "b1", "c1", "d1"]);
  expect(drawn(advance(twice, wanted, keyOf, 2))).toEqual(["a1", "b1", "c1", "d1", "e1"]);
});

test("what changed and has had no turn stays as it was", () => {
  const [a, b, c] = [item("a"), item("b"), item("c")];
  const all = advance(nothing, [a, b, c], keyOf, 3);
  const next = advance(all, [item("a", 2), b, item("c", 2)], keyOf, 1);
  expect(next.shown.get("a")?.version).toBe(2);
  expect(next.shown.get("c")).toBe(c);
});

test("an item that keeps changing holds up none below it", () => {
  const quiet = item("b");
  let pace = nothing;
  for (let version = 1; version < 4; version++) pace = advance(pace, [item("a", version), quiet], keyOf, 1);
  expect(pace.shown.get("b")).toBe(quiet);
});

test("what left the list is gone at once", () => {
  const [a, b] = [item("a"), item("b")];
  const both = advance(nothing, [a, b], keyOf, 2);
  expect(drawn(advance(both, [b], keyOf, 1))).toEqual(["b1"]);
});
