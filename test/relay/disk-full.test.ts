import { afterAll, expect, test } from "vitest";
import { MAX_BATCH_FRAMES, decodePage, encodeBatch } from "../../lib/wire/relay/batch.ts";
import type { PostResult } from "../../lib/wire/relay/events.ts";
import { RelayProcess } from "../relay-process.ts";
import { RawConnection } from "./in-process.ts";
import { credentialsOf, makeFrame, makeGroup, makePerson } from "./people.ts";

const relay = new RelayProcess({}, "test/relay-only.ts");
afterAll(() => relay.dispose());

test("a disk that fills up refuses by code, loses nothing it acknowledged, and takes the rest once there is room", async () => {
  const [ann, bob] = [makePerson(), makePerson()];
  const room = await makeGroup(ann, [ann, bob]);
  const frames = Array.from({ length: 600 }, () =>
    makeFrame({
      subject: room.subject,
      from: ann.identity,
      to: bob.identity,
      payload: new Uint8Array(4_000),
    }),
  );

  await relay.start(1_024);
  const acknowledged: number[] = [];
  const refusals = new Set<string>();
  let connection = new RawConnection(relay.url);
  await connection.logIn(credentialsOf(ann, room));
  for (let at = 0; at < frames.length && refusals.size === 0; at += 20) {
    const answer = await connection.ask("post", encodeBatch(frames.slice(at, at + 20)), at);
    for (const [index, result] of (answer as { results: PostResult[] }).results.entries()) {
      if ("code" in result) refusals.add(result.code);
      else acknowledged.push(at + index);
    }
  }
  expect([...refusals].every((code) => code === "storage-full" || code === "storage-failed")).toBe(true);
  expect(refusals.size).toBeGreaterThan(0);
  expect(acknowledged.length).toBeGreaterThan(0);
  expect((await fetch(`${relay.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  connection.close();
  await relay.kill();

  await relay.start();
  const reader = new RawConnection(relay.url);
  await reader.logIn(credentialsOf(bob, room));
  const read: string[] = [];
  const readOn = async () => {
    for (;;) {
      const page = decodePage((await reader.ask("sync", read.length + 1, MAX_BATCH_FRAMES)) as Uint8Array)!;
      if (page.frames.length === 0) return;
      for (const frame of page.frames) read.push(Buffer.from(frame).toString("hex"));
    }
  };
  const hexOf = (index: number) => Buffer.from(frames[index]!).toString("hex");
  await readOn();
  expect(read).toEqual(acknowledged.map(hexOf));

  connection = new RawConnection(relay.url);
  await connection.logIn(credentialsOf(ann, room));
  for (let at = 0; at < frames.length; at += 20)
    expect(await connection.ask("post", encodeBatch(frames.slice(at, at + 20)), at)).toMatchObject({
      ok: true,
    });
  await readOn();
  expect(read).toEqual(frames.map((_, index) => hexOf(index)));
  connection.close();
  reader.close();
}, 120_000);
