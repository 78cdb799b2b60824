import { mkdirSync, writeFileSync } from "node:fs";
import { chromium, type Page } from "playwright";
import { stateNames } from "./names.ts";
import { serveGallery } from "./server.ts";

/**
 * Takes pictures of gallery states: `tsx e2e/gallery/shots.ts <folder> [--states a,b] [--widths 320,768,1440] [--themes light,dark] [--webp]`.
 */
const option = (name: string, fallback: string): string[] => {
  const at = process.argv.indexOf(`--${name}`);
  return (at < 0 ? fallback : (process.argv[at + 1] ?? fallback)).split(",").filter((part) => part !== "");
};
const webp = process.argv.includes("--webp");

/** A third of the size of the same picture as PNG, for the repository. */
async function toWebp(canvas: Page, png: Buffer): Promise<Buffer> {
  const url = await canvas.evaluate(
    async (source) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const surface = document.createElement("canvas");
      surface.width = image.width;
      surface.height = image.height;
      surface.getContext("2d")?.drawImage(image, 0, 0);
      return surface.toDataURL("image/webp", 0.85);
    },
    `data:image/png;base64,${png.toString("base64")}`,
  );
  return Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
}

const folder = process.argv[2];
if (folder === undefined) throw new Error("name the folder for the pictures");
mkdirSync(folder, { recursive: true });

const gallery = await serveGallery();
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});
try {
  for (const theme of option("themes", "light,dark")) {
    const context = await browser.newContext({
      colorScheme: theme === "dark" ? "dark" : "light",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    const canvas = await context.newPage();
    await page.bringToFront();
    page.on("pageerror", (error) => console.error(`${page.url()}: ${error.message}`));
    const wanted = option("states", "");
    for (const state of wanted.length > 0 ? wanted : stateNames) {
      await page.goto(gallery.url(state));
      await page.locator("h1").first().waitFor();
      await page
        .waitForFunction(
          () =>
            document.querySelectorAll(".qr svg:not(:has(path)), [aria-busy] .skeleton").length === 0 ||
            location.search.includes("loading"),
          undefined,
          { timeout: 3000 },
        )
        .catch(() => undefined);
      for (const width of option("widths", "320,768,1440")) {
        await page.setViewportSize({ width: Number(width), height: 900 });
        await page.waitForTimeout(60);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) console.error(`${state} at ${width}: ${wide} px too wide`);
        const tall = await page.evaluate(() => document.documentElement.scrollHeight);
        await page.setViewportSize({ width: Number(width), height: Math.max(900, tall) });
        const picture = await page.screenshot({ fullPage: true });
        const name = `${folder}/${state}-${theme}-${width}`;
        if (webp) writeFileSync(`${name}.webp`, await toWebp(canvas, picture));
        else writeFileSync(`${name}.png`, picture);
      }
    }
    await context.close();
  }
} finally {
  await browser.close();
  await gallery.close();
}
