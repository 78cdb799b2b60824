import { defineConfig } from "playwright/test";
import { reporter } from "./e2e/reporter.ts";
import { launchOptions } from "./test/browser.ts";

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  testIgnore: "gallery/**",
  outputDir: "test-results",
  timeout: 300_000,
  expect: { timeout: 30_000 },
  retries: 0,
  // One at a time: with two, on two busy processors, a browser was seen to draw no frame of a window for a minute, and a click waits for one.
  workers: 1,
  forbidOnly: true,
  reporter,
  use: { browserName: "chromium", trace: "retain-on-failure", launchOptions },
});
