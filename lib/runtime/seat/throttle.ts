import type { Clock } from "../ports/clock.ts";

/** Runs `work` soon, and at most once per `everyMs`: a burst of changes makes one picture. */
export function throttled(clock: Clock, everyMs: number, work: () => void): () => void {
  let waiting = false;
  let last = -Infinity;
  return () => {
    if (waiting) return;
    waiting = true;
    clock.after(Math.min(everyMs, Math.max(0, last + everyMs - clock.now())), () => {
      waiting = false;
      last = clock.now();
      work();
    });
  };
}
