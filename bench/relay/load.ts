import { randomBytes } from "node:crypto";
import { io, type Socket } from "socket.io-client";
import { MemoryStore } from "../../lib/runtime/memory-store.ts";
import { systemClock } from "../../lib/runtime/ports/clock.ts";
import { systemRng } from "../../lib/runtime/ports/rng.ts";
import { RelayClient } from "../../lib/runtime/relay/client.ts";
import { noEffect } from "../../lib/runtime/relay/inbox.ts";
import { socketIoTransport } from "../../lib/runtime/relay/socket-io-transport.ts";
import { MIN_FRAME_BYTES } from "../../lib/wire/header.ts";
import {
  credentialsOf,
  makeFrame,
  makeGroup,
  makePerson,
  type Person,
  type TestRoom,
} from "../../test/relay/people.ts";

export const FRAME_BYTES = 1_024;
const IN_FLIGHT = 64;

/** Messages acknowledged per second, and how long each took from being sent to being acknowledged. */
export interface Measured {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Opens a client of our relay and waits until it has caught up. */
export async function openClient(
  url: string,
  person: Person,
  room: TestRoom,
  onMessage: (frame: Uint8Array) => void = () => undefined,
): Promise<RelayClient> {
  const client = new RelayClient({
    url,
    credentials: credentialsOf(person, room),
    store: new MemoryStore(),
    clock: systemClock,
    rng: systemRng,
    transport: socketIoTransport,
    onMessages: (frames) => {
      for (const frame of frames) onMessage(frame);
      return { ...noEffect, count: frames.length };
    },
    onExpired: () => noEffect,
    onRefused: (_frame, { sentence }) => {
      throw new Error(sentence);
    },
  });
  await client.start();
  await until(client, () => {
    const { connection } = client.status();
    return connection.tag === "online" && connection.caughtUp;
  });
  return client;
}

export function until(client: RelayClient, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds()) return;
      forget();
      resolve();
    };
    const forget = client.subscribe(check);
    check();
  });
}

export function frameFor(room: TestRoom, from: Person, to: Person): Uint8Array {
  const payload = new Uint8Array(randomBytes(FRAME_BYTES - MIN_FRAME_BYTES));
  return makeFrame({ subject: room.subject, from: from.identity, to: to.identity, payload });
}

/**
 * Sends `count` messages through our relay with 64 unacknowledged at any time; the recipient is connected and reads them. A
 * message counts when the relay has acknowledged it and the client's outbox has let go of it.
 */
export async function loadRelay(url: string, count: number): Promise<Measured> {
  const [sender, recipient] = [makePerson(), makePerson()];
  const room = await makeGroup(sender, [sender, recipient]);
  let received = 0;
  const reading = await openClient(url, recipient, room, () => received++);
  const client = await openClient(url, sender, room);
  const frames = Array.from({ length: count }, () => frameFor(room, sender, recipient));
  const sentAt: number[] = [];
  const latenciesMs: number[] = [];
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const step = () => {
      const acknowledged = sentAt.length - client.status().unsent;
      const now = performance.now();
      while (latenciesMs.length < acknowledged) latenciesMs.push(now - (sentAt[latenciesMs.length] ?? now));
      if (acknowledged === count) resolve();
      while (sentAt.length < count && sentAt.length - acknowledged < IN_FLIGHT) {
        const frame = frames[sentAt.length];
        if (frame === undefined) break;
        sentAt.push(performance.now());
        void client.post({ frame, keep: false });
      }
    };
    client.subscribe(() => queueMicrotask(step));
    step();
  });
  const seconds = (performance.now() - started) / 1000;
  await until(reading, () => received === count);
  client.stop();
  reading.stop();
  return { perSecond: count / seconds, latenciesMs };
}

/** The same through a bare Socket.IO server. */
export async function loadBare(url: string, count: number): Promise<Measured> {
  const connect = async (): Promise<Socket> => {
    const socket = io(url, { transports: ["websocket"], forceNew: true });
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    return socket;
  };
  const [sender, recipient] = [await connect(), await connect()];
  let received = 0;
  recipient.on("push", () => received++);
  const latenciesMs: number[] = [];
  let sent = 0;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const step = () => {
      while (sent < count && sent - latenciesMs.length < IN_FLIGHT) {
        const at = performance.now();
        sent++;
        sender.emit("post", randomBytes(FRAME_BYTES), () => {
          latenciesMs.push(performance.now() - at);
          if (latenciesMs.length === count) resolve();
          else step();
        });
      }
    };
    step();
  });
  const seconds = (performance.now() - started) / 1000;
  while (received < count) await new Promise((resolve) => setTimeout(resolve, 5));
  sender.disconnect();
  recipient.disconnect();
  return { perSecond: count / seconds, latenciesMs };
}
