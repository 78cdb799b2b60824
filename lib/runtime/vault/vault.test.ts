import { describe, expect, test } from "vitest";
import { isVaultError, type VaultError } from "./errors.ts";
import { createVault, type NewLock, unlockVault, type VaultRecord, withoutLock } from "./vault.ts";

const rng = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const cost = { N: 2 ** 15, r: 8, p: 1 };
const passphrase: NewLock = { kind: "passphrase", passphrase: "cold clear morning", cost };
const secret = Uint8Array.of(1, 2, 3, 4);

function made<T extends object>(value: T | VaultError): T {
  if (isVaultError(value)) throw new Error(value.code);
  return value;
}
const code = (value: object) => (isVaultError(value) ? value.code : "opened");

describe("a vault", () => {
  test("opens what it sealed, after it was stored and unlocked again", async () => {
    const { record, vault } = made(await createVault("seat", passphrase, rng));
    const sealed = vault.seal("groups/1", secret);
    const again = made(await unlockVault(structuredClone(record), passphrase, rng));
    expect(again.open("groups/1", sealed)).toEqual(secret);
  });

  test("tells a wrong passphrase from a damaged record", async () => {
    const { record } = made(await createVault("seat", passphrase, rng));
    expect(code(await unlockVault(record, { kind: "passphrase", passphrase: "warm wet evening" }, rng))).toBe(
      "wrongPassphrase",
    );
    const [lock] = record.locks;
    const sealed = Uint8Array.from(lock!.sealed, (byte, i) => (i === 30 ? byte ^ 1 : byte));
    const damaged = { ...record, locks: [{ ...lock!, sealed }] } as VaultRecord;
    expect(code(await unlockVault(damaged, passphrase, rng))).toBe("corruptRecord");
  });

  test("does not open in another browser profile, even with the passphrase", async () => {
    const { record } = made(await createVault("seat", passphrase, rng));
    const other = made(await createVault("seat", passphrase, rng));
    const copied = { ...record, deviceKey: other.record.deviceKey };
    expect(code(await unlockVault(copied, passphrase, rng))).toBe("deviceKeyMissing");
  });

  test("refuses key-derivation costs that would hang the tab or make guessing cheap", async () => {
    const { record } = made(await createVault("seat", passphrase, rng));
    for (const N of [2 ** 10, 2 ** 24, 3 * 2 ** 15, 0, -1, Number.NaN]) {
      const [lock] = record.locks;
      if (lock?.kind !== "passphrase") throw new Error("expected a passphrase lock");
      const changed = { ...record, locks: [{ ...lock, kdf: { ...lock.kdf, N } }] };
      expect(code(await unlockVault(changed, passphrase, rng))).toBe("corruptRecord");
    }
  });

  test("keeps its data key when the lock changes from the device alone to a passphrase and a passkey", async () => {
    const first = made(await createVault("seat", { kind: "device" }, rng));
    const sealed = first.vault.seal("a", secret);
    const withPassphrase = made(await first.vault.withLock(first.record, passphrase));
    expect(code(await unlockVault(withPassphrase, { kind: "device" }, rng))).toBe("noSuchLock");
    const passkey = { kind: "passkey", credentialId: rng(16), prfSalt: rng(32), output: rng(32) } as const;
    const both = made(await first.vault.withLock(withPassphrase, passkey));
    for (const key of [passphrase, passkey])
      expect(made(await unlockVault(both, key, rng)).open("a", sealed)).toEqual(secret);
    const wrong = { ...passkey, output: rng(32) };
    expect(code(await unlockVault(both, wrong, rng))).toBe("wrongPasskey");
    const onlyPasskey = made(withoutLock(both, "passphrase"));
    expect(code(withoutLock(onlyPasskey, "passkey"))).toBe("lastLock");
  });

  test("opens no record under another name and none that was changed", async () => {
    const { vault } = made(await createVault("seat", { kind: "device" }, rng));
    const sealed = vault.seal("groups/1", secret);
    expect(code(vault.open("groups/2", sealed))).toBe("corruptRecord");
    expect(code(vault.open("groups/1", sealed.subarray(1)))).toBe("corruptRecord");
    expect(code(vault.open("groups/1", new Uint8Array(3)))).toBe("corruptRecord");
  });

  test("refuses to work once locked, and prints no key", async () => {
    const { vault } = made(await createVault("seat", { kind: "device" }, rng));
    expect(JSON.stringify({ vault })).toBe('{"vault":"[UnlockedVault redacted]"}');
    vault.lock();
    expect(vault.isLocked).toBe(true);
    expect(() => vault.seal("a", secret)).toThrow("locked");
  });

  test("refuses a short passphrase and a record of a later version", async () => {
    expect(code(await createVault("seat", { kind: "passphrase", passphrase: "short", cost }, rng))).toBe(
      "passphraseTooShort",
    );
    const { record } = made(await createVault("seat", { kind: "device" }, rng));
    const later = { ...record, version: 2 } as unknown as VaultRecord;
    expect(code(await unlockVault(later, { kind: "device" }, rng))).toBe("unsupportedVersion");
  });
});
