import type { Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { startTrial, trialWithKey } from "./trial.ts";

/** Databases of seats in this browser: each holds one seat's secrets. */
const seatsIn = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const all = await indexedDB.databases();
    return all.flatMap(({ name }) => (name?.startsWith("hoarfrost-seat-") === true ? [name] : []));
  });

test("a seat of a group that never made a key is removed from the browser, once no tab has it open", async ({
  context,
  page,
  relay,
}) => {
  await startTrial(page, relay.url);
  await expect(page.getByRole("heading", { level: 1, name: /^Waiting for / })).toBeVisible();
  const home = await context.newPage();
  await home.goto(relay.url);
  const remove = async () => {
    await home.getByRole("button", { name: /^Remove .* from this browser$/ }).click();
    await home.getByRole("button", { name: "Erase this seat" }).click();
  };
  await remove();
  await expect(home.getByText("Another tab of this browser has this seat open")).toBeVisible();
  expect(await seatsIn(home)).toHaveLength(1);

  await page.close();
  await remove();
  await expect(home.getByRole("region", { name: "Groups in this browser" })).toBeHidden();
  expect(await seatsIn(home)).toEqual([]);
  await home.reload();
  await expect(home.getByRole("heading", { name: "Start a group" })).toBeVisible();
  await expect(home.getByRole("button", { name: /^Remove / })).toHaveCount(0);
});

test("a share is erased only where the group's name was typed, and its tab finds nothing afterwards", async ({
  context,
  page,
  relay,
}) => {
  const { bob } = await trialWithKey(context, page, relay.url);
  const address = bob.page.url();
  await bob.page.close();
  const home = await context.newPage();
  await home.goto(relay.url);
  const row = home.getByRole("row").filter({ hasText: "Bob" });
  await expect(row).toHaveCount(1);
  await row.getByRole("button", { name: /^Remove .* from this browser$/ }).click();
  const dialog = home.getByRole("dialog");
  await expect(dialog.getByText("There is no backup")).toBeVisible();
  const erase = dialog.getByRole("button", { name: "Erase this seat" });
  await erase.press("Enter");
  await expect(dialog).toBeVisible();
  expect(await seatsIn(home)).toHaveLength(3);

  await dialog.getByLabel(/^Type .* to erase it$/).fill("Try-out");
  await erase.click();
  await expect(row).toHaveCount(0);
  expect(await seatsIn(home)).toHaveLength(2);

  await home.goto(address);
  await expect(home.getByRole("heading", { level: 1 })).toHaveText("Join a group");
  await expect(home.getByText(/bcrt1p/)).toHaveCount(0);
});
