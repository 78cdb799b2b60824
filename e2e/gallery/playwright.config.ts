import { defineConfig } from "playwright/test";
import { launchOptions } from "../../test/browser.ts";
import { reporter } from "../reporter.ts";

/** Pictures and rules of every screen state. It needs no relay and no build: the gallery serves itself. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  retries: 0,
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  reporter,
  timeout: 120_000,
  outputDir: "../../test-results/gallery",
  use: { browserName: "chromium", launchOptions },
});
