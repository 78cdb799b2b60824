import { concatBytes } from "@noble/hashes/utils.js";
import { parseHex, sameBytes } from "../../../sbtc/bytes.ts";
import { lowS, recoverPublicKey, type VrsSignature } from "../../../sbtc/ops/owner-signature.ts";
import { attempt, refuse } from "../../../sbtc/refusal.ts";

/** Recovery ids as wallets write them: plain, or with the 27 and 31 that Bitcoin's message signatures add. */
const plainId = (v: number): number => (v >= 31 ? v - 31 : v >= 27 ? v - 27 : v);

/**
 * Reads a wallet's message signature. Wallets write r ‖ s ‖ v or v ‖ r ‖ s and do not say which, so both are tried: the one
 * that recovers the key the wallet named is it.
 * @param hex 130 hex digits, with or without 0x
 * @param publicKey 33 bytes, as the wallet returned it
 * @param digest what was signed, 32 bytes
 * @returns the wire form, s low
 * @throws Refusal `signatureMalformed`, `signatureInvalid`
 */
export function readMessageSignature(hex: string, publicKey: Uint8Array, digest: Uint8Array): VrsSignature {
  const bytes = parseHex(hex.replace(/^0x/i, "").toLowerCase());
  if (bytes.length !== 65)
    return refuse("signatureMalformed", `the wallet's signature has ${bytes.length} bytes, not 65`);
  const withId = (v: number, rs: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(plainId(v)), rs);
  const readings = [
    withId(bytes[64] ?? 0xff, bytes.subarray(0, 64)),
    withId(bytes[0] ?? 0xff, bytes.subarray(1)),
  ];
  for (const reading of readings) {
    const outcome = attempt(() => {
      const signature = lowS(reading);
      return { signature, key: recoverPublicKey(signature, digest) };
    });
    if (outcome.ok && sameBytes(outcome.value.key, publicKey)) return outcome.value.signature;
  }
  return refuse("signatureInvalid", "the wallet's signature does not belong to the key and text it was for");
}
