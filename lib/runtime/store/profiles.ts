import type { DBSchema, IDBPDatabase } from "idb";
import type { VaultRecord } from "../vault/vault.ts";
import { openDatabase, storageError } from "./open-database.ts";

/** What may be said of a seat in this browser before it is unlocked: what its own home page shows, nothing secret. */
export interface ProfileLabel {
  readonly role: "coordinator" | "signer";
  readonly groupName: string;
  readonly seatName: string;
  readonly threshold: number;
  readonly total: number;
  readonly state: "lobby" | "making-key" | "ready" | "stopped";
}

/** What this browser knows of a seat's backup file. Times in milliseconds since 1970. */
export interface BackupMark {
  readonly savedAt: number;
  readonly fileName: string;
  /** Set once the file was opened again and held this seat's key. */
  readonly testedAt?: number;
}

/** One seat that this browser holds. */
export interface Profile {
  /** 16 random bytes in hex; also in the address of the seat's tab. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Name of its lobby, in hex: the same link opened again leads back to the same seat. */
  readonly lobby: string;
  readonly vault: VaultRecord;
  readonly label: ProfileLabel;
  readonly backup?: BackupMark;
}

interface Schema extends DBSchema {
  profiles: { key: string; value: Profile };
}

/** The seats of this browser. Each one's own records live in a database of its own. */
export class Profiles {
  readonly #database: IDBPDatabase<Schema>;
  private constructor(database: IDBPDatabase<Schema>) {
    this.#database = database;
  }

  /** @throws StorageError */
  static async open(name = "hoarfrost"): Promise<Profiles> {
    const database = await openDatabase<Schema>(name, 1, (upgrading) => {
      upgrading.createObjectStore("profiles", { keyPath: "id" });
    });
    return new Profiles(database);
  }

  async list(): Promise<Profile[]> {
    const all = await this.#database.getAll("profiles");
    return all.sort((a, b) => b.created - a.created);
  }

  get(id: string): Promise<Profile | undefined> {
    return this.#database.get("profiles", id);
  }

  /** Stored durably when this resolves. @throws StorageError */
  async put(profile: Profile): Promise<void> {
    try {
      const transaction = this.#database.transaction("profiles", "readwrite", { durability: "strict" });
      await Promise.all([transaction.store.put(profile), transaction.done]);
    } catch (error) {
      throw storageError(error);
    }
  }

  /** Changes one profile from what is stored, so that two tabs do not undo each other's changes. */
  async update(id: string, change: (profile: Profile) => Profile): Promise<Profile> {
    try {
      const transaction = this.#database.transaction("profiles", "readwrite", { durability: "strict" });
      const stored = await transaction.store.get(id);
      if (stored === undefined) throw new Error(`there is no seat ${id} in this browser`);
      const changed = change(stored);
      await Promise.all([transaction.store.put(changed), transaction.done]);
      return changed;
    } catch (error) {
      throw storageError(error);
    }
  }

  async remove(id: string): Promise<void> {
    await this.#database.delete("profiles", id);
  }

  close(): void {
    this.#database.close();
  }
}
