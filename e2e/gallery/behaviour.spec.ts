import { expect, test } from "./fixture.ts";
import { intents } from "./intents.ts";

test("Matches and Does not match have the same size, edge and weight, and neither is the default", async ({
  page,
  open,
}) => {
  for (const width of [320, 768, 1440]) {
    await open("compare", "light", width);
    const look = (name: string) =>
      page.getByRole("button", { name, exact: true }).evaluate((button) => {
        const { width: w, height: h } = button.getBoundingClientRect();
        const style = getComputedStyle(button);
        return [
          w,
          h,
          style.borderWidth,
          style.borderColor,
          style.backgroundColor,
          style.fontWeight,
          style.fontSize,
        ];
      });
    expect(await look("Matches")).toEqual(await look("Does not match"));
    await expect(page.locator("button:focus, [autofocus]")).toHaveCount(0);
  }
});

test("nothing on the comparison leads past it", async ({ page, open }) => {
  await open("compare", "light", 1440);
  const main = page.getByRole("main");
  await expect(main.getByRole("link")).toHaveCount(0);
  await expect(main.getByRole("button")).toHaveText(["Matches", "Does not match", "Read it aloud"]);
  await expect(page.getByText(/bcrt1|bc1/)).toHaveCount(0);
});

test("a tab without a share watches the comparison and cannot answer", async ({ page, open }) => {
  await open("compare-watching", "light", 1440);
  await expect(page.getByRole("button", { name: "Matches" })).toHaveCount(0);
});

test("the fingerprint is spoken by characters and groups", async ({ page, open }) => {
  await open("compare", "light", 1440);
  await expect(page.getByRole("img", { name: "Code: 7 c 4 e, 9 1 a d" })).toBeVisible();
});

test("the code is at least 32 px high at every width", async ({ page, open }) => {
  for (const width of [320, 1440]) {
    await open("compare", "light", width);
    const size = await page
      .locator(".digits")
      .evaluate((code) => parseFloat(getComputedStyle(code).fontSize));
    expect(size).toBeGreaterThanOrEqual(32);
  }
});

test("the stop page leads nowhere but to a new group", async ({ page, open }) => {
  await open("stopped", "dark", 1440);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Stop. Do not use this key");
  await expect(page.getByRole("row", { name: /Carol/ })).toContainText("Does not match");
  await expect(page.getByRole("main").getByRole("link")).toHaveText(["", "Start a new group"]);
});

test("Run DKG can be reached by keyboard while it is disabled, says why, and does nothing", async ({
  page,
  open,
}) => {
  await open("lobby", "light", 1440);
  const run = page.getByRole("button", { name: "Run DKG" });
  await run.focus();
  await expect(run).toBeFocused();
  await expect(run).toHaveAccessibleDescription("Waiting for Carol to join and approve the settings.");
  await page.keyboard.press("Enter");
  expect(await intents(page)).toEqual([]);
});

test("Run DKG runs once everybody is ready", async ({ page, open }) => {
  await open("lobby-ready", "light", 1440);
  await page.getByRole("button", { name: "Run DKG" }).press("Enter");
  expect(await intents(page)).toEqual([{ do: "run-dkg" }]);
});

test("the threshold is chosen by buttons and its consequences follow", async ({ page, open }) => {
  await open("create", "light", 1440);
  await page.getByRole("button", { name: "One more" }).press("Enter");
  await expect(page.getByText("Weak choice")).toBeVisible();
  await expect(page.getByText("Everybody must be online to sign.")).toBeVisible();
  await page.getByRole("button", { name: "One fewer" }).press("Enter");
  await expect(page.getByText("Recommended for 3 people")).toBeVisible();
});

test("a key that one person could use alone is not offered, and the form says why", async ({
  page,
  open,
}) => {
  await open("create", "light", 1440);
  const chosen = page.getByRole("group", { name: "How many must sign" }).locator("output");
  await page.getByRole("button", { name: "One fewer" }).press("Enter");
  await expect(chosen).toHaveText("2of3");
  await expect(page.getByText(/^Not offered: any one person/)).toBeVisible();
});

test("two seats with one name are refused beside the field, and nothing is sent", async ({ page, open }) => {
  await open("create", "light", 1440);
  await page.getByLabel("Seat 2", { exact: true }).fill("alice");
  await page.getByRole("button", { name: "Create and get the invite link" }).press("Enter");
  await expect(page.getByLabel("Seat 2", { exact: true })).toHaveAccessibleDescription(
    /Seat 1 has this name too/,
  );
  expect(await intents(page)).toEqual([]);
});

test("approving sends exactly the digest that was shown", async ({ page, open }) => {
  await open("review", "light", 1440);
  await page.getByRole("button", { name: "Approve this text" }).press("Enter");
  expect(await intents(page)).toEqual([
    {
      do: "approve",
      request: "a1",
      digest: "e7532847a21affdaf6421788b4ad7ac77dd2be8f90a3ef567beda6652a4c5f69",
    },
  ]);
});

test("what a check refused cannot be approved, and the reason stands there", async ({ page, open }) => {
  await open("review-blocked", "light", 1440);
  const approve = page.getByRole("button", { name: "Approve this text" });
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await approve.press("Enter");
  expect(await intents(page)).toEqual([]);
  await expect(page.getByText("Differs from the coordinator’s").first()).toBeVisible();
});

test("a transaction is drawn from what goes in to what comes out with the fee: side by side where there is room, else below", async ({
  page,
  open,
}) => {
  await open("review-transaction", "light", 1440);
  const into = page.getByRole("list", { name: "Goes in" });
  const out = page.getByRole("list", { name: "Comes out" });
  await expect(out.getByRole("listitem")).toHaveText([
    /^Data/,
    /^Recipient/,
    /^Back to the peg/,
    /^Network fee/,
  ]);
  const edge = async (list: typeof into) => {
    const box = await list.boundingBox();
    if (box === null) throw new Error("not drawn");
    return box;
  };
  expect((await edge(into)).x + (await edge(into)).width).toBeLessThan((await edge(out)).x);
  await page.setViewportSize({ width: 320, height: 900 });
  expect((await edge(into)).y + (await edge(into)).height).toBeLessThan((await edge(out)).y);
});

test("raw bytes with their verdicts stay within a phone’s screen", async ({ page, open }) => {
  await open("review-transaction", "light", 320);
  await page.getByRole("tab", { name: "Raw" }).click();
  await expect(page.getByText("Sighash, input 1")).toBeVisible();
  await expect(page.getByText("Same as the coordinator’s").first()).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});

test("a shortened address is copied whole", async ({ page, open, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open("peg-coordinator", "light", 1440);
  const row = page.getByRole("row", { name: /Peg in.*Confirming/ });
  await expect(row).toContainText("ST2J6ZY48…8X0G");
  await row.getByRole("button", { name: /^Copy the recipient/ }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    "ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQVX8X0G",
  );
});

test("finished requests stand apart from the open ones, and what the signers are asked for says so", async ({
  page,
  open,
}) => {
  await open("peg-coordinator", "light", 1440);
  await expect(page.getByRole("row", { name: /Confirmed/ })).toContainText("The signers are asked");
  await expect(page.getByRole("row", { name: /Settled/ })).toHaveCount(0);
  await page.getByRole("radio", { name: "Finished 1" }).press("Enter");
  await expect(page.getByRole("row", { name: /Settled/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Needs a person/ })).toHaveCount(0);
});

test("the button that pays names the amount", async ({ page, open }) => {
  await open("peg-pay", "light", 320);
  await expect(page.getByRole("button", { name: "Pay 0.25 BTC", exact: true })).toBeVisible();
});

test("an invitation gives nobody a number: seats get theirs as people join", async ({ page, open }) => {
  await open("join", "light", 1440);
  await expect(page.getByRole("radio", { name: "Carol", exact: true })).toBeVisible();
  await expect(page.getByRole("main")).not.toContainText(/seat \d/i);
});

test("a refusal needs a reason and carries it to the others", async ({ page, open }) => {
  await open("review", "light", 1440);
  await page.getByRole("button", { name: "Refuse…" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Refuse this request" });
  await dialog.getByRole("button", { name: "Refuse" }).press("Enter");
  await expect(dialog.getByText("Choose a reason")).toBeVisible();
  await dialog.getByLabel("I did not expect this").check();
  await dialog.getByLabel("Note for the others").fill("Call me");
  await dialog.getByRole("button", { name: "Refuse" }).press("Enter");
  expect(await intents(page)).toMatchObject([
    { do: "refuse", request: "a1", reason: "not-expected", note: "Call me" },
  ]);
  await expect(dialog).toBeHidden();
});

test("changing the place moves focus to the heading and names the tab", async ({ page, open }) => {
  await open("group", "light", 1440);
  await page.getByRole("navigation", { name: "Group" }).getByRole("link", { name: "Members" }).press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle("Members · Hoarfrost");
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Alpha peg wallet" })).toBeFocused();
});

test("the skip link is the first stop and leads to the content", async ({ page, open }) => {
  await open("home", "light", 1440);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});

/** What a board holds after each frame. */
interface Frame {
  readonly rows: number;
  readonly height: number;
}

test("a large board comes a few rows with each frame, and keeps the room of the rest", async ({
  page,
  open,
}) => {
  await page.addInitScript(() => {
    const frames: Frame[] = [];
    Object.assign(window, { frames });
    const look = (): void => {
      const board = document.querySelector(".matrix");
      const rows = board?.querySelectorAll("tbody th").length ?? 0;
      if (board !== null) frames.push({ rows, height: board.getBoundingClientRect().height });
      requestAnimationFrame(look);
    };
    look();
  });
  await open("board-ten", "light", 1440);
  await expect(page.locator(".matrix tbody th")).toHaveCount(10);
  const frames = await page.evaluate(() => (window as unknown as { frames: Frame[] }).frames);
  const steps = frames.map(({ rows }, at) => rows - (frames[at - 1]?.rows ?? 0));
  expect(Math.max(...steps)).toBeLessThan(4);
  const heights = frames.map(({ height }) => height);
  expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(10);
});

test("a hidden window, which gets no frames, is drawn whole all the same", async ({ page, gallery }) => {
  await page.addInitScript(() => {
    Object.defineProperty(document, "visibilityState", { get: () => "hidden" });
    window.requestAnimationFrame = () => 0;
  });
  await page.goto(gallery.url("board-ten"));
  await expect(page.locator(".matrix tbody th")).toHaveCount(10);
  await expect(page.locator("#messages")).toHaveText("Messages");
});

test("a cell says whose it is, and what is known of it is told wherever the window stands", async ({
  page,
  open,
}) => {
  await open("board-ten", "light", 1440);
  const row = page.getByRole("row", { name: /^Bob/ });
  const cell = row.getByRole("button", { name: /^Bob/ }).first();
  await cell.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: /^Bob: / })).toHaveCount(1);
});

test("the message chart is drawn for whoever goes there", async ({ page, open }) => {
  await open("board-ten", "light", 1440);
  await page.setViewportSize({ width: 1440, height: 400 });
  await page.reload();
  await expect(page.locator("#messages")).toHaveText("Messages");
  await expect(page.locator(".message-chart")).toHaveCount(0);
  await page.locator("#messages").scrollIntoViewIfNeeded();
  await expect(page.getByRole("img", { name: /messages so far/ })).toBeVisible();
});

test("nothing moves under reduced motion", async ({ page, open }) => {
  await open("unlock-working", "light", 768);
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test("a chart has the same numbers as a table behind it", async ({ page, open }) => {
  await open("rounds", "light", 1440);
  await page.getByLabel("Show answer time, ms as").getByRole("radio", { name: "Table" }).press("Enter");
  await expect(page.getByRole("row", { name: /Carol/ }).filter({ hasText: "647 ms" })).toBeVisible();
});

test("the second tab offers to take over and says so once", async ({ page, open }) => {
  await open("elsewhere", "light", 768);
  await page.getByRole("button", { name: "Take over here" }).press("Enter");
  expect(await intents(page)).toEqual([{ do: "take-over" }]);
});

test("an error says what, who, what is safe and what next; its code comes last", async ({ page, open }) => {
  await open("failed", "light", 768);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("No message from Carol in time");
  await expect(page.getByRole("term")).toHaveText(["Who", "What is safe", "What to do next", "Code"]);
});

test("a difference found after the address was shown raises the alarm, after one question", async ({
  page,
  open,
}) => {
  await open("group", "light", 1440);
  await page.getByRole("button", { name: "Another screen shows a different code" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Raise the alarm?" });
  await expect(dialog.getByRole("button", { name: "Go back" })).toBeFocused();
  expect(await intents(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Raise the alarm" }).press("Enter");
  expect(await intents(page)).toEqual([{ do: "raise-alarm" }]);
});

test("a signature that is waited for has the room of the one that comes, so that nothing below it moves", async ({
  page,
  open,
}) => {
  for (const width of [320, 390, 768, 1440]) {
    const below = async (state: "review-waiting" | "review-signing" | "result") => {
      await open(state, "light", width);
      const signature = await page.getByRole("region", { name: "Signature" }).boundingBox();
      const message = await page.getByRole("tab", { name: "Message" }).boundingBox();
      if (signature === null || message === null) throw new Error("not drawn");
      return message.y - signature.y;
    };
    const kept = await below("review-waiting");
    expect(await below("review-signing")).toBe(kept);
    // The result names somebody who was replaced, which cannot be known before.
    const there = await below("result");
    expect(Math.abs(there - kept)).toBeLessThanOrEqual(width < 700 ? 60 : 22);
  }
});
