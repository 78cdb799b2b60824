import type { Page } from "playwright/test";
import { expect, test as base } from "./fixtures.ts";
import { Shifts } from "./shifts.ts";
import { askToSign, go, shownSignature } from "./signing.ts";
import { compareCodes, confirmCodes, everyone, openTrial, type Trial, trialWithKey } from "./trial.ts";

/** The sum for one tab over the whole way. By the usual measure a page is good below 0.1 for its worst five seconds. */
const most = 0.05;

const test = base.extend<{ readonly shifts: Shifts }>({
  shifts: async ({ context }, provide) => {
    // The first tab that the coordinator opens is Bob's: his is a phone.
    context.on("page", (opened) => {
      if (context.pages().length === 2) void opened.setViewportSize({ width: 390, height: 844 });
    });
    await provide(await Shifts.watch(context));
  },
});

const jumpsIn = (trial: Trial, shifts: Shifts): string[] =>
  everyone(trial).flatMap(({ name, page }) => {
    const { sum, causes } = shifts.of(page);
    return sum < most ? [] : [`${name} in all ${sum.toFixed(3)}`, ...causes];
  });

/** Had anything jumped, it would have been seen. */
async function jumpIsSeen(page: Page, shifts: Shifts): Promise<void> {
  // What follows a press within half a second counts as asked for: it is tried until the last press is longer ago.
  await expect(async () => {
    await page.evaluate(() => {
      const block = document.createElement("div");
      block.style.height = "200px";
      document.body.prepend(block);
    });
    await expect.poll(() => shifts.of(page).sum, { timeout: 1_000 }).toBeGreaterThan(most);
  }).toPass({ timeout: 10_000 });
}

test("nothing on the way from the home page to a key jumps under a reader, on a desk or on a phone", async ({
  context,
  page,
  relay,
  shifts,
}) => {
  const trial = await openTrial(context, page, relay.url);
  await compareCodes(trial);
  await confirmCodes(trial);
  expect(jumpsIn(trial, shifts)).toEqual([]);
  await jumpIsSeen(trial.carol.page, shifts);
});

test("nothing jumps while a signature is asked for, waited for and read, by whoever approves or only reads", async ({
  context,
  page,
  relay,
  shifts,
}) => {
  const trial = await trialWithKey(context, page, relay.url);
  const { alice, bob, carol } = trial;
  shifts.forget();

  await askToSign(alice, "Nothing jumps.");
  for (const { page: tab } of [bob, carol]) {
    await go({ ...bob, page: tab }, "requests");
    await tab.locator("a.item").first().click();
    await expect(tab.getByRole("button", { name: /^Approve/ })).toBeVisible();
  }
  // The answer comes long after the press: what it moves is nobody's doing.
  const [, approve] = [relay.pause(1_500), bob.page.getByRole("button", { name: /^Approve/ }).click()];
  await approve;
  for (const person of everyone(trial)) expect(await shownSignature(person)).toMatch(/^[0-9a-f]{128}$/);
  expect(jumpsIn(trial, shifts)).toEqual([]);
  await jumpIsSeen(carol.page, shifts);
});
