import { describe, expect, test } from "vitest";
import { JournalError } from "../../rounds/core/journal.ts";
import { stopReasons } from "../../rounds/index.ts";
import { type RefusalCode, refusals } from "../../wire/relay/refusals.ts";
import { DamagedJournal } from "../driver/journal.ts";
import { StoreError } from "../ports/store.ts";
import { StorageError } from "../store/open-database.ts";
import { errorCopy, explain } from "../views/index.ts";
import type { ErrorCode } from "../views/errors.ts";
import {
  codeOfFailure,
  codeOfInviteFault,
  codeOfRefusal,
  codeOfStop,
  codeOfStore,
  codeOfVault,
} from "./errors.ts";

const vaultCodes = [
  "wrongPassphrase",
  "wrongPasskey",
  "corruptRecord",
  "unsupportedVersion",
  "deviceKeyMissing",
  "passphraseTooShort",
  "lastLock",
  "noSuchLock",
  "notABackup",
  "wrongBackupPassphrase",
] as const;
const storeFaults = ["changed", "quota", "blocked", "closed", "failed"] as const;
const inviteFaults = ["not-an-invite", "damaged", "newer-version", "relay-address", "coordinator"] as const;

describe("every error has words", () => {
  test.each(Object.keys(errorCopy) as ErrorCode[])(
    "%s says what, who, what is safe and what next",
    (code) => {
      for (const people of [[], ["Ana"], ["Ana", "Ben"]]) {
        const { what, who, safe, next } = explain({ code, people });
        for (const sentence of [what, who, safe, next]) {
          expect(sentence.trim().length).toBeGreaterThan(3);
          expect(sentence).not.toMatch(/undefined|null|\[object|NaN/);
        }
        expect(what.length).toBeLessThan(110);
      }
    },
  );
});

describe("every layer's code leads to one that has words", () => {
  const said = (codes: readonly ErrorCode[]) => codes.every((code) => Object.hasOwn(errorCopy, code));

  test("rounds, vault, store, relay and invites", () => {
    expect(said(stopReasons.map(codeOfStop))).toBe(true);
    expect(said(vaultCodes.flatMap((code) => [codeOfVault(code), codeOfVault(code, "backup")]))).toBe(true);
    expect(said(storeFaults.map(codeOfStore))).toBe(true);
    expect(said((Object.keys(refusals) as RefusalCode[]).map(codeOfRefusal))).toBe(true);
    expect(said(inviteFaults.map(codeOfInviteFault))).toBe(true);
  });

  test("a wrong passphrase for a backup is told apart from one for a signer", () => {
    expect(codeOfVault("wrongPassphrase")).toBe("wrong-passphrase");
    expect(codeOfVault("wrongPassphrase", "backup")).toBe("backup-wrong-passphrase");
    expect(codeOfVault("unsupportedVersion", "backup")).toBe("backup-newer");
  });
});

test("what was thrown is told by its kind, and nothing of it is shown where it is none of ours", () => {
  expect(codeOfFailure(new StoreError("quota", "full"))).toBe("storage-full");
  expect(codeOfFailure(new StorageError("storage-blocked"))).toBe("storage-blocked");
  expect(codeOfFailure(new DamagedJournal("x"))).toBe("record-corrupt");
  expect(codeOfFailure(new JournalError("x"))).toBe("journal-unreadable");
  expect(codeOfFailure(new TypeError("x"))).toBe("unexpected");
  expect(codeOfFailure("x")).toBe("unexpected");
});
