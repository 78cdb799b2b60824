import { join } from "node:path";
import { chromium, type BrowserContext, type Page } from "playwright";
import { ensureSite } from "../relay/site/build.ts";
import { weighPages } from "../scripts/run/bundle.ts";
import { launchOptions } from "../test/browser.ts";
import { OwnBrowser } from "../test/own-browser.ts";
import { RelayProcess } from "../test/relay-process.ts";
import { type Layout, openTabs, type Tabs } from "./tabs/tabs.ts";
import { longestProcessorTask } from "./tabs/trace.ts";

// `npm run bench:tabs [-- --json]`: the whole ceremony in real tabs of one browser, beside a relay in its own process. Each tab has a
// window of its own, in sight, but for the figures that end in `hidden` or `stacked`: there all are tabs of one window.
//
// dkg_ms_<n>      press of Run DKG until the code is on every one of n tabs, plus the last press of Matches until the
//                 address is on every tab: the machine's part of the way to an address, without the people's. Each window
//                 notes its own moments, so that asking them costs nothing.
// sign_ms_cold    3 of 5, a signer's first request: first press of Approve until the signature is in the tab that asked.
// sign_ms_ahead   the same signer's second request, approved by the same two, whose first shares brought one-time numbers along.
// sign_ms_prepared  the coordinator's first request: its tab asked for numbers when the key was made, and cannot know who will approve.
// longest_task_ms the longest task of any of the 10 windows' main threads during DKG, as the browser reports it; 0 where none
//                 took 50 ms. Ten busy tabs on few processors wait for each other, and this counts the waiting.
// longest_task_cpu_ms  the same in processor time alone, from a traced run of its own.
// dkg_ms_10_hidden, longest_task_ms_hidden  the same two of ten tabs in one window as a person has them, one in sight and nine hidden; the
//                 time until the code, and the address, are in the tab in sight.
// dkg_ms_10_stacked, longest_task_ms_stacked  the same two of ten tabs in one window of a driven browser. It tells those behind that they
//                 are seen and draws all of them in the same instant, once a second: no person's browser does, and it is the worst case.
// first_load_kb   gzipped JavaScript (KiB) that the signer's page loads before it runs.

const ROUNDS = 3;
const root = join(import.meta.dirname, "..");
const json = process.argv.includes("--json");
const say = (line: string) => {
  if (!json) console.log(line);
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[sorted.length >> 1] ?? Number.NaN);
};

/** Runs once per fresh browser context, so that no run finds anything of another. */
async function rounds<T>(
  count: number,
  run: (context: BrowserContext, url: string) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < count; round++) {
    const relay = new RelayProcess();
    await relay.start();
    const context = await browser.newContext({ reducedMotion: "reduce" });
    try {
      results.push(await run(context, relay.url));
    } finally {
      await context.close();
      await relay.dispose();
    }
  }
  return results;
}

/** The same in a browser as a person has it, a fresh one each time. */
const ownRounds = (count: number, run: (context: BrowserContext, url: string) => Promise<Keygen>) =>
  rounds(count, async (_, url) => {
    const own = await OwnBrowser.start();
    try {
      return await run(own.context, url);
    } finally {
      await own.close();
    }
  });

const keyMade = async (tabs: Tabs): Promise<number> => (await tabs.runDkg()) + (await tabs.confirm());

interface Keygen {
  readonly ms: number;
  readonly longestTask: number;
}

const keygen =
  (seats: number, layout: Layout = "windows") =>
  async (context: BrowserContext, url: string): Promise<Keygen> => {
    const tabs = await openTabs(context, url, seats, 2, layout);
    const ms = await keyMade(tabs);
    const tasks = (await tabs.longTasks()).flat();
    return { ms, longestTask: Math.max(0, ...tasks.map((task) => task.ms)) };
  };

const longestOf = (runs: readonly Keygen[]): number =>
  Math.round(Math.max(...runs.map(({ longestTask }) => longestTask)));

interface Signing {
  readonly cold: number;
  readonly ahead: number;
  readonly prepared: number;
}

async function signing(context: BrowserContext, url: string): Promise<Signing> {
  const tabs = await openTabs(context, url, 5, 3);
  await keyMade(tabs);
  const others = (asking: Page) => tabs.pages.filter((page) => page !== asking).slice(0, 2);
  const [coordinator, , , , signer] = tabs.pages;
  if (coordinator === undefined || signer === undefined) throw new Error("there are fewer than five tabs");
  const cold = await tabs.sign(signer, others(signer), "the first of a signer");
  const ahead = await tabs.sign(signer, others(signer), "the second of the same signer");
  const prepared = await tabs.sign(coordinator, others(coordinator), "asked by the coordinator");
  return { cold, ahead, prepared };
}

await ensureSite(root, say);
const browser = await chromium.launch(launchOptions);
try {
  const three = await rounds(ROUNDS, keygen(3));
  say(`3 tabs, Run DKG to address: ${three.map(({ ms }) => Math.round(ms)).join(", ")} ms`);
  const ten = await rounds(ROUNDS, keygen(10));
  say(`10 tabs, Run DKG to address: ${ten.map(({ ms }) => Math.round(ms)).join(", ")} ms`);
  const hidden = await ownRounds(ROUNDS, keygen(10, "hidden"));
  say(
    `10 tabs, nine of them hidden, Run DKG to address: ${hidden.map(({ ms }) => Math.round(ms)).join(", ")} ms`,
  );
  const stacked = await rounds(ROUNDS, keygen(10, "stacked"));
  say(`10 tabs of one window, Run DKG to address: ${stacked.map(({ ms }) => Math.round(ms)).join(", ")} ms`);
  const [traced] = await rounds(1, async (context, url) => {
    const tabs = await openTabs(context, url, 10, 2);
    return longestProcessorTask(browser, () => keyMade(tabs));
  });
  say(`10 tabs, longest task of a window: ${Math.round(traced ?? Number.NaN)} ms of processor time`);
  const signed = await rounds(ROUNDS, signing);
  say(`3 of 5, cold: ${signed.map(({ cold }) => Math.round(cold)).join(", ")} ms`);
  say(`3 of 5, numbers ahead: ${signed.map(({ ahead }) => Math.round(ahead)).join(", ")} ms`);
  say(`3 of 5, by the coordinator: ${signed.map(({ prepared }) => Math.round(prepared)).join(", ")} ms`);
  const signerPage = weighPages(join(root, "out")).find(({ page }) => page === "signer.html");
  say("goals: longest_task_ms <= 50, first_load_kb <= 180");
  console.log(
    JSON.stringify({
      dkg_ms_3: median(three.map(({ ms }) => ms)),
      dkg_ms_10: median(ten.map(({ ms }) => ms)),
      sign_ms_cold: median(signed.map(({ cold }) => cold)),
      sign_ms_ahead: median(signed.map(({ ahead }) => ahead)),
      sign_ms_prepared: median(signed.map(({ prepared }) => prepared)),
      longest_task_ms: longestOf(ten),
      longest_task_cpu_ms: Math.round(traced ?? Number.NaN),
      dkg_ms_10_hidden: median(hidden.map(({ ms }) => ms)),
      longest_task_ms_hidden: longestOf(hidden),
      dkg_ms_10_stacked: median(stacked.map(({ ms }) => ms)),
      longest_task_ms_stacked: longestOf(stacked),
      first_load_kb: signerPage?.kib ?? Number.NaN,
    }),
  );
} finally {
  await browser.close();
}
