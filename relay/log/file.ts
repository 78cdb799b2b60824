import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { StorageError } from "./log.ts";
import { opening } from "./sql.ts";

/** The log's database, locked for this process alone. */
export interface LogFile {
  readonly db: Database.Database;
  close(): void;
}

/** How long to wait for another process to let go. */
const LOCK_MS = 2_000;

/**
 * Opens `relay.db` in `folder`, creating both where they are missing. Numbers are given from memory, so a second process must
 * not even start. The lock is a file of its own, because a database with prepared statements gives its lock back only with
 * its process.
 */
export function openFile(folder: string): LogFile {
  mkdirSync(folder, { recursive: true });
  const lock = new Database(join(folder, "relay.lock"), { timeout: LOCK_MS });
  lock.exec("BEGIN EXCLUSIVE");
  const db = new Database(join(folder, "relay.db"), { timeout: LOCK_MS });
  db.exec(opening);
  return {
    db,
    close: () => {
      db.close();
      lock.exec("COMMIT");
      lock.close();
    },
  };
}

/** libsql gives a Buffer for one row and an ArrayBuffer for each of many. */
export type StoredBytes = Buffer | ArrayBuffer;
export const toBytes = (stored: StoredBytes): Uint8Array =>
  stored instanceof ArrayBuffer ? new Uint8Array(stored) : stored;

/** Tells a full or broken disk from a mistake of ours, which is thrown on as it is. */
export function toStorageError(error: unknown): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (!code.startsWith("SQLITE_")) return error;
  const full = code.startsWith("SQLITE_FULL");
  return new StorageError(full ? "storage-full" : "storage-failed", `${code}: ${error.message}`);
}
