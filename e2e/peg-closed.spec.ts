import { close } from "./ceremony.ts";
import { approveBy, asked, pegGroup, queued, unlock, withoutCoordinator } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { heading, openPeg, pegIn, pegOut } from "./peg-tester.ts";
import type { Person } from "./people.ts";
import { go } from "./signing.ts";

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/** The dust output that names the recipient in the request itself. */
const dust = 294;

test.setTimeout(600_000);

test("a coordinator whose tab is closed between every two states of a request, and opened twice, loses and repeats nothing", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const { group, coordinator, ann, approving, link } = await pegGroup(browser, site);
  const whileClosed = (work: () => Promise<void>) => withoutCoordinator(coordinator, work);
  /** The tab asks, closes, and finds the answer when it is back. */
  const approveWhileClosed = async () => {
    await asked(ann);
    await whileClosed(() => approveBy(approving));
  };
  await openPeg(page, link);
  await site.mine(1);

  await pegIn(page, "0.01", "deposit");
  await site.mine(1);
  await queued(coordinator, "Confirming 1 of 3");
  await whileClosed(() => site.mine(2));
  await approveWhileClosed();
  // Closed at once: what is signed may not be broadcast yet, and is kept.
  await queued(coordinator, "Swept");
  await whileClosed(() => Promise.resolve());
  await site.sent();
  await site.mine(3);
  await approveWhileClosed();
  await queued(coordinator, "Minted");
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

  // A second tab of the coordinator waits, takes over, and the first one stops.
  const first: Person = { ...coordinator };
  coordinator.page = await coordinator.context.newPage();
  await coordinator.page.goto(first.page.url());
  const elsewhere = { name: /is active in another tab$/ };
  await expect(coordinator.page.getByRole("heading", elsewhere)).toBeVisible();
  await pegOut(page, "0.002", recipient);
  await site.mine(1);
  await queued(first, "Confirming 1 of 3");
  await coordinator.page.getByRole("button", { name: "Take over here" }).click();
  await expect(first.page.getByRole("heading", elsewhere)).toBeVisible();
  await unlock(coordinator);
  await queued(coordinator, "Confirming 1 of 3");
  await first.page.close();

  await whileClosed(() => site.mine(2));
  await approveWhileClosed();
  await queued(coordinator, "sBTC locked");
  await whileClosed(() => site.mine(3));
  await queued(coordinator, "Signing");
  await approveWhileClosed();
  await queued(coordinator, "Broadcast");
  await site.sent();
  await whileClosed(() => site.mine(3));
  await approveWhileClosed();
  await queued(coordinator, "Settled");
  await expect(heading(page, "Your bitcoin are there")).toBeVisible({ timeout: 60_000 });
  expect(await site.received(recipient)).toBe(200_000 + dust);
  // Wallet, sweep, mint, lock, payment, settlement: people were asked once each.
  await go(ann, "requests");
  await expect(ann.page.locator("a.item")).toHaveCount(6);
  expect(complaints).toEqual([]);
  await close(group);
});
