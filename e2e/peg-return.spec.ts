import { close } from "./ceremony.ts";
import { approveBy, pegGroup, queued, reloadCoordinator } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { openPeg, pegIn } from "./peg-tester.ts";
import { go } from "./signing.ts";

test.setTimeout(600_000);

test("a deposit that members do not allow goes back, with a signer gone and the coordinator's tab closed in between", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const { group, approving, link } = await pegGroup(browser, site);

  await openPeg(page, link);
  await site.mine(1);
  await pegIn(page, "0.005", "direct");
  // Between the form's own checks and the block, the peg is closed to all but its members.
  await go(group.coordinator, "peg");
  await group.coordinator.page.getByRole("button", { name: "Only members may take part" }).click();
  await expect(group.coordinator.page.getByRole("button", { name: "Let anybody take part" })).toBeVisible({
    timeout: 60_000,
  });
  await site.mine(3);
  await approveBy(approving);
  await reloadCoordinator(group.coordinator);
  await queued(group.coordinator, "Rejected");
  await site.mine(3);
  await approveBy(approving);
  await reloadCoordinator(group.coordinator);
  await site.sent();
  await site.mine(3);
  await expect(page.getByText("The group sent your deposit back")).toBeVisible();
  await queued(group.coordinator, "Returned");
  expect(complaints).toEqual([]);
  await close(group);
});
