import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";

const { Point } = secp256k1;
/** A point of `@noble/curves`' secp256k1, for crossing between public work here and secret work there. */
export type NoblePoint = InstanceType<typeof Point>;

/** Sibling files only: builds a vector of points already known to be on the curve. */
export let makeVector: (points: readonly NoblePoint[]) => PointVector;
/** Sibling files only: the points inside a vector. */
export let pointsOf: (vector: PointVector) => readonly NoblePoint[];

/**
 * An immutable, packed vector of public secp256k1 points in affine form.
 *
 * Made only by the parsers of `parse.ts` (whose elements are on the curve and never the identity) and by the
 * operations of this folder (whose results may be the identity: ask `isIdentity`). One point is a vector of
 * length 1; methods that take an index default to element 0.
 *
 * Every operation on it is variable time: public data only.
 */
export class PointVector {
  readonly #points: readonly NoblePoint[];

  static {
    makeVector = (points) => new PointVector(points);
    pointsOf = (vector) => vector.#points;
  }

  private constructor(points: readonly NoblePoint[]) {
    this.#points = points;
  }

  /** Number of points. */
  get length(): number {
    return this.#points.length;
  }

  /** True where element `index` is the identity, which no parser yields but a sum or product may. */
  isIdentity(index = 0): boolean {
    return this.#get(index).is0();
  }

  /** True where any element is the identity. */
  hasIdentity(): boolean {
    return this.#points.some((point) => point.is0());
  }

  /** 33 bytes, SEC 1 compressed. Throws for the identity, which has no such encoding. */
  toCompressed(index = 0): Uint8Array {
    return this.#get(index).toBytes(true);
  }

  /** 65 bytes, SEC 1 uncompressed. Throws for the identity. */
  toUncompressed(index = 0): Uint8Array {
    return this.#get(index).toBytes(false);
  }

  /** 32-byte x coordinate (BIP-340 `bytes(P)`). Throws for the identity. Never compare points by this. */
  toXOnly(index = 0): Uint8Array {
    return this.toCompressed(index).slice(1);
  }

  /** All elements, 33 bytes each, one after the other. Throws where one is the identity. */
  allCompressed(): Uint8Array {
    return pack(this.#points, 33, (i) => this.toCompressed(i));
  }

  /** All elements, 65 bytes each, one after the other. Throws where one is the identity. */
  allUncompressed(): Uint8Array {
    return pack(this.#points, 65, (i) => this.toUncompressed(i));
  }

  /** BIP-340 `has_even_y`. Throws for the identity. */
  hasEvenY(index = 0): boolean {
    return this.toCompressed(index)[0] === 2;
  }

  /** Element `index` as a vector of length 1. */
  at(index: number): PointVector {
    return new PointVector([this.#get(index)]);
  }

  /** Elements `start` to `end` (exclusive), as `Array.prototype.slice`. */
  slice(start: number, end?: number): PointVector {
    return new PointVector(this.#points.slice(start, end));
  }

  /** The vector of the elements at `indices`, in that order. */
  pick(indices: readonly number[]): PointVector {
    return new PointVector(indices.map((index) => this.#get(index)));
  }

  /** Every element negated. */
  negate(): PointVector {
    return new PointVector(this.#points.map((point) => point.negate()));
  }

  /** True where both have the same length and the same points in the same order, both coordinates compared. */
  equals(other: PointVector): boolean {
    return this.length === other.length && this.#points.every((point, i) => point.equals(other.#get(i)));
  }

  /** True where element `index` is element `otherIndex` of `other`, both coordinates compared. */
  equalsAt(index: number, other: PointVector, otherIndex = 0): boolean {
    return this.#get(index).equals(other.#get(otherIndex));
  }

  /** Element `index` as a noble point (identity included). */
  toNoble(index = 0): NoblePoint {
    return this.#get(index);
  }

  /** All vectors one after the other. */
  static concat(vectors: readonly PointVector[]): PointVector {
    return new PointVector(vectors.flatMap((vector) => vector.#points));
  }

  /** From noble points, e.g. the result of a constant-pattern multiplication. The identity is carried over. */
  static fromNoble(points: readonly NoblePoint[]): PointVector {
    return new PointVector(normalizeZ(Point, [...points]));
  }

  #get(index: number): NoblePoint {
    const point = this.#points[index];
    if (point === undefined) throw new RangeError(`no point ${index} in a vector of ${this.length}`);
    return point;
  }
}

function pack(points: readonly unknown[], size: number, encode: (index: number) => Uint8Array): Uint8Array {
  const out = new Uint8Array(points.length * size);
  points.forEach((_, index) => out.set(encode(index), index * size));
  return out;
}
