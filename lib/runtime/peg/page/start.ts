import "./no-eval.ts";
import { IdbStore } from "../../idb-store.ts";
import { systemClock } from "../../ports/clock.ts";
import { systemRng } from "../../ports/rng.ts";
import type { Session } from "../../session.ts";
import type { PegIntent, PegPageView } from "../../views/index.ts";
import type { PegSources } from "../form/facts.ts";
import { profileSeed } from "../wallets/test-wallet/keys.ts";
import { registerTestWallets } from "../wallets/test-wallet/register.ts";
import { PegPage } from "./driver.ts";

/** Starts the testers' page in a browser. */
export async function startPegPage(session: Session<PegPageView, PegIntent>): Promise<void> {
  const store = await IdbStore.open("hoarfrost-peg");
  const fetch = globalThis.fetch.bind(globalThis);
  const page = new PegPage(
    {
      fetch,
      clock: systemClock,
      rng: systemRng,
      store,
      window: window as unknown as Readonly<Record<string, unknown>>,
      origin: location.origin,
      page: `${location.origin}${location.pathname}`,
      hash: () => location.hash,
      go: (hash, replace) => {
        if (replace) location.replace(hash);
        else location.hash = hash;
      },
      save,
    },
    session,
    (sources) => prepareWallets(sources),
  );
  addEventListener("hashchange", () => void page.moved());
  await page.start();
}

/** On the devnet a wallet comes with the page; elsewhere only installed ones count. */
async function prepareWallets({ site, network, stacks }: PegSources): Promise<void> {
  if (site !== "devnet") return;
  const store = await IdbStore.open("hoarfrost-test-wallet");
  registerTestWallets(window, await profileSeed(store, systemRng), network, { stacks });
}

function save(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the address after this returns; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
