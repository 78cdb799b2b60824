import { sameBytes } from "../core/codec.ts";
import type { PartyId } from "../core/names.ts";
import { ALL } from "../core/names.ts";
import { readFrame } from "../envelope/frames.ts";

/** One row of an inbox. `seq` counts from 1 without gaps. */
export interface LogEntry {
  readonly seq: number;
  readonly frame: Uint8Array;
}

export type Acceptance =
  /** Stored, now or earlier: the sender may forget it. */
  | { readonly tag: "accepted"; readonly recipients: readonly PartyId[] }
  /** The same sender, recipient and msgId with other bytes. */
  | { readonly tag: "conflict" }
  | { readonly tag: "refused" };

/**
 * The relay as its clients know it: an append-only log with a contiguous sequence per inbox, one row per (sender,
 * recipient, msgId). Faults are the network's, at its edges; a lying relay is made by `deceive`.
 */
export class RelayLog {
  readonly #inboxes = new Map<PartyId, LogEntry[]>();
  readonly #known = new Map<string, Uint8Array>();

  /** Opens an inbox. A party without one gets nothing. */
  admit(party: PartyId): void {
    if (!this.#inboxes.has(party)) this.#inboxes.set(party, []);
  }

  /** Stores a frame in the inboxes it is for. */
  append(login: PartyId, frame: Uint8Array): Acceptance {
    const read = readFrame(frame);
    if (typeof read === "string" || read.from !== login) return { tag: "refused" };
    const key = `${read.from}/${read.to}/${read.msgId}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return sameBytes(known, frame) ? { tag: "accepted", recipients: [] } : { tag: "conflict" };
    }
    this.#known.set(key, frame);
    const recipients = this.recipientsOf(login, frame);
    for (const recipient of recipients) this.insert(recipient, frame);
    return { tag: "accepted", recipients };
  }

  /** Who a frame is for: one party, or everyone but its sender. */
  recipientsOf(login: PartyId, frame: Uint8Array): readonly PartyId[] {
    const read = readFrame(frame);
    if (typeof read === "string" || read.from !== login) return [];
    return read.to === ALL ? [...this.#inboxes.keys()].filter((party) => party !== login) : [read.to];
  }

  newest(recipient: PartyId): LogEntry | undefined {
    return this.#inboxes.get(recipient)?.at(-1);
  }

  /** Puts bytes into one inbox, whatever they are: what a relay that lies can do. */
  insert(recipient: PartyId, frame: Uint8Array): void {
    const inbox = this.#inboxes.get(recipient);
    inbox?.push({ seq: inbox.length + 1, frame });
  }

  /** Rows after `cursor`, at most `limit`. */
  sync(recipient: PartyId, cursor: number, limit = 64): readonly LogEntry[] {
    return (this.#inboxes.get(recipient) ?? []).slice(cursor, cursor + limit);
  }

  get parties(): readonly PartyId[] {
    return [...this.#inboxes.keys()];
  }
}
