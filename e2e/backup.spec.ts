import { expect, test } from "./fixtures.ts";
import { addressOf, passphrase, person } from "./people.ts";
import { approveRequest, askToSign, go, publicKeyOf, signatureOf, verifies } from "./signing.ts";
import { trialWithKey } from "./trial.ts";

test("a tested backup brings a signer back into an empty browser, where it signs", async ({
  browser,
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await trialWithKey(context, page, relay.url);
  const address = await addressOf(trial.bob);

  const old = trial.bob.page;
  await go(trial.bob, "backup");
  await old.getByLabel("Passphrase for the file").fill(passphrase);
  const saved = old.waitForEvent("download");
  await old.getByRole("button", { name: "Save the backup file" }).click();
  const file = await (await saved).path();
  await old.getByLabel("The file you just saved").setInputFiles(file);
  await old.getByLabel("Its passphrase").fill(passphrase);
  await old.getByRole("button", { name: "Test the backup" }).click();
  await expect(old.getByRole("heading", { name: "Your backup is tested" })).toBeVisible({ timeout: 60_000 });
  await old.close();

  const elsewhere = await person(browser, "Bob");
  const { page: fresh } = elsewhere;
  await fresh.goto(relay.url);
  await fresh.getByRole("link", { name: "Restore a signer from a backup file" }).click();
  await fresh.getByLabel("Backup file").setInputFiles(file);
  await fresh.getByLabel("Passphrase of the file").fill(passphrase);
  await fresh.getByRole("button", { name: "Open the backup" }).click();
  await expect(fresh.getByText("The old device may still sign")).toBeVisible({ timeout: 60_000 });
  await fresh.getByRole("button", { name: "Restore Bob here" }).click();
  await expect(async () => {
    expect(await addressOf(elsewhere)).toBe(address);
  }).toPass({ timeout: 60_000 });

  const message = "Signed on a new device.";
  await askToSign(trial.alice, message);
  await approveRequest(elsewhere);
  const signature = await signatureOf(trial.alice);
  expect(verifies(await publicKeyOf(elsewhere), message, signature)).toBe(true);
  await elsewhere.context.close();
  expect(complaints).toEqual([]);
});
