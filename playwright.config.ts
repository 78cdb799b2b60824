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
  // Each test has a relay, browsers and people of its own.
  workers: 2,
  forbidOnly: true,
  reporter,
  use: { browserName: "chromium", trace: "retain-on-failure", launchOptions },
});
