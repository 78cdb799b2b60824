import type { Browser, Page } from "playwright/test";

/** A tab whose process was stopped, as a laptop lid or a memory saver does it. */
export interface Frozen {
  readonly thaw: () => void;
}

async function rendererTimes(browser: Browser): Promise<Map<number, number>> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send("SystemInfo.getProcessInfo");
  await devtools.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  return new Map(renderers.map(({ id, cpuTime }) => [id, cpuTime]));
}

/** The process that draws a page: the one that used the most processor time while the page counted. */
async function rendererOf(browser: Browser, page: Page): Promise<number> {
  const before = await rendererTimes(browser);
  await page.evaluate(() => {
    let sum = 0;
    for (let i = 0; i < 1_000_000_000; i++) sum = (sum + i) | 0;
    return sum;
  });
  const after = await rendererTimes(browser);
  const used = [...after].map(([pid, time]) => ({ pid, time: time - (before.get(pid) ?? 0) }));
  const most = used.toSorted((a, b) => b.time - a.time)[0];
  if (most === undefined) throw new Error("the browser names no renderer");
  return most.pid;
}

/** Stops the process of a page. It must be thawed before the page can be asked anything again. */
export async function freeze(browser: Browser, page: Page): Promise<Frozen> {
  const pid = await rendererOf(browser, page);
  process.kill(pid, "SIGSTOP");
  return { thaw: () => process.kill(pid, "SIGCONT") };
}
