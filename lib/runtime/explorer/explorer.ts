import { Refusal, refuse } from "../../sbtc/refusal.ts";
import type { OpenSources } from "./open.ts";
import { orNull } from "./or-null.ts";
import { placeOf } from "./place.ts";

import type { ExplorerPageView, ExplorerPlace, ExplorerView } from "./views.ts";

/** What the explorer needs of its surroundings. */
export interface ExplorerPorts {
  /** Origin of the site. */
  readonly origin: string;
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What is drawn before anything is known. */
export const firstView: ExplorerPageView = {
  network: null,
  content: { tag: "loading" },
  stale: false,
  mining: false,
};

/** One page of the explorer: shows a place and renews it when asked to. */
export class Explorer {
  readonly #ports: ExplorerPorts;
  readonly #listeners = new Set<() => void>();
  #sources: OpenSources | null = null;
  #place: ExplorerPlace = { at: "overview" };
  #view: ExplorerPageView = firstView;
  #asked = 0;

  constructor(ports: ExplorerPorts) {
    this.#ports = ports;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly view = (): ExplorerPageView => this.#view;

  /** @param parts of the fragment after `#/` */
  async goTo(parts: readonly string[]): Promise<void> {
    this.#place = placeOf(parts);
    this.#set({ content: { tag: "loading" }, stale: false });
    await this.renew();
  }

  /** Asks again for what is shown. An answer that comes after the visitor has moved on is dropped. */
  async renew(): Promise<void> {
    const asked = (this.#asked += 1);
    const isCurrent = () => asked === this.#asked;
    try {
      this.#sources ??= await this.#open();
      const sources = this.#sources;
      const content = await this.#load(sources);
      if (isCurrent()) this.#set({ network: sources.network, content, stale: false });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (isCurrent()) this.#failed(error);
    }
  }

  /** What reads the chains is fetched once the page is drawn: it weighs more than all that the first view needs. */
  async #open(): Promise<OpenSources> {
    const { openSources } = await import("./open.ts").catch(() =>
      refuse("nodeUnreachable", "The part of this page that reads the chains could not be fetched."),
    );
    return openSources(this.#ports);
  }

  /** Mines a block on the local chain and shows it. */
  async mine(): Promise<void> {
    const bitcoin = this.#sources?.bitcoin ?? null;
    if (bitcoin === null || this.#view.mining) return;
    this.#set({ mining: true });
    try {
      await orNull(bitcoin.mine());
      await this.renew();
    } finally {
      this.#set({ mining: false });
    }
  }

  async #load({ bitcoin, stacks, network }: OpenSources): Promise<ExplorerView> {
    const place = this.#place;
    if (place.at === "call")
      return stacks === null
        ? { tag: "absent", network }
        : { tag: "call", call: await stacks.call(place.txid) };
    if (bitcoin === null) return { tag: "absent", network };
    switch (place.at) {
      case "overview": {
        const [{ blocks }, waiting, calls, devnet] = await Promise.all([
          bitcoin.blocks(),
          bitcoin.waiting(),
          stacks === null ? null : orNull(stacks.newest()),
          network === "devnet" ? bitcoin.devnet(this.#ports.now()) : null,
        ]);
        const { count: waitingCount, list } = waiting;
        const overview = {
          blocks,
          waiting: list,
          waitingCount,
          calls,
          ...(devnet === null ? {} : { devnet }),
        };
        return { tag: "overview", overview };
      }
      case "blocks":
        return { tag: "blocks", blocks: await bitcoin.blocks(place.from) };
      case "block":
        return { tag: "block", block: await bitcoin.block(place.id) };
      case "tx":
        return { tag: "tx", tx: await bitcoin.transaction(place.txid) };
    }
  }

  /** What is shown stays, marked as old; where nothing is shown yet, the reason is. */
  #failed(error: Refusal): void {
    const { tag } = this.#view.content;
    if (error.code === "nodeNotFound") this.#set({ content: { tag: "missing", what: whatOf(this.#place) } });
    else if (tag === "loading" || tag === "failed" || tag === "missing")
      this.#set({ content: { tag: "failed", reason: error.message } });
    else this.#set({ stale: true });
  }

  #set(change: Partial<ExplorerPageView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function whatOf(place: ExplorerPlace): string {
  switch (place.at) {
    case "overview":
      return "the overview";
    case "blocks":
      return `block ${place.from}`;
    case "block":
      return `block ${place.id}`;
    case "tx":
      return `Bitcoin transaction ${place.txid}`;
    case "call":
      return `Stacks transaction ${place.txid}`;
  }
}
