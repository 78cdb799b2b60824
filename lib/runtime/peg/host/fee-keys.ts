import { secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

/** Keys of the fee wallet: they pay for contract calls and transactions, and have no say in any. 32 bytes each. */
export interface FeeKeys {
  readonly bitcoin: Uint8Array;
  readonly stacks: Uint8Array;
}

/** Bytes of key material per key: 16 more than a key, so that reducing them leaves no bias. */
const seedLength = 48;

/**
 * The fee wallet of one seat in one group. Derived, so that a seat restored from its backup pays from the same accounts;
 * one way, so that neither key says anything about the identity.
 * @param identity the seat's 32-byte identity key
 */
export function feeKeys(identity: Uint8Array, groupId: string): FeeKeys {
  const derive = (chain: keyof FeeKeys): Uint8Array => {
    const info = utf8ToBytes(`hoarfrost/peg/fee-wallet/1/${chain}/${groupId}`);
    return secp256k1.utils.randomSecretKey(hkdf(sha256, identity, undefined, info, seedLength));
  };
  return { bitcoin: derive("bitcoin"), stacks: derive("stacks") };
}
