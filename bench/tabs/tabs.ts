import type { BrowserContext, Page } from "playwright";

interface Watched {
  longestTask: number;
}

/** A group of device-protected tabs in one browser, each with a seat; the first coordinates. */
export interface Tabs {
  readonly pages: readonly Page[];
  /** Clicks Run DKG and waits until every tab shows the code. */
  readonly runDkg: () => Promise<void>;
  /** Says in every tab that the codes match. @returns milliseconds from the last click to the address on every tab */
  readonly confirm: () => Promise<number>;
  /** Has one tab ask and others approve. @returns milliseconds from the first approval to the signature where it was asked */
  readonly sign: (asking: Page, approving: readonly Page[], message: string) => Promise<number>;
  /** Starts to note the longest task of each window's main thread. */
  readonly watchTasks: () => Promise<void>;
  /** The longest noted task of all windows, milliseconds; tasks under 50 ms are not reported by browsers. */
  readonly longestTask: () => Promise<number>;
}

const patience = { timeout: 120_000 };
const names = ["Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy"];

const everywhere = <T>(pages: readonly Page[], run: (page: Page) => Promise<T>): Promise<T[]> =>
  Promise.all(pages.map(run));

const go = (page: Page, place: string): Promise<void> =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);

/** Opens as many tabs as there are seats through the trial of the coordinator's page. */
export async function openTabs(
  context: BrowserContext,
  url: string,
  seats: number,
  threshold: number,
): Promise<Tabs> {
  const first = await context.newPage();
  first.setDefaultTimeout(patience.timeout);
  await first.goto(`${url}/coordinator#/try`);
  for (let seat = 4; seat <= seats; seat++) {
    await first.getByRole("button", { name: "Add a seat" }).click();
    await first.getByLabel(`Seat ${seat}`, { exact: true }).fill(names[seat - 1] ?? "");
  }
  const chosen = first.getByRole("group", { name: "How many must sign" }).locator("output");
  for (;;) {
    const now = Number.parseInt(await chosen.innerText(), 10);
    if (now === threshold) break;
    await first.getByRole("button", { name: now < threshold ? "One more" : "One fewer" }).click();
  }
  await first.getByRole("button", { name: "Create and get the invite link" }).click();
  const pages = [first];
  for (const name of names.slice(1, seats)) {
    const opened = context.waitForEvent("page");
    await first.getByRole("link", { name: `the tab of ${name}` }).click();
    const page = await opened;
    page.setDefaultTimeout(patience.timeout);
    pages.push(page);
  }
  await first.getByRole("heading", { name: "Everybody is ready" }).waitFor();

  return {
    pages,
    runDkg: async () => {
      await first.getByRole("button", { name: "Run DKG" }).click();
      await everywhere(pages, (page) => page.getByRole("img", { name: /^Code: / }).waitFor());
    },
    confirm: async () => {
      for (const page of pages) await page.getByRole("button", { name: "Matches", exact: true }).click();
      const since = performance.now();
      await everywhere(pages, (page) =>
        page
          .locator(".hex", { hasText: /^bcrt1p/ })
          .first()
          .waitFor(),
      );
      return performance.now() - since;
    },
    sign: async (asking, approving, message) => {
      await go(asking, "compose");
      await asking.getByLabel("Message", { exact: true }).fill(message);
      await asking.getByRole("button", { name: "Ask for the signature" }).click();
      await everywhere(approving, async (page) => {
        await go(page, "requests");
        await page.locator("a.item", { hasText: message }).click();
        await page.getByRole("button", { name: /^Approve/ }).waitFor();
      });
      await go(asking, "requests");
      await asking.locator("a.item", { hasText: message }).click();
      const since = performance.now();
      await everywhere(approving, (page) => page.getByRole("button", { name: /^Approve/ }).click());
      await asking.getByRole("link", { name: /^Verify this signature/ }).waitFor();
      return performance.now() - since;
    },
    watchTasks: async () => {
      await everywhere(pages, (page) =>
        page.evaluate(() => {
          const watched: Watched = { longestTask: 0 };
          Object.assign(globalThis, { watched });
          new PerformanceObserver((list) => {
            for (const { duration } of list.getEntries())
              watched.longestTask = Math.max(watched.longestTask, duration);
          }).observe({ type: "longtask" });
        }),
      );
    },
    longestTask: async () => {
      const longest = await everywhere(pages, (page) =>
        page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched.longestTask),
      );
      return Math.max(...longest);
    },
  };
}
