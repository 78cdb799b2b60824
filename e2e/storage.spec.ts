import type { Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { passphrase, startGroup } from "./people.ts";
import { compareCodes, confirmCodes, everyone, openTrial } from "./trial.ts";

/** Has the browser give the page's site only so many bytes, or as many as it likes. */
async function allow(page: Page, bytes?: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await devtools.send("Storage.overrideQuotaForOrigin", {
    origin,
    ...(bytes === undefined ? {} : { quotaSize: bytes }),
  });
  await devtools.detach();
}

test("a browser without room stops a signer before anything unsaved is sent, and with room it goes on", async ({
  context,
  page,
  relay,
  complaints,
}) => {
  const trial = await openTrial(context, page, relay.url);
  await allow(page, 1);
  await page.getByRole("button", { name: "Run DKG" }).click();
  await expect(page.getByRole("heading", { name: "This browser has no room left" })).toBeVisible();
  await expect(page.getByText("nothing was sent that is not stored")).toBeVisible();

  await allow(page);
  for (const person of everyone(trial)) await person.page.reload();
  await expect(page.getByRole("heading", { name: "Everybody is ready" })).toBeVisible();
  await compareCodes(trial);
  await confirmCodes(trial);
  expect(complaints).toEqual([]);
});

test("a tab whose storage an old tab holds says so, and opens once that tab is closed", async ({
  context,
  page,
  relay,
}) => {
  const mara = { name: "Mara", context, page };
  await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats: ["Alice", "Bob", "Carol"] });
  await expect(page.getByLabel("Link for everybody")).toBeVisible();
  const url = page.url();
  await page.goto("about:blank");

  // A version that lets go of nothing holds the seats of this browser while another one waits to change them.
  const old = await context.newPage();
  await old.goto(`${relay.url}/verify`);
  await old.evaluate(async () => {
    const held = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open("hoarfrost");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error("the database does not open"));
    });
    Object.assign(globalThis, { held });
    const waiting = indexedDB.open("hoarfrost", held.version + 1);
    waiting.onupgradeneeded = () => waiting.transaction?.abort();
  });

  await page.goto(url);
  const blocked = page.getByRole("heading", { name: "An older tab keeps the storage from being updated" });
  await expect(blocked).toBeVisible();
  await old.close();
  await page.getByRole("button", { name: "Reload" }).click();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(page.getByLabel("Link for everybody")).toBeVisible();
});
