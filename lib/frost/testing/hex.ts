import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { parseCompressed, type PointVector } from "../math/index.ts";
import { type Rng, type SigningShare, restoreSigningShare } from "../index.ts";

export const hex = bytesToHex;
export const unhex = hexToBytes;

/** A point written as 33 bytes of hex. */
export function point(text: string): PointVector {
  const parsed = parseCompressed(unhex(text));
  if (!parsed.ok) throw new Error(`not a point: ${text}`);
  return parsed.points;
}

export function share(text: string): SigningShare {
  return restoreSigningShare(unhex(text));
}

/** A random source that answers with fixed values in turn, as vectors ask. A value must have the length asked for. */
export function scriptedRng(...answers: readonly Uint8Array[]): Rng {
  let next = 0;
  return (length) => {
    const answer = answers[next++];
    if (answer?.length !== length) throw new Error(`no answer of ${length} bytes is scripted`);
    return answer;
  };
}

/** 48 bytes that the library's scalar drawing turns into `scalar`: it takes them modulo n − 1 and adds one. */
export function scalarDraw(scalar: bigint): Uint8Array {
  return unhex((scalar - 1n).toString(16).padStart(96, "0"));
}
