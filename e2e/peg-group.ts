import type { Browser, Locator } from "playwright/test";
import { gather, makeKey, type Group } from "./ceremony.ts";
import { expect } from "./fixtures.ts";
import type { PegSite } from "./peg-site.ts";
import { passphrase, type Person } from "./people.ts";
import { go, ownAnswer } from "./signing.ts";

/** What waits for this person, in the order of the inbox, while a page shows it. */
const waiting = ({ page }: Person): Locator =>
  page.locator("h2", { hasText: "Needs you" }).locator("+ ul").locator("a.item");

/**
 * Opens the first request that waits for this person at its own place, where no other comes up instead of it, and waits
 * until its checks let it be approved.
 */
async function nextRequest(who: Person, within: number): Promise<Locator> {
  await go(who, "requests");
  const approve = who.page.getByRole("button", { name: /^Approve/ });
  // The coordinator may take it back meanwhile and ask for another.
  await expect(async () => {
    const place = (await waiting(who).first().getAttribute("href", { timeout: 1_000 })) ?? "";
    await go(who, place.replace(/^#\//, ""));
    await expect(approve).toBeEnabled({ timeout: 5_000 });
  }).toPass({ timeout: within });
  return approve;
}

async function approveOne(signer: Person, within: number): Promise<void> {
  const approve = await nextRequest(signer, within);
  await approve.click({ timeout: 60_000 });
  const codes = signer.page.locator("article.reader li.check.stop .code");
  // The tab judges once more at the click: a check that refuses then leaves the question open.
  const answer = async (): Promise<string> => {
    if (await ownAnswer(signer).isVisible()) return "given";
    const refused = await codes.allInnerTexts();
    return refused.length === 0 ? "on its way" : `not given: ${refused.join(", ")}`;
  };
  let said = "";
  await expect.poll(async () => (said = await answer()), { timeout: 60_000 }).not.toBe("on its way");
  expect(said).toBe("given");
}

/** As many signers as are needed approve what waits, each once the checks of the own tab allow it. */
export async function approveBy(signers: readonly Person[], within = 60_000): Promise<void> {
  await Promise.all(signers.map((signer) => approveOne(signer, within)));
}

/** Presses something that may be gone by now: whoever asks looks again. */
const press = (what: Locator): Promise<boolean> =>
  what.click({ timeout: 1_000 }).then(
    () => true,
    () => false,
  );

/** Approves whatever waits for this person and may be approved. */
async function approveAll(who: Person): Promise<void> {
  const all = waiting(who);
  const approve = who.page.getByRole("button", { name: /^Approve/, disabled: false });
  for (let i = (await all.count()) - 1; i >= 0; i -= 1)
    if ((await press(all.nth(i))) && (await approve.isVisible())) await press(approve);
}

/** Approves whatever comes, in however many rounds, until something is to be seen. */
export async function approveUntil(
  signers: readonly Person[],
  isSeen: () => Promise<boolean>,
): Promise<void> {
  for (const signer of signers) await go(signer, "requests");
  const look = async (): Promise<boolean> => {
    if (await isSeen()) return true;
    for (const signer of signers) await approveAll(signer);
    return false;
  };
  await expect.poll(look, { timeout: 120_000, intervals: [500] }).toBe(true);
}

/** Waits until something is asked of this person that the checks of the own tab let through. */
export async function asked(who: Person): Promise<void> {
  await nextRequest(who, 60_000);
}

/** Signers refuse what waits, although every check passes. */
export async function refuseBy(signers: readonly Person[]): Promise<void> {
  for (const signer of signers) {
    const approve = await nextRequest(signer, 60_000);
    const { page } = signer;
    await page.getByRole("button", { name: "Refuse…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("radio").first().check();
    await dialog.getByRole("button", { name: "Refuse", exact: true }).click();
    await expect(approve).toBeHidden({ timeout: 60_000 });
  }
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

/** A 2-of-3 group that holds a peg. Its third signer's tab is closed: both that are left are needed for everything. */
export async function pegGroup(browser: Browser, site: PegSite) {
  const group = await gather(browser, site.url, 2, ["Ann", "Ben", "Cleo"]);
  await makeKey(group);
  const [ann, ben, cleo] = group.signers;
  if (ann === undefined || ben === undefined || cleo === undefined) throw new Error("three people joined");
  await cleo.page.close();
  const approving = [ann, ben];
  const link = await setUpPeg(group, site, approving);
  return { group, coordinator: group.coordinator, ann, ben, approving, link };
}

/** Opens the seat in a tab that asks for the passphrase. */
export async function unlock({ page }: Person): Promise<void> {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByRole("navigation", { name: "Group" })).toBeVisible({ timeout: 60_000 });
}

/** Loads the coordinator's tab anew. */
export async function reloadCoordinator(coordinator: Person): Promise<void> {
  await coordinator.page.reload();
  await unlock(coordinator);
}

/** Closes the coordinator's tab, lets something happen meanwhile, and opens another. */
export async function withoutCoordinator(coordinator: Person, work: () => Promise<void>): Promise<void> {
  const url = coordinator.page.url();
  await coordinator.page.close();
  await work();
  coordinator.page = await coordinator.context.newPage();
  await coordinator.page.goto(url);
  await unlock(coordinator);
}

/** Waits until the coordinator's queue shows a request in a state. */
export async function queued(coordinator: Person, state: string): Promise<void> {
  await go(coordinator, "peg");
  const half = ["Minted", "Returned", "Settled", "Refunded"].includes(state) ? /^Finished/ : /^Open/;
  const shown = coordinator.page.getByRole("radio", { name: half });
  // While the page still opens, or the peg stands still, there is no queue to choose from.
  await shown.click();
  await expect(coordinator.page.getByText(state, { exact: true }).first()).toBeVisible({ timeout: 60_000 });
}

/** A request waits, and this person cannot approve it: a check of the own tab refuses it with a code. */
export async function refusedCheck(who: Person, code: string): Promise<void> {
  await go(who, "requests");
  const { page } = who;
  await expect(page.getByText(new RegExp(`\\b${code}$`)).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: /^Approve/ })).toBeDisabled();
}
