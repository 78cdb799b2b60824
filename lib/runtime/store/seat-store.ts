/**
 * Where one seat's records live. Everything that one event changes is written in one transaction, so that a crash leaves either all of it
 * or none: the journal record, the frames it sends, and how far the inbox was read.
 */
export interface SeatStore {
  /** Makes `epoch` the owner: from here on only writes that name it succeed. The tab or device that wrote before is fenced off. */
  claim(epoch: string): Promise<void>;
  /** Everything stored, records and frames in the order they were written. */
  load(): Promise<StoredSeat>;
  /**
   * Writes all of it or nothing; durable when it resolves.
   * @returns "superseded" where another epoch owns the seat now: stop, send nothing
   * @throws StorageError
   */
  write(change: SeatChange): Promise<"written" | "superseded">;
  /** Forgets everything the seat stored. */
  clear(): Promise<void>;
  close(): void;
}

/** How far the inbox of a room was read. `log` names the relay's numbering: another one starts from zero. */
export interface Cursor {
  readonly log: string;
  readonly seq: number;
}

/** A sealed frame that waits for the relay's acknowledgement. */
export interface OutgoingFrame {
  /** Order of sending, given by the store. */
  readonly key: number;
  readonly room: string;
  readonly frame: Uint8Array;
}

export interface StoredSeat {
  /** Sealed journal records. */
  readonly records: readonly Uint8Array[];
  readonly outbox: readonly OutgoingFrame[];
  /** By room. */
  readonly cursors: ReadonlyMap<string, Cursor>;
  /** Small sealed values by name: settings, history. */
  readonly notes: ReadonlyMap<string, Uint8Array>;
}

export interface SeatChange {
  readonly epoch: string;
  readonly records?: readonly Uint8Array[];
  /** Forget every earlier record first: the new ones hold all that is kept. */
  readonly replace?: boolean;
  readonly send?: readonly { readonly room: string; readonly frame: Uint8Array }[];
  /** Keys of frames the relay has acknowledged. */
  readonly sent?: readonly number[];
  readonly cursor?: { readonly room: string } & Cursor;
  /** Null removes the note. */
  readonly notes?: ReadonlyMap<string, Uint8Array | null>;
}
