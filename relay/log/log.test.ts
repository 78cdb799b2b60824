import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LibsqlLog } from "./libsql.ts";
import { StorageError, type Append } from "./log.ts";
import { MemoryLog } from "./memory.ts";
import { logContract } from "./testing/log-contract.ts";

logContract("memory", {
  open: (options) => ({ log: new MemoryLog(options), close: () => Promise.resolve() }),
});

logContract("libsql", {
  open: (options) => {
    const folder = mkdtempSync(join(tmpdir(), "hoarfrost-log-"));
    const log = new LibsqlLog(folder, options);
    return {
      log,
      close: async () => {
        await log.close();
        rmSync(folder, { recursive: true });
      },
    };
  },
});

describe("libsql log on disk", () => {
  const options = { now: () => 1_000, unreadBytesPerInbox: 1_000_000_000 };
  const bytesOf = (index: number) => new Uint8Array(1024).fill(index % 251);
  const message = (index: number): Append => {
    const msgId = new Uint8Array(16);
    new DataView(msgId.buffer).setUint32(0, index);
    const [from, to] = [2, 3].map((byte) => new Uint8Array(32).fill(byte));
    return { from: from!, recipients: [to!], msgId, bytes: bytesOf(index) };
  };

  const room = new Uint8Array(32).fill(1);
  const append = async (log: LibsqlLog, entry: Append) => (await log.append(room, [entry]))[0]!;

  async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "hoarfrost-log-"));
    await run(folder).finally(() => rmSync(folder, { recursive: true }));
  }

  test("what was acknowledged is there after the file is opened again", () =>
    inFolder(async (folder) => {
      const first = new LibsqlLog(folder, options);
      for (let index = 1; index <= 3; index++) await append(first, message(index));
      const state = await first.inbox(room, message(1).recipients[0]!);
      await first.close();
      const second = new LibsqlLog(folder, options);
      expect(await second.inbox(room, message(1).recipients[0]!)).toEqual(state);
      expect(await append(second, message(2))).toMatchObject({ duplicate: true, seq: 2 });
      expect(await append(second, message(4))).toMatchObject({ seq: 4 });
      expect(second.newest()).toBe(1_000);
      await second.close();
    }));

  test("a full disk refuses, acknowledges nothing of that transaction, and works again with room", () =>
    inFolder(async (folder) => {
      const log = new LibsqlLog(folder, options);
      await append(log, message(0));
      log.limitPages(60);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 640 }, (_, index) => append(log, message(index + 1))),
      );
      const refused = outcomes.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
      expect(refused.length).toBeGreaterThan(0);
      for (const { reason } of refused) {
        expect(reason).toBeInstanceOf(StorageError);
        expect((reason as StorageError).code).toBe("storage-full");
      }
      const kept = outcomes.filter(({ status }) => status === "fulfilled").length;
      const { recipients } = message(0);
      expect((await log.inbox(room, recipients[0]!)).head).toBe(1 + kept);
      log.limitPages(1_000_000);
      for (let index = 1; index <= 640; index++) await append(log, message(index));
      expect((await log.inbox(room, recipients[0]!)).head).toBe(641);
      await log.close();
    }));
});
