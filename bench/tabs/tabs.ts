import { setTimeout } from "node:timers/promises";
import type { BrowserContext, Page } from "playwright";
import { forgetSignature, type LongTask, moment, noted, press, watch } from "./watch.ts";

/** A group of device-protected tabs in one browser, each with a seat; the first coordinates. */
export interface Tabs {
  readonly pages: readonly Page[];
  /** Presses Run DKG. @returns milliseconds from the press until every tab that is in sight shows the code */
  readonly runDkg: () => Promise<number>;
  /** Says in every tab that the codes match. @returns milliseconds from the last press to the address on every tab that is in sight */
  readonly confirm: () => Promise<number>;
  /** Has one tab ask and others approve. @returns milliseconds from the first approval to the signature where it was asked */
  readonly sign: (asking: Page, approving: readonly Page[], message: string) => Promise<number>;
  /** The long tasks of each window's main thread since Run DKG was pressed. */
  readonly longTasks: () => Promise<readonly LongTask[][]>;
}

const patience = { timeout: 120_000 };
const names = ["Alice", "Bob", "Carol", "Dave", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy"];

const everywhere = <T>(pages: readonly Page[], run: (page: Page) => Promise<T>): Promise<T[]> =>
  Promise.all(pages.map(run));

const go = (page: Page, place: string): Promise<void> =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);

/**
 * Where the tabs stand.
 *
 * - `windows`: each in a window of its own and in sight, as on ten people's screens.
 * - `hidden`: in one window of a browser as a person has it (`OwnBrowser`): one is in sight, the others are hidden and not drawn.
 * - `stacked`: in one window of a driven browser, which tells those behind that they are seen and draws them all together once a second. That
 *   is harder than what anybody has.
 */
export type Layout = "windows" | "hidden" | "stacked";

async function openTab(context: BrowserContext, beside: Page, url: string, layout: Layout): Promise<Page> {
  if (layout === "windows") return openWindow(context, beside, url);
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** Opens an address in a window of its own, beside that of another page. */
async function openWindow(context: BrowserContext, beside: Page, url: string): Promise<Page> {
  const devtools = await context.newCDPSession(beside);
  const { targetInfo } = await devtools.send("Target.getTargetInfo");
  const { browserContextId } = targetInfo;
  if (browserContextId === undefined) throw new Error("the browser does not say where its windows belong");
  const opened = context.waitForEvent("page");
  await devtools.send("Target.createTarget", { url, newWindow: true, browserContextId });
  await devtools.detach();
  return opened;
}

/** Opens as many tabs as there are seats through the trial of the coordinator's page. */
export async function openTabs(
  context: BrowserContext,
  url: string,
  seats: number,
  threshold: number,
  layout: Layout = "windows",
): Promise<Tabs> {
  const first = (layout === "hidden" ? context.pages()[0] : undefined) ?? (await context.newPage());
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
    const link = first.getByRole("link", { name: `the tab of ${name}` });
    const page = await openTab(
      context,
      first,
      await link.evaluate((a) => (a as HTMLAnchorElement).href),
      layout,
    );
    page.setDefaultTimeout(patience.timeout);
    pages.push(page);
  }
  if (layout === "hidden") await first.bringToFront();
  await first.getByRole("heading", { name: "Everybody is ready" }).waitFor();

  await everywhere(pages, watch);
  // Whoever presses has read the screen; the tabs that were just opened have come to rest by then.
  await setTimeout(2_000);

  /** Whose screens count: those that somebody sees. */
  const seen = (inFront: Page): readonly Page[] => (layout === "hidden" ? [inFront] : pages);
  let pressedAt = 0;
  return {
    pages,
    runDkg: async () => {
      pressedAt = await press(first, "Run DKG");
      const moments = await everywhere(seen(first), (page) => moment(page, "codeAt"));
      return Math.max(...moments) - pressedAt;
    },
    confirm: async () => {
      let last = 0;
      let inFront = first;
      for (const page of pages) {
        if (layout === "hidden") await page.bringToFront();
        last = await press(page, "Matches");
        inFront = page;
      }
      const moments = await everywhere(seen(inFront), (page) => moment(page, "addressAt"));
      return Math.max(...moments) - last;
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
      await forgetSignature(asking);
      const presses = await everywhere(approving, (page) => press(page, "Approve"));
      return (await moment(asking, "signedAt")) - Math.min(...presses);
    },
    longTasks: async () => {
      const all = await everywhere(pages, noted);
      return all.map(({ tasks }) => tasks.filter(({ at }) => at >= pressedAt));
    },
  };
}
