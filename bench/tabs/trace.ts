import type { Browser } from "playwright";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Processor time of the thread, microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Notes every task of every window's main thread while `run` runs.
 * @returns the most processor time one of them took, milliseconds: its length on a machine with a processor for each tab, whatever it had
 * to wait for here
 */
export async function longestProcessorTask(browser: Browser, run: () => Promise<unknown>): Promise<number> {
  const devtools = await browser.newBrowserCDPSession();
  const events: TraceEvent[] = [];
  devtools.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await devtools.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["toplevel"], excludedCategories: ["*"] },
  });
  await run();
  const complete = new Promise<void>((resolve) => devtools.on("Tracing.tracingComplete", () => resolve()));
  await devtools.send("Tracing.end");
  await complete;
  await devtools.detach();
  // The browser's own frame around a window is a page too, in a process that is called otherwise.
  const pages = new Set(
    events
      .filter(({ name, args }) => name === "process_name" && args?.name === "Renderer")
      .map(({ pid }) => pid),
  );
  const mains = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain")
      .filter(({ pid }) => pages.has(pid))
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name.endsWith("RunTask") && ph === "X" && mains.has(`${pid}/${tid}`),
  );
  if (tasks.length === 0) throw new Error("the browser traced no task of a window");
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1000;
}
