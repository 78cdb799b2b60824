import { randomBytes } from "node:crypto";
import type { Page } from "../../lib/wire/relay/batch.ts";
import { sameBytes } from "../../lib/wire/relay/bytes.ts";
import type { Append, Appended, Delivery, InboxState, Log, LogOptions, RoomRecord, Waiting } from "./log.ts";

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly key: string;
  readonly bytes: Uint8Array;
}

interface Inbox {
  readonly recipient: Uint8Array;
  log: string;
  head: number;
  floor: number;
  /** Every row that is still known, read or not, in order. */
  rows: Row[];
}

interface Room {
  readonly inboxes: Map<string, Inbox>;
  record: RoomRecord | null;
  usedAt: number;
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const freshLog = () => randomBytes(8).toString("hex");

/** A log that forgets everything with its process: for tests, and to compare the real one with. */
export class MemoryLog implements Log {
  readonly #rooms = new Map<string, Room>();
  readonly #options: LogOptions;
  #newest = 0;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  #room(room: Uint8Array): Room {
    const key = hex(room);
    const found = this.#rooms.get(key) ?? { inboxes: new Map<string, Inbox>(), record: null, usedAt: 0 };
    this.#rooms.set(key, found);
    found.usedAt = this.#options.now();
    return found;
  }

  #inbox(room: Uint8Array, recipient: Uint8Array): Inbox {
    const { inboxes } = this.#room(room);
    const key = hex(recipient);
    const found = inboxes.get(key) ?? { recipient, log: freshLog(), head: 0, floor: 0, rows: [] };
    inboxes.set(key, found);
    return found;
  }

  #unread(inbox: Inbox): Row[] {
    return inbox.rows.filter((row) => row.seq > inbox.floor);
  }

  append(room: Uint8Array, entries: readonly Append[]): Promise<readonly Appended[]> {
    return Promise.resolve(entries.map((entry) => this.#append(room, entry)));
  }

  #append(room: Uint8Array, entry: Append): Appended {
    const key = `${hex(entry.from)} ${hex(entry.msgId)}`;
    const targets = entry.recipients.map((recipient) => {
      const inbox = this.#inbox(room, recipient);
      return { recipient, inbox, row: inbox.rows.find((row) => row.key === key) };
    });
    if (targets.some(({ row }) => row !== undefined && !sameBytes(row.bytes, entry.bytes)))
      return { tag: "conflict" };
    let seq = 0;
    const deliveries: Delivery[] = [];
    const full: Uint8Array[] = [];
    for (const { recipient, inbox, row } of targets) {
      const waiting = this.#unread(inbox).reduce((total, { bytes }) => total + bytes.length, 0);
      if (row !== undefined) seq = Math.max(seq, row.seq);
      else if (waiting + entry.bytes.length > this.#options.unreadBytesPerInbox) full.push(recipient);
      else {
        this.#newest = this.#options.now();
        inbox.rows.push({ seq: ++inbox.head, at: this.#newest, key, bytes: entry.bytes.slice() });
        seq = Math.max(seq, inbox.head);
        deliveries.push({ recipient, seq: inbox.head });
      }
    }
    const duplicate = targets.length > 0 && targets.every(({ row }) => row !== undefined);
    return { tag: "appended", deliveries, seq, duplicate, full };
  }

  sync(
    room: Uint8Array,
    recipient: Uint8Array,
    from: number,
    limit: number,
    maxBytes: number,
  ): Promise<Page> {
    const inbox = this.#rooms.get(hex(room))?.inboxes.get(hex(recipient));
    if (inbox === undefined) return Promise.resolve({ expiredThrough: 0, first: 1, head: 0, frames: [] });
    const first = Math.max(from, inbox.floor + 1);
    const frames: Uint8Array[] = [];
    let total = 0;
    for (const { bytes } of this.#unread(inbox).filter((row) => row.seq >= first)) {
      if (frames.length === limit || (frames.length > 0 && total + bytes.length > maxBytes)) break;
      frames.push(bytes);
      total += bytes.length;
    }
    return Promise.resolve({ expiredThrough: inbox.floor, first, head: inbox.head, frames });
  }

  acknowledge(room: Uint8Array, recipient: Uint8Array, upTo: number): Promise<void> {
    const inbox = this.#inbox(room, recipient);
    inbox.floor = Math.max(inbox.floor, Math.min(upTo, inbox.head));
    return Promise.resolve();
  }

  inbox(room: Uint8Array, recipient: Uint8Array): Promise<InboxState> {
    const { log, head } = this.#inbox(room, recipient);
    return Promise.resolve({ log, head });
  }

  renumber(room: Uint8Array, recipient: Uint8Array): Promise<InboxState> {
    const inbox = this.#inbox(room, recipient);
    inbox.log = freshLog();
    return Promise.resolve({ log: inbox.log, head: inbox.head });
  }

  expire(before: number): Promise<number> {
    let unread = 0;
    for (const { inboxes } of this.#rooms.values()) {
      for (const inbox of inboxes.values()) {
        const young = inbox.rows.findIndex((row) => row.at >= before);
        const old = young === -1 ? inbox.rows.splice(0) : inbox.rows.splice(0, young);
        const upTo = old.at(-1)?.seq ?? 0;
        unread += Math.max(0, upTo - inbox.floor);
        inbox.floor = Math.max(inbox.floor, upTo);
      }
    }
    return Promise.resolve(unread);
  }

  waiting(): Promise<Waiting> {
    const rows = [...this.#rooms.values()].flatMap(({ inboxes }) =>
      [...inboxes.values()].flatMap((inbox) => this.#unread(inbox)),
    );
    return Promise.resolve({
      rows: rows.length,
      bytes: rows.reduce((total, { bytes }) => total + bytes.length, 0),
      oldest: rows.length === 0 ? null : Math.min(...rows.map(({ at }) => at)),
    });
  }

  saveRoom(record: RoomRecord): Promise<void> {
    this.#room(record.room).record = record;
    return Promise.resolve();
  }

  room(room: Uint8Array): Promise<RoomRecord | null> {
    return Promise.resolve(this.#rooms.get(hex(room))?.record ?? null);
  }

  #records(): RoomRecord[] {
    return [...this.#rooms.values()].map(({ record }) => record).filter((record) => record !== null);
  }

  rooms(): Promise<number> {
    return Promise.resolve(this.#records().length);
  }

  roomsOf(coordinator: Uint8Array): Promise<number> {
    return Promise.resolve(
      this.#records().filter((record) => sameBytes(record.coordinator, coordinator)).length,
    );
  }

  members(room: Uint8Array): Promise<readonly Uint8Array[]> {
    const inboxes = this.#rooms.get(hex(room))?.inboxes.values() ?? [];
    return Promise.resolve([...inboxes].map(({ recipient }) => recipient));
  }

  forgetRooms(before: number, keep: (room: Uint8Array) => boolean): Promise<number> {
    let forgotten = 0;
    for (const [key, { record, usedAt }] of this.#rooms) {
      if (record === null || usedAt >= before || keep(record.room)) continue;
      this.#rooms.delete(key);
      forgotten++;
    }
    return Promise.resolve(forgotten);
  }

  newest(): number {
    return this.#newest;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
