import { AFFINE } from "./jacobian.ts";
import { copy, fromBytes, isOdd, isZero, LIMBS, mul, scale, sqr, squareRootCandidate, sub } from "./field.ts";
import { makeVector, type PointVector } from "./point-vector.ts";

/** Encodings of equal size, either one after the other in one array or one array each. */
export type Encodings = Uint8Array | readonly Uint8Array[];

/**
 * Why a point was refused: wrong number of bytes; a first byte that is not the form's own (hybrid forms 06/07
 * included); a coordinate that is not below p; or coordinates that are on no point of the curve.
 */
export type PointFault = "length" | "prefix" | "coordinate" | "offCurve";

/** Points, or the index and fault of the first encoding refused. */
export type ParsedPoints =
  | { readonly ok: true; readonly points: PointVector }
  | { readonly ok: false; readonly index: number; readonly fault: PointFault };

/**
 * Points from SEC 1 compressed encodings (33 bytes, first byte 02 or 03). The identity has no such form.
 * A packed array whose length is no multiple of 33 fails at the index of the cut encoding.
 * Variable time: public data only.
 */
export function parseCompressed(encodings: Encodings): ParsedPoints {
  return parseEach(encodings, 33, compressedPoint);
}

/**
 * Points from SEC 1 uncompressed encodings (65 bytes, first byte 04, x, y): coordinates below p and on the curve
 * are the same points as those of the 33-byte form. No square root is taken. Variable time: public data only.
 */
export function parseUncompressed(encodings: Encodings): ParsedPoints {
  return parseEach(encodings, 65, (limbs, o, bytes, at) => {
    if (bytes[at] !== 4) return "prefix";
    if (!fromBytes(limbs, o, bytes, at + 1)) return "coordinate";
    if (!fromBytes(limbs, o + LIMBS, bytes, at + 33)) return "coordinate";
    curveRight(limbs, o);
    return squaresToRight(limbs, o + LIMBS) ? undefined : "offCurve";
  });
}

/** Points with even y from 32-byte x coordinates (BIP-340 `lift_x`). Variable time: public data only. */
export function parseXOnly(encodings: Encodings): ParsedPoints {
  return parseEach(encodings, 32, (limbs, o, bytes, at) => lift(limbs, o, bytes, at, false));
}

/**
 * As `parseCompressed`, helped by 32-byte y coordinates from an untrusted source. A y that is below p, on the
 * curve and of the encoding's parity is the one decompression would give, and is used; any other, or none, is
 * ignored. So hints change the time taken and never which encodings are accepted, nor the points.
 * @param hints one entry per encoding, `undefined` where there is none
 */
export function parseCompressedWithHints(
  encodings: Encodings,
  hints: readonly (Uint8Array | undefined)[],
): ParsedPoints {
  return parseEach(encodings, 33, (limbs, o, bytes, at, index) => {
    const hint = hints[index];
    const prefix = bytes[at];
    if (hint?.length === 32 && prefix === ((hint[31] ?? 0) & 1) + 2) {
      if (!fromBytes(limbs, o, bytes, at + 1)) return "coordinate";
      curveRight(limbs, o);
      if (fromBytes(limbs, o + LIMBS, hint, 0) && squaresToRight(limbs, o + LIMBS)) return undefined;
    }
    return compressedPoint(limbs, o, bytes, at);
  });
}

/** Writes the affine point encoded at `bytes[at]` to `limbs[o]`, or says why there is none. */
type ParseOne = (
  limbs: Float64Array,
  o: number,
  bytes: Uint8Array,
  at: number,
  index: number,
) => PointFault | undefined;

function parseEach(encodings: Encodings, size: number, parseOne: ParseOne): ParsedPoints {
  const packed = encodings instanceof Uint8Array;
  const count = packed ? Math.ceil(encodings.length / size) : encodings.length;
  const limbs = new Float64Array(count * AFFINE);
  for (let index = 0; index < count; index++) {
    const bytes = packed ? encodings : (encodings[index] as Uint8Array);
    const at = packed ? index * size : 0;
    const whole = packed ? at + size <= bytes.length : bytes.length === size;
    const fault = whole ? parseOne(limbs, index * AFFINE, bytes, at, index) : "length";
    if (fault !== undefined) return { ok: false, index, fault };
  }
  return { ok: true, points: makeVector(limbs) };
}

const right = new Float64Array(LIMBS);
const work = new Float64Array(LIMBS);

/** right = x³ + 7 for the x at `o`. Magnitude 1 but for the 7. */
function curveRight(limbs: Float64Array, o: number): void {
  sqr(right, 0, limbs, o); // 1 from 2
  mul(right, 0, right, 0, limbs, o); // 1 from 1·2
  right[0] = (right[0] as number) + 7;
}

/** True where the square of the element at `o` is `right`. */
function squaresToRight(limbs: Float64Array, o: number): boolean {
  sqr(work, 0, limbs, o); // 1 from 2
  sub(work, 0, work, 0, right, 0);
  return isZero(work, 0);
}

function compressedPoint(
  limbs: Float64Array,
  o: number,
  bytes: Uint8Array,
  at: number,
): PointFault | undefined {
  const prefix = bytes[at];
  if (prefix !== 2 && prefix !== 3) return "prefix";
  return lift(limbs, o, bytes, at + 1, prefix === 3);
}

function lift(
  limbs: Float64Array,
  o: number,
  bytes: Uint8Array,
  at: number,
  odd: boolean,
): PointFault | undefined {
  if (!fromBytes(limbs, o, bytes, at)) return "coordinate";
  curveRight(limbs, o);
  const y = o + LIMBS;
  squareRootCandidate(limbs, y, right, 0);
  if (!squaresToRight(limbs, y)) return "offCurve";
  if (isOdd(limbs, y) !== odd) {
    scale(work, 0, limbs, y, -1);
    copy(limbs, y, work, 0);
  }
  return undefined;
}
