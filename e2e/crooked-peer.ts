import "fake-indexeddb/auto";
import type { Message } from "../lib/rounds/core/machine.ts";
import { openSigned, readFrame, sealFrame } from "../lib/rounds/envelope/frames.ts";
import { MemoryStore } from "../lib/runtime/memory-store.ts";
import { systemClock } from "../lib/runtime/ports/clock.ts";
import { systemRng } from "../lib/runtime/ports/rng.ts";
import { alwaysMyTurn } from "../lib/runtime/ports/turns.ts";
import type { Transport } from "../lib/runtime/ports/transport.ts";
import { readChains } from "../lib/runtime/peg/signer/sources.ts";
import { socketIoTransport } from "../lib/runtime/relay/socket-io-transport.ts";
import type { SiteInfo } from "../lib/runtime/seat/ports.ts";
import { SeatSession, type SeatPage } from "../lib/runtime/seat/session.ts";
import { viewOf } from "../lib/runtime/seat/view.ts";
import { Profiles } from "../lib/runtime/store/profiles.ts";
import type { CoordinatorView, SignerView } from "../lib/runtime/views/index.ts";
import { decodeBatch, encodeBatch } from "../lib/wire/relay/batch.ts";

/** What a peer says in place of what its tab would: another payload, or null to leave it. */
export type Bend = (message: Message) => Uint8Array | null;

const rng = (length: number): Uint8Array => systemRng.bytes(length);

/** A tab without a browser: the product's own session on the real relay, whose messages are bent and signed anew on their way out. */
export class CrookedPeer {
  readonly session: SeatSession;
  readonly #stores = new Map<string, MemoryStore>();
  readonly #bend: Bend;

  constructor(page: SeatPage, relayUrl: string, name: string, bend: Bend) {
    this.#bend = bend;
    const transport: Transport = {
      connect: (url, handlers) => {
        const connection = socketIoTransport.connect(url, handlers);
        return {
          close: () => connection.close(),
          request: (event, args, timeoutMs) =>
            connection.request(event, event === "post" ? this.#bent(args) : args, timeoutMs),
        };
      },
    };
    this.session = new SeatSession(
      page,
      {
        clock: systemClock,
        rng: systemRng,
        transport,
        tabs: {
          locks: { request: onlyTab },
          openChannel: (channel) => new BroadcastChannel(channel),
        },
        takeTurn: alwaysMyTurn,
        openProfiles: () => Profiles.open(name),
        openStore: (id) => Promise.resolve(this.#store(id)),
        deleteStore: () => Promise.resolve(),
        post: () => undefined,
        ask: () => Promise.resolve(null),
        storage: { persisted: () => Promise.resolve(true), free: () => Promise.resolve(null) },
        site: () => siteOf(relayUrl),
      },
      () => undefined,
    );
  }

  get view(): SignerView | CoordinatorView {
    return viewOf(this.session);
  }

  async close(): Promise<void> {
    const { stage } = this.session;
    if (stage.tag === "open") await stage.open.seat.close();
  }

  /** A store outlives each closing of it, as a database does. */
  #store(id: string): MemoryStore {
    const store = this.#stores.get(id) ?? new MemoryStore();
    store.close = () => Promise.resolve();
    this.#stores.set(id, store);
    return store;
  }

  #bent([batch, ...rest]: readonly unknown[]): readonly unknown[] {
    const frames = batch instanceof Uint8Array ? decodeBatch(batch) : null;
    if (frames === null) throw new Error("the tab posted something that is no batch");
    return [encodeBatch(frames.map((frame) => this.#frame(frame))), ...rest];
  }

  #frame(frame: Uint8Array): Uint8Array {
    const { stage } = this.session;
    const header = readFrame(frame);
    if (stage.tag !== "open" || typeof header === "string") return frame;
    const { party } = stage.open.seat;
    const group = party.groups.get(header.groupId);
    if (group === undefined) return frame;
    const { groupId, broadcastKey } = group.sealed;
    const message = openSigned(frame, groupId, broadcastKey);
    const payload = typeof message === "string" ? null : this.#bend(message);
    if (typeof message === "string" || payload === null) return frame;
    return sealFrame(party.config.identity, broadcastKey, { ...message, payload }, rng) ?? frame;
  }
}

/** Web Locks where there is one tab. */
const onlyTab = ((_name: string, _options: LockOptions, hold: (lock: Lock | null) => Promise<void>) =>
  hold({ name: "", mode: "exclusive" })) as LockManager["request"];

async function siteOf(relayUrl: string): Promise<SiteInfo> {
  const config = (await (await fetch(`${relayUrl}/api/config`)).json()) as {
    build: { source: string };
    chains?: unknown;
  };
  const chains = readChains(config.chains);
  return {
    build: config.build.source.slice(0, 16),
    relay: relayUrl,
    // A page asks its own origin; here there is none.
    chains: chains && {
      bitcoin: chains.bitcoin.map((one) => ({ ...one, url: new URL(one.url, relayUrl).href })),
      stacks: chains.stacks.map(({ url }) => ({ url: new URL(url, relayUrl).href })),
    },
  };
}
