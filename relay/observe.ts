import { createHash } from "node:crypto";
import { pino, type Logger } from "pino";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** The log of the process. It is given room hashes, sizes and codes; never contents, keys or addresses of people. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}

/** Short name of a room for the log: no one can find the room from it. */
export function roomHash(room: Uint8Array): string {
  return createHash("sha256").update("hoarfrost/log/room").update(room).digest("hex").slice(0, 12);
}

/** Everything `/metrics` shows. One instance for each relay, so that two in one process do not mix. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
  return {
    registry,
    collectProcess: () => collectDefaultMetrics({ register: registry }),
    sockets: new Gauge({ name: "hoarfrost_sockets", help: "Open connections", registers }),
    members: new Gauge({
      name: "hoarfrost_members_online",
      help: "Connections that are logged in",
      registers,
    }),
    rooms: new Gauge({ name: "hoarfrost_rooms_online", help: "Rooms with someone logged in", registers }),
    messages: new Counter({ name: "hoarfrost_messages_total", help: "Messages committed", registers }),
    bytes: new Counter({
      name: "hoarfrost_message_bytes_total",
      help: "Bytes of messages committed",
      registers,
    }),
    deliveries: new Counter({ name: "hoarfrost_deliveries_total", help: "Inbox rows committed", registers }),
    duplicates: new Counter({
      name: "hoarfrost_duplicates_total",
      help: "Messages that were already there",
      registers,
    }),
    refusals: new Counter({
      name: "hoarfrost_refusals_total",
      help: "Refusals by code",
      labelNames: ["code"],
      registers,
    }),
    ignored: new Counter({
      name: "hoarfrost_ignored_total",
      help: "Events without a callback to answer",
      registers,
    }),
    logins: new Counter({ name: "hoarfrost_logins_total", help: "Logins accepted", registers }),
    expired: new Counter({
      name: "hoarfrost_expired_total",
      help: "Unread messages deleted by age",
      registers,
    }),
    commits: new Counter({ name: "hoarfrost_commits_total", help: "Transactions of the log", registers }),
    commitFailures: new Counter({
      name: "hoarfrost_commit_failures_total",
      help: "Transactions of the log that failed",
      registers,
    }),
    commitSeconds: new Histogram({
      name: "hoarfrost_commit_seconds",
      help: "Time of one transaction of the log",
      buckets: seconds,
      registers,
    }),
    appendSeconds: new Histogram({
      name: "hoarfrost_append_seconds",
      help: "Time from a message's arrival to its acknowledgement",
      buckets: seconds,
      registers,
    }),
    inboxBytes: new Gauge({
      name: "hoarfrost_unread_bytes",
      help: "Bytes that wait in all inboxes",
      registers,
    }),
    inboxRows: new Gauge({
      name: "hoarfrost_unread_messages",
      help: "Messages that wait in all inboxes",
      registers,
    }),
    oldestSeconds: new Gauge({
      name: "hoarfrost_oldest_unread_seconds",
      help: "Age of the oldest message that waits",
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
