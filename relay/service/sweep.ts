import type { Log } from "../log/log.ts";
import type { Metrics } from "../observe.ts";

export interface SweepOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly now: () => number;
  /** Age after which an unread message is deleted; a room unused for twice as long goes too. */
  readonly retentionMs: number;
  /** Rooms that someone is in. */
  readonly keep: (room: Uint8Array) => boolean;
  readonly onExpired: (count: number) => void;
  readonly onError: (error: unknown) => void;
}

const EVERY_MS = 60_000;

/** Deletes what is too old and measures what waits. */
export async function sweep(options: SweepOptions): Promise<void> {
  const { log, metrics, retentionMs } = options;
  const now = options.now();
  const expired = await log.expire(now - retentionMs);
  if (expired > 0) {
    metrics.expired.inc(expired);
    options.onExpired(expired);
  }
  await log.forgetRooms(now - 2 * retentionMs, options.keep);
  const waiting = await log.waiting();
  metrics.inboxRows.set(waiting.rows);
  metrics.inboxBytes.set(waiting.bytes);
  metrics.oldestSeconds.set(waiting.oldest === null ? 0 : (now - waiting.oldest) / 1000);
}

/** Sweeps now and every minute. */
export function startSweeper(options: SweepOptions): { stop(): void } {
  const run = () => void sweep(options).catch(options.onError);
  run();
  const timer = setInterval(run, EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
