import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { approveRequest, askToSign, signatureOf } from "./signing.ts";
import { compareCodes, confirmCodes, openTrial } from "./trial.ts";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Everything in the light theme; in the dark one the colours alone can differ. */
async function violations(page: Page, screen: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const axe = new AxeBuilder({ page });
    const { violations: broken } = await (
      colorScheme === "light" ? axe.withTags(tags) : axe.withRules(["color-contrast"])
    ).analyze();
    for (const { id, nodes } of broken) {
      const where = nodes.map(({ target }) => target.join(" ")).join("; ");
      found.push(`${screen}, ${colorScheme}: ${id} at ${where}`);
    }
  }
  return found;
}

test("no screen on the way from the home page to a signature breaks WCAG 2.2 AA, in both themes", async ({
  context,
  page,
  relay,
}) => {
  const found: string[] = [];
  await page.goto(relay.url);
  await expect(page.getByRole("link", { name: "Open three tabs" })).toBeVisible();
  found.push(...(await violations(page, "home")));
  const trial = await openTrial(context, page, relay.url);
  found.push(...(await violations(page, "lobby of the coordinator")));
  found.push(...(await violations(trial.bob.page, "lobby of a signer")));
  await compareCodes(trial);
  found.push(...(await violations(trial.bob.page, "comparison")));
  await confirmCodes(trial);
  found.push(...(await violations(page, "group")));
  await askToSign(trial.alice, "Read by everybody.");
  await expect(trial.bob.page.getByRole("link", { name: "Review 1 request" })).toBeVisible();
  await trial.bob.page.getByRole("link", { name: "Review 1 request" }).click();
  await expect(trial.bob.page.getByRole("button", { name: /^Approve/ })).toBeVisible();
  found.push(...(await violations(trial.bob.page, "review")));
  await approveRequest(trial.bob);
  await signatureOf(trial.alice);
  found.push(...(await violations(page, "result")));
  expect(found).toEqual([]);
});
