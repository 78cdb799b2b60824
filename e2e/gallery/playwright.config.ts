import { defineConfig } from "playwright/test";

/** Pictures and rules of every screen state. It needs no relay and no build: the gallery serves itself. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  retries: 0,
  workers: 2,
  fullyParallel: true,
  reporter: [["line"]],
  timeout: 60_000,
  outputDir: "../../test-results/gallery",
  use: {
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    },
  },
});
