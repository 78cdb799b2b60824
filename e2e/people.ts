import type { Browser, BrowserContext, Page } from "playwright/test";
import { expect } from "./fixtures.ts";

/** Somebody with a browser of their own. */
export interface Person {
  readonly name: string;
  readonly context: BrowserContext;
  page: Page;
}

export const passphrase = "cold clear morning light";

/** A person's browser: storage of its own, clipboard allowed, reduced motion so that screenshots hold still. */
export async function person(browser: Browser, name: string): Promise<Person> {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  return { name, context, page: await context.newPage() };
}

/** Chooses the passphrase for a new seat. */
export async function seal({ page }: { readonly page: Page }): Promise<void> {
  await page.getByLabel(/^Passphrase for /).fill(passphrase);
  await page.getByRole("button", { name: "Seal with this passphrase" }).click();
}

/** Fills in the form that starts a group and seals the coordinator's tab. @returns the invite link */
export async function startGroup(
  { page }: Person,
  url: string,
  group: { readonly name: string; readonly threshold: number; readonly seats: readonly string[] },
): Promise<string> {
  await page.goto(`${url}/coordinator`);
  await page.getByLabel("Group name").fill(group.name);
  for (let have = 3; have < group.seats.length; have++)
    await page.getByRole("button", { name: "Add a seat" }).click();
  for (let have = 3; have > group.seats.length; have--)
    await page.getByRole("button", { name: new RegExp(`^Remove seat ${have}`) }).click();
  for (const [i, name] of group.seats.entries()) {
    await page.getByLabel(`Seat ${i + 1}`, { exact: true }).fill(name);
  }
  const shown = async () =>
    Number.parseInt(
      await page.getByRole("group", { name: "How many must sign" }).locator("output").innerText(),
      10,
    );
  for (let have = await shown(); have !== group.threshold; have = await shown()) {
    await page.getByRole("button", { name: have < group.threshold ? "One more" : "One fewer" }).click();
  }
  await page.getByRole("button", { name: "Create and get the invite link" }).click();
  if (group.threshold === group.seats.length)
    await page
      .getByRole("button", { name: `Create ${group.threshold} of ${group.threshold} anyway` })
      .click();
  await seal({ page });
  return inviteOf(page);
}

/** The link as the lobby shows it. */
export async function inviteOf(page: Page): Promise<string> {
  const field = page.getByLabel("Link for everybody");
  await expect(field).toBeVisible({ timeout: 30_000 });
  return field.inputValue();
}

/** Follows a link, takes a seat and seals it, with the passphrase or with a passkey. */
export async function joinGroup(
  { page, name }: Person,
  link: string,
  sealedWith: "passphrase" | "passkey" = "passphrase",
): Promise<void> {
  await page.goto(link);
  await page.getByRole("radio", { name: new RegExp(name) }).check();
  await page.getByRole("button", { name: "Take this seat" }).click();
  if (sealedWith === "passphrase") await seal({ page });
  else await page.getByRole("button", { name: "Seal with a passkey" }).click();
}

/** Opens a seat that was sealed with the passphrase. */
export async function unlock({ page }: Person): Promise<void> {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
}

export async function approveSettings({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: "Approve the settings" }).click();
}

export async function runDkg({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: "Run DKG" }).click();
}

/** The code a screen shows, as eight hex digits. */
export async function codeOf({ page }: Person): Promise<string> {
  const code = page.getByRole("img", { name: /^Code: / });
  await expect(code).toBeVisible({ timeout: 60_000 });
  return (await code.innerText()).replace(/[^0-9a-f]/g, "");
}

export async function sayMatches({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: "Matches", exact: true }).click();
}

/** Waits until the group's address is on screen. */
export async function addressOf({ page }: Person): Promise<string> {
  const address = page.locator(".hex", { hasText: /^bcrt1p/ }).first();
  await expect(address).toBeVisible({ timeout: 60_000 });
  return (await address.innerText()).replace(/\s+/g, "");
}
