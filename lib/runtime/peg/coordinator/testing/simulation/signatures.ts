import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToNumberBE, numberToBytesBE } from "@noble/curves/utils.js";
import { concatBytes } from "@noble/hashes/utils.js";
import type { VerifyInputs } from "../../../../../../devnet/bitcoin/mempool.ts";
import { verifySchnorr } from "../../../../../frost/index.ts";
import { verifyInputs } from "../../../../../sbtc/bitcoin/verify/input.ts";
import { toHex } from "../../../../../sbtc/bytes.ts";
import type { SoloGroup } from "../../../../../sbtc/testing/wallets.ts";

const field = secp256k1.Point.Fn;

/**
 * BIP 340 signatures under one key with one nonce for all of them: every one verifies, and none costs a multiplication of
 * points. Whoever sees two of them has the key, which is nobody's.
 */
export function fastSigner({
  secret,
  key,
}: Pick<SoloGroup, "secret" | "key">): (message: Uint8Array) => Uint8Array {
  const even = (scalar: bigint): { readonly scalar: bigint; readonly x: Uint8Array } => {
    const point = secp256k1.Point.BASE.multiply(scalar);
    return {
      scalar: (point.toBytes(true)[0] ?? 0) === 2 ? scalar : field.neg(scalar),
      x: point.toBytes(true).slice(1),
    };
  };
  const own = even(bytesToNumberBE(secret));
  const nonce = even(0x51n);
  return (message) => {
    const hash = schnorr.utils.taggedHash("BIP0340/challenge", nonce.x, key, message);
    const challenge = field.create(bytesToNumberBE(hash));
    const s = field.add(nonce.scalar, field.mul(challenge, own.scalar));
    return concatBytes(nonce.x, numberToBytesBE(s, 32));
  };
}

/** Verifies each signature of a run once, however often chains are replayed. */
export class SignatureMemory {
  readonly #schnorr = new Map<string, boolean>();
  readonly #transactions = new Set<string>();

  readonly schnorr = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean => {
    const name = toHex(concatBytes(key, message, signature));
    let valid = this.#schnorr.get(name);
    if (valid === undefined) {
      valid = verifySchnorr(key, message, signature);
      this.#schnorr.set(name, valid);
    }
    return valid;
  };

  /** Takes a user's own transaction as signed: the simulation is about the peg's signatures, not about theirs. */
  trust(raw: Uint8Array): void {
    this.#transactions.add(toHex(raw));
  }

  readonly inputs: VerifyInputs = (tx, coins) => {
    const name = toHex(tx.raw);
    if (this.#transactions.has(name)) return;
    verifyInputs(tx, coins);
    this.#transactions.add(name);
  };
}
