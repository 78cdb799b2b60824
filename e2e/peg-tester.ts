import type { Page } from "playwright/test";
import { expect } from "./fixtures.ts";

/** The testers' form as a person goes through it. */

export const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name });
const next = (page: Page): Promise<void> =>
  page.getByRole("button", { name: /^(Continue|It is right)/ }).click();

/** Opens a peg by its link, connects the devnet's wallet and asks for coins, which wait for a block. */
export async function openPeg(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await expect(heading(page, "Turn BTC into sBTC")).toBeVisible();
  await page.getByRole("button", { name: "Connect a wallet" }).click();
  await page.getByRole("button", { name: "Test wallet", exact: true }).click();
  await page.getByRole("link", { name: "Balance and transfer" }).click();
  await page.getByRole("button", { name: "Get test coins" }).click();
  await expect(page.getByText("Sent: 1 BTC and STX for fees")).toBeVisible();
}

/** Fills in the form for a peg-in to one's own account; ends on the request's page. */
export async function pegIn(page: Page, amount: string, way: "deposit" | "direct"): Promise<void> {
  await page.getByRole("link", { name: "New request" }).click();
  await page.getByLabel("Amount in BTC").fill(amount);
  await next(page);
  await page.getByRole("button", { name: "Use my connected account" }).click();
  await next(page);
  if (way === "direct") await page.getByLabel("Directly to the peg wallet").check();
  await next(page);
  await next(page);
  await page.getByRole("button", { name: /^Pay [0-9.]+ BTC$/ }).click();
  await expect(heading(page, "Waiting for Bitcoin blocks")).toBeVisible();
}

/** Sends sBTC on. */
export async function transfer(page: Page, amount: string, to: string): Promise<void> {
  await page.getByRole("link", { name: "Balance and transfer" }).click();
  await page.getByLabel("Amount in sBTC").fill(amount);
  await page.getByLabel("Stacks address").fill(to);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(page.getByText("The chain carried out exactly this transfer.")).toBeVisible();
}

/** Fills in the form for a peg-out up to where the wallet is asked. */
export async function startPegOut(page: Page, amount: string, address: string): Promise<void> {
  await page.getByRole("link", { name: "New request" }).click();
  await page.getByText("Peg out", { exact: true }).click();
  await page.getByLabel("Amount in sBTC").fill(amount);
  await next(page);
  await page.getByLabel("Bitcoin address").fill(address);
  await next(page);
}

/** Signs the message of a peg-out with the account, once the contract has said that it was not used: until then the button is busy. */
export async function signMessage(page: Page): Promise<void> {
  await page.locator('button:not([aria-busy="true"])', { hasText: "Sign the message" }).click();
}

/** Signs and sends the peg-out that is filled in; ends on the request's page. */
export async function sendPegOut(page: Page): Promise<void> {
  await signMessage(page);
  await next(page);
  await next(page);
  await page.getByRole("button", { name: "Send the request" }).click();
  await expect(heading(page, "Waiting for Bitcoin blocks")).toBeVisible();
}

/** Fills in the form for a peg-out and sends it. */
export async function pegOut(page: Page, amount: string, address: string): Promise<void> {
  await startPegOut(page, amount, address);
  await sendPegOut(page);
}

/** Goes to the page of an own request by what the list calls it. */
export async function openRequest(page: Page, name: string): Promise<void> {
  await page.getByRole("link", { name: "Your requests" }).click();
  await page.getByRole("link", { name }).click();
}
