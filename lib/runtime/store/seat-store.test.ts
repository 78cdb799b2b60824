import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { deleteIndexedDbStore, openIndexedDbStore } from "./indexed-db.ts";
import { MemoryStore } from "./memory.ts";
import { seatStoreContract } from "./testing/seat-store-contract.ts";

let count = 0;
let name = "";
seatStoreContract(
  "IndexedDB",
  () => openIndexedDbStore((name = `seat-${++count}`)),
  (store) => {
    store.close();
    return openIndexedDbStore(name);
  },
);
seatStoreContract(
  "memory",
  () => Promise.resolve(new MemoryStore()),
  (store) => Promise.resolve(store),
);

test("a seat that was deleted leaves nothing behind", async () => {
  const store = await openIndexedDbStore("gone");
  await store.claim("e");
  await store.write({ epoch: "e", records: [Uint8Array.of(1)] });
  store.close();
  await deleteIndexedDbStore("gone");
  expect((await (await openIndexedDbStore("gone")).load()).records).toEqual([]);
});
