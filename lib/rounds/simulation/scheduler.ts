/** Virtual time at which every run starts: some day in 2025. */
export const START = 1_750_000_000_000;

/**
 * A virtual clock and a queue of things to do. Two entries for one instant run in the order in which they were
 * added, so a run depends on its seed alone.
 */
export interface Scheduler {
  /** Virtual milliseconds since the epoch of the run. */
  now(): number;
  /** Runs `action` after `delay` virtual milliseconds. Returns a function that takes it back. */
  after(delay: number, action: () => void): () => void;
  /** Runs the earliest entry; false where nothing is left or the next lies past `until`. */
  runNext(until: number): boolean;
  /** Entries not yet run. */
  pending(): number;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
  cancelled: boolean;
}

const earlier = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** Binary heap: runs have thousands of timers, and a sorted array made long runs quadratic. */
export function createScheduler(start: number): Scheduler {
  const heap: Entry[] = [];
  let now = start;
  let order = 0;

  const swap = (i: number, j: number): void => {
    const held = heap[i] as Entry;
    heap[i] = heap[j] as Entry;
    heap[j] = held;
  };
  const push = (entry: Entry): void => {
    heap.push(entry);
    let i = heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(heap[i] as Entry, heap[parent] as Entry)) break;
      swap(i, parent);
      i = parent;
    }
  };
  const pop = (): Entry => {
    const top = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return top;
    heap[0] = last;
    let i = 0;
    for (;;) {
      const left = 2 * i + 1;
      const right = left + 1;
      let least = i;
      if (left < heap.length && earlier(heap[left] as Entry, heap[least] as Entry)) least = left;
      if (right < heap.length && earlier(heap[right] as Entry, heap[least] as Entry)) least = right;
      if (least === i) return top;
      swap(i, least);
      i = least;
    }
  };

  return {
    now: () => now,
    after: (delay, action) => {
      const entry: Entry = { at: now + Math.max(0, delay), order: order++, action, cancelled: false };
      push(entry);
      return () => {
        entry.cancelled = true;
      };
    },
    runNext: (until) => {
      for (;;) {
        const next = heap[0];
        if (next === undefined || next.at > until) return false;
        pop();
        if (next.cancelled) continue;
        now = next.at;
        next.action();
        return true;
      }
    },
    pending: () => heap.reduce((count, entry) => count + (entry.cancelled ? 0 : 1), 0),
  };
}
