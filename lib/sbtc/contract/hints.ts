import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE, concatBytes, numberToBytesBE } from "@noble/curves/utils.js";

const order = secp256k1.Point.Fn.ORDER;

/**
 * The four numbers `bip340.clar` wants beside a signature, since Clarity cannot reduce modulo the group order:
 * z = −s·x(P), t = −e·x(P) (mod n) and the quotients q1, q2 with s·x(P) + z = q1·n and e·x(P) + t = q2·n.
 * Public arithmetic on public values; wrong hints can only make a good signature fail.
 * @param message what was signed (32 bytes for contract actions)
 * @param signature 64 bytes, r then s
 * @param key 32 bytes, x-only
 * @returns 128 bytes: z, q1, t, q2
 * @throws RangeError where a length is wrong, or s or the key is not below the group order: no hints exist then
 */
export function signatureHints(message: Uint8Array, signature: Uint8Array, key: Uint8Array): Uint8Array {
  if (signature.length !== 64) throw new RangeError("a BIP-340 signature has 64 bytes");
  if (key.length !== 32) throw new RangeError("an x-only key has 32 bytes");
  const s = bytesToNumberBE(signature.subarray(32));
  const x = bytesToNumberBE(key);
  if (s >= order || x >= order) throw new RangeError("s and the x-only key must be below the group order");
  const challenge = schnorr.utils.taggedHash("BIP0340/challenge", signature.subarray(0, 32), key, message);
  return concatBytes(...complement(s * x), ...complement(bytesToNumberBE(challenge) * x));
}

/** What is missing to the next multiple of the order, and which multiple that is. Both fit 32 bytes here. */
function complement(product: bigint): [Uint8Array, Uint8Array] {
  const missing = (order - (product % order)) % order;
  return [numberToBytesBE(missing, 32), numberToBytesBE((product + missing) / order, 32)];
}
