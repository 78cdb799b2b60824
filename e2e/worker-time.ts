import type { BrowserContext, Page } from "playwright/test";

/**
 * Lets a test decide how time passes in the workers of a context, where a page's clock does not reach: what it tells them to wait for is
 * over at once, and the machine may have slept, which moves the time of day and no timer.
 */
export async function mayPassTime(context: BrowserContext): Promise<void> {
  const script = `if (typeof WorkerGlobalScope !== "undefined" && !self.testTime) {
    self.testTime = new BroadcastChannel("time");
    const { setTimeout: set, clearTimeout: clear } = self;
    const now = Date.now;
    const timers = new Map();
    let slept = 0;
    Date.now = () => now() + slept;
    self.setTimeout = (run, ms, ...parts) => {
      const id = set.call(self, () => { timers.delete(id); run(...parts); }, ms);
      timers.set(id, { run, ms });
      return id;
    };
    self.clearTimeout = (id) => { timers.delete(id); clear.call(self, id); };
    self.testTime.onmessage = ({ data: { waited, sleep } }) => {
      if (sleep !== undefined) slept = sleep;
      for (const [id, { run, ms }] of [...timers])
        if (ms >= 60_000 && ms <= waited) { self.clearTimeout(id); run(); }
    };
  };`;
  // A worker whose own script came from here would be refused the relay as one of another network: only what it loads is changed.
  await context.route(/\/chunks\/(?!turbopack-worker)[^/]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: script + (await response.text()) });
  });
}

/** Ends every wait of a minute or more that is not longer than this. */
export const wait = (page: Page, ms: number): Promise<void> =>
  page.evaluate((waited) => new BroadcastChannel("time").postMessage({ waited }), ms);

/** The time of day is so much later than any timer knows of; 0 sets it right again. */
export const sleep = (page: Page, ms: number): Promise<void> =>
  page.evaluate((sleep) => new BroadcastChannel("time").postMessage({ sleep }), ms);
