import "fake-indexeddb/auto";
import { describe, expect, test, vi } from "vitest";
import { IdbStore } from "./idb-store.ts";
import { MemoryStore } from "./memory-store.ts";
import { put } from "./ports/store.ts";
import { storeContract } from "./testing/store-contract.ts";

storeContract("memory", () => Promise.resolve(new MemoryStore()));
storeContract("indexeddb", (name) => IdbStore.open(name));

const bytes = (...values: number[]) => new Uint8Array(values);

describe("indexeddb store", () => {
  test("what was committed is there after the database is opened again", async () => {
    const first = await IdbStore.open("again");
    await first.commit([put("a", bytes(1))]);
    await first.close();
    const second = await IdbStore.open("again");
    expect(await second.get("a")).toEqual(bytes(1));
    await second.close();
  });

  test("every commit asks the browser to flush to disk", async () => {
    const store = await IdbStore.open("strict");
    const transaction = vi.spyOn(IDBDatabase.prototype, "transaction");
    await store.commit([put("a", bytes(1))]);
    expect(transaction.mock.lastCall).toEqual(["entries", "readwrite", { durability: "strict" }]);
    transaction.mockRestore();
    await store.close();
  });

  test("a browser without room says quota, and nothing was stored", async () => {
    const store = await IdbStore.open("full");
    const refuse = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no room", "QuotaExceededError");
    });
    await expect(store.commit([put("a", bytes(1)), put("b", bytes(2))])).rejects.toMatchObject({
      fault: "quota",
    });
    refuse.mockRestore();
    expect(await store.list("")).toEqual([]);
    await store.close();
  });

  test("a newer version of the application makes the older one let go and say so", async () => {
    const closed = vi.fn();
    const store = await IdbStore.open("upgrade", closed);
    const newer = indexedDB.open("upgrade", 2);
    await new Promise((resolve) => newer.addEventListener("success", resolve));
    expect(closed).toHaveBeenCalledOnce();
    await expect(store.get("a")).rejects.toMatchObject({ fault: "closed" });
    newer.result.close();
  });
});
