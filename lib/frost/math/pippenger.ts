import { sumSegments, WORTH_A_BATCH } from "./affine-batch.ts";
import { copy, LIMBS, mul, scale } from "./field.ts";
import { GENERATOR } from "./generator.ts";
import { addJacobian, addMixed, AFFINE, BETA, double, JACOBIAN } from "./jacobian.ts";
import { type Halves, splitAll } from "./halves.ts";
import { absolute, digitOfLoaded, loadScalar } from "./scalars.ts";

/**
 * Multi-scalar multiplication after Pippenger, for many points: per window of c bits, points that share a digit are
 * added up first (all of a few windows in batches of affine additions), then the 2^(c−1) sums are weighted by their
 * digits. Digits are signed and scalars halved by the endomorphism. Variable time: public data only.
 */

const BITS = 128;
/** Points put into buckets together: see CHUNK of `combine.ts`. */
const CHUNK = 4096;

/** The c with the least work: per window one batched addition a point and four times that per bucket. */
function windowWidth(count: number): number {
  let best = 4;
  let least = Infinity;
  for (let c = 4; c <= 13; c++) {
    const cost = (Math.floor(BITS / c) + 1) * (count + 4 * 2 ** (c - 1));
    if (cost < least) [best, least] = [c, cost];
  }
  return best;
}

/** Sum of scalars[i]·pointᵢ + generatorScalar·G, scalars in 0 … N − 1, as a Jacobian point at `out[o]`. */
export function pippenger(
  out: Float64Array,
  o: number,
  points: Float64Array,
  split: Halves,
  generatorScalar: bigint,
): void {
  const own = splitAll(GENERATOR, [generatorScalar]);
  const count = split.total + own.total;
  const halves = new Float64Array(count * AFFINE);
  const scalars: bigint[] = [];
  spread(halves, scalars, points, split);
  spread(halves, scalars, GENERATOR, own);

  const c = windowWidth(count);
  const buckets = 1 << (c - 1);
  const windows = Math.floor(BITS / c) + 1;
  const digits = new Int16Array(windows * count);
  scalars.forEach((scalar, i) => {
    loadScalar(absolute(scalar));
    let carry = 0;
    for (let window = 0; window < windows; window++) {
      const digit = digitOfLoaded(window * c, c) + carry;
      carry = digit > buckets ? 1 : 0;
      digits[window * count + i] = (digit - (carry << c)) * (scalar < 0n ? -1 : 1);
    }
  });

  out.fill(0, o, o + JACOBIAN);
  const together = Math.max(1, Math.floor(CHUNK / count));
  for (let end = windows; end > 0; end -= together) {
    addWindows(out, o, halves, digits.subarray(Math.max(0, end - together) * count, end * count), count, c);
  }
}

/** Copies every half's point (the second of a pair by the endomorphism) and scalar. */
function spread(halves: Float64Array, scalars: bigint[], points: Float64Array, split: Halves): void {
  const push = (offset: number, scalar: bigint, endomorphism: boolean): void => {
    const to = scalars.length * AFFINE;
    if (endomorphism) mul(halves, to, points, offset, BETA, 0);
    else copy(halves, to, points, offset);
    copy(halves, to + LIMBS, points, offset + LIMBS);
    scalars.push(scalar);
  };
  split.offsets.forEach((offset, i) => {
    push(offset, split.lows[i] as bigint, false);
    const high = split.highs[i] as bigint;
    if (high !== 0n) push(offset, high, true);
  });
}

/** out = 2^(c·windows)·out + the windows whose digits are given, lowest window first, `count` digits each. */
function addWindows(
  out: Float64Array,
  o: number,
  halves: Float64Array,
  digits: Int16Array,
  count: number,
  c: number,
): void {
  const buckets = 1 << (c - 1);
  const windows = digits.length / count;
  // Segment window·buckets + |digit| − 1 holds the points of one bucket.
  const lengths = new Int32Array(windows * buckets);
  const segmentOf = (i: number, digit: number): number =>
    Math.floor(i / count) * buckets + Math.abs(digit) - 1;
  digits.forEach((digit, i) => {
    if (digit !== 0) (lengths[segmentOf(i, digit)] as number)++;
  });
  const starts = new Int32Array(lengths.length);
  for (let s = 1; s < lengths.length; s++) {
    starts[s] = (starts[s - 1] as number) + (lengths[s - 1] as number);
  }
  const points = new Float64Array(digits.length * AFFINE);
  const filled = starts.slice();
  digits.forEach((digit, i) => {
    if (digit === 0) return;
    const to = (filled[segmentOf(i, digit)] as number)++ * AFFINE;
    const from = (i % count) * AFFINE;
    copy(points, to, halves, from);
    scale(points, to + LIMBS, halves, from + LIMBS, digit < 0 ? -1 : 1);
  });
  sumSegments(points, starts, lengths, WORTH_A_BATCH);

  const sums = new Float64Array(2 * JACOBIAN);
  const RUNNING = 0;
  const WEIGHTED = JACOBIAN;
  for (let window = windows - 1; window >= 0; window--) {
    for (let i = 0; i < c; i++) double(out, o, out, o);
    sums.fill(0);
    for (let bucket = buckets - 1; bucket >= 0; bucket--) {
      const s = window * buckets + bucket;
      for (let i = 0; i < (lengths[s] as number); i++) {
        addMixed(sums, RUNNING, sums, RUNNING, points, ((starts[s] as number) + i) * AFFINE, false);
      }
      addJacobian(sums, WEIGHTED, sums, WEIGHTED, sums, RUNNING);
    }
    addJacobian(out, o, out, o, sums, WEIGHTED);
  }
}
