/** What the peg's own script held after a block that changed it. */
export interface HeldPoint {
  readonly height: number;
  /** The block's time by its header, milliseconds since 1970. */
  readonly at: number;
  /** Satoshi. */
  readonly held: bigint;
}

/** Points kept at most. Older ones are thinned out, never the newest. */
export const mostHeldPoints = 1_000;

/**
 * The peg's balance over time: one point per block that changed it, fed block by block and undone block by block. A
 * coordinator that starts anew reads the same blocks and has the same history.
 */
export class HeldHistory {
  #points: readonly HeldPoint[];

  constructor(past: readonly HeldPoint[] = []) {
    this.#points = past;
  }

  /** Oldest first. */
  get points(): readonly HeldPoint[] {
    return this.#points;
  }

  connect(point: HeldPoint): void {
    if (this.#points.at(-1)?.held === point.held) return;
    const all = [...this.#points, point];
    this.#points = all.length > mostHeldPoints ? thinned(all) : all;
  }

  /** Undoes everything from a height on. */
  disconnect(height: number): void {
    this.#points = this.#points.filter((point) => point.height < height);
  }
}

/** Every second point of the older half goes. */
function thinned(points: readonly HeldPoint[]): readonly HeldPoint[] {
  const half = Math.floor(points.length / 2);
  return points.filter((_, i) => i >= half || i % 2 === 0);
}
