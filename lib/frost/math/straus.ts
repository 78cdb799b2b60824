import {
  AFFINE,
  addJacobian,
  addMixed,
  BETA,
  double,
  fromAffine,
  isAffineIdentity,
  JACOBIAN,
  toAffine,
} from "./jacobian.ts";
import { addPairs, sumSegments, WORTH_A_BATCH } from "./affine-batch.ts";
import { copy, LIMBS, mul, scale } from "./field.ts";
import { GENERATOR_STEP, GENERATOR_WIDTH, generatorTable } from "./generator.ts";
import { loadScalar, N, recodeLoaded, splitScalar } from "./scalars.ts";

/**
 * Multi-scalar multiplication after Straus: one doubling chain for all points, signed odd digits of 5 bits, scalars
 * halved by the endomorphism. What is added at one bit position is first added up by itself, all positions at once
 * in batches of affine additions, so that the chain meets few points. Variable time: public data only.
 */

const WIDTH = 5;
/** Odd multiples 1, 3, …, 15 kept per point. */
const ODD = 1 << (WIDTH - 2);
const TABLE = ODD * AFFINE;
/** A half scalar of at most 128 bits ends with a digit at position 128 at most. */
const POSITIONS = 130;

/**
 * Odd multiples P, 3P, …, (2·odd − 1)P of each of `count` affine points at `points[offsets[i]]`, none the identity,
 * one point after the other.
 */
export function oddMultiples(points: Float64Array, offsets: Int32Array, odd: number): Float64Array {
  const count = offsets.length;
  const table = new Float64Array(count * odd * AFFINE);
  if (count * (odd - 1) < WORTH_A_BATCH * 2 || count < WORTH_A_BATCH / 2) {
    const chain = new Float64Array((count * odd + 1) * JACOBIAN);
    const twice = count * odd * JACOBIAN;
    for (let i = 0; i < count; i++) {
      const first = i * odd * JACOBIAN;
      fromAffine(chain, first, points, offsets[i] as number);
      double(chain, twice, chain, first);
      for (let j = 1; j < odd; j++) {
        const next = first + j * JACOBIAN;
        addJacobian(chain, next, chain, next - JACOBIAN, chain, twice);
      }
    }
    toAffine(table, 0, chain, 0, count * odd);
    return table;
  }
  // One batch per multiple: 2P goes where the last multiple will be, which is written last.
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const base = i * odd * AFFINE;
    for (let k = 0; k < AFFINE; k++) table[base + k] = points[(offsets[i] as number) + k] as number;
    left[i] = base;
    right[i] = base;
    out[i] = base + (odd - 1) * AFFINE;
  }
  addPairs(table, count, left, right, out);
  for (let j = 1; j < odd; j++) {
    for (let i = 0; i < count; i++) {
      const base = i * odd * AFFINE;
      left[i] = base + (j - 1) * AFFINE;
      right[i] = base + (odd - 1) * AFFINE;
      out[i] = base + j * AFFINE;
    }
    addPairs(table, count, left, right, out);
  }
  return table;
}

/** Additions to be made, before they are sorted by position: table entry (complement: of the generator), sign. */
class Additions {
  count = 0;
  positions = new Uint8Array(1024);
  negative = new Uint8Array(1024);
  entries = new Int32Array(1024);

  push(position: number, negative: boolean, entry: number): void {
    if (this.count === this.positions.length) {
      const grow = <T extends Uint8Array | Int32Array>(old: T, bigger: T): T => (bigger.set(old), bigger);
      const room = 2 * this.count;
      this.positions = grow(this.positions, new Uint8Array(room));
      this.negative = grow(this.negative, new Uint8Array(room));
      this.entries = grow(this.entries, new Int32Array(room));
    }
    this.positions[this.count] = position;
    this.negative[this.count] = negative ? 1 : 0;
    this.entries[this.count++] = entry;
  }
}

const absolute = (k: bigint): bigint => (k < 0n ? -k : k);

/** Sum of scalars[i]·pointᵢ + generatorScalar·G, scalars in 0 … N − 1, as a Jacobian point at `out[o]`. */
export function straus(
  out: Float64Array,
  o: number,
  points: Float64Array,
  scalars: readonly bigint[],
  generatorScalar: bigint,
): void {
  const used: number[] = [];
  const lows: bigint[] = [];
  const highs: bigint[] = [];
  for (let i = 0; i < scalars.length; i++) {
    const scalar = scalars[i] as bigint;
    if (scalar === 0n || isAffineIdentity(points, i * AFFINE)) continue;
    const { low, high } = splitScalar(scalar);
    used.push(i * AFFINE);
    lows.push(low);
    highs.push(high);
  }
  const count = used.length;
  const multiples = oddMultiples(points, Int32Array.from(used), ODD);
  const halves = highs.reduce((total, high) => (high === 0n ? total : total + 1), 0);
  const table = new Float64Array((count + halves) * TABLE);
  table.set(multiples);

  const additions = new Additions();
  const pushDigits = (k: bigint, base: number): void => {
    const negated = k < 0n;
    loadScalar(absolute(k));
    recodeLoaded(0, 128, WIDTH, (position, digit) => {
      additions.push(position, digit < 0 !== negated, base + (Math.abs(digit) >> 1) * AFFINE);
    });
  };
  let next = count * TABLE;
  for (let i = 0; i < count; i++) {
    pushDigits(lows[i] as bigint, i * TABLE);
    const high = highs[i] as bigint;
    if (high === 0n) continue;
    for (let j = 0; j < ODD; j++) {
      const from = i * TABLE + j * AFFINE;
      mul(table, next + j * AFFINE, table, from, BETA, 0);
      copy(table, next + j * AFFINE + LIMBS, table, from + LIMBS);
    }
    pushDigits(high, next);
    next += TABLE;
  }
  if (generatorScalar !== 0n) pushGenerator(additions, generatorScalar);
  chain(out, o, additions, table);
}

function pushGenerator(additions: Additions, scalar: bigint): void {
  // The shorter of k and N − k: small negative multiples cost no more than small positive ones.
  const negated = scalar > N >> 1n;
  loadScalar(negated ? N - scalar : scalar);
  const perStep = 1 << (GENERATOR_WIDTH - 2);
  for (let step = 0; step * GENERATOR_STEP < 256; step++) {
    recodeLoaded(step * GENERATOR_STEP, GENERATOR_STEP, GENERATOR_WIDTH, (position, digit) => {
      const entry = (step * perStep + (Math.abs(digit) >> 1)) * AFFINE;
      additions.push(position, digit < 0 !== negated, ~entry);
    });
  }
}

function chain(out: Float64Array, o: number, additions: Additions, table: Float64Array): void {
  const { count, positions, negative, entries } = additions;
  const starts = new Int32Array(POSITIONS);
  const lengths = new Int32Array(POSITIONS);
  for (let i = 0; i < count; i++) (lengths[positions[i] as number] as number)++;
  for (let p = 1; p < POSITIONS; p++) {
    starts[p] = (starts[p - 1] as number) + (lengths[p - 1] as number);
  }
  const generator = generatorTable();
  const points = new Float64Array(count * AFFINE);
  const filled = starts.slice();
  for (let i = 0; i < count; i++) {
    const slot = (filled[positions[i] as number] as number)++;
    const entry = entries[i] as number;
    const from = entry < 0 ? generator : table;
    const at = entry < 0 ? ~entry : entry;
    copy(points, slot * AFFINE, from, at);
    scale(points, slot * AFFINE + LIMBS, from, at + LIMBS, negative[i] === 1 ? -1 : 1);
  }
  sumSegments(points, starts, lengths, WORTH_A_BATCH);
  out.fill(0, o, o + JACOBIAN);
  let started = false;
  for (let p = POSITIONS - 1; p >= 0; p--) {
    if (started) double(out, o, out, o);
    const start = starts[p] as number;
    for (let i = 0; i < (lengths[p] as number); i++) {
      addMixed(out, o, out, o, points, (start + i) * AFFINE, false);
      started = true;
    }
  }
}
