/** The relay's sense of time. */
export interface RelayClock {
  /** Milliseconds since 1970, for what is stored; never goes back. */
  now(): number;
  /** Milliseconds since some fixed moment, for what is measured; no one can set it. */
  elapsed(): number;
}

/**
 * Reads the wall clock once and counts on from there with the monotonic one: a wall clock that jumps while the process
 * runs neither deletes messages early nor keeps them for ever. A wall clock that went back over a restart is overruled by
 * the newest time in the log.
 * @param wall milliseconds since 1970, e.g. `Date.now()`
 * @param newest newest time in the log, same unit
 */
export function createClock(wall: number, newest: number, elapsed: () => number): RelayClock {
  const start = Math.max(wall, newest);
  const origin = elapsed();
  return { now: () => start + (elapsed() - origin), elapsed };
}
