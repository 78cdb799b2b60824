import { encodePage, type Page } from "../../wire/relay/batch.ts";
import type { ClientEvent } from "../../wire/relay/events.ts";
import type { Transport, TransportConnection, TransportHandlers } from "../ports/transport.ts";

type Answer = (args: readonly unknown[]) => unknown;

/** A relay that answers as a test says, however wrong. An answer that throws ends the connection. */
export class ScriptedRelay implements Transport {
  readonly asked: { event: ClientEvent; args: readonly unknown[] }[] = [];
  readonly answers: Record<ClientEvent, Answer>;
  connections = 0;
  handlers: TransportHandlers | null = null;

  constructor(answers: Partial<Record<ClientEvent, Answer>> = {}) {
    this.answers = {
      login: () => ({ ok: true, log: "00".repeat(8), head: 0, maxFrameBytes: 1_000 }),
      post: () => ({ ok: true, results: [{ seq: 1, duplicate: false }] }),
      sync: () => encodePage({ expiredThrough: 0, first: 1, head: 0, frames: [] }),
      ack: () => ({ ok: true }),
      statement: () => ({ ok: true }),
      ...answers,
    };
  }

  connect(_url: string, handlers: TransportHandlers): TransportConnection {
    this.connections++;
    this.handlers = handlers;
    queueMicrotask(() => this.say("challenge", { protocol: 1, nonce: new Uint8Array(32), expiresAt: 1 }));
    return {
      request: async (event, args) => {
        await Promise.resolve();
        this.asked.push({ event, args });
        return this.answers[event](args);
      },
      close: () => {
        if (this.handlers === handlers) this.handlers = null;
      },
    };
  }

  say(event: "challenge" | "push" | "presence" | "refused", payload: unknown): void {
    this.handlers?.onEvent(event, payload);
  }

  push(page: Page): void {
    this.say("push", encodePage(page));
  }

  /** Cuts the connection. */
  drop(): void {
    const { handlers } = this;
    this.handlers = null;
    handlers?.onClose("cut");
  }

  count(event: ClientEvent): number {
    return this.asked.filter((one) => one.event === event).length;
  }
}
