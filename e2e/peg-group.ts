import type { Group } from "./ceremony.ts";
import { expect } from "./fixtures.ts";
import type { PegSite } from "./peg-site.ts";
import { passphrase, type Person } from "./people.ts";
import { go } from "./signing.ts";

/** Opens the newest request that waits for this person, and approves it once its own checks allow it. */
export async function approveNext(who: Person): Promise<void> {
  const { page } = who;
  await go(who, "requests");
  const approve = page.getByRole("button", { name: /^Approve/ });
  await expect(approve).toBeEnabled({ timeout: 60_000 });
  await approve.click();
  await expect(approve).toBeHidden({ timeout: 60_000 });
}

/** As many signers as are needed approve what waits. */
export async function approveBy(signers: readonly Person[]): Promise<void> {
  for (const signer of signers) await approveNext(signer);
}

/** Sets the peg up in the coordinator's tab; the given signers approve its wallet. @returns the testers' link */
export async function setUpPeg(
  { coordinator }: Group,
  site: PegSite,
  approving: readonly Person[],
): Promise<string> {
  const { page } = coordinator;
  await go(coordinator, "peg");
  await page.getByRole("button", { name: "Get test coins" }).click();
  await page.getByRole("button", { name: "Set the peg up" }).click({ timeout: 60_000 });
  await site.mine(1);
  await expect(page.getByText("The signers are asked.")).toBeVisible({ timeout: 120_000 });
  await approveBy(approving);
  const link = page.getByRole("link", { name: "The testers’ page" });
  await expect(link).toBeVisible({ timeout: 60_000 });
  return (await link.getAttribute("href")) ?? "";
}

/** Closes the coordinator's tab and opens it anew. */
export async function reloadCoordinator(coordinator: Person): Promise<void> {
  const { page } = coordinator;
  await page.reload();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByRole("navigation", { name: "Group" })).toBeVisible({ timeout: 60_000 });
}
