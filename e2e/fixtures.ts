import { test as base, expect } from "playwright/test";
import { RelayProcess } from "../test/relay-process.ts";

interface Fixtures {
  /** A relay of this test's own, in its own process, serving the built site. */
  readonly relay: RelayProcess;
  /** What the browser refused under the page's Content-Security-Policy, and errors no one caught. Must stay empty. */
  readonly complaints: string[];
}

/** The test function of every browser test. */
export const test = base.extend<Fixtures>({
  // Playwright reads the names of the fixtures a fixture needs from this pattern; this one needs none.
  relay: async ({}, provide) => {
    const relay = new RelayProcess();
    await relay.start();
    await provide(relay);
    await relay.dispose();
  },
  complaints: async ({ context }, provide) => {
    const complaints: string[] = [];
    await context.exposeFunction("__complain", (what: string) => complaints.push(what));
    await context.addInitScript(() => {
      const complain = (globalThis as unknown as { __complain: (what: string) => void }).__complain;
      document.addEventListener("securitypolicyviolation", (event) =>
        complain(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
      );
    });
    context.on("weberror", (error) => complaints.push(error.error().message));
    await provide(complaints);
    expect(complaints).toEqual([]);
  },
});

export { expect };
