import { secp256k1 } from "@noble/curves/secp256k1.js";
import { pippenger } from "@noble/curves/abstract/curve.js";
import { makeVector, pointsOf, type NoblePoint, PointVector } from "./point-vector.ts";

const { Point } = secp256k1;
const N = Point.Fn.ORDER;

/** Sum of all points, as a vector of length 1; the identity for an empty vector. Public data only. */
export function sum(points: PointVector): PointVector {
  return PointVector.fromNoble([pointsOf(points).reduce((total, point) => total.add(point), Point.ZERO)]);
}

/** Element-wise sum of two vectors of equal length (throws otherwise). Public data only. */
export function add(left: PointVector, right: PointVector): PointVector {
  return columnSums([left, right]);
}

/**
 * Adds vectors of equal length element by element: result k is the sum over j of `rows[j]` at k (the summed
 * commitments of all dealers). Throws where lengths differ or there is no row. Public data only.
 */
export function columnSums(rows: readonly PointVector[]): PointVector {
  const width = rows[0]?.length;
  if (width === undefined) throw new RangeError("no rows to add");
  if (rows.some((row) => row.length !== width)) throw new RangeError("rows differ in length");
  const total: NoblePoint[] = Array.from({ length: width }, () => Point.ZERO);
  for (const row of rows)
    pointsOf(row).forEach((point, k) => (total[k] = (total[k] ?? Point.ZERO).add(point)));
  return PointVector.fromNoble(total);
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
  const list = pointsOf(points);
  if (list.length !== scalars.length) throw new RangeError("as many scalars as points are needed");
  return PointVector.fromNoble([
    pippenger(Point, [...list, Point.BASE], [...scalars, generatorScalar].map(reduce)),
  ]);
}

/** True where a₁P₁ + … + aₙPₙ + gG is the identity: the check of a batch. Public data only. */
export function isZeroCombination(
  points: PointVector,
  scalars: readonly bigint[],
  generatorScalar = 0n,
): boolean {
  return linearCombination(points, scalars, generatorScalar).isIdentity();
}

/** Element-wise products aᵢPᵢ, each possibly the identity. Variable time: public data only. */
export function scaleEach(points: PointVector, scalars: readonly bigint[]): PointVector {
  const list = pointsOf(points);
  if (list.length !== scalars.length) throw new RangeError("as many scalars as points are needed");
  return PointVector.fromNoble(list.map((point, i) => point.multiplyUnsafe(reduce(scalars[i] ?? 0n))));
}

/** aP + bG for the point at `index` of `points`: the verification of one share or signature. Public data only. */
export function mulAdd(a: bigint, points: PointVector, b: bigint, index = 0): PointVector {
  return linearCombination(points.at(index), [a], b);
}

/** kG for each public scalar k. Never for a secret: variable time. */
export function generatorMultiples(scalars: readonly bigint[]): PointVector {
  return PointVector.fromNoble(scalars.map((scalar) => Point.BASE.multiplyUnsafe(reduce(scalar))));
}

/** The generator G, as a vector of length 1. */
export function generator(): PointVector {
  return makeVector([Point.BASE]);
}

function reduce(scalar: bigint): bigint {
  const rest = scalar % N;
  return rest < 0n ? rest + N : rest;
}
