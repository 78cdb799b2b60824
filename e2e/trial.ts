import type { BrowserContext, Page } from "playwright/test";
import { expect } from "./fixtures.ts";
import { addressOf, codeOf, type Person, runDkg, sayMatches } from "./people.ts";

/** The three tabs that "Try it on this computer" opens in one browser. Alice coordinates and holds a share too. */
export interface Trial {
  readonly alice: Person;
  readonly bob: Person;
  readonly carol: Person;
}

export const everyone = ({ alice, bob, carol }: Trial): readonly Person[] => [alice, bob, carol];

async function openTab(alice: Page, context: BrowserContext, name: string): Promise<Person> {
  const [page] = await Promise.all([
    context.waitForEvent("page"),
    alice.getByRole("link", { name: `the tab of ${name}` }).click(),
  ]);
  return { name, context, page };
}

/** From the home page to the first of the three tabs. */
export async function startTrial(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("link", { name: "Open three tabs" }).click();
  await page.getByRole("button", { name: "Create and get the invite link" }).click();
}

/** Where the tab of another person of the trial is. */
export async function hrefOf(alice: Page, name: string): Promise<string> {
  const href = await alice.getByRole("link", { name: `the tab of ${name}` }).getAttribute("href");
  return new URL(href ?? "", alice.url()).href;
}

/** From the home page to three tabs that agreed to the settings. */
export async function openTrial(context: BrowserContext, page: Page, url: string): Promise<Trial> {
  await startTrial(page, url);
  const bob = await openTab(page, context, "Bob");
  const carol = await openTab(page, context, "Carol");
  await expect(page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible({ timeout: 60_000 });
  return { alice: { name: "Alice", context, page }, bob, carol };
}

/** Runs DKG until every tab shows one code. @returns that code */
export async function compareCodes(trial: Trial): Promise<string> {
  await runDkg(trial.alice);
  return sameCode(trial);
}

/** @returns the code that every tab shows */
export async function sameCode(trial: Trial): Promise<string> {
  const codes = await Promise.all(everyone(trial).map(codeOf));
  expect(new Set(codes).size).toBe(1);
  return codes[0] ?? "";
}

/** Everybody answers that the codes match. @returns the address every tab shows */
export async function confirmCodes(trial: Trial): Promise<string> {
  for (const person of everyone(trial)) await sayMatches(person);
  return sameAddress(trial);
}

/** @returns the address that every tab shows */
export async function sameAddress(trial: Trial): Promise<string> {
  const addresses = await Promise.all(everyone(trial).map(addressOf));
  expect(new Set(addresses).size).toBe(1);
  return addresses[0] ?? "";
}

/** A trial with its key made. */
export async function trialWithKey(context: BrowserContext, page: Page, url: string): Promise<Trial> {
  const trial = await openTrial(context, page, url);
  await compareCodes(trial);
  await confirmCodes(trial);
  return trial;
}
