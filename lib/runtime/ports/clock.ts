/** Time, as something that can be replaced. */
export interface Clock {
  /** Milliseconds since 1970. It may jump: never measure with it. */
  now(): number;
  /** Runs `run` once after `ms` milliseconds. @returns cancels it */
  after(ms: number, run: () => void): () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
