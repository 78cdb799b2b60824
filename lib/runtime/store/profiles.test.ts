import "fake-indexeddb/auto";
import { openDB } from "idb";
import { expect, test } from "vitest";
import { createVault, type VaultRecord } from "../vault/vault.ts";
import { StorageError } from "./open-database.ts";
import { type Profile, Profiles } from "./profiles.ts";

const rng = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const label = {
  role: "signer",
  groupName: "Alpha",
  seatName: "Alice",
  threshold: 2,
  total: 3,
  state: "lobby",
} as const;

/** A stand-in for a device key that the fake database can clone, unlike the real one. */
async function profile(id: string, created = 1): Promise<Profile> {
  const made = await createVault(id, { kind: "device" }, rng);
  if ("code" in made) throw new Error(made.code);
  return {
    id,
    created,
    lobby: "",
    vault: { ...made.record, deviceKey: null } as unknown as VaultRecord,
    label,
  };
}
const code = async (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error as StorageError).code,
  );

test("seats are listed newest first, and a change starts from what is stored", async () => {
  const profiles = await Profiles.open("a");
  await profiles.put(await profile("1", 1));
  await profiles.put(await profile("2", 2));
  expect((await profiles.list()).map(({ id }) => id)).toEqual(["2", "1"]);
  await Promise.all([
    profiles.update("1", (stored) => ({ ...stored, label: { ...stored.label, state: "ready" } })),
    profiles.update("1", (stored) => ({ ...stored, label: { ...stored.label, groupName: "Beta" } })),
  ]);
  expect((await profiles.get("1"))?.label).toMatchObject({ state: "ready", groupName: "Beta" });
  await profiles.remove("1");
  expect(await profiles.get("1")).toBeUndefined();
});

test("storage of a later version is named, not touched", async () => {
  (await openDB("b", 2, { upgrade: (database) => database.createObjectStore("profiles") })).close();
  expect(await code(Profiles.open("b"))).toBe("storage-newer");
});

test("an upgrade that another tab blocks is named", async () => {
  const older = await openDB("c", 1, { upgrade: (database) => database.createObjectStore("x") });
  // The older tab keeps its connection whatever it is asked.
  const opening = openDB("c", 2).then((database) => database.close());
  expect(await code(openDatabase())).toBe("storage-blocked");
  older.close();
  await opening;

  async function openDatabase() {
    const { openDatabase: open } = await import("./open-database.ts");
    return open("c", 3, () => undefined);
  }
});
