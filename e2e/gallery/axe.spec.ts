import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixture.ts";
import { stateNames } from "./names.ts";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

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
        await expect(page.locator("main")).toHaveCount(1);
        await expect(page.locator("h1:visible")).toHaveCount(1);
      }
    });
  }
}
