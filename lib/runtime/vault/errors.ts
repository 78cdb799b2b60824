/** What can go wrong between a person, a passphrase and what the browser stored. Values, so a screen can say each one. */
export type VaultErrorCode =
  | "wrongPassphrase"
  | "wrongPasskey"
  | "corruptRecord"
  | "unsupportedVersion"
  | "deviceKeyMissing"
  | "passphraseTooShort"
  | "lastLock"
  | "noSuchLock"
  | "notABackup"
  | "wrongBackupPassphrase";

export interface VaultError {
  readonly tag: "error";
  readonly code: VaultErrorCode;
}

export const vaultError = (code: VaultErrorCode): VaultError => ({ tag: "error", code });

export const isVaultError = (value: object): value is VaultError =>
  "tag" in value && value.tag === "error" && "code" in value;
