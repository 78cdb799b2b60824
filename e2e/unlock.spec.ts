import { Authenticator } from "./authenticator.ts";
import { expect, test } from "./fixtures.ts";
import { joinGroup, passphrase, person, seal, startGroup } from "./people.ts";
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

test("a device whose passkeys cannot unlock data is said to be one, and a passphrase seals the seat instead", async ({
  browser,
  relay,
}) => {
  const [mara, alice] = [await person(browser, "Mara"), await person(browser, "Alice")];
  const seats = ["Alice", "Bob"];
  const link = await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats });
  await Authenticator.of(alice, false);
  await joinGroup(alice, link, "passkey");
  const { page } = alice;
  await expect(page.getByText("This passkey cannot unlock data")).toBeVisible();
  await expect(page.getByText("Use a passphrase instead.")).toBeVisible();
  await seal(alice);
  await expect(page.getByRole("heading", { name: "Waiting for Bob" })).toBeVisible();
  for (const { context } of [mara, alice]) await context.close();
});

test("a page that was opened by an IP address, where no browser makes a passkey, offers none", async ({
  browser,
  relay,
}) => {
  const mara = await person(browser, "Mara");
  const seats = ["Alice", "Bob"];
  const url = relay.url.replace("localhost", "127.0.0.1");
  const link = await startGroup(mara, url, { name: "Team wallet", threshold: 2, seats });
  const alice = await person(browser, "Alice");
  await alice.page.goto(link);
  await alice.page.getByRole("radio", { name: "Alice" }).check();
  await alice.page.getByRole("button", { name: "Take this seat" }).click();
  await expect(alice.page.getByRole("button", { name: "Seal with this passphrase" })).toBeVisible();
  await expect(alice.page.getByRole("button", { name: "Seal with a passkey" })).toHaveCount(0);
  for (const { context } of [mara, alice]) await context.close();
});
