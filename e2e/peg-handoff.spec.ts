import { close, gather, makeKey } from "./ceremony.ts";
import { approveBy, setUpPeg } from "./peg-group.ts";
import { expect, test } from "./peg-site.ts";
import { heading, openPeg, pegIn, pegOut } from "./peg-tester.ts";
import {
  approveSettings,
  codeOf,
  inviteOf,
  passphrase,
  type Person,
  person,
  runDkg,
  sayMatches,
} from "./people.ts";
import { go } from "./signing.ts";

const recipient = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
/** The dust output that names the recipient in the request itself. */
const dust = 294;

test.setTimeout(600_000);

/** Opens what waits, and confirms the next group where that is asked: by its code, and by hand. */
async function handOverBy(signers: readonly Person[], code: string): Promise<void> {
  for (const signer of signers) {
    const { page } = signer;
    await go(signer, "requests");
    const typed = page.getByLabel("Type HAND OVER to approve");
    await expect(typed).toBeVisible({ timeout: 60_000 });
    const field = page.getByLabel("Code of the next group");
    if (await field.isVisible()) {
      await field.fill(code);
      await page.getByRole("button", { name: "Confirm", exact: true }).click();
      await expect(page.getByText("Confirmed by you")).toBeVisible();
    }
    await typed.fill("HAND OVER");
    const approve = page.getByRole("button", { name: /^Approve/ });
    await expect(approve).toBeEnabled({ timeout: 60_000 });
    await approve.click();
    await expect(typed).toBeHidden({ timeout: 60_000 });
  }
}

async function joinAs(who: Person, link: string): Promise<void> {
  const { page, name } = who;
  await page.goto(link);
  await page.getByRole("radio", { name: /New member/ }).check();
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Take this seat" }).click();
  await page.getByLabel(/^Passphrase for /).fill(passphrase);
  await page.getByRole("button", { name: "Seal with this passphrase" }).click();
}

test("a peg goes over to a group with one member replaced; what comes late follows, and the next group pays", async ({
  browser,
  page,
  site,
  complaints,
}) => {
  const group = await gather(browser, site.url, 2, ["Ann", "Ben", "Cleo"]);
  const oldAddress = await makeKey(group);
  const { coordinator } = group;
  const [ann, ben] = group.signers;
  if (ann === undefined || ben === undefined) throw new Error("three people joined");
  const link = await setUpPeg(group, site, [ann, ben]);
  await openPeg(page, link);
  await site.mine(1);
  await pegIn(page, "0.01", "direct");
  await site.mine(3);
  await approveBy([ann, ben]);
  await expect(heading(page, "Your sBTC is there")).toBeVisible({ timeout: 60_000 });

  // the next group: Cleo leaves, Dan joins; the present one goes on meanwhile
  await go(coordinator, "next");
  await coordinator.page.getByRole("checkbox", { name: "Cleo" }).uncheck();
  await coordinator.page
    .getByRole("group", { name: "New members" })
    .getByRole("button", { name: "One more" })
    .click();
  await coordinator.page.getByRole("button", { name: "Gather the next group" }).click();
  const dan = await person(browser, "Dan");
  await joinAs(dan, await inviteOf(coordinator.page));
  const next = [ann, ben, dan];
  for (const signer of [ann, ben]) await go(signer, "next");
  for (const signer of next) await approveSettings(signer);
  await runDkg(coordinator);
  const codes = await Promise.all([coordinator, ...next].map(codeOf));
  expect(new Set(codes).size).toBe(1);
  const [code = ""] = codes;
  for (const signer of next) await sayMatches(signer);

  await go(coordinator, "peg");
  await coordinator.page.getByRole("button", { name: "Hand off now" }).click({ timeout: 60_000 });
  await approveBy([ben, dan], 120_000);
  await handOverBy([ann, ben], code);
  await handOverBy([ann, ben], code);
  // the coins leave the old address once the signed transaction is in a block
  await expect(coordinator.page.getByText("on the way")).toBeVisible({ timeout: 60_000 });
  await site.mine(4);
  await expect(coordinator.page.getByText("Handed over")).toBeVisible({ timeout: 60_000 });
  expect(await site.received(oldAddress)).toBe(0);

  // somebody pays the old address once more
  await site.post("/api/bitcoin/devnet/faucet", { address: oldAddress, amount: "150000" });
  await site.mine(3);
  expect(await site.received(oldAddress)).toBe(150_000);
  await handOverBy([ann, ben], code);
  await expect
    .poll(
      async () => {
        await site.mine(1);
        return site.received(oldAddress);
      },
      { timeout: 60_000, intervals: [3_000] },
    )
    .toBe(0);

  await pegOut(page, "0.002", recipient);
  for (const step of ["Signing your payment", null, "Your bitcoin are there"]) {
    await site.mine(3);
    await approveBy([ann, dan], 120_000);
    if (step !== null) await expect(heading(page, step)).toBeVisible({ timeout: 60_000 });
    else await expect(page.getByText(/Broadcast, 0 of/)).toBeVisible({ timeout: 60_000 });
  }
  expect(await site.received(recipient)).toBe(200_000 + dust);
  expect(complaints).toEqual([]);
  await dan.context.close();
  await close(group);
});
