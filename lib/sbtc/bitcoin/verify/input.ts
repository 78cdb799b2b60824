import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { sameBytes } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import { checkCommitment, parseControlBlock } from "../taproot.ts";
import { readPush, scriptType } from "../script.ts";
import { withLength, type BitcoinTx, type TxOutput } from "../transaction.ts";
import { sighash, SighashCache } from "./sighash.ts";
import { runTapscript } from "./tapscript.ts";

/**
 * Checks that every input of a transaction is allowed to spend its output: P2PKH, P2WPKH (also inside P2SH), and P2TR by
 * key or by script. Any other script is refused, never waved through.
 * @param prevouts the output each input spends, in the order of the inputs
 * @throws Refusal naming the input and the reason
 */
export function verifyInputs(tx: BitcoinTx, prevouts: readonly TxOutput[]): void {
  const hashes = new SighashCache(tx, prevouts);
  tx.inputs.forEach((_, index) => verifyInput(tx, index, prevouts, hashes));
}

/** {@link verifyInputs} for one input. */
export function verifyInput(
  tx: BitcoinTx,
  index: number,
  prevouts: readonly TxOutput[],
  hashes: SighashCache = new SighashCache(tx, prevouts),
): void {
  const input = tx.inputs[index];
  const prevout = prevouts[index];
  if (input === undefined || prevout === undefined) throw new RangeError(`there is no input ${index}`);
  const { script } = prevout;
  const type = scriptType(script);
  if (type !== "p2pkh" && type !== "p2sh" && input.scriptSig.length > 0) {
    refuse("signatureInvalid", `input ${index}: a segwit spend has an empty scriptSig`);
  }
  switch (type) {
    case "p2wpkh":
      return verifyWitnessKeyHash(script.subarray(2), input.witness, index, hashes);
    case "p2sh": {
      const { data: redeem, end } = readPush(input.scriptSig, 0, "scriptMalformed", "pushNotMinimal");
      const isHash = sameBytes(ripemd160(sha256(redeem)), script.subarray(2, 22));
      if (end !== input.scriptSig.length || !isHash)
        refuse("signatureInvalid", `input ${index}: not the script that was hashed`);
      if (scriptType(redeem) !== "p2wpkh")
        refuse("scriptUnsupported", `input ${index}: only P2WPKH inside P2SH is understood`);
      return verifyWitnessKeyHash(redeem.subarray(2), input.witness, index, hashes);
    }
    case "p2pkh":
      return verifyKeyHash(script, input.scriptSig, input.witness, index, hashes);
    case "p2tr":
      return verifyTaproot(tx, index, script, hashes);
    default:
      return refuse("scriptUnsupported", `input ${index} spends ${type ?? "a script without an address"}`);
  }
}

/** `OP_DUP OP_HASH160 <hash> OP_EQUALVERIFY OP_CHECKSIG`, which P2WPKH signs in place of its own script. */
export const keyHashScript = (hash: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(0x76, 0xa9, 0x14), hash, Uint8Array.of(0x88, 0xac));

function checkEcdsa(
  signature: Uint8Array,
  key: Uint8Array,
  digest: (type: number) => Uint8Array,
  where: string,
): void {
  const type = signature[signature.length - 1] ?? refuse("witnessMissing", `${where}: no signature`);
  const base = type & ~sighash.anyoneCanPay;
  if (base < 1 || base > 3) refuse("sighashTypeUnsupported", `${where}: hash type ${type}`);
  let valid = false;
  try {
    const options = { prehash: false, lowS: true, format: "der" } as const;
    valid = secp256k1.verify(signature.subarray(0, -1), digest(type), key, options);
  } catch {
    valid = false; // not DER, or not a key
  }
  if (!valid) refuse("signatureInvalid", `${where}: the signature is not valid`);
}

function verifyWitnessKeyHash(
  hash: Uint8Array,
  witness: readonly Uint8Array[],
  index: number,
  hashes: SighashCache,
): void {
  const [signature, key] = witness;
  if (signature === undefined || key === undefined || witness.length !== 2) {
    return refuse("witnessMissing", `input ${index}: signature and key are needed`);
  }
  if (key.length !== 33 || !sameBytes(ripemd160(sha256(key)), hash)) {
    refuse("signatureInvalid", `input ${index}: not the key that was hashed`);
  }
  checkEcdsa(signature, key, (type) => hashes.segwitV0(index, type, keyHashScript(hash)), `input ${index}`);
}

function verifyKeyHash(
  script: Uint8Array,
  scriptSig: Uint8Array,
  witness: readonly Uint8Array[],
  index: number,
  hashes: SighashCache,
): void {
  if (witness.length > 0) refuse("signatureInvalid", `input ${index}: a witness where none belongs`);
  if (scriptSig.length === 0) refuse("witnessMissing", `input ${index} is not signed`);
  const first = readPush(scriptSig, 0, "scriptMalformed", "pushNotMinimal");
  const second = readPush(scriptSig, first.end, "scriptMalformed", "pushNotMinimal");
  if (second.end !== scriptSig.length || !sameBytes(ripemd160(sha256(second.data)), script.subarray(3, 23))) {
    refuse("signatureInvalid", `input ${index}: not the key that was hashed`);
  }
  if (first.data.at(-1) !== sighash.all)
    refuse("sighashTypeUnsupported", `input ${index}: only SIGHASH_ALL in a P2PKH spend`);
  checkEcdsa(first.data, second.data, () => hashes.legacyAll(index, script), `input ${index}`);
}

/** The hash type of a BIP 340 signature in a witness, and its 64 bytes. @throws Refusal `signatureMalformed` */
export function splitSchnorr(signature: Uint8Array): { readonly bytes: Uint8Array; readonly type: number } {
  if (signature.length === 64) return { bytes: signature, type: sighash.default };
  const type = signature[64] ?? 0;
  // A 65th byte of zero would be a second spelling of the default and is not allowed (BIP 341).
  return signature.length === 65 && type !== 0
    ? { bytes: signature.subarray(0, 64), type }
    : refuse("signatureMalformed", `a taproot signature of ${signature.length} bytes`);
}

function checkSchnorr(
  signature: Uint8Array,
  key: Uint8Array,
  digest: (type: number) => Uint8Array,
  where: string,
): void {
  const { bytes, type } = splitSchnorr(signature);
  let valid = false;
  const message = digest(type);
  try {
    valid = schnorr.verify(bytes, message, key);
  } catch {
    valid = false; // r, s or the key is out of range
  }
  if (!valid) refuse("signatureInvalid", `${where}: the signature is not valid`);
}

function verifyTaproot(tx: BitcoinTx, index: number, script: Uint8Array, hashes: SighashCache): void {
  const input = tx.inputs[index];
  if (input === undefined) throw new RangeError(`there is no input ${index}`);
  const items = [...input.witness];
  const last = items.at(-1);
  const annex = items.length >= 2 && last?.[0] === 0x50 ? items.pop() : undefined;
  const where = `input ${index}`;
  const withAnnex = annex === undefined ? {} : { annex };
  const [only] = items;
  if (only === undefined) return refuse("witnessMissing", `${where} is not signed`);
  if (items.length === 1) {
    checkSchnorr(only, script.subarray(2), (type) => hashes.taproot(index, type, withAnnex), where);
    return;
  }
  const control = items.pop() ?? refuse("witnessMissing", where);
  const leaf = items.pop() ?? refuse("witnessMissing", where);
  const leafHash = checkCommitment(script, leaf, control);
  if (parseControlBlock(control).leafVersion !== 0xc0)
    refuse("scriptUnsupported", `${where}: unknown leaf version`);
  runTapscript(leaf, items, {
    version: tx.version,
    lockTime: tx.lockTime,
    sequence: input.sequence,
    witnessSize: input.witness.reduce((size, item) => size + withLength(item).length, 1),
    checkSignature: (signature, key, codeSeparator) =>
      checkSchnorr(
        signature,
        key,
        (type) => hashes.taproot(index, type, { leaf: { leafHash, codeSeparator }, ...withAnnex }),
        where,
      ),
  });
}
