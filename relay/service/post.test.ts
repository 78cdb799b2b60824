import { afterEach, describe, expect, test } from "vitest";
import { decodePage, encodeBatch, MAX_BATCH_FRAMES } from "../../lib/wire/relay/batch.ts";
import { RawConnection, startInProcess, type InProcessRelay } from "../../test/relay/in-process.ts";
import {
  credentialsOf,
  makeFrame,
  makeGroup,
  makePerson,
  type Person,
  type TestRoom,
} from "../../test/relay/people.ts";
import type { Settings } from "../config/keys.ts";
import { StorageError } from "../log/log.ts";
import { MemoryLog } from "../log/memory.ts";

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const [ann, bob, cat] = [makePerson(), makePerson(), makePerson()];

class FullLog extends MemoryLog {
  full = false;
  /** How many appends there is room for. */
  appendsLeft = Number.POSITIVE_INFINITY;
  /** What every append waits for. */
  busy: Promise<void> = Promise.resolve();
  override async append(...args: Parameters<MemoryLog["append"]>): ReturnType<MemoryLog["append"]> {
    await this.busy;
    if (--this.appendsLeft < 0) this.full = true;
    if (this.full) throw new StorageError("storage-full", "no room");
    return super.append(...args);
  }
}

interface Scene {
  readonly relay: InProcessRelay;
  readonly log: FullLog;
  readonly room: TestRoom;
  readonly join: (person: Person) => Promise<RawConnection>;
}

async function scene(change: Partial<Settings> = {}): Promise<Scene> {
  let log: FullLog | null = null;
  const relay = await startInProcess(change, (now, settings) => {
    log = new FullLog({ now, unreadBytesPerInbox: settings["limits.unread_bytes_per_inbox"] });
    return log;
  });
  open.push(() => relay.close());
  const room = await makeGroup(ann, [ann, bob, cat]);
  const join = async (person: Person) => {
    const connection = new RawConnection(relay.url);
    open.push(() => connection.close());
    expect(await connection.logIn(credentialsOf(person, room))).toMatchObject({ ok: true });
    return connection;
  };
  return { relay, log: log!, room, join };
}

let turn = 0;
/** Posts in a turn of its own, as a client that has heard every answer so far. */
const post = (connection: RawConnection, ...frames: Uint8Array[]) =>
  connection.ask("post", encodeBatch(frames), turn++);

async function read(connection: RawConnection, from = 1) {
  const page = await connection.ask("sync", from, MAX_BATCH_FRAMES);
  if (!(page instanceof Uint8Array)) throw new Error(JSON.stringify(page));
  return decodePage(page)!;
}

describe("posting", () => {
  test("a message to all reaches everybody else, one to one person only that one", async () => {
    const { room, join } = await scene();
    const [a, b, c] = [await join(ann), await join(bob), await join(cat)];
    const toAll = makeFrame({ subject: room.subject, from: ann.identity });
    const toBob = makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity });
    expect(await post(a, toAll, toBob)).toMatchObject({ ok: true, results: [{ seq: 1 }, { seq: 2 }] });
    expect((await read(a)).frames).toEqual([]);
    expect((await read(b)).frames.map((frame) => Buffer.from(frame))).toEqual(
      [toAll, toBob].map((f) => Buffer.from(f)),
    );
    expect((await read(c)).frames.length).toBe(1);
  });

  test("what is new is pushed to a reader that is up to date, in one buffer", async () => {
    const { room, join } = await scene();
    const [a, b] = [await join(ann), await join(bob)];
    await read(b);
    await post(
      a,
      ...[1, 2, 3].map(() => makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity })),
    );
    await expect.poll(() => b.pages.length).toBeGreaterThan(0);
    const frames = b.pages.flatMap((page) => decodePage(page)!.frames);
    expect(frames.length).toBe(3);
    expect(decodePage(b.pages[0]!)).toMatchObject({ first: 1, head: 3 });
  });

  test("each wrong frame is refused by its own reason, and the others of its batch are not", async () => {
    const { room, join, log } = await scene({ "limits.max_frame_bytes": 1_024 });
    const a = await join(ann);
    const good = { subject: room.subject, from: ann.identity, to: bob.identity };
    const spoiled = makeFrame(good);
    spoiled[0] = 9;
    const msgId = new Uint8Array(16).fill(7);
    const answer = await post(
      a,
      makeFrame({ ...good, msgId }),
      makeFrame({ ...good, from: bob.identity }),
      makeFrame({ ...good, subject: new Uint8Array(32) }),
      makeFrame({ ...good, to: makePerson().identity }),
      makeFrame(good).subarray(0, 200),
      new Uint8Array([...makeFrame(good), 0]),
      spoiled,
      makeFrame({ ...good, payload: new Uint8Array(2_000) }),
      makeFrame({ ...good, msgId, payload: new Uint8Array(1) }),
      makeFrame({ ...good, msgId }),
      makeFrame(good),
    );
    const { results } = answer as { results: { code?: string; seq?: number; duplicate?: boolean }[] };
    expect(results.map(({ code, seq }) => code ?? seq)).toEqual([
      1,
      "wrong-sender",
      "wrong-room",
      "unknown-recipient",
      "bad-frame",
      "bad-frame",
      "bad-frame",
      "frame-too-large",
      "conflict",
      1,
      2,
    ]);
    expect(results[9]).toEqual({ seq: 1, duplicate: true });
    expect((await log.inbox(room.id, bob.identity)).head).toBe(2);
  });

  test("too much at once is refused from there on, with the time to wait, and goes in later", async () => {
    const { room, join, relay } = await scene({ "limits.message_burst": 3, "limits.messages_per_second": 1 });
    const a = await join(ann);
    const frames = [1, 2, 3, 4, 5].map(() =>
      makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity }),
    );
    const first = (await post(a, ...frames)) as { results: Record<string, unknown>[] };
    expect(first.results.map(({ code, seq }) => code ?? seq)).toEqual([1, 2, 3, "rate", "not-tried"]);
    expect(first.results[3]!["retryAfterMs"]).toBeGreaterThan(0);
    relay.advance(3_000);
    expect(await post(a, ...frames.slice(3))).toMatchObject({ results: [{ seq: 4 }, { seq: 5 }] });
  });

  test("a full inbox holds up nobody else, and takes the message once its owner has read", async () => {
    const { room, join } = await scene({ "limits.unread_bytes_per_inbox": 1_048_576 });
    const [a, b] = [await join(ann), await join(bob)];
    const big = () =>
      makeFrame({
        subject: room.subject,
        from: ann.identity,
        to: bob.identity,
        payload: new Uint8Array(400_000),
      });
    await post(a, big());
    await post(a, big());
    const third = big();
    const small = makeFrame({ subject: room.subject, from: ann.identity, to: cat.identity });
    expect(await post(a, third, small)).toMatchObject({ results: [{ code: "inbox-full" }, { seq: 1 }] });
    await b.ask("ack", 1);
    expect(await post(a, third)).toMatchObject({ results: [{ seq: 3, duplicate: false }] });
  });

  test("a full disk is said, acknowledges nothing, and nothing of it was stored", async () => {
    const { room, join, log } = await scene();
    const a = await join(ann);
    log.full = true;
    const frame = makeFrame({ subject: room.subject, from: ann.identity });
    expect(await post(a, frame)).toMatchObject({
      ok: true,
      results: [{ code: "storage-full", retryAfterMs: 1_000 }],
    });
    log.full = false;
    expect((await log.inbox(room.id, bob.identity)).head).toBe(0);
    expect(await post(a, frame)).toMatchObject({ results: [{ seq: 1, duplicate: false }] });
  });

  test("batches under way are stored in order; after one that was stopped nothing of its turn is", async () => {
    const { room, join, relay } = await scene({ "limits.message_burst": 3, "limits.messages_per_second": 1 });
    const a = await join(ann);
    const frames = Array.from({ length: 6 }, () =>
      makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity }),
    );
    const send = (from: number, inTurn: number) =>
      a.ask("post", encodeBatch(frames.slice(from, from + 2)), inTurn);
    expect(await Promise.all([send(0, 1), send(2, 1), send(4, 1)])).toMatchObject([
      { results: [{ seq: 1 }, { seq: 2 }] },
      { results: [{ seq: 3 }, { code: "rate" }] },
      { results: [{ code: "not-tried" }, { code: "not-tried" }] },
    ]);
    relay.advance(10_000);
    expect(await send(4, 1)).toMatchObject({ results: [{ code: "not-tried" }, { code: "not-tried" }] });
    expect(await send(3, 2)).toMatchObject({ results: [{ seq: 4 }, { seq: 5 }] });
  });

  test("a long batch is stored in parts; where one cannot be, nothing after it is", async () => {
    const { log, room, join } = await scene();
    const a = await join(ann);
    const frames = Array.from({ length: MAX_BATCH_FRAMES }, () =>
      makeFrame({ subject: room.subject, from: ann.identity }),
    );
    log.appendsLeft = 1;
    const { results } = (await post(a, ...frames)) as { results: { seq?: number; code?: string }[] };
    const stored = results.filter(({ seq }) => seq !== undefined).length;
    expect(stored).toBe(32);
    expect(results.slice(0, stored).map(({ seq }) => seq)).toEqual(
      frames.slice(0, stored).map((_, i) => i + 1),
    );
    expect(results.slice(stored).every(({ code }) => code === "storage-full")).toBe(true);
    log.full = false;
    log.appendsLeft = Number.POSITIVE_INFINITY;
    await post(a, ...frames.slice(stored));
    expect((await log.inbox(room.id, bob.identity)).head).toBe(MAX_BATCH_FRAMES);
  });

  test("more batches at once than the relay works on are refused, and their turn is stopped", async () => {
    const { log, room, join } = await scene();
    const a = await join(ann);
    const frame = () => makeFrame({ subject: room.subject, from: ann.identity });
    let goOn: () => void = () => undefined;
    log.busy = new Promise((resolve) => (goOn = resolve));
    const asked = Array.from({ length: 6 }, () => a.ask("post", encodeBatch([frame()]), 1));
    await Promise.race(asked);
    goOn();
    const answers = await Promise.all(asked);
    expect(
      answers.filter((answer) => (answer as { code?: string }).code === "in-flight").length,
    ).toBeGreaterThan(0);
    expect(await a.ask("post", encodeBatch([frame()]), 1)).toMatchObject({
      results: [{ code: "not-tried" }],
    });
  });

  test("who collects too many refusals is cut off, with the reason", async () => {
    const { relay, room, join } = await scene({ "limits.refusals_per_socket": 10 });
    const a = await join(ann);
    for (let index = 0; index < 12; index++) a.socket.emit("post", "nonsense", () => undefined);
    expect(await a.refused).toMatchObject({ code: "too-many-refusals", retryAfterMs: 5_000 });
    await a.closed;
    const again = new RawConnection(relay.url);
    open.push(() => again.close());
    expect(await again.logIn(credentialsOf(ann, room))).toMatchObject({
      ok: false,
      code: "too-many-refusals",
    });
    await join(bob);
    relay.advance(5_000);
    await join(ann);
  });
});

describe("reading", () => {
  test("a page never holds more than a batch, and says where the inbox ends", async () => {
    const { room, join } = await scene();
    const [a, b] = [await join(ann), await join(bob)];
    const frames = Array.from({ length: 100 }, () =>
      makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity }),
    );
    await post(a, ...frames.slice(0, 50));
    await post(a, ...frames.slice(50));
    const page = await read(b);
    expect(page).toMatchObject({ first: 1, head: 100 });
    expect(page.frames.length).toBe(MAX_BATCH_FRAMES);
    expect((await read(b, 65)).frames.length).toBe(36);
  });

  test("what was read is gone, and asking for it says so", async () => {
    const { room, join } = await scene();
    const [a, b] = [await join(ann), await join(bob)];
    for (let index = 0; index < 3; index++)
      await post(a, makeFrame({ subject: room.subject, from: ann.identity }));
    expect(await b.ask("ack", 2)).toEqual({ ok: true });
    expect(await read(b)).toMatchObject({ expiredThrough: 2, first: 3, head: 3 });
  });

  test("a reader that has seen more than the log ever gave gets a new numbering", async () => {
    const { room, join } = await scene();
    const [a, b] = [await join(ann), await join(bob)];
    await post(a, makeFrame({ subject: room.subject, from: ann.identity }));
    expect(await b.ask("sync", 500, 64)).toMatchObject({ ok: false, code: "log-renumbered" });
    expect((await read(b)).frames.length).toBe(1);
  });

  test("presence says who is connected", async () => {
    const { join } = await scene();
    const a = await join(ann);
    const told: Uint8Array[] = [];
    a.socket.on("presence", (identities: Uint8Array) => told.push(identities));
    const b = await join(bob);
    await expect.poll(() => told.at(-1)?.length).toBe(64);
    b.close();
    await expect.poll(() => told.at(-1)?.length).toBe(32);
    expect(Buffer.from(told.at(-1)!)).toEqual(Buffer.from(ann.identity));
  });
});

describe("limits of connections and rooms", () => {
  test("an address has a limited number of connections", async () => {
    const { relay, join } = await scene({ "limits.sockets_per_address": 2 });
    await join(ann);
    await join(bob);
    const third = new RawConnection(relay.url);
    open.push(() => third.close());
    expect(await third.refused).toMatchObject({ code: "too-many-connections" });
  });

  test("who keeps connecting beyond that is turned away before there is a connection", async () => {
    const { relay, join } = await scene({ "limits.sockets_per_address": 1 });
    const a = await join(ann);
    const outcomes: unknown[] = [];
    for (let index = 0; index < 40; index++) {
      const extra = new RawConnection(relay.url);
      open.push(() => extra.close());
      outcomes.push(await Promise.race([extra.refused, extra.closed]));
    }
    expect(outcomes[0]).toMatchObject({ code: "too-many-connections" });
    expect(outcomes.at(-1)).toBe("websocket error");
    expect(await a.ask("ack", 0)).toEqual({ ok: true });
  });

  test("a coordinator has a limited number of rooms, and a group a limited number of members", async () => {
    const { relay, join } = await scene({ "limits.rooms_per_creator": 1, "limits.members_per_room": 3 });
    await join(ann);
    const logIn = async (room: TestRoom) => {
      const connection = new RawConnection(relay.url);
      open.push(() => connection.close());
      return connection.logIn(credentialsOf(ann, room));
    };
    expect(await logIn(await makeGroup(ann, [ann, bob]))).toMatchObject({ code: "too-many-rooms" });
    const crowd = [ann, bob, cat, makePerson()];
    expect(await logIn(await makeGroup(ann, crowd))).toMatchObject({ code: "too-many-members" });
  });
});
