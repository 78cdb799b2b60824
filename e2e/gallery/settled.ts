import type { Page } from "playwright";

const quietMs = 200;

/** Waits until a page has stopped changing: a screen comes in parts, one with each frame. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(
    (quiet) =>
      new Promise<void>((resolve) => {
        const end = (): void => {
          changes.disconnect();
          resolve();
        };
        let timer = setTimeout(end, quiet);
        const changes = new MutationObserver(() => {
          clearTimeout(timer);
          timer = setTimeout(end, quiet);
        });
        changes.observe(document, { childList: true, subtree: true });
      }),
    quietMs,
  );
