import { expect, test } from "vitest";
import { titleText } from "./title.ts";

test("the number of waiting decisions leads the tab title", () => {
  expect(titleText("Requests", 2)).toBe("(2) Requests · Hoarfrost");
});

test("nothing waiting puts no number there", () => {
  expect(titleText("Requests", 0)).toBe("Requests · Hoarfrost");
  expect(titleText("", 0)).toBe("Hoarfrost");
});
