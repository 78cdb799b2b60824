import type { Page } from "playwright";

const quietMs = 200;

/** Waits until a page has stopped changing: a screen comes in parts, one with each frame. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(
    (quiet) =>
      new Promise<void>((resolve) => {
        let last = performance.now();
        const changes = new MutationObserver(() => {
          last = performance.now();
        });
        changes.observe(document, { childList: true, subtree: true });
        const timer = setInterval(() => {
          if (performance.now() - last < quiet) return;
          clearInterval(timer);
          changes.disconnect();
          resolve();
        }, quiet / 4);
      }),
    quietMs,
  );
