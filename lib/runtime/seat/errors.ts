import { JournalError } from "../../rounds/core/journal.ts";
import type { InviteFault, StopReason } from "../../rounds/index.ts";
import type { RefusalCode } from "../../wire/relay/refusals.ts";
import { DamagedJournal } from "../driver/journal.ts";
import { StoreError, type StoreFault } from "../ports/store.ts";
import { StorageError, type StorageFault } from "../store/open-database.ts";
import type { VaultErrorCode } from "../vault/errors.ts";
import type {
  ErrorCode,
  PageErrorCode,
  RelayErrorCode,
  RoundErrorCode,
  StorageErrorCode,
} from "../views/errors.ts";

/*
 * From every layer's own codes to those a person is told. Each table is whole by its type: a new code of a layer
 * does not compile until it is said here what people read.
 */

/** Rounds end with the same spelling on both sides. */
export const codeOfStop = (reason: StopReason): RoundErrorCode => reason;

const vaultCodes: Readonly<Record<VaultErrorCode, StorageErrorCode>> = {
  wrongPassphrase: "wrong-passphrase",
  wrongPasskey: "passkey-missing",
  corruptRecord: "record-corrupt",
  unsupportedVersion: "storage-newer",
  deviceKeyMissing: "device-key-missing",
  passphraseTooShort: "passphrase-too-short",
  lastLock: "last-lock",
  noSuchLock: "no-such-lock",
  notABackup: "backup-unreadable",
  wrongBackupPassphrase: "backup-wrong-passphrase",
};

/** What a backup file says in place of what a stored record would. */
const backupCodes: Partial<Record<VaultErrorCode, StorageErrorCode>> = {
  wrongPassphrase: "backup-wrong-passphrase",
  corruptRecord: "backup-unreadable",
  unsupportedVersion: "backup-newer",
};

/** @param what whether a stored seat or a backup file was to be opened */
export const codeOfVault = (code: VaultErrorCode, what: "seat" | "backup" = "seat"): StorageErrorCode =>
  (what === "backup" ? backupCodes[code] : undefined) ?? vaultCodes[code];

const storeCodes: Readonly<Record<StoreFault, StorageErrorCode | RoundErrorCode>> = {
  changed: "superseded",
  quota: "storage-full",
  blocked: "storage-blocked",
  closed: "storage-closed",
  failed: "storage-failed",
};

export const codeOfStore = (fault: StoreFault): StorageErrorCode | RoundErrorCode => storeCodes[fault];

/** Opening the database: the same spelling on both sides. */
export const codeOfStorage = (fault: StorageFault): StorageErrorCode => fault;

const refusalCodes: Readonly<Record<RefusalCode, RelayErrorCode | RoundErrorCode>> = {
  "bad-batch": "relay-version",
  "bad-frame": "relay-version",
  "frame-too-large": "relay-too-large",
  "wrong-sender": "relay-version",
  "wrong-room": "relay-version",
  "wrong-kind": "relay-version",
  "unknown-recipient": "relay-login-refused",
  conflict: "relay-conflict",
  "bad-argument": "relay-version",
  "unknown-event": "relay-version",
  "not-logged-in": "relay-unreachable",
  "already-logged-in": "relay-version",
  "bad-login": "relay-version",
  "challenge-used": "relay-login-refused",
  "bad-signature": "relay-login-refused",
  "bad-statement": "relay-login-refused",
  "stale-statement": "relay-login-refused",
  "statement-conflict": "relay-login-refused",
  "unknown-room": "relay-login-refused",
  "not-a-member": "relay-login-refused",
  superseded: "superseded",
  "login-timeout": "relay-unreachable",
  rate: "relay-rate",
  "inbox-full": "relay-full",
  "too-many-members": "relay-crowded",
  "too-many-rooms": "relay-crowded",
  "too-many-connections": "relay-crowded",
  "too-many-refusals": "relay-rate",
  "in-flight": "relay-rate",
  "not-tried": "relay-rate",
  "storage-full": "relay-storage",
  "storage-failed": "relay-storage",
  "log-renumbered": "relay-expired",
};

export const codeOfRefusal = (code: RefusalCode): RelayErrorCode | RoundErrorCode => refusalCodes[code];

const inviteCodes: Readonly<Record<InviteFault, PageErrorCode>> = {
  "not-an-invite": "link-unreadable",
  damaged: "link-incomplete",
  "newer-version": "link-newer",
  "relay-address": "link-unreadable",
  coordinator: "link-unreadable",
};

export const codeOfInviteFault = (fault: InviteFault): PageErrorCode => inviteCodes[fault];

/** The code of something that was thrown. What nobody expected is said to be that. */
export function codeOfFailure(error: unknown): ErrorCode {
  if (error instanceof StoreError) return codeOfStore(error.fault);
  if (error instanceof StorageError) return codeOfStorage(error.code);
  if (error instanceof DamagedJournal) return "record-corrupt";
  if (error instanceof JournalError) return "journal-unreadable";
  return "unexpected";
}
