import { close } from "./ceremony.ts";
import { approveBy, pegGroup, refuseBy, reloadCoordinator } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { go } from "./signing.ts";
import { heading, openPeg, pegIn, pegOut } from "./peg-tester.ts";

test.setTimeout(600_000);

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const dust = 294;

test("a payout that signers refuse is cancelled after its expiry, and its owner gets the sBTC back", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const { group, approving, link } = await pegGroup(browser, site);
  await openPeg(page, link);
  await site.mine(1);
  await pegIn(page, "0.01", "direct");
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

  await pegOut(page, "0.002", recipient);
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Signing your payment")).toBeVisible({ timeout: 60_000 });
  await site.mine(3);
  await refuseBy(approving);
  await reloadCoordinator(group.coordinator);
  await site.mine(25);
  // A refusal is asked about again after a minute, or once somebody says so; by now the request has expired.
  await go(group.coordinator, "peg");
  await group.coordinator.page.getByRole("button", { name: "Retry" }).click();
  await approveBy(approving);
  await site.sent();
  await site.mine(3);
  await approveBy(approving);
  await expect(page.getByText("The locked sBTC came back to you")).toBeVisible({ timeout: 90_000 });
  expect(await site.received(recipient)).toBe(dust);
  await page.getByRole("link", { name: "Balance and transfer" }).click();
  await expect(page.getByText("0.01000000").first()).toBeVisible();
  expect(complaints).toEqual([]);
  await close(group);
});
