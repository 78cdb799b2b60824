import { expect, test } from "./fixtures.ts";
import { passphrase, startGroup } from "./people.ts";
import { damageSealedRecords } from "./storage.ts";

test("a wrong passphrase opens nothing and harms nothing; a damaged record is named and not used", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const mara = { name: "Mara", context, page };
  await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats: ["Alice", "Bob", "Carol"] });
  const unlock = async (words: string) => {
    await page.getByLabel("Passphrase", { exact: true }).fill(words);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
  };

  await page.reload();
  await unlock("not the passphrase at all");
  await expect(page.getByText("That passphrase does not open this signer")).toBeVisible({ timeout: 60_000 });
  await unlock(passphrase);
  await expect(page.getByLabel("Link for everybody")).toBeVisible({ timeout: 60_000 });

  await page.goto(relay.url);
  await damageSealedRecords(page);
  await page.getByRole("link", { name: "Unlock Team wallet" }).click();
  await unlock(passphrase);
  await expect(page.getByText("The stored record of this signer is damaged")).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByLabel("Link for everybody")).toHaveCount(0);
  expect(complaints).toEqual([]);
});
