import { encodePage, MAX_BATCH_FRAMES, type Page } from "../../lib/wire/relay/batch.ts";
import type { PostResult } from "../../lib/wire/relay/events.ts";
import { refusal, type Refusal, type RefusalCode } from "../../lib/wire/relay/refusals.ts";
import { isBroadcast, isLobbyKind, readHeader } from "../../lib/wire/header.ts";
import { sameBytes } from "../../lib/wire/relay/bytes.ts";
import { StorageError, type Append, type Appended, type Log } from "../log/log.ts";
import type { Metrics } from "../observe.ts";
import type { Limits } from "./limits.ts";
import { hex, type Room } from "./rooms.ts";

/** What a member needs of the relay around it. */
export interface Surroundings {
  readonly log: Log;
  readonly limits: Limits;
  readonly metrics: Metrics;
  /** Hands a new message to its recipient, if that one is connected. */
  deliver(room: Room, recipient: Uint8Array, seq: number, bytes: Uint8Array): void;
}

/** Most rows of one batch: what does not fit is answered `not-tried` and comes again, so that nobody waits long for it. */
const MAX_BATCH_ROWS = 512;
/** Most batches of one connection under way. */
export const MAX_BATCHES = 4;
/** Rows after which a batch is stored in parts, one after the other, so that others' messages get in between. */
const PART_ROWS = 64;
/** Longest wait that a sender is asked for who could send at least something sooner. */
const MAX_WAIT_MS = 1_000;
/** Refusals after which nothing later of the same sender may be stored first. */
const stops: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  "rate",
  "not-tried",
  "storage-full",
  "storage-failed",
]);
/** Most bytes of one page. */
const PAGE_BYTES = 524_288;
/** Most messages pushed ahead of what was acknowledged; a slower reader is told that there is more, and syncs. */
const PUSH_WINDOW = 512;
const PUSH_WINDOW_BYTES = 4_194_304;

/** One logged-in connection: what it may post, read and acknowledge. Knows no socket. */
export class Member {
  readonly room: Room;
  readonly identity: Uint8Array;
  readonly key: string;
  readonly #address: string;
  readonly #around: Surroundings;
  readonly #emit: (page: Uint8Array) => void;
  #waiting = 0;
  #stoppedTurn = -1;
  #lastPost: Promise<void> = Promise.resolve();
  #head: number;
  /** Number up to which messages were sent down this connection without a gap; -1 before the first sync. */
  #sentThrough = -1;
  #acked = 0;
  #sentBytes = 0;
  #queue: Uint8Array[] = [];
  #hinted = 0;
  #scheduled = false;

  constructor(
    room: Room,
    identity: Uint8Array,
    head: number,
    address: string,
    around: Surroundings,
    emit: (page: Uint8Array) => void,
  ) {
    this.room = room;
    this.identity = identity;
    this.key = hex(identity);
    this.#head = head;
    this.#address = address;
    this.#around = around;
    this.#emit = emit;
  }

  /**
   * Stores a batch of frames in order. A batch stops at the first frame that has to wait; so does every later batch of the
   * same `turn`, until the client has heard of it and begins a new one. That keeps the order with several batches under way.
   */
  async post(frames: readonly Uint8Array[], turn: number): Promise<readonly PostResult[] | Refusal> {
    if (this.#waiting >= MAX_BATCHES) {
      this.#stoppedTurn = Math.max(this.#stoppedTurn, turn);
      return refusal("in-flight");
    }
    this.#waiting++;
    const earlier = this.#lastPost;
    const results = earlier.then(() =>
      turn <= this.#stoppedTurn ? frames.map(() => refusal("not-tried")) : this.#post(frames),
    );
    // A batch that fails must not fail those behind it.
    this.#lastPost = results.then(
      (done) => this.#finish(done, turn),
      () => this.#finish([], turn),
    );
    return results;
  }

  #finish(results: readonly PostResult[], turn: number): void {
    this.#waiting--;
    const stopped =
      results.length === 0 || results.some((result) => "code" in result && stops.has(result.code));
    if (stopped) this.#stoppedTurn = Math.max(this.#stoppedTurn, turn);
  }

  async #post(frames: readonly Uint8Array[]): Promise<readonly PostResult[]> {
    const results: (PostResult | null)[] = [];
    const entries: { index: number; entry: Append }[] = [];
    let rows = 0;
    let stopped = false;
    for (const [index, bytes] of frames.entries()) {
      const checked = stopped ? refusal("not-tried") : this.#check(bytes);
      if ("code" in checked) {
        results.push(checked);
        continue;
      }
      const copies = Math.max(1, checked.recipients.length);
      rows += copies;
      const wait =
        entries.length > 0 && rows > MAX_BATCH_ROWS
          ? null
          : this.#around.limits.sending.take(this.key, this.#address, copies, bytes.length * copies);
      if (wait === 0) {
        results.push(null);
        entries.push({ index, entry: checked });
      } else {
        stopped = true;
        const refused = () =>
          refusal("rate", Math.max(wait ?? 0, this.#waitForRest(frames.slice(index), copies)));
        results.push(wait === null ? refusal("not-tried") : refused());
      }
    }
    if (entries.length > 0) await this.#store(entries, results);
    return results.map((result) => result ?? refusal("storage-failed"));
  }

  /**
   * Milliseconds until the rest of a batch may pass, if every message of it goes to so many people. Who came back as soon as
   * one message may pass would be refused again at the next.
   */
  #waitForRest(frames: readonly Uint8Array[], copies: number): number {
    const bytes = frames.reduce((total, frame) => total + frame.length, 0);
    const { sending } = this.#around.limits;
    const wait = sending.wait(this.key, this.#address, frames.length * copies, bytes * copies);
    return Math.min(MAX_WAIT_MS, wait);
  }

  async #store(
    entries: readonly { index: number; entry: Append }[],
    results: (PostResult | null)[],
  ): Promise<void> {
    for (let at = 0; at < entries.length;) {
      const part: { index: number; entry: Append }[] = [];
      let [rows, bytes] = [0, 0];
      for (; at < entries.length && rows < PART_ROWS; at++) {
        const one = entries[at];
        if (one === undefined) break;
        part.push(one);
        const copies = Math.max(1, one.entry.recipients.length);
        rows += copies;
        bytes += one.entry.bytes.length * copies;
      }
      await this.#pace(rows, bytes);
      const refused = await this.#storePart(part, results);
      if (refused === null) continue;
      // What comes after a part that was not stored must not be stored before it.
      for (const { index } of entries.slice(at)) results[index] = refused;
      return;
    }
  }

  async #pace(rows: number, bytes: number): Promise<void> {
    const { pacing } = this.#around.limits;
    const wait = pacing.wait(this.key, rows, bytes);
    pacing.take(this.key, rows, bytes);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  /** @returns null, or why nothing of it was stored */
  async #storePart(
    part: readonly { index: number; entry: Append }[],
    results: (PostResult | null)[],
  ): Promise<Refusal | null> {
    try {
      const appended = await this.#around.log.append(
        this.room.id,
        part.map(({ entry }) => entry),
      );
      for (const [place, { index, entry }] of part.entries()) {
        const one = appended[place];
        if (one !== undefined) results[index] = this.#stored(entry, one);
      }
      return null;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const refused = refusal(error.code, 1_000);
      for (const { index } of part) results[index] = refused;
      return refused;
    }
  }

  #stored(entry: Append, appended: Appended): PostResult {
    if (appended.tag === "conflict") return refusal("conflict");
    const { metrics } = this.#around;
    if (appended.duplicate) metrics.duplicates.inc();
    else {
      metrics.messages.inc();
      metrics.bytes.inc(entry.bytes.length);
      metrics.deliveries.inc(appended.deliveries.length);
    }
    for (const { recipient, seq } of appended.deliveries)
      this.#around.deliver(this.room, recipient, seq, entry.bytes);
    if (appended.full.length > 0) return refusal("inbox-full", 5_000);
    return { seq: appended.seq, duplicate: appended.duplicate };
  }

  #check(bytes: Uint8Array): Append | Refusal {
    if (bytes.length > this.#around.limits.settings["limits.max_frame_bytes"])
      return refusal("frame-too-large");
    const header = readHeader(bytes);
    if (typeof header === "string") return refusal("bad-frame");
    if (!sameBytes(header.from, this.identity)) return refusal("wrong-sender");
    const { statement, members } = this.room;
    if (!sameBytes(header.groupId, statement.subject)) return refusal("wrong-room");
    if (statement.type === "lobby" && !isLobbyKind(header.kind)) return refusal("wrong-kind");
    const { from, to, msgId } = header;
    if (!isBroadcast(to)) {
      const recipient = members.get(hex(to));
      return recipient === undefined
        ? refusal("unknown-recipient")
        : { from, recipients: [recipient], msgId, bytes };
    }
    const recipients = [...members].filter(([key]) => key !== this.key).map(([, member]) => member);
    return { from, recipients, msgId, bytes };
  }

  /** The messages from number `from` on, as one buffer. */
  async sync(from: number, limit: number): Promise<Uint8Array | Refusal> {
    const { log, limits } = this.#around;
    const page = await log.sync(
      this.room.id,
      this.identity,
      from,
      Math.min(limit, MAX_BATCH_FRAMES),
      PAGE_BYTES,
    );
    if (from > page.head + 1) {
      // The reader has seen numbers that this log never gave: it is an older copy of the one it was.
      await log.renumber(this.room.id, this.identity);
      return refusal("log-renumbered");
    }
    const bytes = page.frames.reduce((total, frame) => total + frame.length, 0);
    const wait = limits.reading.take(this.key, this.#address, Math.max(1, page.frames.length), bytes);
    if (wait > 0) return refusal("rate", wait);
    this.#head = Math.max(this.#head, page.head);
    this.#acked = Math.max(this.#acked, from - 1);
    this.#sent(page.first + page.frames.length - 1, bytes);
    return encodePage(page);
  }

  #sent(through: number, bytes: number): void {
    if (through <= this.#sentThrough) return;
    this.#sentThrough = through;
    this.#sentBytes += bytes;
  }

  /** Deletes what was read. */
  async acknowledge(upTo: number): Promise<Refusal | null> {
    const { log, limits } = this.#around;
    const wait = limits.reading.take(this.key, this.#address, 1, 0);
    if (wait > 0) return refusal("rate", wait);
    try {
      await log.acknowledge(this.room.id, this.identity, upTo);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return refusal(error.code, 1_000);
    }
    this.#acked = Math.max(this.#acked, Math.min(upTo, this.#head));
    if (this.#acked >= this.#sentThrough) this.#sentBytes = 0;
    if (this.#head > this.#sentThrough) this.#schedule();
    return null;
  }

  /** Takes a new message of this inbox: sends it on where the reader keeps up, and otherwise only says that it is there. */
  push(seq: number, bytes: Uint8Array): void {
    this.#head = Math.max(this.#head, seq);
    const keepsUp = seq - this.#acked <= PUSH_WINDOW && this.#sentBytes <= PUSH_WINDOW_BYTES;
    if (seq === this.#sentThrough + 1 && keepsUp) {
      this.#queue.push(bytes);
      this.#sent(seq, bytes.length);
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    const queue = this.#queue;
    this.#queue = [];
    let first = this.#sentThrough - queue.length + 1;
    for (let at = 0; at < queue.length;) {
      const frames: Uint8Array[] = [];
      for (let bytes = 0; at < queue.length && frames.length < MAX_BATCH_FRAMES && bytes < PAGE_BYTES; at++) {
        const frame = queue[at] ?? new Uint8Array(0);
        frames.push(frame);
        bytes += frame.length;
      }
      this.#send({ expiredThrough: 0, first, head: this.#head, frames });
      first += frames.length;
    }
    if (queue.length === 0 && this.#head > this.#sentThrough && this.#head > this.#hinted)
      this.#send({ expiredThrough: 0, first: this.#head + 1, head: this.#head, frames: [] });
  }

  #send(page: Page): void {
    this.#hinted = page.head;
    this.#emit(encodePage(page));
  }
}
