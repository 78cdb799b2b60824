import { existsSync } from "node:fs";

/** The browser to test with: the one named, else the distribution's, else Playwright's own. */
const executablePath = [
  process.env["CHROME_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && path !== "" && existsSync(path));

const isRoot = process.getuid?.() === 0;

/** How every browser test starts its browser. */
export const launchOptions = {
  ...(executablePath === undefined ? {} : { executablePath }),
  args: ["--disable-dev-shm-usage", ...(isRoot ? ["--no-sandbox"] : [])],
};

/** Progress on the screen, and a report for `npm test` where it asks for one. */
export const reporter: ["list" | "json"][] =
  process.env["PLAYWRIGHT_JSON_OUTPUT_NAME"] === undefined ? [["list"]] : [["list"], ["json"]];
