import type { WorkView } from "./common.ts";
import type { ErrorView } from "./errors.ts";

export interface UnlockView {
  readonly seatName: string;
  readonly groupName: string;
  readonly methods: readonly ("passphrase" | "passkey")[];
  /** Locked by itself after so long without use, in ms. */
  readonly idleLockedAfterMs?: number;
  readonly work?: WorkView;
  readonly error?: ErrorView;
}

export interface ElsewhereView {
  readonly seatName: string;
  readonly groupName: string;
  readonly stage: "active-elsewhere" | "asking" | "taking";
  readonly busyThere: boolean;
  readonly error?: ErrorView;
}

export interface BackupView {
  readonly state: "none" | "saved" | "tested";
  readonly savedAt?: number;
  readonly testedAt?: number;
  readonly fileName?: string;
  readonly stage: "idle" | "sealing" | "reading" | "opening";
  readonly holds: readonly ("identity" | "share" | "certificate" | "approvals" | "policy" | "coordinator")[];
  /** Requests of the peg approved since the file was saved: a seat restored from it would not know of them. */
  readonly approvedSince?: number;
  readonly work?: WorkView;
  readonly error?: ErrorView;
}

export interface RestoreView {
  readonly stage: "choose" | "passphrase" | "opening" | "confirm" | "done";
  /** What the sealed file says of itself in clear: nothing secret. */
  readonly file?: { readonly name: string; readonly bytes: number; readonly madeAt?: number };
  readonly found?: {
    readonly groupName: string;
    readonly seatName: string;
    readonly threshold: number;
    readonly total: number;
    readonly code: string;
    readonly madeAt: number;
    /** This browser already holds the same seat. */
    readonly alreadyHere: boolean;
  };
  readonly work?: WorkView;
  readonly error?: ErrorView;
}
