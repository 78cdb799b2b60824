import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { encodeBatch } from "../../lib/wire/relay/batch.ts";
import { RawConnection, startInProcess, type InProcessRelay } from "../../test/relay/in-process.ts";
import { credentialsOf, makeFrame, makeGroup, makePerson, type TestRoom } from "../../test/relay/people.ts";
import type { Settings } from "../config/keys.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const [ann, bob] = [makePerson(), makePerson()];

async function scene(
  change: Partial<Settings>,
): Promise<{ relay: InProcessRelay; room: TestRoom; connection: RawConnection }> {
  const relay = await startInProcess(change);
  open.push(() => relay.close());
  const room = await makeGroup(ann, [ann, bob]);
  const connection = new RawConnection(relay.url);
  open.push(() => connection.close());
  expect(await connection.logIn(credentialsOf(ann, room))).toMatchObject({ ok: true });
  return { relay, room, connection };
}

const frameTo = (room: TestRoom, payload = new Uint8Array(100)) =>
  makeFrame({ subject: room.subject, from: ann.identity, to: bob.identity, payload });

test("a sender who is over the rate is told when all the rest of the batch may pass", async () => {
  const { room, connection } = await scene({
    "limits.messages_per_second": 10,
    "limits.message_burst": 5,
  });
  const frames = Array.from({ length: 9 }, () => frameTo(room));
  const { results } = (await connection.ask("post", encodeBatch(frames), 0)) as {
    results: { code?: string; retryAfterMs?: number }[];
  };
  expect(results.map(({ code }) => code ?? "stored")).toEqual([
    ...Array<string>(5).fill("stored"),
    "rate",
    ...Array<string>(3).fill("not-tried"),
  ]);
  expect(results[5]?.retryAfterMs).toBeGreaterThan(300);
  expect(results[5]?.retryAfterMs).toBeLessThanOrEqual(400);
});

test("who sends on although told to wait is not read until then, and then is answered", async () => {
  const { relay, room, connection } = await scene({
    "limits.messages_per_second": 2,
    "limits.message_burst": 2,
  });
  const count = 30;
  let answered = 0;
  // Large enough that the few packets that are received before reading stops hold few of them.
  const batch = () => encodeBatch([frameTo(room, new Uint8Array(100_000))]);
  for (let index = 0; index < count; index++)
    connection.socket.emit("post", batch(), index, () => answered++);
  await expect.poll(() => answered).toBeGreaterThanOrEqual(5);
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(answered).toBeLessThan(15);
  // Everybody else is heard meanwhile.
  const other = new RawConnection(relay.url);
  open.push(() => other.close());
  expect(await other.logIn(credentialsOf(bob, room))).toMatchObject({ ok: true });
  expect(answered).toBeLessThan(15);
  await expect.poll(() => answered, { timeout: 20_000 }).toBe(count);
  expect(connection.socket.connected).toBe(true);
});

test("a burst that is allowed is stored at four times the sustained rate, and all of it", async () => {
  const { room, connection } = await scene({
    "limits.messages_per_second": 200,
    "limits.message_burst": 2_000,
  });
  const started = performance.now();
  for (let index = 0; index < 16; index++) {
    const frames = Array.from({ length: 64 }, () => frameTo(room));
    const answer = (await connection.ask("post", encodeBatch(frames), index)) as {
      results: { seq: number }[];
    };
    expect(answer.results.map(({ seq }) => seq)).toEqual(frames.map((_, place) => index * 64 + place + 1));
  }
  // 1024 messages, 512 of them at once, the rest at 800 a second.
  expect(performance.now() - started).toBeGreaterThan(400);
});

test("a connection that does not close when it is told to is cut", async () => {
  const { relay } = await scene({ "limits.login_seconds": 1 });
  const socket = connect(Number(new URL(relay.url).port), "127.0.0.1");
  open.push(() => socket.destroy());
  const closed = new Promise<string>((resolve) => {
    socket.once("error", () => resolve("cut"));
    socket.once("close", () => resolve("cut"));
  });
  socket.write(
    [
      "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
      "Host: relay",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "\r\n",
    ].join("\r\n"),
  );
  // A masked text message with a mask of zeros: the connect packet of Socket.IO. Nothing else is ever said.
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]));
  socket.resume();
  const waited = new Promise<string>((resolve) => setTimeout(() => resolve("still open"), 6_000));
  expect(await Promise.race([closed, waited])).toBe("cut");
});
