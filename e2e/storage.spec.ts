import type { BrowserContext, Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { passphrase, startGroup } from "./people.ts";

/**
 * Has every worker of a context find its disk full while it is told so. Chromium does not hold IndexedDB to a quota that DevTools
 * overrides, so the error is raised where the browser would raise it.
 */
async function mayFill(context: BrowserContext): Promise<void> {
  const full = `if (typeof WorkerGlobalScope !== "undefined" && !self.watched) {
    self.watched = new BroadcastChannel("disk");
    let full = false;
    self.watched.onmessage = ({ data }) => { full = data; };
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (...parts) {
      if (full) throw new DOMException("no room", "QuotaExceededError");
      return put.apply(this, parts);
    };
  };`;
  await context.route("**/*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: full + (await response.text()) });
  });
}

const fill = (page: Page, full: boolean): Promise<void> =>
  page.evaluate((data) => new BroadcastChannel("disk").postMessage(data), full);

test("a full disk stops a tab, which says that nothing unsaved was sent, and with room again it goes on", async ({
  context,
  page,
  relay,
}) => {
  await mayFill(context);
  const mara = { name: "Mara", context, page };
  await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats: ["Alice", "Bob", "Carol"] });
  const link = page.getByLabel("Link for everybody");
  await expect(link).toBeVisible();
  // Signs of life are stored like everything that is sent, so a tab notices by itself.
  await fill(page, true);
  await expect(page.getByRole("heading", { name: "This browser has no room left" })).toBeVisible();
  await expect(page.getByText("nothing was sent that is not stored")).toBeVisible();

  await fill(page, false);
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await expect(link).toBeVisible();
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
