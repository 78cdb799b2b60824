import { setTimeout } from "node:timers/promises";
import type { Page } from "playwright";

/** A task of a window's main thread that took 50 ms or more; browsers report no shorter ones. */
export interface LongTask {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly ms: number;
}

/** What a window notes by itself, in milliseconds since 1970: asking it again and again would be part of what is measured. */
interface Noted {
  clickedAt: number;
  codeAt: number;
  addressAt: number;
  signedAt: number;
  readonly tasks: LongTask[];
}

type Watched = typeof globalThis & { noted: Noted };

/** Has a window note the last click, the moments when code, address and signature come on screen, and the long tasks of its main thread. */
export function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const noted: Noted = { clickedAt: 0, codeAt: 0, addressAt: 0, signedAt: 0, tasks: [] };
    Object.assign(globalThis, { noted });
    addEventListener(
      "click",
      () => {
        noted.clickedAt = performance.timeOrigin + performance.now();
      },
      { capture: true },
    );
    new MutationObserver(() => {
      const now = performance.timeOrigin + performance.now();
      if (noted.codeAt === 0 && document.querySelector(".print .digits") !== null) noted.codeAt = now;
      if (noted.addressAt === 0 && document.querySelector(".shell .address") !== null) noted.addressAt = now;
      if (noted.signedAt === 0 && document.querySelector('a[href^="/verify#"]') !== null)
        noted.signedAt = now;
    }).observe(document.body, { childList: true, subtree: true });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        noted.tasks.push({ at: performance.timeOrigin + startTime, ms: duration });
    }).observe({ type: "longtask" });
  });
}

/** What a window noted so far. */
export const noted = (page: Page): Promise<Noted> =>
  page.evaluate(() => (globalThis as unknown as Watched).noted);

/** Between two questions to a window; each takes it a fraction of a millisecond, where Playwright's own waiting takes ten. */
const askEveryMs = 100;

/** Waits until a window noted the moment. @returns it */
export async function moment(page: Page, which: "codeAt" | "addressAt" | "signedAt"): Promise<number> {
  for (;;) {
    const { [which]: at } = await noted(page);
    if (at > 0) return at;
    await setTimeout(askEveryMs);
  }
}

/** From now on the next signature counts. */
export const forgetSignature = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as unknown as Watched).noted.signedAt = 0;
  });

/**
 * Presses a button, once it is there and open. Not with a locator: the scripts it brings into the window, and its waiting for two frames to
 * see that the button stands still, would be most of what is measured.
 * @param name what its text begins with
 * @returns when the window's main thread took the event
 */
export async function press(page: Page, name: string): Promise<number> {
  while (!(await page.evaluate(pressHere, name))) await setTimeout(askEveryMs);
  return (await noted(page)).clickedAt;
}

/** @returns whether there was such a button */
function pressHere(name: string): boolean {
  const buttons = [...document.querySelectorAll("button")];
  const button = buttons.find(
    ({ textContent, disabled }) => !disabled && textContent.trim().startsWith(name),
  );
  button?.click();
  return button !== undefined;
}
