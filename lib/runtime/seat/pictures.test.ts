import { expect, test } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { Pictures } from "./pictures.ts";

function setUp() {
  const clock = new ManualClock();
  const state = { text: "first" };
  const posted: { readonly text: string }[] = [];
  const pictures = new Pictures(
    clock,
    () => ({ ...state }),
    (view) => posted.push(view),
  );
  const change = (text: string): void => {
    state.text = text;
    pictures.want();
  };
  return { clock, posted, pictures, change, texts: () => posted.map(({ text }) => text) };
}

test("a burst of changes makes one picture, of the last of them", async () => {
  const { clock, change, texts } = setUp();
  for (const text of ["a", "b", "c"]) change(text);
  await clock.pass(0);
  expect(texts()).toEqual(["c"]);
});

test("while the page draws, changes gather into one newer picture", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(0);
  change("b");
  change("c");
  await clock.pass(100);
  expect(texts()).toEqual(["a"]);
  pictures.drawn();
  await clock.pass(1_000);
  expect(texts()).toEqual(["a", "c"]);
});

test("a picture that shows nothing new is not sent", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(0);
  pictures.drawn();
  await clock.pass(1_000);
  change("a");
  await clock.pass(1_000);
  expect(texts()).toEqual(["a"]);
});

test("a page that draws slowly gets fewer pictures, and one in the background is not waited for", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(200);
  pictures.drawn();
  change("b");
  await clock.pass(199);
  expect(texts()).toEqual(["a"]);
  await clock.pass(1);
  expect(texts()).toEqual(["a", "b"]);
  change("c");
  await clock.pass(1_300);
  expect(texts()).toEqual(["a", "b", "c"]);
});

test("a clock that jumps back holds no picture up for long", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(0);
  const jumped = clock.now() - 1_000_000;
  clock.now = () => jumped;
  pictures.drawn();
  change("b");
  await clock.pass(250);
  expect(texts()).toEqual(["a", "b"]);
});
