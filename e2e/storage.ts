import type { Page } from "playwright/test";

/** Changes one bit in the middle of every sealed record of every seat that this browser holds. */
export function damageSealedRecords(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error("the database refused"));
      });
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined || name === "hoarfrost") continue;
      const database = await settled(indexedDB.open(name));
      const entries = database.transaction("entries", "readwrite").objectStore("entries");
      for (const key of await settled(entries.getAllKeys())) {
        const value: unknown = await settled(entries.get(key));
        if (!(value instanceof Uint8Array)) continue;
        const middle = value.length >> 1;
        value.set([(value[middle] ?? 0) ^ 1], middle);
        await settled(entries.put(value, key));
      }
      database.close();
    }
  });
}
