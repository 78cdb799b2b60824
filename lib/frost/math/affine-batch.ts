import { AFFINE, isAffineIdentity } from "./jacobian.ts";
import { copy, invert, isZero, LIMBS, mul, reduce, scale, sqr, sub } from "./field.ts";

/**
 * Many independent additions of affine points at the price of one inversion (Montgomery's trick): about half the
 * time of a mixed addition each. Every case is handled inside the batch, none by luck: equal points double,
 * opposite ones give the identity, an identity gives the other operand. So hostile points can cost a little time
 * and never give a wrong result. Variable time: public data only.
 */

const Y = LIMBS;
const w = new Float64Array(6 * LIMBS);
const A = 0;
const B = LIMBS;
const C = 2 * LIMBS;
const D = 3 * LIMBS;
const X3 = 4 * LIMBS;

/** What one addition of a batch needs: a slope over x₂ − x₁, a tangent, or no division at all. */
const CHORD = 0;
const TANGENT = 1;
const LEFT = 2;
const RIGHT = 3;
const VANISH = 4;

let kinds = new Uint8Array(0);
let denominators = new Float64Array(0);
let prefixes = new Float64Array(0);

function reserve(count: number): void {
  if (kinds.length >= count) return;
  const room = Math.max(count, 2 * kinds.length, 64);
  kinds = new Uint8Array(room);
  denominators = new Float64Array(room * LIMBS);
  prefixes = new Float64Array((room + 1) * LIMBS);
}

/**
 * For i from 0 to count − 1: points[out[i]] = points[left[i]] + points[right[i]], where entries are indices into
 * `points` as doubles. All operands are as they were before the call as long as out[i] is no operand of a later
 * addition (it may be one of its own or of an earlier one). Magnitude at most 2 in, 1 out.
 */
export function addPairs(
  points: Float64Array,
  count: number,
  left: Int32Array,
  right: Int32Array,
  out: Int32Array,
): void {
  if (count === 0) return;
  reserve(count);
  prefixes.fill(0, count * LIMBS, (count + 1) * LIMBS);
  prefixes[count * LIMBS] = 1;
  // Products from the last addition to the first, so that the results are written from the first to the last.
  for (let i = count - 1; i >= 0; i--) {
    const kind = classify(points, left[i] as number, right[i] as number, i * LIMBS);
    kinds[i] = kind;
    if (kind <= TANGENT) mul(prefixes, i * LIMBS, prefixes, (i + 1) * LIMBS, denominators, i * LIMBS);
    else copy(prefixes, i * LIMBS, prefixes, (i + 1) * LIMBS);
  }
  invert(w, A, prefixes, 0);
  for (let i = 0; i < count; i++) {
    const kind = kinds[i] as number;
    const l = left[i] as number;
    const o = out[i] as number;
    if (kind > TANGENT) {
      if (kind === VANISH) points.fill(0, o, o + AFFINE);
      else
        points.copyWithin(
          o,
          kind === LEFT ? l : (right[i] as number),
          (kind === LEFT ? l : (right[i] as number)) + AFFINE,
        );
      continue;
    }
    const r = right[i] as number;
    mul(w, B, w, A, prefixes, (i + 1) * LIMBS); // 1/denominator: 1
    mul(w, A, w, A, denominators, i * LIMBS); // 1 from 1·4
    if (kind === TANGENT) {
      sqr(w, C, points, l);
      scale(w, C, w, C, 3); // 3x²: 3
    } else sub(w, C, points, r + Y, points, l + Y); // y₂ − y₁: 4
    mul(w, B, w, C, w, B); // slope: 1 from 4·1
    sqr(w, C, w, B); // 1
    sub(w, C, w, C, points, l); // 3
    sub(w, C, w, C, points, r); // 5
    reduce(w, X3, w, C); // x₃: 1
    sub(w, D, points, l, w, X3); // x₁ − x₃: 3
    mul(w, D, w, D, w, B); // 1 from 3·1
    sub(w, D, w, D, points, l + Y); // 3
    copy(points, o, w, X3);
    reduce(points, o + Y, w, D); // y₃: 1
  }
}

/** Decides the case of one addition and writes its denominator (magnitude at most 4) where it has one. */
function classify(points: Float64Array, l: number, r: number, d: number): number {
  if (isAffineIdentity(points, l)) return RIGHT;
  if (isAffineIdentity(points, r)) return LEFT;
  sub(denominators, d, points, r, points, l); // 4
  if (!isZero(denominators, d)) return CHORD;
  sub(w, D, points, r + Y, points, l + Y); // 4
  if (!isZero(w, D)) return VANISH;
  scale(denominators, d, points, l + Y, 2); // 2y, never 0: 4
  return TANGENT;
}

let lefts = new Int32Array(0);
let rights = new Int32Array(0);
let outs = new Int32Array(0);

/** Below this many additions a round, one mixed addition each is cheaper than sharing an inversion. */
export const WORTH_A_BATCH = 40;

/**
 * Adds up segments of `points` in place, by rounds of pairwise additions. Segment s starts at point `starts[s]` and
 * has `lengths[s]` points; afterwards `lengths[s]` says how many remain at its start, whose sum is unchanged.
 * Rounds stop when every segment has at most one point left, or when one would have fewer than `least` additions.
 */
export function sumSegments(
  points: Float64Array,
  starts: Int32Array,
  lengths: Int32Array,
  least: number,
): void {
  for (;;) {
    let pairs = 0;
    for (const length of lengths) pairs += length >> 1;
    if (pairs === 0 || pairs < least) return;
    if (lefts.length < pairs) {
      lefts = new Int32Array(pairs);
      rights = new Int32Array(pairs);
      outs = new Int32Array(pairs);
    }
    let n = 0;
    for (let s = 0; s < lengths.length; s++) {
      const start = starts[s] as number;
      const half = (lengths[s] as number) >> 1;
      for (let i = 0; i < half; i++, n++) {
        lefts[n] = (start + 2 * i) * AFFINE;
        rights[n] = (start + 2 * i + 1) * AFFINE;
        outs[n] = (start + i) * AFFINE;
      }
    }
    addPairs(points, pairs, lefts, rights, outs);
    for (let s = 0; s < lengths.length; s++) {
      const length = lengths[s] as number;
      const half = length >> 1;
      if ((length & 1) === 1 && half > 0) {
        const last = ((starts[s] as number) + length - 1) * AFFINE;
        points.copyWithin(((starts[s] as number) + half) * AFFINE, last, last + AFFINE);
      }
      lengths[s] = length - half;
    }
  }
}
