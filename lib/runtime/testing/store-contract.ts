import { describe, expect, test } from "vitest";
import { put, remove, StoreError, type Store } from "../ports/store.ts";

const bytes = (...values: number[]) => new Uint8Array(values);

async function fault(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof StoreError) return error.fault;
    throw error;
  }
  return "none";
}

/** What every store promises. Each adapter runs these. @param open opens the store called `name`, again if need be */
export function storeContract(adapter: string, open: (name: string) => Promise<Store>): void {
  let counter = 0;
  const withStore = async (run: (store: Store, name: string) => Promise<void>) => {
    const name = `${adapter}-${counter++}`;
    const store = await open(name);
    await run(store, name);
    await store.close();
  };

  describe(`${adapter} store`, () => {
    test("what was never put is not there", () =>
      withStore(async (store) => {
        expect(await store.get("a")).toBeNull();
        expect(await store.list("")).toEqual([]);
      }));

    test("a commit puts and deletes together, and the last write to a key counts", () =>
      withStore(async (store) => {
        await store.commit([put("a", bytes(1)), put("b", bytes(2)), put("a", bytes(3))]);
        await store.commit([remove("b"), put("c", bytes()), remove("never there")]);
        expect(await store.get("a")).toEqual(bytes(3));
        expect(await store.get("b")).toBeNull();
        expect(await store.get("c")).toEqual(bytes());
      }));

    test("a list holds exactly the keys of its prefix, in order", () =>
      withStore(async (store) => {
        const keys = ["out/2", "out/10", "out/1", "outer", "ou", "out/"];
        await store.commit(keys.map((key, index) => put(key, bytes(index))));
        expect((await store.list("out/")).map(({ key }) => key)).toEqual([
          "out/",
          "out/1",
          "out/10",
          "out/2",
        ]);
        expect((await store.list("")).length).toBe(6);
      }));

    test("nothing happens where an expectation does not hold", () =>
      withStore(async (store) => {
        await store.commit([put("owner", bytes(1))]);
        const steal = [put("owner", bytes(9)), put("stolen", bytes(9))];
        expect(await fault(store.commit(steal, [{ key: "owner", value: bytes(2) }]))).toBe("changed");
        expect(await fault(store.commit(steal, [{ key: "owner", value: null }]))).toBe("changed");
        expect(await fault(store.commit(steal, [{ key: "other", value: bytes(1) }]))).toBe("changed");
        expect(await store.get("owner")).toEqual(bytes(1));
        expect(await store.get("stolen")).toBeNull();
        await store.commit(steal, [
          { key: "owner", value: bytes(1) },
          { key: "other", value: null },
        ]);
        expect(await store.get("stolen")).toEqual(bytes(9));
      }));

    test("of two commits with the same expectation exactly one happens", () =>
      withStore(async (store) => {
        await store.commit([put("cursor", bytes(0))]);
        const claim = (by: number) =>
          fault(store.commit([put("cursor", bytes(by))], [{ key: "cursor", value: bytes(0) }]));
        expect((await Promise.all([claim(1), claim(2), claim(3)])).sort()).toEqual([
          "changed",
          "changed",
          "none",
        ]);
      }));

    test("bytes are copied in and out", () =>
      withStore(async (store) => {
        const value = bytes(1, 2, 3);
        const committed = store.commit([put("a", value)]);
        value.fill(9);
        await committed;
        const read = await store.get("a");
        read?.fill(8);
        expect(await store.get("a")).toEqual(bytes(1, 2, 3));
      }));

    test("a view into a larger buffer is stored alone", () =>
      withStore(async (store) => {
        await store.commit([put("a", bytes(1, 2, 3, 4).subarray(1, 3))]);
        const read = await store.get("a");
        expect(read).toEqual(bytes(2, 3));
        expect(read?.buffer.byteLength).toBe(2);
      }));

    test("commits made without waiting happen in order", () =>
      withStore(async (store) => {
        await Promise.all(Array.from({ length: 50 }, (_, index) => store.commit([put("a", bytes(index))])));
        expect(await store.get("a")).toEqual(bytes(49));
      }));

    test("a closed store says so", () =>
      withStore(async (store) => {
        await store.close();
        expect(await fault(store.get("a"))).toBe("closed");
        expect(await fault(store.commit([put("a", bytes(1))]))).toBe("closed");
      }));
  });
}
