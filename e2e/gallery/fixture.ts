import { test as base } from "playwright/test";
import type { StateName } from "./names.ts";
import { serveGallery } from "./server.ts";
import { settled } from "./settled.ts";

interface Gallery {
  readonly url: (state: string) => string;
}

/** A gallery server per worker, and `open` to draw one state and wait until its lazy parts are there. */
export const test = base.extend<
  { open: (state: StateName, theme: "light" | "dark", width: number) => Promise<void> },
  { gallery: Gallery }
>({
  gallery: [
    async ({}, provide) => {
      const gallery = await serveGallery();
      await provide({ url: gallery.url });
      await gallery.close();
    },
    { scope: "worker" },
  ],
  open: async ({ page, gallery }, provide) => {
    await provide(async (state, theme, width) => {
      await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(gallery.url(state));
      await page.locator("h1:visible").first().waitFor();
      if (state === "starting" || state === "explorer-loading") return;
      await page.waitForFunction(
        () => document.querySelectorAll(".qr svg:not(:has(path)), [aria-busy] .skeleton").length === 0,
      );
      await settled(page);
    });
  },
});

export { expect } from "playwright/test";
