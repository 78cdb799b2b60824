import { existsSync } from "node:fs";

/** The browser to test with: the one named, else the distribution's; undefined where only Playwright's own may be there. */
export const browserPath = [
  process.env["CHROME_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && path !== "" && existsSync(path));

const isRoot = process.getuid?.() === 0;

/** How every browser of a test or a measurement is started. */
export const launchOptions = {
  ...(browserPath === undefined ? {} : { executablePath: browserPath }),
  args: ["--disable-dev-shm-usage", ...(isRoot ? ["--no-sandbox"] : [])],
};
