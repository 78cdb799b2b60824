import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContext } from "playwright";
import { browserPath, launchOptions } from "./browser.ts";

/**
 * A browser as a person has it: one window, of whose tabs one is in sight. The others are hidden, know it, and are not drawn, while a
 * browser that Playwright starts tells every tab that it is seen.
 */
export class OwnBrowser {
  readonly browser: Browser;
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(browser: Browser, process: ChildProcess, folder: string) {
    this.browser = browser;
    this.#process = process;
    this.#folder = folder;
  }

  /** Starts it with a profile of its own. */
  static async start(): Promise<OwnBrowser> {
    const folder = mkdtempSync(join(tmpdir(), "hoarfrost-browser-"));
    const child = spawn(
      browserPath ?? chromium.executablePath(),
      [
        "--headless=new",
        "--no-first-run",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        ...launchOptions.args,
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const browser = await chromium.connectOverCDP(await endpointOf(child), { noDefaults: true });
    return new OwnBrowser(browser, child, folder);
  }

  /** The tabs of its one profile. */
  get context(): BrowserContext {
    const [context] = this.browser.contexts();
    if (context === undefined) throw new Error("the browser has no profile");
    return context;
  }

  /** Ends it and removes its profile. */
  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#process.once("close", () => resolve()));
    await this.browser.close();
    this.#process.kill();
    await ended;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where a browser that starts says it can be driven. */
function endpointOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      const endpoint = /DevTools listening on (ws:\S+)/.exec(output)?.[1];
      if (endpoint !== undefined) resolve(endpoint);
    });
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`the browser ended with ${String(code)}:\n${output}`)));
  });
}
