import { expect, test } from "vitest";
import { createSession } from "./session.ts";
import type { Intent } from "./views/index.ts";

test("a click before the driver listens is delivered once it does, in order and once", () => {
  const session = createSession("a");
  session.act({ do: "lock" });
  session.act({ do: "take-over" });
  const heard: Intent["do"][] = [];
  session.listen((intent) => heard.push(intent.do));
  session.act({ do: "try-again" });
  expect(heard).toEqual(["lock", "take-over", "try-again"]);
});

test("a driver that stopped hears nothing, and the next one hears what came between", () => {
  const session = createSession("a");
  const first: Intent["do"][] = [];
  const second: Intent["do"][] = [];
  const stop = session.listen((intent) => first.push(intent.do));
  stop();
  session.act({ do: "lock" });
  session.listen((intent) => second.push(intent.do));
  expect([first, second]).toEqual([[], ["lock"]]);
});

test("stopping an old driver does not silence the new one", () => {
  const session = createSession("a");
  const heard: Intent["do"][] = [];
  const stop = session.listen(() => undefined);
  session.listen((intent) => heard.push(intent.do));
  stop();
  session.act({ do: "lock" });
  expect(heard).toEqual(["lock"]);
});

test("listeners hear each new view and none after they leave", () => {
  const session = createSession(0);
  const seen: number[] = [];
  const leave = session.subscribe(() => seen.push(session.view()));
  session.set(1);
  leave();
  session.set(2);
  expect(seen).toEqual([1]);
  expect(session.view()).toBe(2);
});

test("a driver hears that its view is in the document", () => {
  const session = createSession("a");
  session.placed();
  let placed = 0;
  session.whenPlaced(() => placed++);
  session.placed();
  expect(placed).toBe(1);
});
