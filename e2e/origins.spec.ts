import type { Page } from "playwright/test";
import { RelayProcess } from "../test/relay-process.ts";
import { expect, test } from "./fixtures.ts";

/** Opens a websocket from the page, and says what became of it. */
function dial(page: Page, origin: string): Promise<string> {
  return page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url);
        socket.onmessage = () => resolve("answered");
        socket.onerror = () => resolve("refused");
      }),
    `${origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`,
  );
}

test("a page may use another relay where both its site and that relay allow it, and not otherwise", async ({
  page,
}) => {
  const [other, foreign, site] = [new RelayProcess(), new RelayProcess(), new RelayProcess()];
  try {
    await site.start();
    const origins = { HOARFROST_SITE_ALLOWED_ORIGINS: site.url };
    const [allowing, refusing] = [new RelayProcess(origins), other];
    await Promise.all([allowing.start(), refusing.start(), foreign.start()]);
    try {
      await site.stop();
      await site.start(undefined, {
        HOARFROST_SITE_RELAYS: [allowing.url, refusing.url].map(websocket).join(","),
      });
      await page.goto(site.url);
      expect(await dial(page, allowing.url)).toBe("answered");
      expect(await dial(page, refusing.url)).toBe("refused");
      expect(await dial(page, foreign.url)).toBe("refused");
    } finally {
      await allowing.dispose();
    }
  } finally {
    await Promise.all([site, other, foreign].map((relay) => relay.dispose()));
  }
});

function websocket(origin: string): string {
  return origin.replace(/^http/, "ws");
}
