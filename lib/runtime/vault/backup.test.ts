import { expect, test } from "vitest";
import { backupLabel, openBackup, writeBackup } from "./backup.ts";
import { isVaultError } from "./errors.ts";

const rng = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const options = { cost: { N: 2 ** 15, r: 8, p: 1 } };
const label = { group: "Alpha peg", seat: "Alice", made: "2026-01-01T00:00:00.000Z" };
const contents = Uint8Array.of(9, 8, 7);
const passphrase = "cold clear morning";

async function backup(): Promise<string> {
  const text = await writeBackup(contents, label, passphrase, rng, options);
  if (typeof text !== "string") throw new Error(text.code);
  return text;
}
const code = (value: object) => (isVaultError(value) ? value.code : "opened");

test("a backup opens with its passphrase and says whose it is without", async () => {
  const text = await backup();
  expect(backupLabel(text)).toEqual(label);
  expect(await openBackup(text, passphrase)).toEqual({ label, contents });
});

test("a backup does not open with another passphrase, nor with a changed label", async () => {
  const text = await backup();
  expect(code(await openBackup(text, "another passphrase"))).toBe("wrongBackupPassphrase");
  expect(code(await openBackup(text.replace("Alice", "Mallory"), passphrase))).toBe("wrongBackupPassphrase");
});

test("a file that is no backup is refused before any key is derived", async () => {
  const text = await backup();
  const changed = (change: (file: Record<string, unknown>) => unknown) =>
    JSON.stringify(change(JSON.parse(text) as Record<string, unknown>));
  const files = [
    "",
    "null",
    "[]",
    "{}",
    text.slice(0, -5),
    "x".repeat(5 * 2 ** 20),
    changed((file) => ({ ...file, sealed: undefined })),
    changed((file) => ({ ...file, sealed: "not base64!" })),
    changed((file) => ({ ...file, kdf: { N: 2 ** 30, r: 8, p: 1, salt: "AAAAAAAAAAAAAAAAAAAAAA==" } })),
    changed((file) => ({ ...file, kdf: { N: 2 ** 17, r: 8, p: 1, salt: "AAAA" } })),
    changed((file) => ({ ...file, kdf: null })),
  ];
  for (const file of files) expect(code(await openBackup(file, passphrase))).toBe("notABackup");
  expect(
    code(
      await openBackup(
        changed((file) => ({ ...file, version: 2 })),
        passphrase,
      ),
    ),
  ).toBe("unsupportedVersion");
});

test("a short passphrase makes no backup", async () => {
  expect(await writeBackup(contents, label, "short", rng, options)).toEqual({
    tag: "error",
    code: "passphraseTooShort",
  });
});
