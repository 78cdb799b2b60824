import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright";
import { launchOptions } from "../../test/browser.ts";
import { fullSize, sections } from "./documented.ts";
import { stateNames } from "./names.ts";
import { serveGallery } from "./server.ts";
import { settled } from "./settled.ts";
import { readmeOf, sheetOf, toWebp, type Shot } from "./sheet.ts";

/**
 * Pictures of gallery states. `npm run screens` writes those of docs/screens with their README;
 * `tsx e2e/gallery/shots.ts <folder> [--states a,b] [--widths 320,768,1440] [--themes light,dark]` writes PNGs to look at.
 */
const option = (name: string, fallback: string): string[] => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? fallback : (process.argv[at + 1] ?? fallback)).split(",").filter((part) => part !== "");
};
const themes = ["light", "dark"] as const;
type Theme = (typeof themes)[number];

async function themed(browser: Browser, theme: Theme): Promise<Page> {
  const context = await browser.newContext({ colorScheme: theme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.error(`${page.url()}: ${error.message}`));
  return page;
}

/** Waits for all parts of a state: those that come with a later frame, and those whose code is fetched when they are near. */
async function drawn(page: Page): Promise<void> {
  await settled(page);
  await page
    .waitForFunction(
      () =>
        document.querySelectorAll(".qr svg:not(:has(path)), [aria-busy] .skeleton").length === 0 ||
        location.search.includes("loading"),
      undefined,
      { timeout: 3000 },
    )
    .catch(() => undefined);
  await settled(page);
}

/** Draws a state and takes it whole at each width. Says where something is wider than the screen. */
async function shots(page: Page, url: string, widths: readonly number[]): Promise<readonly Shot[]> {
  await page.goto(url);
  await page.locator("h1").first().waitFor();
  await drawn(page);
  const taken: Shot[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    await drawn(page);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) console.error(`${url} at ${width}: ${wide} px too wide`);
    const tall = await page.evaluate(() => document.documentElement.scrollHeight);
    const height = Math.max(900, tall);
    await page.setViewportSize({ width, height });
    await drawn(page);
    taken.push({ width, height, png: await page.screenshot({ fullPage: true }) });
  }
  return taken;
}

async function toLookAt(folder: string, browser: Browser, url: (state: string) => string): Promise<void> {
  const states = option("states", "");
  for (const theme of themes.filter((one) => option("themes", "light,dark").includes(one))) {
    const page = await themed(browser, theme);
    for (const state of states.length > 0 ? states : stateNames)
      for (const { width, png } of await shots(
        page,
        url(state),
        option("widths", "320,768,1440").map(Number),
      ))
        writeFileSync(join(folder, `${state}-${theme}-${width}.png`), png);
    await page.context().close();
  }
}

/** One sheet per state and theme with all three widths, and a few whole for the README. Nothing else stays in the folder. */
async function forTheDocs(folder: string, browser: Browser, url: (state: string) => string): Promise<void> {
  for (const name of readdirSync(folder)) if (name.endsWith(".webp")) rmSync(join(folder, name));
  for (const theme of themes) {
    const page = await themed(browser, theme);
    const canvas = await browser.newPage();
    await page.bringToFront();
    for (const { state } of sections.flatMap(({ screens }) => screens)) {
      const taken = await shots(page, url(state), [1440, 768, 320]);
      writeFileSync(join(folder, `${state}-${theme}.webp`), await sheetOf(canvas, taken));
      const [widest] = taken;
      if (widest !== undefined && fullSize.includes(state))
        writeFileSync(join(folder, `${state}-${theme}-1440.webp`), await toWebp(canvas, widest));
    }
    await canvas.close();
    await page.context().close();
  }
  writeFileSync(join(folder, "README.md"), readmeOf(sections));
}

const folder = process.argv[2];
if (folder === undefined) throw new Error("name the folder for the pictures");
mkdirSync(folder, { recursive: true });

const gallery = await serveGallery();
const browser = await chromium.launch(launchOptions);
try {
  await (process.argv.includes("--docs") ? forTheDocs : toLookAt)(folder, browser, gallery.url);
} finally {
  await browser.close();
  await gallery.close();
}
