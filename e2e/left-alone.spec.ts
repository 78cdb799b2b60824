import { RelayProcess } from "../test/relay-process.ts";
import { Authenticator, closeNextPrompt } from "./authenticator.ts";
import { close, type Group, makeKey } from "./ceremony.ts";
import { expect, test } from "./fixtures.ts";
import { iconOf, keepNotifications, notificationsOf, turnTo } from "./notices.ts";
import { approveSettings, joinGroup, person, startGroup, unlock } from "./people.ts";
import { approveIfAsked, askToSign, go, publicKeyOf, signatureNamed, verifies } from "./signing.ts";
import { mayPassTime, sleep, wait } from "./worker-time.ts";

const minute = 60_000;
const locked = { name: "Unlock this signer" } as const;
const open = { name: "Team wallet" } as const;

test.describe.serial("a signer whose person is not there all the time", () => {
  const relay = new RelayProcess();
  let group: Group;
  let mara: Group["coordinator"];
  let alice: Group["coordinator"];
  let bob: Group["coordinator"];
  let device: Authenticator;

  test.beforeAll(async ({ browser }) => {
    await relay.start();
    [mara, alice, bob] = [
      await person(browser, "Mara"),
      await person(browser, "Alice"),
      await person(browser, "Bob"),
    ];
    await mayPassTime(alice.context);
    await keepNotifications(alice.context);
    device = await Authenticator.of(bob);
    const seats = ["Alice", "Bob"];
    const link = await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats });
    await joinGroup(alice, link);
    await joinGroup(bob, link, "passkey");
    group = { coordinator: mara, signers: [alice, bob], link };
    for (const signer of group.signers) await approveSettings(signer);
    await makeKey(group);
  });
  test.afterAll(async () => {
    await close(group);
    await relay.dispose();
  });

  test("opens a seat sealed with a passkey by that passkey alone, and says what to do where it does not come", async () => {
    const { page } = bob;
    const unlockWithPasskey = page.getByRole("button", { name: "Unlock with passkey" });
    await page.reload();
    await expect(page.getByRole("heading", locked)).toBeVisible();
    await expect(page.getByLabel("Passphrase", { exact: true })).toHaveCount(0);

    await closeNextPrompt(page);
    await unlockWithPasskey.click();
    await expect(page.getByText("The passkey of this signer did not open it")).toBeVisible();
    await expect(page.getByText("If it is gone, restore from your backup.")).toBeVisible();
    await expect(page.getByRole("heading", locked)).toBeVisible();

    await unlockWithPasskey.click();
    await expect(page.getByRole("heading", open)).toBeVisible();
  });

  test("is told in the title, the icon and a notification that a decision waits, and nothing of what it is about", async () => {
    const message = "Pay the plumber 4.7 BTC";
    const { page } = alice;
    await go(alice, "");
    await expect(page.getByText("This browser tells you when a decision waits")).toBeVisible();
    await expect(page).toHaveTitle("Team wallet · Hoarfrost");
    expect(await iconOf(page)).not.toContain("waiting");

    await turnTo(page, "hidden");
    await askToSign(mara, message);
    await expect(page).toHaveTitle("(1) Team wallet · Hoarfrost");
    expect(await iconOf(page)).toBe("/icon-waiting.svg");
    expect((await page.request.get(`${relay.url}/icon-waiting.svg`)).ok()).toBe(true);
    const shown = await notificationsOf(page);
    expect(shown).toHaveLength(1);
    for (const word of ["plumber", "4.7", "Team wallet", "Mara", "Alice", "Bob"])
      expect(JSON.stringify(shown)).not.toContain(word);

    await turnTo(page, "visible");
    await approveIfAsked(alice, message);
    await expect(page).not.toHaveTitle(/^\(/);
    expect(await iconOf(page)).not.toContain("waiting");
    await approveIfAsked(bob, message);
    const signature = await signatureNamed(alice, message);
    expect(verifies(await publicKeyOf(bob), message, signature)).toBe(true);
    expect(await notificationsOf(page)).toHaveLength(1);
  });

  test("is locked after half an hour without use, and unlocked finds what was asked meanwhile and signs it", async () => {
    const message = "Asked while nobody was there.";
    const { page } = alice;
    await wait(page, 29 * minute);
    await go(alice, "");
    await expect(page.getByRole("heading", open)).toBeVisible();
    await wait(page, 30 * minute);
    await expect(page.getByRole("heading", locked)).toBeVisible();
    await expect(page.getByText("Locked by itself after 30 min without use.")).toBeVisible();

    await askToSign(bob, message);
    await approveIfAsked(bob, message);
    await go(alice, "requests");
    await expect(page.getByRole("heading", locked)).toBeVisible();
    await expect(page.locator("a.item")).toHaveCount(0);
    await unlock(alice);
    await approveIfAsked(alice, message);
    const signature = await signatureNamed(alice, message);
    expect(verifies(await publicKeyOf(alice), message, signature)).toBe(true);
  });

  test("finds the seat locked where the machine slept over the half hour, in which no timer runs", async () => {
    const { page } = alice;
    await go(alice, "");
    await expect(page.getByRole("heading", open)).toBeVisible();
    await sleep(page, 20 * minute);
    // That the network comes back is nobody's use of the page.
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await sleep(page, 31 * minute);
    await go(alice, "members");
    await expect(page.getByRole("heading", locked)).toBeVisible();
    await sleep(page, 0);
    await unlock(alice);
    await expect(page.getByRole("heading", { name: "Members" })).toBeVisible();
  });

  test("opens nothing with a device that keeps other passkeys, and sends whoever lost theirs to the backup", async () => {
    const { page } = bob;
    await device.remove();
    await Authenticator.of(bob);
    await page.reload();
    await page.getByRole("button", { name: "Unlock with passkey" }).click();
    await expect(page.getByText("The passkey of this signer did not open it")).toBeVisible();
    await expect(page.getByRole("heading", locked)).toBeVisible();
    await page.getByRole("link", { name: "restore from a backup" }).click();
    await expect(page.getByRole("heading", { name: "Restore a signer" })).toBeVisible();
  });
});
