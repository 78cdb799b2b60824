import { close } from "./ceremony.ts";
import { approveBy, approveUntil, pegGroup, queued, refusedCheck } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { heading, openPeg, openRequest, pegIn, pegOut } from "./peg-tester.ts";

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/** The dust output that names the recipient in the request itself. */
const dust = 294;

test.setTimeout(600_000);

test("blocks that are taken back, one or seven, cost time and nothing else: no coin is minted or paid twice", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const { group, coordinator, ann, approving, link } = await pegGroup(browser, site);
  const peg = coordinator.page;
  const standsStill = peg.getByText("Mints and payouts stand still: a minted deposit is missing on Bitcoin");
  // Set up deeper than anything that is taken back.
  await site.mine(8);
  await openPeg(page, link);
  await site.mine(1);

  // One block, before the mint.
  await pegIn(page, "0.01", "direct");
  await site.mine(1);
  await queued(coordinator, "Confirming 1 of 3");
  await site.reorg(1);
  await queued(coordinator, "Seen");
  await expect(peg.getByText(/the deposit left the chain/)).toBeVisible();
  await expect(page.getByText("Seen on chain, 0 of 3 blocks")).toBeVisible();
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

  // Seven blocks, after a mint and while a payout waits for its signers. The Stacks source lags behind.
  await pegOut(page, "0.002", recipient);
  await site.mine(1);
  await pegIn(page, "0.001", "direct");
  await site.mine(2);
  await approveBy(approving);
  await queued(coordinator, "sBTC locked");
  await site.mine(1);
  await approveBy(approving);
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });
  await site.mine(1);
  await queued(coordinator, "Signing");
  await site.mine(3);
  await site.followStacks(false);
  await site.reorg(7);
  await queued(coordinator, "Unbacked");
  await expect(standsStill).toBeVisible();
  await refusedCheck(ann, "notBacked");
  await openRequest(page, "Peg in 0.00100000");
  await expect(page.getByText("The deposit left the Bitcoin chain after it was minted")).toBeVisible();

  // Mined again: it goes on without a mint.
  await site.mine(1);
  await queued(coordinator, "Minted");
  await expect(standsStill).toBeHidden();
  await expect(peg.getByText("Unbacked", { exact: true })).toBeHidden();

  // Once the Stacks chain follows, mint and lock are gone as well: the payment is taken back, and both are asked for anew.
  await site.followStacks(true);
  await site.mine(2);
  await expect(heading(page, "Waiting for the signers")).toBeVisible();
  await approveUntil(approving, () => heading(page, "Your sBTC is there").isVisible());
  await openRequest(page, "Peg out 0.00200000");
  await approveUntil(approving, () => heading(page, "Signing your payment").isVisible());
  await site.mine(2);
  await approveUntil(approving, () => page.getByText("Broadcast, 0 of 3 blocks").isVisible());

  // One block, with the payment in it.
  await site.mine(1);
  await expect(page.getByText("Broadcast, 1 of 3 blocks")).toBeVisible();
  await site.reorg(1);
  await expect(page.getByText("Broadcast, 0 of 3 blocks")).toBeVisible();
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Your bitcoin are there")).toBeVisible({ timeout: 60_000 });
  expect(await site.received(recipient)).toBe(200_000 + dust);
  await page.getByRole("link", { name: "Balance and transfer" }).click();
  await expect(page.getByText("0.00900000").first()).toBeVisible();
  expect(complaints).toEqual([]);
  await close(group);
});
