/** One change of a store. */
export type Write =
  | { readonly tag: "put"; readonly key: string; readonly value: Uint8Array }
  | { readonly tag: "delete"; readonly key: string };

/** What must be true of a store for a commit to happen: the value is these bytes, or there is none. */
export interface Expectation {
  readonly key: string;
  readonly value: Uint8Array | null;
}

/** An entry as it is stored. */
export interface Entry {
  readonly key: string;
  readonly value: Uint8Array;
}

/** Why a store did not do it. Nothing of the commit was stored. */
export type StoreFault =
  /** An expectation did not hold: someone else changed the store. */
  | "changed"
  /** The disk, or what the browser grants this site, is full. */
  | "quota"
  /** Another version of the application is open and has to be closed first. */
  | "blocked"
  /** The store was closed, by us or by the browser. */
  | "closed"
  | "failed";

export class StoreError extends Error {
  override readonly name = "StoreError";
  constructor(
    readonly fault: StoreFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Bytes by key, on a disk. Keys are compared by UTF-16 code units; values are copied in and out.
 *
 * `commit` is one transaction: all writes are durable when it resolves, or it rejects with `StoreError` and none happened.
 * A message's effect and the cursor that says it was read go into one commit, and so does the outbox entry of an answer.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | null>;
  /** Every entry whose key starts with `prefix`, by key. */
  list(prefix: string): Promise<readonly Entry[]>;
  commit(writes: readonly Write[], expect?: readonly Expectation[]): Promise<void>;
  close(): Promise<void>;
}

export const put = (key: string, value: Uint8Array): Write => ({ tag: "put", key, value });
export const remove = (key: string): Write => ({ tag: "delete", key });
