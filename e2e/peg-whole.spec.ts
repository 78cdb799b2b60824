import { close, gather, makeKey } from "./ceremony.ts";
import { approveBy, approveUntil, setUpPeg } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import {
  heading,
  openPeg,
  openRequest,
  pegIn,
  pegOut,
  sendPegOut,
  startPegOut,
  transfer,
} from "./peg-tester.ts";

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/** The dust output that names the recipient in the request itself. */
const dust = 294;

test.setTimeout(600_000);

test("three people hold a peg: bitcoin becomes sBTC, is sent on, and comes back to the satoshi, twice", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const group = await gather(browser, site.url, 2, ["Ann", "Ben", "Cleo"]);
  await makeKey(group);
  const [ann, ben] = group.signers;
  if (ann === undefined || ben === undefined) throw new Error("three people joined");
  const approving = [ann, ben];
  const link = await setUpPeg(group, site, approving);

  await openPeg(page, link);
  await site.mine(1);
  await pegIn(page, "0.01", "direct");
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

  await transfer(page, "0.001", "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6");

  await pegOut(page, "0.002", recipient);
  await site.mine(3);
  await approveBy(approving);
  await expect(heading(page, "Signing your payment")).toBeVisible({ timeout: 60_000 });

  // The same amount to the same address again: the contract is asked before anything is signed.
  await startPegOut(page, "0.002", recipient);
  await expect(page.getByText("You asked for this amount at this address before")).toBeVisible();
  await expect(page.getByRole("button", { name: "Another address" })).toBeVisible();
  await page.getByRole("button", { name: "One satoshi more" }).click();
  await sendPegOut(page);
  await site.mine(3);
  // How the signers' decisions about the two are bundled is the coordinator's affair.
  await approveUntil(approving, () => heading(page, "Signing your payment").isVisible());
  await openRequest(page, "Peg out 0.00200000");
  const paid = page.getByText(/Broadcast, \d of 3 blocks/);
  await approveUntil(approving, () => paid.isVisible());
  await site.mine(3);
  await approveUntil(approving, () => heading(page, "Your bitcoin are there").isVisible());
  await openRequest(page, "Peg out 0.00200001");
  await approveUntil(approving, () => paid.isVisible());
  await site.mine(3);
  await approveUntil(approving, () => heading(page, "Your bitcoin are there").isVisible());
  expect(await site.received(recipient)).toBe(2 * (200_000 + dust) + 1);
  expect(complaints).toEqual([]);
  await close(group);
});
