import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { p2tr, p2wpkh } from "@scure/btc-signer";
import type { Rng } from "../../../ports/rng.ts";
import { put, type Store } from "../../../ports/store.ts";
import type { BitcoinNetwork } from "../../../../sbtc/network.ts";
import { accountAddress } from "../../../../sbtc/stacks/transaction.ts";

/** A key with the address it holds. */
export interface TestKey {
  readonly secret: Uint8Array;
  /** 33 bytes compressed; for the taproot key 32. */
  readonly publicKey: Uint8Array;
  readonly address: string;
}

/** The keys of a test wallet: worth nothing, so they lie in the browser's storage as they are. */
export interface TestKeys {
  readonly payment: TestKey;
  readonly taproot: TestKey;
  readonly stacks: TestKey;
}

/** The same seed gives the same three keys. */
export function testKeys(seed: Uint8Array, network: BitcoinNetwork): TestKeys {
  const secret = (name: string): Uint8Array => {
    // HKDF can in theory give a number past the group order; the next label gives another.
    for (let round = 0; ; round++) {
      const bytes = hkdf(
        sha256,
        seed,
        undefined,
        utf8ToBytes(`hoarfrost/test-wallet/1/${name}/${round}`),
        32,
      );
      if (secp256k1.utils.isValidSecretKey(bytes)) return bytes;
    }
  };
  const payment = secret("payment");
  const taproot = secret("taproot");
  const stacks = secret("stacks");
  const paymentKey = secp256k1.getPublicKey(payment);
  const taprootKey = schnorr.getPublicKey(taproot);
  return {
    payment: {
      secret: payment,
      publicKey: paymentKey,
      address: p2wpkh(paymentKey, network.address).address,
    },
    taproot: {
      secret: taproot,
      publicKey: taprootKey,
      address: p2tr(taprootKey, undefined, network.address).address,
    },
    stacks: {
      secret: stacks,
      publicKey: secp256k1.getPublicKey(stacks),
      address: accountAddress(stacks, network.name === "mainnet" ? "mainnet" : "testnet"),
    },
  };
}

const seedKey = "seed";

/** This browser profile's own seed, made once. Two tabs that start together end with the same one. */
export async function profileSeed(store: Store, rng: Rng): Promise<Uint8Array> {
  const known = await store.get(seedKey);
  if (known?.length === 32) return known;
  const fresh = rng.bytes(32);
  try {
    await store.commit([put(seedKey, fresh)], [{ key: seedKey, value: known }]);
    return fresh;
  } catch (error) {
    const other = await store.get(seedKey);
    if (other?.length === 32) return other;
    throw error;
  }
}
