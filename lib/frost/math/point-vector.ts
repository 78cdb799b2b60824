import { secp256k1 } from "@noble/curves/secp256k1.js";
import { normalizeZ } from "@noble/curves/abstract/curve.js";
import { AFFINE, isAffineIdentity } from "./jacobian.ts";
import { fromBigInt, isOdd, isZero, LIMBS, sub, toBigInt, toBytes } from "./field.ts";

const { Point } = secp256k1;
/** A point of `@noble/curves`' secp256k1, for crossing between public work here and secret work there. */
export type NoblePoint = InstanceType<typeof Point>;

/**
 * Sibling files only: takes over an array of affine points (`jacobian.ts`) already known to be on the curve, which
 * nobody may write to afterwards.
 */
export let makeVector: (limbs: Float64Array) => PointVector;
/** Sibling files only: the affine points inside a vector, for reading. */
export let limbsOf: (vector: PointVector) => Float64Array;

const difference = new Float64Array(LIMBS);

/**
 * An immutable, packed vector of public secp256k1 points in affine form.
 *
 * Made only by the parsers of `parse.ts` (whose elements are on the curve and never the identity) and by the
 * operations of this folder (whose results may be the identity: ask `isIdentity`). One point is a vector of
 * length 1; methods that take an index default to element 0. An index outside throws a RangeError.
 *
 * Every operation on it is variable time: public data only.
 */
export class PointVector {
  readonly #limbs: Float64Array;
  /** Number of points. */
  readonly length: number;

  static {
    makeVector = (limbs) => new PointVector(limbs);
    limbsOf = (vector) => vector.#limbs;
  }

  private constructor(limbs: Float64Array) {
    this.#limbs = limbs;
    this.length = limbs.length / AFFINE;
  }

  /** True where element `index` is the identity, which no parser yields but a sum or product may. */
  isIdentity(index = 0): boolean {
    return isAffineIdentity(this.#limbs, this.#offset(index));
  }

  /** True where any element is the identity. */
  hasIdentity(): boolean {
    for (let i = 0; i < this.length; i++) if (this.isIdentity(i)) return true;
    return false;
  }

  /** 33 bytes, SEC 1 compressed. Throws for the identity, which has no such encoding. */
  toCompressed(index = 0): Uint8Array {
    const bytes = new Uint8Array(33);
    this.#compress(bytes, 0, index);
    return bytes;
  }

  /** 65 bytes, SEC 1 uncompressed. Throws for the identity. */
  toUncompressed(index = 0): Uint8Array {
    const bytes = new Uint8Array(65);
    this.#writeBoth(bytes, 0, index);
    return bytes;
  }

  /** 32-byte x coordinate (BIP-340 `bytes(P)`). Throws for the identity. Never compare points by this. */
  toXOnly(index = 0): Uint8Array {
    const bytes = new Uint8Array(32);
    toBytes(bytes, 0, this.#limbs, this.#encodable(index));
    return bytes;
  }

  /** All elements, 33 bytes each, one after the other. Throws where one is the identity. */
  allCompressed(): Uint8Array {
    const bytes = new Uint8Array(33 * this.length);
    for (let i = 0; i < this.length; i++) this.#compress(bytes, 33 * i, i);
    return bytes;
  }

  /** All elements, 65 bytes each, one after the other. Throws where one is the identity. */
  allUncompressed(): Uint8Array {
    const bytes = new Uint8Array(65 * this.length);
    for (let i = 0; i < this.length; i++) this.#writeBoth(bytes, 65 * i, i);
    return bytes;
  }

  /** BIP-340 `has_even_y`. Throws for the identity. */
  hasEvenY(index = 0): boolean {
    return !isOdd(this.#limbs, this.#encodable(index) + LIMBS);
  }

  /** Element `index` as a vector of length 1. */
  at(index: number): PointVector {
    const offset = this.#offset(index);
    return new PointVector(this.#limbs.subarray(offset, offset + AFFINE));
  }

  /** Elements `start` to `end` (exclusive), as `Array.prototype.slice`. */
  slice(start: number, end = this.length): PointVector {
    const place = (i: number): number => (i < 0 ? Math.max(0, this.length + i) : Math.min(i, this.length));
    const first = place(start);
    return new PointVector(this.#limbs.subarray(first * AFFINE, Math.max(first, place(end)) * AFFINE));
  }

  /** The vector of the elements at `indices`, in that order. */
  pick(indices: readonly number[]): PointVector {
    const limbs = new Float64Array(indices.length * AFFINE);
    indices.forEach((index, i) => {
      const offset = this.#offset(index);
      limbs.set(this.#limbs.subarray(offset, offset + AFFINE), i * AFFINE);
    });
    return new PointVector(limbs);
  }

  /** Every element negated. */
  negate(): PointVector {
    const limbs = this.#limbs.slice();
    for (let at = LIMBS; at < limbs.length; at += AFFINE) {
      for (let i = at; i < at + LIMBS; i++) limbs[i] = -(limbs[i] as number);
    }
    return new PointVector(limbs);
  }

  /** True where both have the same length and the same points in the same order, both coordinates compared. */
  equals(other: PointVector): boolean {
    if (this.length !== other.length) return false;
    for (let i = 0; i < this.length; i++) if (!this.equalsAt(i, other, i)) return false;
    return true;
  }

  /** True where element `index` is element `otherIndex` of `other`, both coordinates compared. */
  equalsAt(index: number, other: PointVector, otherIndex = 0): boolean {
    const left = this.#offset(index);
    const right = other.#offset(otherIndex);
    const identity = isAffineIdentity(this.#limbs, left);
    if (identity || isAffineIdentity(other.#limbs, right)) return identity && other.isIdentity(otherIndex);
    sub(difference, 0, this.#limbs, left, other.#limbs, right);
    if (!isZero(difference, 0)) return false;
    sub(difference, 0, this.#limbs, left + LIMBS, other.#limbs, right + LIMBS);
    return isZero(difference, 0);
  }

  /** Element `index` as a noble point (identity included). */
  toNoble(index = 0): NoblePoint {
    const offset = this.#offset(index);
    if (isAffineIdentity(this.#limbs, offset)) return Point.ZERO;
    return Point.fromAffine({ x: toBigInt(this.#limbs, offset), y: toBigInt(this.#limbs, offset + LIMBS) });
  }

  /** All vectors one after the other. */
  static concat(vectors: readonly PointVector[]): PointVector {
    const limbs = new Float64Array(vectors.reduce((total, vector) => total + vector.#limbs.length, 0));
    let at = 0;
    for (const vector of vectors) {
      limbs.set(vector.#limbs, at);
      at += vector.#limbs.length;
    }
    return new PointVector(limbs);
  }

  /** From noble points, e.g. the result of a constant-pattern multiplication. The identity is carried over. */
  static fromNoble(points: readonly NoblePoint[]): PointVector {
    const limbs = new Float64Array(points.length * AFFINE);
    for (const [i, point] of normalizeZ(Point, [...points]).entries()) {
      if (point.is0()) continue;
      fromBigInt(limbs, i * AFFINE, point.X);
      fromBigInt(limbs, i * AFFINE + LIMBS, point.Y);
    }
    return new PointVector(limbs);
  }

  #offset(index: number): number {
    if (Number.isInteger(index) && index >= 0 && index < this.length) return index * AFFINE;
    throw new RangeError(`no point ${index} in a vector of ${this.length}`);
  }

  #encodable(index: number): number {
    const offset = this.#offset(index);
    if (isAffineIdentity(this.#limbs, offset)) throw new RangeError("the identity has no encoding");
    return offset;
  }

  #compress(bytes: Uint8Array, at: number, index: number): void {
    const offset = this.#encodable(index);
    bytes[at] = isOdd(this.#limbs, offset + LIMBS) ? 3 : 2;
    toBytes(bytes, at + 1, this.#limbs, offset);
  }

  #writeBoth(bytes: Uint8Array, at: number, index: number): void {
    const offset = this.#encodable(index);
    bytes[at] = 4;
    toBytes(bytes, at + 1, this.#limbs, offset);
    toBytes(bytes, at + 33, this.#limbs, offset + LIMBS);
  }
}
