import { mulAdd, parseCompressed, parseXOnly, type PointVector } from "../math/index.ts";
import type { Bytes } from "../suite/bytes.ts";
import { mod, scalarFromBytes } from "../suite/scalar.ts";
import { secp256k1Plain, secp256k1Tr, type Suite } from "../suite/suite.ts";
import { computeChallenge } from "./session.ts";

/**
 * BIP-340 verification. Never throws: any bytes are a signature that holds or one that does not.
 * @param publicKey 32 bytes, x-only
 * @param message any length
 * @param signature 64 bytes, x-only R ‖ z
 */
export function verifySchnorr(publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const key = parseXOnly(publicKey);
  return key.ok && holds(secp256k1Tr, key.points, message, signature);
}

/**
 * Verification under a compressed key of 33 bytes: for the taproot suite BIP-340 under its x coordinate, for the plain
 * suite RFC 9591 §5.4 with signatures of 65 bytes, R ‖ z. Never throws.
 */
export function verifySignature(suite: Suite, publicKey: Bytes, message: Bytes, signature: Bytes): boolean {
  if (publicKey.length !== 33) return false;
  if (suite.taproot) return verifySchnorr(publicKey.subarray(1), message, signature);
  const key = parseCompressed(publicKey);
  return key.ok && signature.length === 65 && holds(secp256k1Plain, key.points, message, signature);
}

function holds(suite: Suite, key: PointVector, message: Bytes, signature: Bytes): boolean {
  const parsed = suite.taproot
    ? parseXOnly(signature.subarray(0, 32))
    : parseCompressed(signature.subarray(0, 33));
  if (!parsed.ok) return false;
  let z: bigint;
  try {
    z = scalarFromBytes(signature.subarray(-32));
  } catch {
    return false;
  }
  const challenge = computeChallenge(suite, parsed.points, key, message);
  return mulAdd(mod(-challenge), key, z).equals(parsed.points);
}
