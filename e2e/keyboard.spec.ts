import type { BrowserContext, Locator, Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { sameAddress, sameCode, type Trial } from "./trial.ts";

/** Presses Tab until the target has the focus, and fails where it is out of reach or has no visible focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible({ timeout: 60_000 });
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      expect(await target.evaluate((element) => element.matches(":focus-visible"))).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`80 presses of Tab do not reach ${String(target)}`);
}

async function press(page: Page, target: Locator): Promise<void> {
  await reach(page, target);
  await page.keyboard.press("Enter");
}

async function openTab(alice: Page, context: BrowserContext, name: string): Promise<Page> {
  const opened = context.waitForEvent("page");
  await press(alice, alice.getByRole("link", { name: `the tab of ${name}` }));
  return opened;
}

test("from the home page to a signature without a pointer", async ({ context, page, relay, complaints }) => {
  await page.goto(relay.url);
  await press(page, page.getByRole("link", { name: "Open three tabs" }));
  await press(page, page.getByRole("button", { name: "Create and get the invite link" }));
  const bob = await openTab(page, context, "Bob");
  const carol = await openTab(page, context, "Carol");
  await expect(page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible({ timeout: 60_000 });
  await press(page, page.getByRole("button", { name: "Run DKG" }));
  const trial: Trial = {
    alice: { name: "Alice", context, page },
    bob: { name: "Bob", context, page: bob },
    carol: { name: "Carol", context, page: carol },
  };
  await sameCode(trial);
  for (const tab of [page, bob, carol])
    await press(tab, tab.getByRole("button", { name: "Matches", exact: true }));
  await sameAddress(trial);

  const message = "Signed with the keyboard alone.";
  await press(page, page.getByRole("link", { name: "Ask for a signature" }));
  await reach(page, page.getByLabel("Message", { exact: true }));
  await page.keyboard.type(message);
  await press(page, page.getByRole("button", { name: "Ask for the signature" }));
  await press(bob, bob.getByRole("link", { name: "Review 1 request" }));
  await press(bob, bob.getByRole("button", { name: /^Approve/ }));
  // The button is gone: a keyboard stands at the top of what came of it, not nowhere.
  await expect(bob.getByRole("heading", { level: 1, name: new RegExp(message) })).toBeFocused();
  await reach(bob, bob.getByRole("link", { name: /^Verify this signature/ }));
  const signature = await signatureOf(trial.bob);
  expect(verifies(await publicKeyOf(trial.bob), message, signature)).toBe(true);
  expect(complaints).toEqual([]);
});
