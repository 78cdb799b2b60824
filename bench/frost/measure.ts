/** Milliseconds that `run` takes, and what it returns. */
export function timed<T>(run: () => T): { readonly ms: number; readonly value: T } {
  const start = performance.now();
  const value = run();
  return { ms: performance.now() - start, value };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = [sorted[middle - 1 + (sorted.length % 2)], sorted[middle]];
  return (low + high) / 2;
}

/** Milliseconds by step, of one run of one implementation. */
export type Steps = Readonly<Record<string, number>>;

export interface Paired {
  readonly ours: Steps;
  readonly noble: Steps;
  /** noble ÷ ours by step: the median over pairs of runs made one right after the other. */
  readonly ratio: Steps;
}

/**
 * Runs both alternately `repetitions` times after one unmeasured pair (where `warm`), and takes medians: what slows the
 * machine for a while slows both halves of a pair.
 */
export function pair(repetitions: number, warm: boolean, ours: () => Steps, noble: () => Steps): Paired {
  if (warm) {
    ours();
    noble();
  }
  const runs = Array.from({ length: repetitions }, (_, i) => {
    if (i % 2 === 0) return { ours: ours(), noble: noble() };
    const second = noble();
    return { ours: ours(), noble: second };
  });
  const names = Object.keys(runs[0]?.ours ?? {});
  const collect = (pick: (run: { ours: Steps; noble: Steps }, name: string) => number): Steps =>
    Object.fromEntries(names.map((name) => [name, median(runs.map((run) => pick(run, name)))]));
  return {
    ours: collect((run, name) => run.ours[name] ?? NaN),
    noble: collect((run, name) => run.noble[name] ?? NaN),
    ratio: collect((run, name) => (run.noble[name] ?? NaN) / (run.ours[name] ?? NaN)),
  };
}
