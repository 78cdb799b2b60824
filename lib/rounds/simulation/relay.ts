import { sameBytes } from "../core/codec.ts";
import { ALL, type GroupId, type PartyId } from "../core/names.ts";
import { readFrame } from "../envelope/frames.ts";

const headers = new WeakMap<Uint8Array, ReturnType<typeof readFrame>>();

/** What a frame claims to be; read once, as the same bytes pass many hands. */
export function headerOf(frame: Uint8Array): ReturnType<typeof readFrame> {
  const known = headers.get(frame);
  if (known !== undefined) return known;
  const read = readFrame(frame);
  headers.set(frame, read);
  return read;
}

/** One row of an inbox. `seq` counts from 1 without gaps, in each room. */
export interface LogEntry {
  readonly room: GroupId;
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
 * The relay as its clients know it: an append-only log with a contiguous sequence per room and inbox, one row per
 * (sender, recipient, msgId). Faults are the network's, at its edges; a lying relay is made by `Network.deceive`.
 */
export class RelayLog {
  readonly #parties = new Set<PartyId>();
  readonly #inboxes = new Map<string, LogEntry[]>();
  readonly #known = new Map<string, Uint8Array>();

  /** Whoever is admitted has an inbox in every room. */
  admit(party: PartyId): void {
    this.#parties.add(party);
  }

  /** Stores a frame in the inboxes it is for. */
  append(login: PartyId, frame: Uint8Array): Acceptance {
    const read = headerOf(frame);
    if (typeof read === "string" || read.from !== login) return { tag: "refused" };
    const key = `${read.from}/${read.to}/${read.msgId}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      return sameBytes(known, frame) ? { tag: "accepted", recipients: [] } : { tag: "conflict" };
    }
    this.#known.set(key, frame);
    const recipients = this.recipientsOf(login, frame);
    for (const recipient of recipients) this.insert(read.groupId, recipient, frame);
    return { tag: "accepted", recipients };
  }

  /** Who a frame is for: one party, or everyone but its sender. */
  recipientsOf(login: PartyId, frame: Uint8Array): readonly PartyId[] {
    const read = headerOf(frame);
    if (typeof read === "string" || read.from !== login) return [];
    return read.to === ALL ? [...this.#parties].filter((party) => party !== login) : [read.to];
  }

  /** Puts bytes into one inbox, whatever they are: what a relay that lies can do. */
  insert(room: GroupId, recipient: PartyId, frame: Uint8Array): void {
    const key = `${room}/${recipient}`;
    const inbox = this.#inboxes.get(key) ?? [];
    inbox.push({ room, seq: inbox.length + 1, frame });
    this.#inboxes.set(key, inbox);
  }

  newest(room: GroupId, recipient: PartyId): LogEntry | undefined {
    return this.#inboxes.get(`${room}/${recipient}`)?.at(-1);
  }

  /** Rows after `cursor`, at most `limit`. */
  sync(room: GroupId, recipient: PartyId, cursor: number, limit = 64): readonly LogEntry[] {
    return (this.#inboxes.get(`${room}/${recipient}`) ?? []).slice(cursor, cursor + limit);
  }
}
