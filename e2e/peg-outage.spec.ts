import { close } from "./ceremony.ts";
import { approveBy, asked, pegGroup, queued, refusedCheck } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { heading, openPeg, pegIn, pegOut } from "./peg-tester.ts";

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/** The dust output that names the recipient in the request itself. */
const dust = 294;

test.setTimeout(600_000);

test("chains that do not answer, and a relay killed with both of them in the middle of a payment, stop nothing for good", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const { group, coordinator, ann, ben, approving, link } = await pegGroup(browser, site);
  const crash = async () => {
    await site.relay.kill();
    await site.relay.start();
  };
  await openPeg(page, link);
  await site.mine(1);

  // The chains cannot be asked while a mint waits for its signers.
  await pegIn(page, "0.01", "direct");
  await site.mine(3);
  await asked(ann);
  const chains = /\/api\/(bitcoin|stacks)\//;
  const cut = [coordinator.context, ann.context, ben.context, page.context()];
  for (const context of cut) await context.route(chains, (route) => route.abort());
  for (const signer of approving) await refusedCheck(signer, "bitcoinSourceMissing");
  await queued(coordinator, "A source does not answer, so nothing is decided");
  await expect(page.getByText("A source cannot be asked just now")).toBeVisible();
  for (const context of cut) await context.unroute(chains);
  await approveBy(approving);
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

  await pegOut(page, "0.002", recipient);
  await site.mine(3);
  await approveBy([ann]);
  await crash();
  await approveBy([ben]);
  await expect(heading(page, "Signing your payment")).toBeVisible({ timeout: 60_000 });
  await site.mine(2);
  await approveBy(approving);
  await crash();
  await expect(page.getByText(/Broadcast, 0 of/)).toBeVisible({ timeout: 60_000 });
  await crash();
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Your bitcoin are there")).toBeVisible({ timeout: 60_000 });
  expect(await site.received(recipient)).toBe(200_000 + dust);
  expect(complaints).toEqual([]);
  await close(group);
});
