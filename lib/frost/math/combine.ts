import { AFFINE, isJacobianIdentity, JACOBIAN, toAffine } from "./jacobian.ts";
import { sumSegments } from "./affine-batch.ts";
import { limbsOf, makeVector, PointVector } from "./point-vector.ts";
import { reduceScalar } from "./scalars.ts";
import { multiply } from "./multiply.ts";

/** Sum of all points, as a vector of length 1; the identity for an empty vector. Public data only. */
export function sum(points: PointVector): PointVector {
  if (points.length === 0) return makeVector(new Float64Array(AFFINE));
  const work = limbsOf(points).slice();
  sumSegments(work, Int32Array.of(0), Int32Array.of(points.length), 1);
  return makeVector(work.slice(0, AFFINE));
}

/** Element-wise sum of two vectors of equal length (throws otherwise). Public data only. */
export function add(left: PointVector, right: PointVector): PointVector {
  return columnSums([left, right]);
}

/** Points added up together: enough to share an inversion widely, few enough to stay in the processor's cache. */
const CHUNK = 2048;

/**
 * Adds vectors of equal length element by element: result k is the sum over j of `rows[j]` at k (the summed
 * commitments of all dealers). Throws where lengths differ or there is no row. Public data only.
 */
export function columnSums(rows: readonly PointVector[]): PointVector {
  const width = rows[0]?.length;
  if (width === undefined) throw new RangeError("no rows to add");
  if (rows.some((row) => row.length !== width)) throw new RangeError("rows differ in length");
  const height = rows.length;
  const out = new Float64Array(width * AFFINE);
  const sources = rows.map(limbsOf);
  const step = Math.max(1, Math.floor(CHUNK / height));
  const work = new Float64Array(Math.min(step, width) * height * AFFINE);
  for (let first = 0; first < width; first += step) {
    const columns = Math.min(step, width - first);
    const starts = Int32Array.from({ length: columns }, (_, k) => k * height);
    for (const [j, source] of sources.entries()) {
      for (let k = 0; k < columns; k++) {
        const to = (k * height + j) * AFFINE;
        const from = (first + k) * AFFINE;
        for (let i = 0; i < AFFINE; i++) work[to + i] = source[from + i] as number;
      }
    }
    sumSegments(work, starts, new Int32Array(columns).fill(height), 1);
    for (let k = 0; k < columns; k++) {
      const from = k * height * AFFINE;
      out.set(work.subarray(from, from + AFFINE), (first + k) * AFFINE);
    }
  }
  return makeVector(out);
}

/**
 * a₁P₁ + … + aₙPₙ + gG as a vector of length 1, possibly the identity. Scalars are any integers and count modulo
 * the group order; ones of at most 128 bits (random coefficients) cost about half. Variable time: public
 * data only. Throws where the number of scalars is not the number of points.
 */
export function linearCombination(
  points: PointVector,
  scalars: readonly bigint[],
  generatorScalar = 0n,
): PointVector {
  return fromJacobian(combination(points, scalars, generatorScalar), 1);
}

function combination(points: PointVector, scalars: readonly bigint[], generatorScalar: bigint): Float64Array {
  if (points.length !== scalars.length) throw new RangeError("as many scalars as points are needed");
  const result = new Float64Array(JACOBIAN);
  multiply(result, 0, limbsOf(points), scalars.map(reduceScalar), reduceScalar(generatorScalar));
  return result;
}

/** True where a₁P₁ + … + aₙPₙ + gG is the identity: the check of a batch. Public data only. */
export function isZeroCombination(
  points: PointVector,
  scalars: readonly bigint[],
  generatorScalar = 0n,
): boolean {
  return isJacobianIdentity(combination(points, scalars, generatorScalar), 0);
}

/** Element-wise products aᵢPᵢ, each possibly the identity. Variable time: public data only. */
export function scaleEach(points: PointVector, scalars: readonly bigint[]): PointVector {
  if (points.length !== scalars.length) throw new RangeError("as many scalars as points are needed");
  const limbs = limbsOf(points);
  const results = new Float64Array(scalars.length * JACOBIAN);
  scalars.forEach((scalar, i) => {
    const point = limbs.subarray(i * AFFINE, (i + 1) * AFFINE);
    multiply(results, i * JACOBIAN, point, [reduceScalar(scalar)], 0n);
  });
  return fromJacobian(results, scalars.length);
}

/** aP + bG for the point at `index` of `points`: the verification of one share or signature. Public data only. */
export function mulAdd(a: bigint, points: PointVector, b: bigint, index = 0): PointVector {
  return linearCombination(points.at(index), [a], b);
}

/** kG for each public scalar k. Never for a secret: variable time. */
export function generatorMultiples(scalars: readonly bigint[]): PointVector {
  const results = new Float64Array(scalars.length * JACOBIAN);
  const none = new Float64Array(0);
  scalars.forEach((scalar, i) => multiply(results, i * JACOBIAN, none, [], reduceScalar(scalar)));
  return fromJacobian(results, scalars.length);
}

function fromJacobian(points: Float64Array, count: number): PointVector {
  const limbs = new Float64Array(count * AFFINE);
  toAffine(limbs, 0, points, 0, count);
  return makeVector(limbs);
}
