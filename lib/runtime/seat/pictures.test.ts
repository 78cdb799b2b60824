import { expect, test } from "vitest";
import { ManualClock } from "../testing/manual-clock.ts";
import { Pictures } from "./pictures.ts";

function setUp() {
  const clock = new ManualClock();
  const state = { text: "first" };
  const posted: { readonly text: string }[] = [];
  const turns = { waiting: [] as (() => void)[], held: 0, open: true };
  const pictures = new Pictures(
    clock,
    () => ({ ...state }),
    (view) => posted.push(view),
    async () => {
      if (!turns.open) await new Promise<void>((resolve) => turns.waiting.push(resolve));
      turns.held++;
      let held = true;
      return () => {
        if (held) turns.held--;
        held = false;
      };
    },
  );
  const change = (text: string, when?: "now"): void => {
    state.text = text;
    pictures.want(when);
  };
  return { clock, posted, pictures, change, turns, texts: () => posted.map(({ text }) => text) };
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

test("a page rests three times as long as a picture took, and one in the background is not waited for", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(100);
  pictures.drawn();
  change("b");
  await clock.pass(299);
  expect(texts()).toEqual(["a"]);
  await clock.pass(1);
  expect(texts()).toEqual(["a", "b"]);
  change("c");
  await clock.pass(2_000);
  expect(texts()).toEqual(["a", "b", "c"]);
});

test("what a person waits for is drawn without a rest, and even before the last picture is", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(100);
  pictures.drawn();
  change("b", "now");
  await clock.pass(0);
  expect(texts()).toEqual(["a", "b"]);
  change("c", "now");
  await clock.pass(0);
  expect(texts()).toEqual(["a", "b", "c"]);
});

test("a picture is made when its turn comes, of what there is then, and the turn lasts until it is drawn", async () => {
  const { clock, pictures, change, turns, texts } = setUp();
  turns.open = false;
  change("a");
  await clock.pass(0);
  change("b");
  await clock.pass(0);
  expect(texts()).toEqual([]);
  turns.waiting.shift()?.();
  await clock.pass(10);
  expect(texts()).toEqual(["b"]);
  expect(turns.held).toBe(1);
  pictures.drawn();
  expect(turns.held).toBe(0);
});

test("no turn is kept for a page that is slow to draw, for nothing new, or for a picture that another replaced", async () => {
  const { clock, change, turns, texts } = setUp();
  change("a");
  await clock.pass(49);
  expect(turns.held).toBe(1);
  change("b", "now");
  await clock.pass(0);
  expect(turns.held).toBe(1);
  await clock.pass(50);
  expect(turns.held).toBe(0);
  change("b", "now");
  await clock.pass(0);
  expect(texts()).toEqual(["a", "b"]);
  expect(turns.held).toBe(0);
});

test("a hidden page gets a picture now and then, and the newest at once when it is looked at", async () => {
  const { clock, pictures, change, texts } = setUp();
  pictures.hide(true);
  change("a", "now");
  await clock.pass(1_000);
  change("b");
  await clock.pass(999);
  expect(texts()).toEqual([]);
  await clock.pass(1);
  expect(texts()).toEqual(["b"]);
  pictures.drawn();
  change("c");
  await clock.pass(100);
  pictures.hide(false);
  await clock.pass(0);
  expect(texts()).toEqual(["b", "c"]);
});

test("a clock that jumps back holds no picture up for long", async () => {
  const { clock, pictures, change, texts } = setUp();
  change("a");
  await clock.pass(0);
  const jumped = clock.now() - 1_000_000;
  clock.now = () => jumped;
  pictures.drawn();
  change("b");
  await clock.pass(1_000);
  expect(texts()).toEqual(["a", "b"]);
});

test("a turn ends once the picture is drawn, in a window that is drawn rarely once it is in the document", async () => {
  const { clock, pictures, change, turns } = setUp();
  const draw = async (text: string, after: number): Promise<void> => {
    change(text, "now");
    await clock.pass(0);
    pictures.placed();
    await clock.pass(after);
  };
  await draw("a", 20);
  expect(turns.held).toBe(1);
  pictures.drawn();
  expect(turns.held).toBe(0);
  await draw("b", 900);
  pictures.drawn();
  await draw("c", 0);
  expect(turns.held).toBe(0);
  pictures.drawn();
  await draw("d", 0);
  expect(turns.held).toBe(1);
});
