import { bytesToHex } from "@noble/hashes/utils.js";
import { decodePage } from "../../wire/relay/batch.ts";
import { parseChallenge, parseRefusal, type ServerEvent } from "../../wire/relay/events.ts";
import { isPassing, type Refusal, type RefusalCode } from "../../wire/relay/refusals.ts";
import type { Clock } from "../ports/clock.ts";
import type { Rng } from "../ports/rng.ts";
import { StoreError, type Store, type Write } from "../ports/store.ts";
import type { Transport, TransportConnection } from "../ports/transport.ts";
import { backoffMs } from "./backoff.ts";
import { EffectError, Inbox, type Effect, type InboxHandlers } from "./inbox.ts";
import { roomKeys } from "./keys.ts";
import { Outbox, type Outgoing } from "./outbox.ts";
import { Reader } from "./reader.ts";
import { Sender } from "./sender.ts";
import { logIn, ProtocolError, type Credentials } from "./session.ts";
import type { ConnectionState, RelayStatus } from "./state.ts";

export interface RelayClientOptions extends InboxHandlers {
  /** Of the relay, e.g. `https://hoarfrost.example`. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly transport: Transport;
  /** A message of ours that the relay will never take. */
  onRefused(frame: Uint8Array, refusal: Refusal): void;
}

const CHALLENGE_MS = 10_000;
const SYNC_EVERY_MS = 30_000;
const IDENTITY_BYTES = 32;

/** Refusals of a login or a connection that may not be there next time. */
const comesBack: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  "unknown-room",
  "challenge-used",
  "too-many-connections",
  "too-many-refusals",
  "too-many-rooms",
  "too-many-members",
  "login-timeout",
]);

/** One connection, from dialling to its end. */
interface Link {
  connection: TransportConnection | null;
  reader: Reader | null;
  sender: Sender | null;
  cancelTimeout: () => void;
}

/**
 * Keeps one inbox of one room: sends what is in the outbox until the relay has it, reads what comes in order and once, and
 * comes back by itself whenever the connection is lost. Runs in a browser, a worker or Node.
 */
export class RelayClient {
  readonly #options: RelayClientOptions;
  readonly #outbox: Outbox;
  readonly #inbox: Inbox;
  readonly #listeners = new Set<() => void>();
  #status: RelayStatus = { connection: { tag: "idle" }, unsent: 0, problem: null, present: [] };
  #link: Link | null = null;
  #attempt = 0;
  #ended = false;
  #cancelRetry: () => void = () => undefined;
  #cancelSync: () => void = () => undefined;

  constructor(options: RelayClientOptions) {
    this.#options = options;
    const keys = roomKeys(options.credentials.room);
    this.#outbox = new Outbox(options.store, keys);
    this.#inbox = new Inbox(options.store, keys, this.#outbox, options);
  }

  /** For `useSyncExternalStore`: tells `listener` of every change. @returns ends it */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Where things stand; the same object until something changes. */
  readonly status = (): RelayStatus => this.#status;

  /** Number of the last message whose effect is stored. */
  get cursor(): number {
    return this.#inbox.seq;
  }

  #set(change: Partial<RelayStatus>): void {
    const next = { ...this.#status, ...change, unsent: this.#outbox.size };
    this.#status = next;
    for (const listener of [...this.#listeners]) listener();
  }

  #connectionState(connection: ConnectionState): void {
    this.#set({ connection });
  }

  /** Reads what an earlier run left, and connects. @throws StoreError where the store cannot be read */
  async start(): Promise<void> {
    await this.#outbox.load();
    await this.#inbox.load();
    if (!this.#ended) this.#dial();
  }

  /**
   * Stores writes and messages to send in one transaction. When it resolves, the messages will reach the relay whatever
   * happens to this process, as long as its store is not lost.
   */
  async commit(effect: Effect): Promise<void> {
    const { writes, taken } = this.prepare(effect.messages);
    await this.#options.store.commit([...effect.writes, ...writes], effect.expect);
    taken();
  }

  /** The writes that put messages into the outbox, for a transaction of the caller's; `taken` after it sends them. */
  prepare(messages: readonly Outgoing[]): { readonly writes: readonly Write[]; readonly taken: () => void } {
    const { writes, taken } = this.#outbox.prepare(messages);
    return {
      writes,
      taken: () => {
        taken();
        this.#set({});
        this.#link?.sender?.kick();
      },
    };
  }

  /** Stores a message to send. */
  post(message: Outgoing): Promise<void> {
    return this.commit({ writes: [], messages: [message] });
  }

  /** Lets go of a kept message: its purpose is fulfilled. */
  settle(msgId: Uint8Array): Promise<void> {
    return this.#outbox.settle(msgId);
  }

  /** Looks now: connects where it was waiting to, asks for messages where it is connected. For a tab that woke up. */
  poke(): void {
    if (this.#status.connection.tag === "waiting") {
      this.#cancelRetry();
      this.#dial();
    } else this.#link?.reader?.sync();
  }

  /** Ends the connection and every timer. What is in the outbox stays in the store. */
  stop(): void {
    if (!this.#ended) this.#finish({ tag: "stopped" });
  }

  #finish(connection: ConnectionState): void {
    this.#ended = true;
    this.#cancelRetry();
    this.#hangUp();
    this.#set({ connection, present: [] });
  }

  #hangUp(): void {
    const link = this.#link;
    this.#link = null;
    this.#cancelSync();
    if (link === null) return;
    link.cancelTimeout();
    link.reader?.stop();
    link.sender?.stop();
    link.connection?.close();
  }

  #dial(): void {
    const { transport, url, clock } = this.#options;
    const link: Link = { connection: null, reader: null, sender: null, cancelTimeout: () => undefined };
    this.#link = link;
    this.#connectionState({ tag: "connecting", attempt: this.#attempt });
    link.cancelTimeout = clock.after(CHALLENGE_MS, () =>
      this.#lost(link, "the relay did not answer in time"),
    );
    link.connection = transport.connect(url, {
      onEvent: (event, payload) => this.#onEvent(link, event, payload),
      onClose: (reason) => this.#lost(link, reason),
    });
  }

  /** The connection is gone, or is of no use: try again later. */
  #lost(link: Link, reason: string, retryAfterMs = 0): void {
    if (this.#link !== link) return;
    this.#hangUp();
    const { clock, rng } = this.#options;
    const wait = Math.max(retryAfterMs, backoffMs(this.#attempt, rng));
    this.#attempt++;
    const connection: ConnectionState = {
      tag: "waiting",
      attempt: this.#attempt,
      retryAt: clock.now() + wait,
      reason,
    };
    this.#set({ connection, present: [] });
    this.#cancelRetry = clock.after(wait, () => this.#dial());
  }

  #failed(link: Link, error: unknown): void {
    if (this.#link !== link) return;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof StoreError && error.fault === "changed") {
      this.#finish({ tag: "superseded" });
      return;
    }
    // What the store or a handler could not do is tried again with the next connection; the screen says why.
    if (error instanceof StoreError || error instanceof EffectError) this.#set({ problem: reason });
    this.#lost(link, reason);
  }

  #refused(link: Link, refusal: Refusal): void {
    if (this.#link !== link) return;
    if (refusal.code === "superseded") this.#finish({ tag: "superseded" });
    else if (comesBack.has(refusal.code) || isPassing(refusal.code))
      this.#lost(link, refusal.sentence, refusal.retryAfterMs);
    else this.#finish({ tag: "refused", refusal });
  }

  #onEvent(link: Link, event: ServerEvent, payload: unknown): void {
    if (this.#link !== link) return;
    switch (event) {
      case "challenge":
        this.#onChallenge(link, payload).catch((error: unknown) => this.#failed(link, error));
        return;
      case "push": {
        const page = payload instanceof Uint8Array ? decodePage(payload) : null;
        if (page !== null) link.reader?.push(page);
        return;
      }
      case "presence":
        if (payload instanceof Uint8Array) this.#set({ present: identities(payload) });
        return;
      case "refused": {
        const refusal = parseRefusal(payload);
        if (refusal !== null) this.#refused(link, refusal);
      }
    }
  }

  async #onChallenge(link: Link, payload: unknown): Promise<void> {
    const { credentials, url } = this.#options;
    const challenge = parseChallenge(payload);
    if (challenge === null) throw new ProtocolError("the relay speaks another version: reload the page");
    if (link.connection === null || link.reader !== null) return;
    const answer = await logIn(link.connection, url, challenge, credentials);
    if (!answer.ok) {
      this.#refused(link, answer);
      return;
    }
    if (this.#link !== link) return;
    link.cancelTimeout();
    if (await this.#inbox.use(answer.log)) await this.#outbox.sendKeptAgain();
    this.#online(link, link.connection);
  }

  #online(link: Link, connection: TransportConnection): void {
    if (this.#link !== link) return;
    const { clock } = this.#options;
    const onFailure = (error: unknown) => this.#failed(link, error);
    link.reader = new Reader({
      connection,
      inbox: this.#inbox,
      clock,
      onFailure,
      onStep: () => {
        this.#set({ problem: null });
        link.sender?.kick();
      },
      onCaughtUp: (caughtUp) => {
        if (this.#link !== link) return;
        if (caughtUp) this.#attempt = 0;
        const now = this.#status.connection;
        if (now.tag !== "online" || now.caughtUp !== caughtUp)
          this.#connectionState({ tag: "online", caughtUp });
      },
    });
    link.sender = new Sender({
      connection,
      outbox: this.#outbox,
      clock,
      onFailure,
      onRefused: (frame, refusal) => this.#options.onRefused(frame, refusal),
      onProgress: () => this.#set({}),
    });
    this.#connectionState({ tag: "online", caughtUp: false });
    link.reader.sync();
    link.sender.kick();
    this.#syncRegularly(link);
  }

  #syncRegularly(link: Link): void {
    this.#cancelSync = this.#options.clock.after(SYNC_EVERY_MS, () => {
      link.reader?.sync();
      this.#syncRegularly(link);
    });
  }
}

function identities(bytes: Uint8Array): string[] {
  const count = Math.floor(bytes.length / IDENTITY_BYTES);
  return Array.from({ length: count }, (_, index) =>
    bytesToHex(bytes.subarray(index * IDENTITY_BYTES, (index + 1) * IDENTITY_BYTES)),
  );
}
