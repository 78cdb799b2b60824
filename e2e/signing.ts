import { schnorr } from "@noble/curves/secp256k1.js";
import { hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Locator } from "playwright/test";
import { expect } from "./fixtures.ts";
import type { Person } from "./people.ts";

/** Goes to a place inside the page without loading it anew. */
export async function go({ page }: Person, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
}

export async function askToSign(who: Person, message: string): Promise<void> {
  await go(who, "compose");
  await who.page.getByLabel("Message", { exact: true }).fill(message);
  await who.page.getByRole("button", { name: "Ask for the signature" }).click();
}

/** Opens the one request that waits for this person and approves it. */
export async function approveRequest(who: Person): Promise<void> {
  await go(who, "requests");
  const { page } = who;
  const request = page.locator("a.item").first();
  await expect(request).toBeVisible({ timeout: 30_000 });
  await request.click();
  await page.getByRole("button", { name: /^Approve/ }).click();
}

/** The signature on the result page, 128 hex digits. */
export async function signatureOf(who: Person): Promise<string> {
  await go(who, "requests");
  const { page } = who;
  await page.locator("a.item").first().click();
  return shownSignature(who);
}

/** The group's x-only key as its overview shows it. */
export async function publicKeyOf(who: Person): Promise<string> {
  await go(who, "");
  const row = who.page.locator("dl.facts > div", { has: who.page.getByText("Public key", { exact: true }) });
  return (await row.locator(".hex").innerText()).replace(/\s+/g, "");
}

/** An independent check: BIP-340 over the product's tagged hash of a text. */
export function verifies(publicKey: string, text: string, signature: string): boolean {
  const message = schnorr.utils.taggedHash("hoarfrost/text/1", utf8ToBytes(text));
  return schnorr.verify(hexToBytes(signature), message, hexToBytes(publicKey));
}

const requestOf = ({ page }: Person, message: string) => page.locator("a.item", { hasText: message });

/** This person's own answer to the request that is open, once it has been given or is not needed any more. */
export const ownAnswer = ({ page }: Person): Locator =>
  page
    .locator("article.reader li.check", { has: page.locator("b", { hasText: / you$/ }) })
    .getByText(/^(Approved|Not needed)/)
    .first();

/** Opens a request by its text and approves it, where this person is still asked. */
export async function approveIfAsked(who: Person, message: string): Promise<void> {
  await go(who, "requests");
  await requestOf(who, message).click();
  const approve = who.page.getByRole("button", { name: /^Approve/ });
  // The others' answers may end the request while this one is pressed: then there is no button any more.
  await expect(async () => {
    if (await approve.isVisible()) await approve.click({ timeout: 2_000 });
    await expect(ownAnswer(who)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000 });
}

/** Opens a request by its text and refuses it. */
export async function refuseRequest(who: Person, message: string): Promise<void> {
  const { page } = who;
  await go(who, "requests");
  await requestOf(who, message).click();
  await page.getByRole("button", { name: "Refuse…" }).click();
  const dialog = page.getByRole("dialog", { name: "Refuse this request" });
  await dialog.getByLabel("I did not expect this").check();
  await dialog.getByRole("button", { name: "Refuse" }).click();
}

/** The signature of a request by its text, 128 hex digits. */
export async function signatureNamed(who: Person, message: string): Promise<string> {
  await go(who, "requests");
  await requestOf(who, message).click();
  return shownSignature(who);
}

/** The signature of the request that is open, 128 hex digits. */
export async function shownSignature({ page }: Person): Promise<string> {
  const verify = page.getByRole("link", { name: /^Verify this signature/ });
  await expect(verify).toBeVisible({ timeout: 60_000 });
  const fragment = new URLSearchParams((await verify.getAttribute("href"))?.split("#")[1] ?? "");
  return fragment.get("sig") ?? "";
}
