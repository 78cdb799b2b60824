import { afterAll, expect, test } from "vitest";
import { MemoryStore } from "../../lib/runtime/memory-store.ts";
import { systemClock } from "../../lib/runtime/ports/clock.ts";
import { systemRng } from "../../lib/runtime/ports/rng.ts";
import { put, type Write } from "../../lib/runtime/ports/store.ts";
import { RelayClient } from "../../lib/runtime/relay/client.ts";
import { socketIoTransport } from "../../lib/runtime/relay/socket-io-transport.ts";
import { MIN_FRAME_BYTES } from "../../lib/wire/header.ts";
import { RelayProcess } from "../relay-process.ts";
import { credentialsOf, makeFrame, makeGroup, makePerson, type Person, type TestRoom } from "./people.ts";

const CLIENTS = 9;
const MESSAGES = 20_000;
const KILLS = 12;
const FRAME_BYTES = 1_024;
/** One message in this many goes to everybody. */
const BROADCAST_EVERY = 50;
const IN_FLIGHT = 64;

const relay = new RelayProcess(
  {
    HOARFROST_LIMITS_MESSAGES_PER_SECOND: "1000000",
    HOARFROST_LIMITS_MESSAGE_BURST: "1000000",
    HOARFROST_LIMITS_BYTES_PER_SECOND: "10000000000",
    HOARFROST_LIMITS_BYTE_BURST: "10000000000",
  },
  "test/relay-only.ts",
);
afterAll(() => relay.dispose());

/** Someone who sends, and notes what came from whom, in which order. */
class Participant {
  readonly person: Person;
  readonly room: TestRoom;
  readonly store = new MemoryStore();
  /** By sender's index: the numbers of the messages that came, in the order they were applied. */
  readonly applied = new Map<number, number[]>();
  readonly refused: string[] = [];
  sent = 0;
  client: RelayClient;

  constructor(person: Person, room: TestRoom) {
    this.person = person;
    this.room = room;
    this.client = this.#makeClient();
  }

  #makeClient(): RelayClient {
    return new RelayClient({
      url: relay.url,
      credentials: credentialsOf(this.person, this.room),
      store: this.store,
      clock: systemClock,
      rng: systemRng,
      transport: socketIoTransport,
      onMessages: (frames) => ({
        count: frames.length,
        writes: frames.map((frame) => this.#apply(frame)),
        messages: [],
      }),
      onExpired: (from, to) => {
        throw new Error(`messages ${from} to ${to} were lost`);
      },
      onRefused: (_frame, { code }) => this.refused.push(code),
    });
  }

  #apply(frame: Uint8Array): Write {
    const view = new DataView(frame.buffer, frame.byteOffset + 158);
    const [sender, number] = [view.getUint32(0), view.getUint32(4)];
    const list = this.applied.get(sender) ?? [];
    this.applied.set(sender, list);
    list.push(number);
    return put(`seen/${sender}`, new Uint8Array([number & 0xff]));
  }

  /** Ends the client and starts another one from what the store holds, as a reload would. */
  async restart(): Promise<void> {
    this.client.stop();
    this.client = this.#makeClient();
    await this.client.start();
  }
}

test("20,000 messages among 9 clients, the relay killed 12 times: none lost, none twice, order kept", async () => {
  const people = Array.from({ length: CLIENTS }, () => makePerson());
  const room = await makeGroup(people[0]!, people);
  await relay.start();
  const participants = people.map((person) => new Participant(person, room));
  await Promise.all(participants.map(({ client }) => client.start()));

  /** expected[recipient][sender]: numbers, in the order they were sent. */
  const expected = people.map(() => people.map((): number[] => []));
  let posted = 0;
  const acknowledged = () =>
    posted - participants.reduce((total, { client }) => total + client.status().unsent, 0);

  const send = async (index: number) => {
    const { client, person } = participants[index]!;
    const number = participants[index]!.sent++;
    const everybody = number % BROADCAST_EVERY === 0;
    const to = (index + 1 + (number % (CLIENTS - 1))) % CLIENTS;
    const payload = new Uint8Array(FRAME_BYTES - MIN_FRAME_BYTES);
    new DataView(payload.buffer).setUint32(0, index);
    new DataView(payload.buffer).setUint32(4, number);
    const target = everybody ? {} : { to: people[to]!.identity };
    const frame = makeFrame({ subject: room.subject, from: person.identity, payload, ...target });
    for (const [recipient, bySender] of expected.entries())
      if (recipient !== index && (everybody || recipient === to)) bySender[index]!.push(number);
    posted++;
    await client.post({ frame, keep: false });
  };

  const share = Math.floor(MESSAGES / CLIENTS);
  const writers = participants.map(async (participant, index) => {
    const mine = index === 0 ? MESSAGES - share * (CLIENTS - 1) : share;
    while (participant.sent < mine) {
      if (participant.client.status().unsent < IN_FLIGHT) await send(index);
      else await new Promise((resolve) => setTimeout(resolve, 1));
    }
  });

  let kills = 0;
  const killer = async () => {
    while (kills < KILLS) {
      const until = Math.floor((MESSAGES / (KILLS + 1)) * (kills + 1));
      while (acknowledged() < until) await new Promise((resolve) => setTimeout(resolve, 2));
      await relay.kill();
      kills++;
      if (kills % 4 === 0) await participants[kills % CLIENTS]!.restart();
      await relay.start();
      for (const { client } of participants) client.poke();
    }
  };
  await Promise.all([...writers, killer()]);

  const total = (lists: Iterable<readonly number[]>) =>
    [...lists].reduce((sum, list) => sum + list.length, 0);
  const wanted = expected.map((bySender) => total(bySender));
  await expect
    .poll(() => participants.map(({ applied }) => total(applied.values())), {
      timeout: 90_000,
      interval: 100,
    })
    .toEqual(wanted);
  // Whatever would come twice would come now.
  await new Promise((resolve) => setTimeout(resolve, 1_000));

  expect(kills).toBeGreaterThanOrEqual(10);
  expect(posted).toBe(MESSAGES);
  expect(acknowledged()).toBe(MESSAGES);
  for (const [recipient, { applied, refused }] of participants.entries()) {
    expect(refused).toEqual([]);
    for (const [sender, numbers] of expected[recipient]!.entries())
      expect(applied.get(sender) ?? [], `${sender} to ${recipient}`).toEqual(numbers);
  }
  for (const { client } of participants) client.stop();
}, 300_000);
