import type { Page } from "../../lib/wire/relay/batch.ts";

/** A message to be stored: one row for each recipient. */
export interface Append {
  readonly from: Uint8Array;
  readonly recipients: readonly Uint8Array[];
  readonly msgId: Uint8Array;
  readonly bytes: Uint8Array;
}

/** One new row. */
export interface Delivery {
  readonly recipient: Uint8Array;
  readonly seq: number;
}

/** What became of an append. */
export type Appended =
  | {
      readonly tag: "appended";
      /** The new rows; a recipient that had the message already is not among them. */
      readonly deliveries: readonly Delivery[];
      /** Highest number among all recipients, new or not; 0 without recipients. */
      readonly seq: number;
      readonly duplicate: boolean;
      /** Recipients whose inbox is full: nothing was stored for them, and the same message may be sent again. */
      readonly full: readonly Uint8Array[];
    }
  /** Some recipient has other bytes under the same (room, sender, msgId): nothing was stored for anybody. */
  | { readonly tag: "conflict" };

/** Where an inbox stands. */
export interface InboxState {
  /** Names this numbering: 16 hex characters, made when the inbox is. */
  readonly log: string;
  readonly head: number;
}

/** Sums over all inboxes. */
export interface Waiting {
  readonly rows: number;
  readonly bytes: number;
  /** When the oldest waiting message came, milliseconds since 1970; null where none waits. */
  readonly oldest: number | null;
}

/** A room that was opened, with the signed statement that opened it. */
export interface RoomRecord {
  readonly room: Uint8Array;
  readonly coordinator: Uint8Array;
  readonly statement: Uint8Array;
}

/** The disk is full, or the store failed: nothing of the transaction was stored and nothing may be acknowledged. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  constructor(
    readonly code: "storage-full" | "storage-failed",
    message: string,
  ) {
    super(message);
  }
}

/**
 * The relay's memory. Every promise resolves after a durable commit, or rejects with `StorageError` and has no effect.
 *
 * Each (room, recipient) has an inbox whose numbers start at 1 and have no gaps. A message is known by (room, sender,
 * recipient, msgId) until it is both acknowledged or expired and older than the retention.
 */
export interface Log {
  /** Stores messages of one room in order, in one transaction: all of them are durable, or none. */
  append(room: Uint8Array, entries: readonly Append[]): Promise<readonly Appended[]>;
  /** The messages from number `from` on: at most `limit`, and after the first at most `maxBytes` bytes. */
  sync(room: Uint8Array, recipient: Uint8Array, from: number, limit: number, maxBytes: number): Promise<Page>;
  /** Deletes what was read up to and including `upTo`; a number past the newest counts as the newest. */
  acknowledge(room: Uint8Array, recipient: Uint8Array, upTo: number): Promise<void>;
  /** Opens the inbox, if need be, and says where it stands. */
  inbox(room: Uint8Array, recipient: Uint8Array): Promise<InboxState>;
  /** Starts the numbering of an inbox anew, keeping what waits in it: its reader has seen numbers this log never gave. */
  renumber(room: Uint8Array, recipient: Uint8Array): Promise<InboxState>;
  /** Deletes what came before `before` (milliseconds since 1970), oldest first. @returns unread messages deleted */
  expire(before: number): Promise<number>;
  waiting(): Promise<Waiting>;

  saveRoom(record: RoomRecord): Promise<void>;
  room(room: Uint8Array): Promise<RoomRecord | null>;
  rooms(): Promise<number>;
  roomsOf(coordinator: Uint8Array): Promise<number>;
  /** Recipients that have an inbox in the room. */
  members(room: Uint8Array): Promise<readonly Uint8Array[]>;
  /**
   * Deletes rooms that nobody used since `before`, with their inboxes, except those that `keep` names.
   * @returns rooms deleted
   */
  forgetRooms(before: number, keep: (room: Uint8Array) => boolean): Promise<number>;
  /** When the newest message came, milliseconds since 1970; 0 where there is none. */
  newest(): number;

  close(): Promise<void>;
}

/** What a log needs from outside. */
export interface LogOptions {
  /** Milliseconds since 1970; never goes back. */
  readonly now: () => number;
  readonly unreadBytesPerInbox: number;
  /** Told after each transaction: how long it took in seconds, and whether it was committed. */
  readonly onCommit?: (seconds: number, committed: boolean) => void;
}
