import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright/test";
import { expect, test } from "./fixture.ts";
import { stateNames } from "./names.ts";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What stands over the edge of its cell, and so over the next one's words or the table's border. */
const cellsOver = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll("td, th")]
      .filter(
        (cell) => cell.scrollWidth > cell.clientWidth + 1 && getComputedStyle(cell).overflowX === "visible",
      )
      .map((cell) => cell.textContent),
  );

for (const state of stateNames) {
  for (const theme of ["light", "dark"] as const) {
    test(`${state}, ${theme}: no accessibility violation and nothing too wide`, async ({ page, open }) => {
      await open(state, theme, 1440);
      for (const width of [1440, 768, 320]) {
        await page.setViewportSize({ width, height: 900 });
        const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join("; ")}`,
        );
        expect(found, `at ${width} px`).toEqual([]);
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(over, `wider than ${width} px`).toBeLessThanOrEqual(0);
        expect(await cellsOver(page), `cells wider than their column at ${width} px`).toEqual([]);
        await expect(page.locator("main")).toHaveCount(1);
        await expect(page.locator("h1:visible")).toHaveCount(1);
      }
    });
  }
}
