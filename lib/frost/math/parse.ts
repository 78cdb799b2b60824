import { secp256k1 } from "@noble/curves/secp256k1.js";
import { makeVector, type NoblePoint, type PointVector } from "./point-vector.ts";

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

const P = secp256k1.Point.Fp.ORDER;

/**
 * Points from SEC 1 compressed encodings (33 bytes, first byte 02 or 03). The identity has no such form.
 * A packed array whose length is no multiple of 33 fails at the index of the cut encoding.
 * Variable time: public data only.
 */
export function parseCompressed(encodings: Encodings): ParsedPoints {
  return parseEach(encodings, 33, decompress);
}

/**
 * Points from SEC 1 uncompressed encodings (65 bytes, first byte 04, x, y): coordinates below p and on the curve
 * are the same points as those of the 33-byte form. No square root is taken. Variable time: public data only.
 */
export function parseUncompressed(encodings: Encodings): ParsedPoints {
  return parseEach(encodings, 65, (bytes) => {
    if (bytes[0] !== 4) return "prefix";
    if (toBigInt(bytes.subarray(1, 33)) >= P || toBigInt(bytes.subarray(33)) >= P) return "coordinate";
    return onCurve(bytes);
  });
}

/**
 * Points with even y from 32-byte x coordinates (BIP-340 `lift_x`). Variable time: public data only.
 */
export function parseXOnly(encodings: Encodings): ParsedPoints {
  return parseEach(encodings, 32, (bytes) => decompress(Uint8Array.of(2, ...bytes)));
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
  return parseEach(encodings, 33, (bytes, index) => {
    const hint = hints[index];
    if (hint?.length === 32 && (bytes[0] === 2 || bytes[0] === 3)) {
      const parity = (hint[31] ?? 0) & 1;
      const candidate = Uint8Array.of(4, ...bytes.subarray(1), ...hint);
      const canonical = toBigInt(bytes.subarray(1)) < P && toBigInt(hint) < P;
      const point = canonical && parity === bytes[0] - 2 ? onCurve(candidate) : "offCurve";
      if (typeof point !== "string") return point;
    }
    return decompress(bytes);
  });
}

function parseEach(
  encodings: Encodings,
  size: number,
  parseOne: (bytes: Uint8Array, index: number) => NoblePoint | PointFault,
): ParsedPoints {
  const list =
    encodings instanceof Uint8Array
      ? Array.from({ length: Math.ceil(encodings.length / size) }, (_, i) =>
          encodings.subarray(i * size, (i + 1) * size),
        )
      : encodings;
  const points: NoblePoint[] = [];
  for (const [index, bytes] of list.entries()) {
    const point = bytes.length === size ? parseOne(bytes, index) : "length";
    if (typeof point === "string") return { ok: false, index, fault: point };
    points.push(point);
  }
  return { ok: true, points: makeVector(points) };
}

function decompress(bytes: Uint8Array): NoblePoint | PointFault {
  if (bytes[0] !== 2 && bytes[0] !== 3) return "prefix";
  if (toBigInt(bytes.subarray(1)) >= P) return "coordinate";
  return onCurve(bytes);
}

function onCurve(bytes: Uint8Array): NoblePoint | "offCurve" {
  try {
    return secp256k1.Point.fromBytes(bytes);
  } catch {
    return "offCurve";
  }
}

function toBigInt(bytes: Uint8Array): bigint {
  return secp256k1.Point.Fp.fromBytes(bytes, true);
}
