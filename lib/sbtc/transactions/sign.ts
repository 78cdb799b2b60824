import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { taprootTweakPrivKey } from "@scure/btc-signer/utils.js";
import { sameBytes } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import { scriptType, taprootScript } from "../bitcoin/script.ts";
import {
  parseTransaction,
  serializeTransaction,
  type BitcoinTx,
  type TxOutput,
} from "../bitcoin/transaction.ts";
import { keyHashScript } from "../bitcoin/verify/input.ts";
import { sighash, SighashCache } from "../bitcoin/verify/sighash.ts";
import { verifyTransaction } from "../bitcoin/verify/transaction.ts";
import { noTweak, type Tweak } from "../../frost/index.ts";
import type { Plan } from "./plan.ts";

/** One message for the group: 32 bytes and the tweak the signature must carry. Only SIGHASH_DEFAULT exists here. */
export interface SigningDigest {
  readonly input: number;
  readonly message: Uint8Array;
  readonly tweak: Tweak;
}

/** The outputs a plan spends, in the order of its inputs. */
export const prevoutsOf = (plan: Plan): readonly TxOutput[] =>
  plan.inputs.map(({ coin }) => ({ amount: coin.amount, script: coin.script }));

const leafContext = (leafHash: Uint8Array) => ({ leaf: { leafHash, codeSeparator: 0xffff_ffff } });

/**
 * What the group signs: one digest per input of its own, each committing to all outputs and to amount and script of every
 * input. A leaf is signed under the untweaked group key (DESIGN §7).
 */
export function signingDigests(plan: Plan): readonly SigningDigest[] {
  const hashes = new SighashCache(plan.unsigned, prevoutsOf(plan));
  const digests: SigningDigest[] = [];
  plan.inputs.forEach(({ signer }, input) => {
    if (signer.tag === "group") {
      digests.push({ input, message: hashes.taproot(input, sighash.default), tweak: signer.tweak });
    } else if (signer.tag === "leaf") {
      const message = hashes.taproot(input, sighash.default, leafContext(signer.leaf.leafHash));
      digests.push({ input, message, tweak: noTweak });
    }
  });
  return digests;
}

/** Most messages one signing request carries. */
export const maxBatch = 64;

/**
 * The digests of several transactions for one signing round: one transaction per request, one round for all of them.
 * @throws Refusal `transactionTooLarge` above 64 messages
 */
export function batchDigests(plans: readonly Plan[]): readonly (SigningDigest & { readonly plan: number })[] {
  const batch = plans.flatMap((plan, index) =>
    signingDigests(plan).map((digest) => ({ ...digest, plan: index })),
  );
  return batch.length <= maxBatch
    ? batch
    : refuse("transactionTooLarge", `${batch.length} messages; one round signs ${maxBatch}`);
}

/** What unlocks one input. */
export interface Unlocking {
  readonly witness: readonly Uint8Array[];
  readonly scriptSig?: Uint8Array;
}

/** The witness of an input the group or a leaf's key has signed. @param signature 64 bytes, BIP 340 */
export function witnessFor(plan: Plan, input: number, signature: Uint8Array): Unlocking {
  const signer = plan.inputs[input]?.signer;
  if (signer === undefined) throw new RangeError(`there is no input ${input}`);
  return signer.tag === "leaf"
    ? { witness: [signature, signer.leaf.script, signer.leaf.controlBlock] }
    : { witness: [signature] };
}

/**
 * Signs a wallet's own input with its secret key: P2WPKH, P2WPKH inside P2SH, or P2TR (with or without the empty tweak).
 * @throws Refusal `scriptUnsupported` where the key does not belong to the script
 */
export function signWithKey(
  plan: Plan,
  input: number,
  secretKey: Uint8Array,
  auxRand: Uint8Array,
): Unlocking {
  const planned = plan.inputs[input];
  if (planned === undefined) throw new RangeError(`there is no input ${input}`);
  const hashes = new SighashCache(plan.unsigned, prevoutsOf(plan));
  if (planned.signer.tag === "leaf") {
    const message = hashes.taproot(input, sighash.default, leafContext(planned.signer.leaf.leafHash));
    return witnessFor(plan, input, schnorr.sign(message, secretKey, auxRand));
  }
  const { script } = planned.coin;
  const publicKey = secp256k1.getPublicKey(secretKey);
  const keyHash = ripemd160(sha256(publicKey));
  const redeem = concatBytes(Uint8Array.of(0, 20), keyHash);
  const nested = concatBytes(Uint8Array.of(0xa9, 0x14), ripemd160(sha256(redeem)), Uint8Array.of(0x87));
  if (scriptType(script) === "p2tr") {
    for (const key of [taprootTweakPrivKey(secretKey), secretKey]) {
      if (!sameBytes(script, taprootScript(schnorr.getPublicKey(key)))) continue;
      return { witness: [schnorr.sign(hashes.taproot(input, sighash.default), key, auxRand)] };
    }
  }
  if (sameBytes(script, redeem) || sameBytes(script, nested)) {
    const digest = hashes.segwitV0(input, sighash.all, keyHashScript(keyHash));
    const der = secp256k1.sign(digest, secretKey, { prehash: false, lowS: true, format: "der" });
    const witness = [concatBytes(der, Uint8Array.of(sighash.all)), publicKey];
    return sameBytes(script, nested)
      ? { witness, scriptSig: concatBytes(Uint8Array.of(22), redeem) }
      : { witness };
  }
  return refuse("scriptUnsupported", `input ${input} is not spendable by this key`);
}

/**
 * Puts the unlocking of every input in, unchecked: {@link finalize} is what to use, this shows what a node says to bad ones.
 * @throws Refusal `witnessMissing`
 */
export function withUnlocking(plan: Plan, unlocking: ReadonlyMap<number, Unlocking>): BitcoinTx {
  const inputs = plan.unsigned.inputs.map((input, i) => {
    const { witness, scriptSig } = unlocking.get(i) ?? refuse("witnessMissing", `input ${i} is not signed`);
    return { ...input, witness, scriptSig: scriptSig ?? input.scriptSig };
  });
  return parseTransaction(serializeTransaction({ ...plan.unsigned, inputs }));
}

/**
 * Puts the unlocking of every input in and checks the result as a node would: nothing leaves unverified.
 * @throws Refusal naming the input that is not signed, or wrongly
 */
export function finalize(plan: Plan, unlocking: ReadonlyMap<number, Unlocking>): BitcoinTx {
  const tx = withUnlocking(plan, unlocking);
  const fee = verifyTransaction(tx, prevoutsOf(plan));
  if (fee !== plan.fee) throw new Error("the signed transaction pays another fee than planned");
  return tx;
}
