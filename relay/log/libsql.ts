import { hash, randomBytes } from "node:crypto";
import type Database from "libsql";
import { type Page } from "../../lib/wire/relay/batch.ts";
import { openFile, toBytes, toStorageError, type LogFile, type StoredBytes } from "./file.ts";
import { GroupCommit } from "./group-commit.ts";
import {
  type Append,
  type Appended,
  type Delivery,
  type InboxState,
  type Log,
  type LogOptions,
  type RoomRecord,
  type Waiting,
} from "./log.ts";
import { statements, type Statements } from "./sql.ts";

/** An inbox as its row has it. */
interface Inbox {
  readonly id: number;
  readonly log: string;
  head: number;
  /** Everything up to here is gone. */
  floor: number;
  /** Bytes that wait. */
  bytes: number;
  /** True where the row must be written before the transaction ends. */
  changed: boolean;
}

/** Most inboxes held in memory at once; the rest is read again when used. */
const MAX_KNOWN_INBOXES = 50_000;
/** How long an acknowledgement waits for another write to share a transaction with. */
const LAZY_MS = 20;
/** Most rows of one room in a transaction that another room's messages may have to wait for. */
const LANE_ROWS = 64;
const ROOM_TOUCH_MS = 3_600_000;

interface InboxToClear {
  readonly id: number;
  readonly floor: number;
  readonly cleared: number;
}

const CLEAR_ROWS = 256;
const sweepLane = new Uint8Array(0);

const keyOf = (room: Uint8Array, recipient: Uint8Array) =>
  Buffer.concat([room, recipient]).toString("latin1");
const digestOf = (bytes: Uint8Array) => hash("sha256", bytes, "buffer").subarray(0, 16);

/** The log in one SQLite file, write-ahead log on, every commit flushed to disk before it counts. */
export class LibsqlLog implements Log {
  readonly #file: LogFile;
  readonly #db: Database.Database;
  readonly #sql: Statements;
  readonly #commits: GroupCommit;
  readonly #options: LogOptions;
  /** As committed. */
  readonly #known = new Map<string, Inbox>();
  /** As changed in the transaction under way. */
  readonly #open = new Map<string, Inbox>();
  readonly #touched = new Map<string, number>();

  /** @param folder where `relay.db` is, or will be created */
  constructor(folder: string, options: LogOptions) {
    this.#options = options;
    this.#file = openFile(folder);
    this.#db = this.#file.db;
    this.#sql = statements(this.#db);
    this.#commits = new GroupCommit(
      {
        begin: () => this.#db.exec("BEGIN IMMEDIATE"),
        commit: () => this.#commit(),
        rollback: () => this.#rollback(),
      },
      {
        weightPerLane: LANE_ROWS,
        schedule: (run) => void setImmediate(run),
        scheduleLazily: (run) => void setTimeout(run, LAZY_MS),
        onCommit: options.onCommit,
      },
    );
  }

  /** Pages the file may have at most, as a disk that is full would. For tests of exactly that. */
  limitPages(pages: number): void {
    this.#db.exec(`PRAGMA max_page_count = ${pages}`);
  }

  #commit(): void {
    for (const inbox of this.#open.values()) {
      if (inbox.changed) this.#sql.updateInbox.run(inbox.head, inbox.floor, inbox.bytes, inbox.log, inbox.id);
    }
    this.#db.exec("COMMIT");
    if (this.#known.size > MAX_KNOWN_INBOXES) this.#known.clear();
    for (const [key, inbox] of this.#open) this.#known.set(key, { ...inbox, changed: false });
    this.#open.clear();
  }

  #rollback(): void {
    this.#open.clear();
    this.#touched.clear();
    if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
  }

  #write<T>(room: Uint8Array, run: () => T, weight = 1, lazy = false): Promise<T> {
    const lane = Buffer.from(room.buffer, room.byteOffset, room.length).toString("latin1");
    return this.#commits.write(lane, weight, run, lazy).catch((error: unknown) => {
      throw toStorageError(error);
    });
  }

  #find(room: Uint8Array, recipient: Uint8Array): Inbox | null {
    const key = keyOf(room, recipient);
    const held = this.#open.get(key) ?? this.#known.get(key);
    if (held !== undefined) return held;
    const row = this.#sql.findInbox.get(room, recipient) as Omit<Inbox, "changed"> | undefined;
    if (row === undefined) return null;
    const inbox = {
      id: row.id,
      log: row.log,
      head: row.head,
      floor: row.floor,
      bytes: row.bytes,
      changed: false,
    };
    if (!this.#db.inTransaction) this.#known.set(key, inbox);
    return inbox;
  }

  /** The inbox, ready to be changed in the transaction under way. */
  #forUpdate(room: Uint8Array, recipient: Uint8Array): Inbox {
    const key = keyOf(room, recipient);
    const open = this.#open.get(key);
    if (open !== undefined) return open;
    const found = this.#find(room, recipient);
    const inbox = found === null ? this.#create(room, recipient) : { ...found };
    this.#open.set(key, inbox);
    return inbox;
  }

  #create(room: Uint8Array, recipient: Uint8Array): Inbox {
    const log = randomBytes(8).toString("hex");
    const { lastInsertRowid } = this.#sql.createInbox.run(room, recipient, log);
    return { id: Number(lastInsertRowid), log, head: 0, floor: 0, bytes: 0, changed: false };
  }

  append(room: Uint8Array, entries: readonly Append[]): Promise<readonly Appended[]> {
    const digests = entries.map(({ bytes }) => digestOf(bytes));
    const rows = entries.reduce((total, { recipients }) => total + recipients.length, 0);
    const run = () => {
      this.#touchRoom(room);
      return entries.map((entry, index) =>
        this.#append(room, entry, digests[index] ?? digestOf(entry.bytes)),
      );
    };
    return this.#write(room, run, rows);
  }

  /** Adds a row where there is room and none of that name. @returns true where it did */
  #insert(inbox: Inbox, entry: Append, digest: Buffer): boolean {
    if (!this.#fits(inbox, entry)) return false;
    const { from, msgId, bytes } = entry;
    const now = Math.floor(this.#options.now());
    const seq = inbox.head + 1;
    const { changes } = this.#sql.insertMessage.run(inbox.id, seq, from, msgId, digest, now, bytes);
    if (changes === 0) return false;
    inbox.head = seq;
    inbox.bytes += bytes.length;
    inbox.changed = true;
    return true;
  }

  #fits(inbox: Inbox, { bytes }: Append): boolean {
    return inbox.bytes + bytes.length <= this.#options.unreadBytesPerInbox;
  }

  #append(room: Uint8Array, entry: Append, digest: Buffer): Appended {
    const inboxes = entry.recipients.map((recipient) => ({
      recipient,
      inbox: this.#forUpdate(room, recipient),
    }));
    const [only] = inboxes;
    // One recipient is the usual case, and a new message too: then no look-up is needed first.
    if (only !== undefined && inboxes.length === 1 && this.#insert(only.inbox, entry, digest)) {
      const seq = only.inbox.head;
      const deliveries = [{ recipient: only.recipient, seq }];
      return { tag: "appended", deliveries, seq, duplicate: false, full: [] };
    }
    let seq = 0;
    const fresh: typeof inboxes = [];
    for (const target of inboxes) {
      const row = this.#sql.findMessage.get(target.inbox.id, entry.from, entry.msgId) as
        { seq: number; digest: Uint8Array } | undefined;
      if (row === undefined) fresh.push(target);
      else if (!digest.equals(row.digest)) return { tag: "conflict" };
      else seq = Math.max(seq, row.seq);
    }
    const deliveries: Delivery[] = [];
    const full: Uint8Array[] = [];
    for (const { recipient, inbox } of fresh) {
      if (!this.#insert(inbox, entry, digest)) {
        full.push(recipient);
        continue;
      }
      seq = Math.max(seq, inbox.head);
      deliveries.push({ recipient, seq: inbox.head });
    }
    const duplicate = fresh.length === 0 && inboxes.length > 0;
    return { tag: "appended", deliveries, seq, duplicate, full };
  }

  sync(
    room: Uint8Array,
    recipient: Uint8Array,
    from: number,
    limit: number,
    maxBytes: number,
  ): Promise<Page> {
    const inbox = this.#find(room, recipient);
    if (inbox === null) return Promise.resolve({ expiredThrough: 0, first: 1, head: 0, frames: [] });
    const first = Math.max(from, inbox.floor + 1);
    const frames: Uint8Array[] = [];
    let total = 0;
    for (const row of this.#sql.readMessages.all(inbox.id, first, limit) as { bytes: StoredBytes }[]) {
      const bytes = toBytes(row.bytes);
      if (frames.length > 0 && total + bytes.length > maxBytes) break;
      frames.push(bytes);
      total += bytes.length;
    }
    return Promise.resolve({ expiredThrough: inbox.floor, first, head: inbox.head, frames });
  }

  acknowledge(room: Uint8Array, recipient: Uint8Array, upTo: number): Promise<void> {
    const run = () => {
      const inbox = this.#forUpdate(room, recipient);
      this.#drop(inbox, Math.min(upTo, inbox.head));
    };
    return this.#write(room, run, 1, true);
  }

  /**
   * Counts everything up to `upTo` as gone. The contents are removed by the next sweep, in bulk; the row itself stays until it
   * is old, so that a late repeat is still known.
   */
  #drop(inbox: Inbox, upTo: number): void {
    if (upTo <= inbox.floor) return;
    const { bytes } = this.#sql.sumMessages.get(inbox.id, inbox.floor, upTo) as { bytes: number | null };
    inbox.bytes -= bytes ?? 0;
    inbox.floor = upTo;
    inbox.changed = true;
  }

  inbox(room: Uint8Array, recipient: Uint8Array): Promise<InboxState> {
    return this.#write(room, () => {
      this.#touchRoom(room);
      const { log, head } = this.#forUpdate(room, recipient);
      return { log, head };
    });
  }

  renumber(room: Uint8Array, recipient: Uint8Array): Promise<InboxState> {
    return this.#write(room, () => {
      const inbox = {
        ...this.#forUpdate(room, recipient),
        log: randomBytes(8).toString("hex"),
        changed: true,
      };
      this.#open.set(keyOf(room, recipient), inbox);
      return { log: inbox.log, head: inbox.head };
    });
  }

  async expire(before: number): Promise<number> {
    await this.#removeContents();
    let unread = 0;
    for (const { id } of this.#sql.inboxesWithOld.all(before) as { id: number }[]) {
      const row = this.#sql.inboxById.get(id) as { room: StoredBytes; recipient: StoredBytes };
      const [room, recipient] = [toBytes(row.room), toBytes(row.recipient)];
      unread += await this.#write(room, () => {
        const inbox = this.#forUpdate(room, recipient);
        const { seq } = this.#sql.firstYoung.get(inbox.id, before) as { seq: number | null };
        const upTo = seq === null ? inbox.head : seq - 1;
        const dropped = Math.max(0, upTo - inbox.floor);
        this.#drop(inbox, upTo);
        this.#sql.deleteMessages.run(inbox.id, upTo);
        return dropped;
      });
    }
    return unread;
  }

  /** Removes the contents of what was read, some at a time, so that nobody waits long. */
  async #removeContents(): Promise<void> {
    for (const { id, floor, cleared } of this.#sql.inboxesToClear.all() as InboxToClear[]) {
      for (let from = cleared; from < floor; from += CLEAR_ROWS) {
        const to = Math.min(floor, from + CLEAR_ROWS);
        await this.#write(sweepLane, () => {
          this.#sql.emptyMessages.run(id, from, to);
          this.#sql.setCleared.run(to, id);
        });
      }
    }
  }

  waiting(): Promise<Waiting> {
    const sums = this.#sql.waiting.get() as { rows: number | null; bytes: number | null };
    const { oldest } = this.#sql.oldest.get() as { oldest: number | null };
    return Promise.resolve({ rows: sums.rows ?? 0, bytes: sums.bytes ?? 0, oldest });
  }

  #touchRoom(room: Uint8Array): void {
    const key = Buffer.from(room).toString("latin1");
    const now = Math.floor(this.#options.now());
    if (now - (this.#touched.get(key) ?? 0) < ROOM_TOUCH_MS) return;
    if (this.#touched.size > MAX_KNOWN_INBOXES) this.#touched.clear();
    this.#touched.set(key, now);
    this.#sql.touchRoom.run(now, room);
  }

  saveRoom(record: RoomRecord): Promise<void> {
    return this.#write(record.room, () => {
      const now = Math.floor(this.#options.now());
      this.#sql.saveRoom.run(record.room, record.coordinator, record.statement, now);
    });
  }

  room(room: Uint8Array): Promise<RoomRecord | null> {
    const row = this.#sql.findRoom.get([room]) as
      { coordinator: StoredBytes; statement: StoredBytes } | undefined;
    if (row === undefined) return Promise.resolve(null);
    return Promise.resolve({
      room,
      coordinator: toBytes(row.coordinator),
      statement: toBytes(row.statement),
    });
  }

  rooms(): Promise<number> {
    return Promise.resolve((this.#sql.countRooms.get() as { n: number }).n);
  }

  roomsOf(coordinator: Uint8Array): Promise<number> {
    return Promise.resolve((this.#sql.countRoomsOf.get([coordinator]) as { n: number }).n);
  }

  members(room: Uint8Array): Promise<readonly Uint8Array[]> {
    const rows = this.#sql.members.all([room]) as { recipient: StoredBytes }[];
    return Promise.resolve(rows.map(({ recipient }) => toBytes(recipient)));
  }

  async forgetRooms(before: number, keep: (room: Uint8Array) => boolean): Promise<number> {
    const unused = (this.#sql.unusedRooms.all(before) as { room: StoredBytes }[])
      .map(({ room }) => toBytes(room))
      .filter((room) => !keep(room));
    let forgotten = 0;
    for (const room of unused) {
      forgotten += await this.#write(room, () => {
        // Someone may have come back between the two reads.
        if (this.#sql.deleteRoom.run(room, before).changes === 0) return 0;
        this.#sql.deleteRoomMessages.run([room]);
        this.#sql.deleteRoomInboxes.run([room]);
        const prefix = keyOf(room, new Uint8Array(0));
        for (const inboxes of [this.#known, this.#open])
          for (const key of inboxes.keys()) if (key.startsWith(prefix)) inboxes.delete(key);
        this.#touched.delete(prefix);
        return 1;
      });
    }
    return forgotten;
  }

  newest(): number {
    return (this.#sql.newest.get() as { at: number } | undefined)?.at ?? 0;
  }

  close(): Promise<void> {
    this.#commits.flush();
    this.#file.close();
    return Promise.resolve();
  }
}
