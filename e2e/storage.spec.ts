import type { BrowserContext, Page } from "playwright/test";
import { expect, test } from "./fixtures.ts";
import { person, startGroup, unlock } from "./people.ts";

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

/**
 * Has a context's browser promise to keep the site's data once it is asked, as browsers do for pages that are installed or often used.
 * Chromium promises nothing to a context that is gone with its test, so the promise is made where the browser would make it.
 */
async function keepsWhenAsked(context: BrowserContext): Promise<void> {
  let keeps = false;
  await context.exposeFunction("__keep", () => {
    keeps = true;
  });
  await context.addInitScript(() => {
    StorageManager.prototype.persist = async () => {
      await (globalThis as unknown as { __keep: () => Promise<void> }).__keep();
      return true;
    };
  });
  await context.route("**/is-it-kept", (route) => route.fulfill({ json: keeps }));
  const asks = `if (typeof WorkerGlobalScope !== "undefined")
    StorageManager.prototype.persisted = async () => (await fetch("/is-it-kept")).json();`;
  await context.route(/\/chunks\/(?!turbopack-worker)[^/]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: asks + (await response.text()) });
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
  await unlock(mara);
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
  await unlock(mara);
  await expect(page.getByLabel("Link for everybody")).toBeVisible();
});

test("a browser that may clear the seat is said to be one, with what helps, also where it was asked in vain", async ({
  browser,
  relay,
}) => {
  const mara = await person(browser, "Mara");
  const { page } = mara;
  await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats: ["Alice", "Bob", "Carol"] });
  const notice = page.locator(".note", { hasText: "This browser may clear your share" });
  await expect(notice).toContainText("Ask it, or bookmark or install this page.");
  expect(await page.evaluate(() => navigator.storage.persisted())).toBe(false);

  const ask = notice.getByRole("button", { name: "Ask the browser to keep it" });
  await ask.click();
  await expect(notice).toContainText("It was asked, and does not promise");
  await expect(notice).toContainText("Bookmark or install this page, then reload.");
  await expect(notice).toContainText("A tested backup protects you in any case.");
  await expect(ask).toHaveCount(0);
  expect(await page.evaluate(() => navigator.storage.persisted())).toBe(false);
  await mara.context.close();
});

test("a browser that keeps the seat when asked is not warned of any more, nor after a reload", async ({
  browser,
  relay,
}) => {
  const mara = await person(browser, "Mara");
  const { page } = mara;
  await keepsWhenAsked(mara.context);
  await startGroup(mara, relay.url, { name: "Team wallet", threshold: 2, seats: ["Alice", "Bob", "Carol"] });
  const notice = page.getByText("This browser may clear your share");
  await expect(notice).toBeVisible();
  await page.getByRole("button", { name: "Ask the browser to keep it" }).click();
  await expect(notice).toHaveCount(0);

  await page.reload();
  await unlock(mara);
  await expect(page.getByLabel("Link for everybody")).toBeVisible();
  await expect(notice).toHaveCount(0);
  await mara.context.close();
});
