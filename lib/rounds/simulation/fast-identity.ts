import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { generatorMultiples } from "../../frost/math/index.ts";
import { tagged } from "../core/hash.ts";
import type { Rng } from "../core/machine.ts";
import { bytesOf, type PartyId } from "../core/names.ts";
import { Identity, type Purpose, signatureTags } from "../envelope/identity.ts";

const { Fn } = secp256k1.Point;

const products = new Map<string, Uint8Array | null>();

/**
 * An identity that signs quickly: ordinary BIP-340 signatures, by variable-time arithmetic and without the check
 * after signing. Ten thousand runs sign a million frames. It guards nothing but simulated keys.
 */
export class FastIdentity extends Identity {
  readonly #scalar: bigint;

  constructor(secret: Uint8Array) {
    super(secret);
    const scalar = Fn.fromBytes(secret);
    const point = generatorMultiples([scalar]);
    this.#scalar = point.hasEvenY() ? scalar : Fn.neg(scalar);
  }

  static override create(rng: Rng): FastIdentity {
    return new FastIdentity(rng(32));
  }

  override sign(purpose: Purpose, parts: readonly Uint8Array[], rng: Rng): Uint8Array {
    const message = tagged(signatureTags[purpose], ...parts);
    const nonce = Fn.create(toBigInt(rng(32)));
    const point = generatorMultiples([nonce]);
    const k = point.hasEvenY() ? nonce : Fn.neg(nonce);
    const R = point.toXOnly();
    const challenge = schnorr.utils.taggedHash("BIP0340/challenge", R, bytesOf(this.id), message);
    const s = Fn.add(k, Fn.mul(Fn.create(toBigInt(challenge)), this.#scalar));
    const signature = new Uint8Array(64);
    signature.set(R, 0);
    signature.set(Fn.toBytes(s), 32);
    return signature;
  }

  /** Both sides compute the same product: in one process once is enough. */
  override product(other: PartyId): Uint8Array | null {
    const key = this.id < other ? `${this.id}${other}` : `${other}${this.id}`;
    const known = products.get(key);
    if (known !== undefined) return known;
    const made = super.product(other);
    if (products.size > 10_000) products.clear();
    products.set(key, made);
    return made;
  }
}

function toBigInt(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
