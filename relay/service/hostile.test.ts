import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isRefusalCode } from "../../lib/wire/relay/refusals.ts";
import { encodeBatch } from "../../lib/wire/relay/batch.ts";
import { RawConnection, startInProcess, type InProcessRelay } from "../../test/relay/in-process.ts";
import { credentialsOf, makeFrame, makeGroup, makePerson, type TestRoom } from "../../test/relay/people.ts";

const [ann, bob] = [makePerson(), makePerson()];
let relay: InProcessRelay;
let room: TestRoom;

beforeAll(async () => {
  relay = await startInProcess({
    "limits.refusals_per_socket": 1_000_000,
    "limits.sockets_per_address": 1_000_000,
    "limits.rooms_per_address": 1,
  });
  room = await makeGroup(ann, [ann, bob]);
});
afterAll(() => relay.close());

/** Anything Socket.IO can carry. */
const anything = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -1, 0, 1.5, 2 ** 53, 1e300),
  fc.string(),
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.oneof(fc.integer(), fc.uint8Array({ maxLength: 8 })), { maxLength: 4 }),
  fc.dictionary(fc.string(), fc.oneof(fc.integer(), fc.uint8Array({ maxLength: 8 })), { maxKeys: 4 }),
  fc.constantFrom({ __proto__: null }, { constructor: 1 }, { length: 64 }, { toJSON: 1 }),
);

const isRefusal = (answer: unknown): boolean =>
  typeof answer === "object" &&
  answer !== null &&
  "ok" in answer &&
  answer.ok === false &&
  "code" in answer &&
  isRefusalCode(answer.code) &&
  "sentence" in answer &&
  typeof answer.sentence === "string";

async function member(): Promise<RawConnection> {
  const connection = new RawConnection(relay.url);
  expect(await connection.logIn(credentialsOf(ann, room))).toMatchObject({ ok: true });
  return connection;
}

const headOfBob = async () => (await relay.log.inbox(room.id, bob.identity)).head;

describe("whatever is sent, the relay refuses by code and changes nothing", () => {
  test.each(["login", "post", "sync", "ack", "statement", "no such event", "constructor"])(
    "event %s with arguments of any type and number",
    async (event) => {
      const connection = await member();
      const before = await headOfBob();
      await fc.assert(
        fc.asyncProperty(fc.array(anything, { maxLength: 4 }), async (args) => {
          const wellFormedRead =
            (event === "ack" && args.length === 1 && Number.isSafeInteger(args[0]) && Number(args[0]) >= 0) ||
            (event === "sync" &&
              args.length === 2 &&
              args.every((arg) => Number.isSafeInteger(arg) && Number(arg) >= 1));
          fc.pre(!wellFormedRead);
          expect(isRefusal(await connection.ask(event, ...args))).toBe(true);
        }),
        { numRuns: 60 },
      );
      expect(await headOfBob()).toBe(before);
      expect(connection.socket.connected).toBe(true);
      connection.close();
    },
  );

  test("events without a callback are counted and leave nothing behind", async () => {
    const connection = await member();
    const before = await headOfBob();
    const frame = makeFrame({ subject: room.subject, from: ann.identity });
    connection.socket.emit("post", encodeBatch([frame]));
    connection.socket.emit("ack", 5, "not a function");
    await expect
      .poll(async () => (await relay.metrics.ignored.get()).values[0]?.value)
      .toBeGreaterThanOrEqual(2);
    expect(await headOfBob()).toBe(before);
    connection.close();
  });

  test("a login with any byte changed, cut or added gets nobody in", async () => {
    const spoilings: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.subarray(0, bytes.length - 1),
      (bytes) => new Uint8Array([...bytes, 0]),
      () => new Uint8Array(0),
    ];
    for (let at = 0; at < 460; at += 9)
      spoilings.push((bytes) =>
        bytes.map((byte, index) => (index === at % bytes.length ? byte ^ 0x55 : byte)),
      );
    for (const spoil of spoilings) {
      const connection = new RawConnection(relay.url);
      expect(isRefusal(await connection.logIn(credentialsOf(ann, room), spoil))).toBe(true);
      connection.close();
    }
  });

  test("a batch with any byte changed either keeps its frames' sender and room, or is refused", async () => {
    const connection = await member();
    const frame = makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity });
    await fc.assert(
      fc.asyncProperty(fc.nat(159), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const batch = encodeBatch([frame]);
        batch[at]! ^= by;
        const answer = (await connection.ask("post", batch)) as { ok: boolean; results?: object[] };
        if (!answer.ok) {
          expect(isRefusal(answer)).toBe(true);
          return;
        }
        for (const result of answer.results ?? []) {
          if ("code" in result) expect(isRefusalCode(result.code)).toBe(true);
          else {
            // Only what a relay does not judge was touched: kind, round, epoch, counter, number, or nothing of the frame.
            const inFrame = at - 6;
            expect(inFrame).toBeGreaterThanOrEqual(1);
            expect((inFrame >= 2 && inFrame < 34) || (inFrame >= 50 && inFrame < 114)).toBe(false);
          }
        }
      }),
      { numRuns: 200 },
    );
    expect(connection.socket.connected).toBe(true);
    connection.close();
  });

  test("a packet longer than the relay takes ends that connection and no other", async () => {
    const [ours, theirs] = [await member(), new RawConnection(relay.url)];
    expect(await theirs.logIn(credentialsOf(bob, room))).toMatchObject({ ok: true });
    theirs.socket.emit("post", new Uint8Array(5_000_000), () => undefined);
    expect(await theirs.closed).toMatch(/transport/);
    expect(await ours.ask("ack", 0)).toEqual({ ok: true });
    ours.close();
  });

  test("an array of many binaries ends at most that connection", async () => {
    const [ours, theirs] = [await member(), new RawConnection(relay.url)];
    expect(await theirs.logIn(credentialsOf(bob, room))).toMatchObject({ ok: true });
    theirs.socket.emit(
      "post",
      Array.from({ length: 500 }, () => new Uint8Array(4)),
      () => undefined,
    );
    await theirs.closed;
    expect(await ours.ask("ack", 0)).toEqual({ ok: true });
    ours.close();
  });
});
