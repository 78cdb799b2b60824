import { close } from "./ceremony.ts";
import { pegGroup } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { heading, openPeg, pegIn } from "./peg-tester.ts";
import type { Person } from "./people.ts";
import { go } from "./signing.ts";

test.setTimeout(400_000);

/** Sets a signer's policy to answer by itself up to an amount per peg-in. */
async function automaticUpTo({ page }: Person, each: string): Promise<void> {
  await page.getByLabel("Automatic within limits").check();
  await page.getByLabel("Peg-in, each, BTC").fill(each);
  await page.getByLabel("All peg-ins within the window, BTC").fill("0.02");
  await page.getByRole("button", { name: "Store the policy" }).click();
}

test("a peg-in within the signers' limits is minted without a click, and says so to each of them", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const { group, ann, ben, link } = await pegGroup(browser, site);

  for (const signer of [ann, ben]) {
    await go(signer, "policy");
    await expect(signer.page.getByText("Waits for you", { exact: true })).toBeVisible();
  }
  await automaticUpTo(ann, "0,01");
  await expect(ann.page.getByText(/is not an amount/)).toBeVisible();
  await expect(ann.page.getByText("Every request", { exact: true })).toBeVisible();
  for (const signer of [ann, ben]) {
    await automaticUpTo(signer, "0.01");
    await expect(signer.page.getByText("The policy is stored")).toBeVisible();
    await expect(signer.page.getByText("Up to 0.01000000 BTC").first()).toBeVisible();
  }

  await openPeg(page, link);
  await site.mine(1);
  await pegIn(page, "0.005", "direct");
  await site.mine(3);
  await expect(async () => {
    await site.mine(1);
    await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 6_000 });
  }).toPass({ timeout: 120_000 });

  for (const signer of [ann, ben]) {
    const { page: own } = signer;
    await go(signer, "requests");
    await own.getByRole("link", { name: /Mint sBTC/ }).click();
    await expect(own.getByText("Nobody pressed a button here.")).toBeVisible();
    await expect(own.getByText("Approved by your policy")).toBeVisible();
  }

  await go(ann, "policy");
  await ann.page.getByLabel("Peg-in, each, BTC").fill("0.004");
  await ann.page.getByRole("button", { name: "Try it on the past" }).click();
  await expect(ann.page.getByText("0.00500000 is above your cap of 0.00400000.")).toBeVisible();
  await expect(ann.page.getByText("Up to 0.01000000 BTC").first()).toBeVisible();
  expect(complaints).toEqual([]);
  await close(group);
});
