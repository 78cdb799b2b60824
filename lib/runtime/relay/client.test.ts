import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodePage } from "../../wire/relay/batch.ts";
import { MemoryStore } from "../memory-store.ts";
import type { Rng } from "../ports/rng.ts";
import { put, StoreError, type Store } from "../ports/store.ts";
import { ManualClock, settled } from "../testing/manual-clock.ts";
import { ScriptedRelay } from "../testing/scripted-relay.ts";
import { makeFrame } from "../../../test/relay/people.ts";
import { RelayClient, type RelayClientOptions } from "./client.ts";

const rng: Rng = { bytes: (length) => new Uint8Array(length) };
const me = new Uint8Array(32).fill(1);
const frame = (msgId = 1) =>
  makeFrame({ subject: new Uint8Array(32), from: me, msgId: new Uint8Array(16).fill(msgId) });
const message = (byte: number) => new Uint8Array([byte]);

interface Scene {
  readonly client: RelayClient;
  readonly clock: ManualClock;
  readonly applied: number[];
  readonly gaps: string[];
  readonly refused: string[];
}

async function scene(
  relay: ScriptedRelay,
  store: Store = new MemoryStore(),
  change: Partial<RelayClientOptions> = {},
): Promise<Scene> {
  const clock = new ManualClock();
  const [applied, gaps, refused]: [number[], string[], string[]] = [[], [], []];
  const client = new RelayClient({
    url: "https://relay.example",
    credentials: {
      room: new Uint8Array(32),
      identity: me,
      sign: () => Promise.resolve(new Uint8Array(64)),
    },
    store,
    clock,
    rng,
    transport: relay,
    onMessages: (frames) => {
      const taken = frames.slice(0, 5);
      applied.push(...taken.map(([byte]) => byte!));
      return { count: taken.length, writes: [put("effect", taken.at(-1)!)], messages: [] };
    },
    onExpired: (from, to) => {
      gaps.push(`${from}-${to}`);
      return { writes: [], messages: [] };
    },
    onRefused: (_frame, { code }) => refused.push(code),
    ...change,
  });
  await client.start();
  await settled();
  return { client, clock, applied, gaps, refused };
}

/** An inbox as a relay would hold it. */
function inboxOf(count: number) {
  return {
    sync: ([from]: readonly unknown[]) => {
      const first = Number(from);
      const frames = Array.from({ length: Math.min(64, Math.max(0, count - first + 1)) }, (_, index) =>
        message(first + index),
      );
      return encodePage({ expiredThrough: 0, first, head: count, frames });
    },
  };
}

describe("reading", () => {
  test("an inbox longer than a page is read to its end, in order, and acknowledged", async () => {
    const relay = new ScriptedRelay(inboxOf(200));
    const { client, clock, applied } = await scene(relay);
    expect(applied).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(client.status().connection).toEqual({ tag: "online", caughtUp: true });
    await clock.pass(100);
    expect(relay.asked.filter(({ event }) => event === "ack").at(-1)?.args).toEqual([200]);
  });

  test("pushes that repeat, skip or overtake lead to every message once, in order", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 6 })), {
          maxLength: 12,
        }),
        async (pushes) => {
          const relay = new ScriptedRelay(inboxOf(30));
          relay.answers.sync = () => encodePage({ expiredThrough: 0, first: 1, head: 0, frames: [] });
          const { client, applied } = await scene(relay);
          relay.answers.sync = inboxOf(30).sync;
          for (const [first, length] of pushes) {
            const frames = Array.from({ length: Math.min(length, 31 - first) }, (_, at) =>
              message(first + at),
            );
            relay.push({ expiredThrough: 0, first, head: 30, frames });
          }
          client.poke();
          await settled();
          expect(applied).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
          client.stop();
        },
      ),
      { numRuns: 50 },
    ));

  test("what is pushed while a commit is under way is taken in together, with one commit", async () => {
    const store = new MemoryStore();
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = (writes, expect) => {
      commits++;
      return commit(writes, expect);
    };
    const relay = new ScriptedRelay(inboxOf(0));
    const { applied } = await scene(relay, store);
    commits = 0;
    for (let first = 1; first <= 5; first++)
      relay.push({ expiredThrough: 0, first, head: first, frames: [message(first)] });
    await settled();
    expect(applied).toEqual([1, 2, 3, 4, 5]);
    expect(commits).toBe(2);
  });

  test("a failed sync is not an empty inbox: it is asked again after a new connection", async () => {
    const relay = new ScriptedRelay({
      sync: () => {
        throw new Error("cut");
      },
    });
    const { client, clock, applied } = await scene(relay);
    expect(client.status().connection).toMatchObject({ tag: "waiting", reason: "cut" });
    relay.answers.sync = inboxOf(3).sync;
    await clock.pass(60_000);
    expect(applied).toEqual([1, 2, 3]);
  });

  test("what expired is told once, with its numbers, and reading goes on", async () => {
    const relay = new ScriptedRelay({
      sync: () => encodePage({ expiredThrough: 5, first: 6, head: 7, frames: [message(6), message(7)] }),
    });
    const { applied, gaps } = await scene(relay);
    expect([gaps, applied]).toEqual([["1-5"], [6, 7]]);
  });

  test("a client that starts again from its store reads on where it was", async () => {
    const store = new MemoryStore();
    const first = await scene(new ScriptedRelay(inboxOf(10)), store);
    first.client.stop();
    const { applied } = await scene(new ScriptedRelay(inboxOf(12)), store);
    expect(applied).toEqual([11, 12]);
  });

  test("effect and cursor are stored together or not at all, and the message comes again", async () => {
    const store = new MemoryStore();
    let failing = true;
    const commit = store.commit.bind(store);
    store.commit = (writes, expect) =>
      failing && writes.some(({ key }) => key === "effect")
        ? Promise.reject(new StoreError("quota", "the disk is full"))
        : commit(writes, expect);
    const { client, clock, applied } = await scene(new ScriptedRelay(inboxOf(2)), store);
    expect(client.cursor).toBe(0);
    expect(await store.get("effect")).toBeNull();
    expect(client.status()).toMatchObject({ problem: "the disk is full", connection: { tag: "waiting" } });
    failing = false;
    await clock.pass(60_000);
    expect(client.cursor).toBe(2);
    expect(applied).toEqual([1, 2, 1, 2]);
    expect(client.status().problem).toBeNull();
  });

  test("a handler that throws loses nothing and does not spin", async () => {
    let failures = 0;
    const { client, clock } = await scene(new ScriptedRelay(inboxOf(1)), undefined, {
      onMessages: () => {
        failures++;
        throw new Error("cannot read this yet");
      },
    });
    await clock.pass(60_000);
    expect(failures).toBeGreaterThan(2);
    expect(failures).toBeLessThan(15);
    expect(client.cursor).toBe(0);
    expect(client.status().problem).toMatch(/could not be taken in: cannot read this yet/);
  });

  test("a relay that promises more and gives nothing does not keep the tab busy", async () => {
    const relay = new ScriptedRelay({
      sync: () => encodePage({ expiredThrough: 0, first: 1, head: 1_000, frames: [] }),
    });
    const { clock } = await scene(relay);
    await clock.pass(10_000);
    expect(relay.count("sync")).toBeLessThan(15);
  });

  test("another tab that reads the same store ends this one", async () => {
    const store = new MemoryStore();
    const relay = new ScriptedRelay();
    const { client } = await scene(relay, store);
    const other = await scene(new ScriptedRelay(inboxOf(1)), store);
    expect(other.applied).toEqual([1]);
    relay.push({ expiredThrough: 0, first: 1, head: 1, frames: [message(1)] });
    await settled();
    expect(client.status().connection).toEqual({ tag: "superseded" });
  });
});

describe("sending", () => {
  const refuse = (code: string, retryAfterMs?: number) => () => ({
    ok: true,
    results: [{ code, sentence: "no", ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }],
  });

  test("what was not accepted before a crash is sent by the next run, the same bytes", async () => {
    const store = new MemoryStore();
    const down = new ScriptedRelay({
      post: () => {
        throw new Error("cut");
      },
    });
    const first = await scene(down, store);
    await first.client.post({ frame: frame(), keep: false });
    await settled();
    first.client.stop();
    const up = new ScriptedRelay();
    const second = await scene(up, store);
    expect(second.client.status().unsent).toBe(0);
    const sent = up.asked.find(({ event }) => event === "post")?.args[0] as Uint8Array;
    expect(Buffer.from(sent.subarray(6))).toEqual(Buffer.from(frame()));
  });

  test("what the relay took leaves the store with the next commit, or by itself a little later", async () => {
    const store = new MemoryStore();
    const relay = new ScriptedRelay();
    const { client, clock } = await scene(relay, store);
    const stored = async () => (await store.list("")).filter(({ key }) => key.includes("/out/")).length;
    await client.post({ frame: frame(1), keep: false });
    await settled();
    expect([client.status().unsent, await stored()]).toEqual([0, 1]);
    await client.commit({ writes: [put("other", message(1))], messages: [] });
    expect(await stored()).toBe(0);
    await client.post({ frame: frame(2), keep: false });
    await settled();
    expect(await stored()).toBe(1);
    await clock.pass(2_000);
    expect(await stored()).toBe(0);
    client.stop();
  });

  test("a refusal for good takes the message out and says so; one for now keeps it and waits", async () => {
    const relay = new ScriptedRelay({ post: refuse("unknown-recipient") });
    const { client, clock, refused } = await scene(relay);
    await client.post({ frame: frame(), keep: false });
    await settled();
    expect([refused, client.status().unsent]).toEqual([["unknown-recipient"], 0]);
    relay.answers.post = refuse("rate", 5_000);
    await client.post({ frame: frame(2), keep: false });
    await settled();
    const before = relay.count("post");
    await clock.pass(4_000);
    expect([relay.count("post"), client.status().unsent]).toEqual([before, 1]);
    relay.answers.post = () => ({ ok: true, results: [{ seq: 1, duplicate: false }] });
    await clock.pass(2_000);
    expect(client.status().unsent).toBe(0);
  });

  test("a message to a full inbox waits alone", async () => {
    const relay = new ScriptedRelay({ post: refuse("inbox-full", 5_000) });
    const { client, clock } = await scene(relay);
    await client.post({ frame: frame(), keep: false });
    await settled();
    relay.answers.post = () => ({ ok: true, results: [{ seq: 1, duplicate: false }] });
    await client.post({ frame: frame(2), keep: false });
    await settled();
    expect(client.status().unsent).toBe(1);
    await clock.pass(6_000);
    expect(client.status().unsent).toBe(0);
  });

  test("kept messages go again to a relay that lost its log, until they are settled", async () => {
    const store = new MemoryStore();
    const relay = new ScriptedRelay();
    const { client, clock } = await scene(relay, store);
    await client.post({ frame: frame(1), keep: true });
    await settled();
    await client.post({ frame: frame(2), keep: true });
    await settled();
    await client.settle(new Uint8Array(16).fill(2));
    const before = relay.count("post");
    relay.answers.login = () => ({ ok: true, log: "11".repeat(8), head: 0, maxFrameBytes: 1_000 });
    relay.drop();
    await clock.pass(60_000);
    const again = relay.asked.filter(({ event }) => event === "post").slice(before);
    expect(again.length).toBe(1);
    expect(Buffer.from((again[0]!.args[0] as Uint8Array).subarray(6))).toEqual(Buffer.from(frame(1)));
  });
});

describe("the connection", () => {
  test("it comes back by itself, ever more slowly, and at once when poked", async () => {
    const relay = new ScriptedRelay({
      login: () => {
        throw new Error("cut");
      },
    });
    const { client, clock } = await scene(relay);
    await clock.pass(120_000);
    const dialled = relay.connections;
    expect(dialled).toBeGreaterThan(8);
    expect(dialled).toBeLessThan(30);
    relay.answers.login = new ScriptedRelay().answers.login;
    client.poke();
    await settled();
    expect(client.status().connection).toEqual({ tag: "online", caughtUp: true });
    expect(relay.connections).toBe(dialled + 1);
  });

  test.each([
    ["superseded", { tag: "superseded" }],
    ["not-a-member", { tag: "refused", refusal: { code: "not-a-member" } }],
    ["bad-signature", { tag: "refused", refusal: { code: "bad-signature" } }],
    ["unknown-room", { tag: "waiting" }],
    ["too-many-connections", { tag: "waiting" }],
  ])(
    "a relay that says %s leads to %o, and nothing is left ticking where that is the end",
    async (code, state) => {
      const relay = new ScriptedRelay();
      const { client, clock } = await scene(relay);
      relay.say("refused", { code, sentence: "no" });
      expect(client.status().connection).toMatchObject(state);
      if (state.tag !== "waiting") expect(clock.waiting).toBe(0);
    },
  );

  test("whatever a relay says, the client does not fall over", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom("challenge" as const, "push" as const, "presence" as const, "refused" as const),
            fc.oneof(fc.anything(), fc.uint8Array({ maxLength: 100 })),
          ),
          { maxLength: 8 },
        ),
        fc.anything(),
        async (said, answer) => {
          const relay = new ScriptedRelay({ sync: () => answer, post: () => answer, ack: () => answer });
          const { client, clock } = await scene(relay);
          await client.post({ frame: frame(), keep: false });
          for (const [event, payload] of said) relay.say(event, payload);
          await clock.pass(1_000);
          expect(client.cursor).toBe(0);
          client.stop();
          expect(clock.waiting).toBe(0);
        },
      ),
      { numRuns: 60 },
    ));
});
