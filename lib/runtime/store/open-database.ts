import { type DBSchema, type IDBPDatabase, openDB } from "idb";

/** Why the browser's storage cannot be used now. */
export type StorageFault = "storage-unavailable" | "storage-blocked" | "storage-newer" | "storage-full";

/** A storage failure with its code; the cause is the browser's own error and holds no stored data. */
export class StorageError extends Error {
  readonly code: StorageFault;
  constructor(code: StorageFault, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** How long another tab of an older version may keep an upgrade waiting. */
const patienceMs = 3000;

/**
 * Opens a database of this site.
 * @param upgrade makes the object stores, from `oldVersion` on
 * @throws StorageError `storage-newer` (made by a later version of this site), `storage-blocked` (another tab holds an older version
 *   open and does not let go), `storage-unavailable` (private windows, broken profiles)
 */
export async function openDatabase<Schema extends DBSchema>(
  name: string,
  version: number,
  upgrade: (database: IDBPDatabase<Schema>, oldVersion: number) => void,
): Promise<IDBPDatabase<Schema>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const blocked = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new StorageError("storage-blocked")), patienceMs);
  });
  const opening = openDB<Schema>(name, version, {
    upgrade: (database, oldVersion) => upgrade(database, oldVersion),
    // Another tab wants to upgrade: let it, rather than block it.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
  try {
    return await Promise.race([opening, blocked]);
  } catch (error) {
    // An upgrade that succeeds after all must not leave a connection nobody closes.
    void opening.then(
      (database) => database.close(),
      () => undefined,
    );
    throw storageError(error);
  } finally {
    clearTimeout(timer);
  }
}

/** What a failed request or transaction means for a person. */
export function storageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  if (name === "QuotaExceededError") return new StorageError("storage-full", error);
  return new StorageError(name === "VersionError" ? "storage-newer" : "storage-unavailable", error);
}
