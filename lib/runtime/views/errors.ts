/** Every way in which something can end without its result, as a person meets it. `error-copy.ts` has the words for each. */

/** Codes with which a round ends (lib/rounds `StopReason`, same spelling). */
export type RoundErrorCode =
  | "stopped-here"
  | "declined"
  | "cancelled"
  | "lobby-full"
  | "lobby-closed"
  | "lobby-duplicate"
  | "not-in-roster"
  | "lobby-removed"
  | "roster-changed"
  | "aborted-by-peer"
  | "lost-state"
  | "lower-round"
  | "transcripts-differ"
  | "blamed"
  | "deadline"
  | "unusable-key"
  | "unproven"
  | "fingerprint-mismatch"
  | "superseded"
  | "expired"
  | "too-few-keys"
  | "journal-unreadable";

/** Faults of another member's message, found by the scheme (lib/frost `FrostErrorCode`, same spelling). */
export type PeerErrorCode =
  | "wrongParticipants"
  | "wrongCommitmentCount"
  | "identityElement"
  | "invalidProofOfPossession"
  | "invalidSecretShare"
  | "invalidConstantTerm"
  | "unusableGroupKey"
  | "invalidVerifyingShare"
  | "invalidRepair"
  | "missingShares"
  | "invalidCommitmentList"
  | "invalidTweak"
  | "invalidGroupCommitment"
  | "ownCommitmentMissing"
  | "unexpectedShare"
  | "invalidSignatureShare";

export type StorageErrorCode =
  | "wrong-passphrase"
  | "passphrase-too-short"
  | "record-corrupt"
  | "storage-full"
  | "storage-unavailable"
  | "storage-blocked"
  | "storage-newer"
  | "storage-closed"
  | "seat-in-use"
  | "storage-failed"
  | "key-work-failed"
  | "device-key-missing"
  | "last-lock"
  | "no-such-lock"
  | "passkey-cancelled"
  | "passkey-unsupported"
  | "passkey-missing"
  | "backup-wrong-passphrase"
  | "backup-unreadable"
  | "backup-newer"
  | "backup-other-group"
  | "backup-old"
  | "tab-no-answer";

export type RelayErrorCode =
  | "relay-unreachable"
  | "relay-login-refused"
  | "relay-full"
  | "relay-rate"
  | "relay-too-large"
  | "relay-conflict"
  | "relay-expired"
  | "relay-crowded"
  | "relay-storage"
  | "relay-version";

export type PageErrorCode =
  | "link-unreadable"
  | "link-incomplete"
  | "link-newer"
  | "invite-used"
  | "name-taken"
  | "settings-invalid"
  | "message-empty"
  | "message-too-long"
  | "too-many-messages"
  | "request-changed"
  | "verify-unreadable"
  | "verify-key"
  | "verify-signature"
  | "verify-message"
  | "verify-newer"
  | "successor-record"
  | "successor-code"
  | "worker-stopped"
  | "browser-too-old"
  | "unexpected";

export type ErrorCode = RoundErrorCode | PeerErrorCode | StorageErrorCode | RelayErrorCode | PageErrorCode;

/** What a person can do about it with one click; the screen that shows the error draws the button. */
export type Remedy =
  "try-again" | "new-group" | "restore" | "unlock" | "reload" | "take-over" | "save-backup" | "home" | "none";

export interface ErrorView {
  readonly code: ErrorCode;
  /** Names of the members it is about; empty where nobody can be named. */
  readonly people: readonly string[];
  /** A public detail for the report (a round id, a limit): never a secret. */
  readonly detail?: string;
  readonly at?: number;
  /** Text for the clipboard, put together by the runtime; without it there is no Copy report button. */
  readonly report?: string;
}

/** The four things every error says. */
export interface ErrorCopy {
  readonly what: string;
  readonly who: string;
  readonly safe: string;
  readonly next: string;
  readonly remedy: Remedy;
}
