import { systemClock } from "../ports/clock.ts";
import { systemRng } from "../ports/rng.ts";
import { socketIoTransport } from "../relay/socket-io-transport.ts";
import { IdbStore } from "../idb-store.ts";
import { Profiles } from "../store/profiles.ts";
import { readChains } from "../peg/signer/sources.ts";
import { openPage, type PageSession } from "../seat/pages.ts";
import type { SessionPorts, SiteInfo } from "../seat/ports.ts";
import type { FromWorker, ToWorker, WindowAnswer, WindowRequest } from "./protocol.ts";
import { turnsOfBrowser } from "./turns.ts";
import { deleteDB } from "idb";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: FromWorker): void => scope.postMessage(message);
const asked = new Map<number, (answer: WindowAnswer) => void>();
let questions = 0;
let page: PageSession | null = null;

const storeName = (profileId: string): string => `hoarfrost-seat-${profileId}`;

/** Short hash of the sources the served site was built from. */
const buildOf = (build: unknown): string =>
  typeof build === "object" && build !== null && "source" in build && typeof build.source === "string"
    ? build.source.slice(0, 16)
    : "";

/** What the server says of itself; a page that was saved to disk has none. */
async function site(origin: string): Promise<SiteInfo> {
  const fallback = { build: "", relay: origin, chains: null };
  try {
    const config = (await (await fetch("/api/config")).json()) as {
      build?: unknown;
      relays?: unknown;
      chains?: unknown;
    };
    const [relay] = Array.isArray(config.relays) ? (config.relays as unknown[]) : [];
    return {
      build: buildOf(config.build),
      relay: typeof relay === "string" ? relay : origin,
      chains: readChains(config.chains),
    };
  } catch {
    return fallback;
  }
}

const ports = (origin: string): SessionPorts => ({
  clock: systemClock,
  rng: systemRng,
  transport: socketIoTransport,
  tabs: { locks: navigator.locks, openChannel: (name) => new BroadcastChannel(name) },
  takeTurn: turnsOfBrowser(
    navigator.locks,
    systemClock,
    navigator.hardwareConcurrency,
    systemRng.bytes(1)[0] ?? 0,
  ),
  openProfiles: () => Profiles.open(),
  openStore: (id, onClosed) => IdbStore.open(storeName(id), onClosed),
  deleteStore: (id) => deleteDB(storeName(id)),
  post,
  ask: (request: WindowRequest) =>
    new Promise((resolve) => {
      const id = ++questions;
      asked.set(id, resolve);
      post({ tag: "request", id, request });
    }),
  storage: {
    persisted: () => navigator.storage.persisted(),
    free: async () => {
      const { quota, usage } = await navigator.storage.estimate();
      return quota === undefined || usage === undefined ? null : quota - usage;
    },
  },
  site: () => site(origin),
});

scope.addEventListener("message", (event: MessageEvent<ToWorker>) => {
  const message = event.data;
  switch (message.tag) {
    case "open":
      page = openPage(message.page, ports(message.origin), message.search, message.hash);
      return;
    case "intent":
      page?.act(message.intent);
      return;
    case "hash":
      page?.address(message.hash);
      return;
    case "visible":
      page?.wake();
      return;
    case "hidden":
      page?.hide();
      return;
    case "placed":
      page?.placed();
      return;
    case "drawn":
      page?.drawn();
      return;
    case "answer":
      asked.get(message.id)?.(message.value);
      asked.delete(message.id);
  }
});
