import { secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { base64 } from "@scure/base";
import { tagSchnorr } from "@scure/btc-signer/utils.js";
import { hash256, parseTxid, sameBytes } from "../bytes.ts";
import { attempt, refuse } from "../refusal.ts";
import { ByteReader } from "../bitcoin/reader.ts";
import { scriptType } from "../bitcoin/script.ts";
import {
  parseTransaction,
  serializeTransaction,
  withLength,
  type BitcoinTx,
} from "../bitcoin/transaction.ts";
import { verifyInputs } from "../bitcoin/verify/input.ts";

/** Message hash of BIP 322. */
export const bip322Hash = (message: string): Uint8Array =>
  tagSchnorr("BIP0322-signed-message", utf8ToBytes(message));

/** The virtual transaction whose only output is locked by the script that proves itself. */
export function toSpend(message: string, script: Uint8Array): BitcoinTx {
  const scriptSig = concatBytes(Uint8Array.of(0, 32), bip322Hash(message));
  const input = { txid: parseTxid("00".repeat(32)), vout: 0xffff_ffff, sequence: 0, scriptSig, witness: [] };
  return parseTransaction(
    serializeTransaction({ version: 0, lockTime: 0, inputs: [input], outputs: [{ amount: 0n, script }] }),
  );
}

/** The virtual transaction that spends it, unsigned: what the owner of `script` signs. */
export function toSign(message: string, script: Uint8Array): BitcoinTx {
  const input = {
    txid: toSpend(message, script).txid,
    vout: 0,
    sequence: 0,
    scriptSig: new Uint8Array(),
    witness: [],
  };
  const outputs = [{ amount: 0n, script: Uint8Array.of(0x6a) }];
  return parseTransaction(serializeTransaction({ version: 0, lockTime: 0, inputs: [input], outputs }));
}

/**
 * Verifies that whoever can spend `script` signed `message` (BIP 322): the simple form (a witness), the full form (a whole
 * transaction) and, for P2PKH, the older 65-byte form that the BIP keeps.
 * @param proof base64
 * @throws Refusal `proofMalformed`, `scriptUnsupported`, `signatureInvalid`
 */
export function verifyBip322(message: string, script: Uint8Array, proof: string): void {
  let bytes: Uint8Array;
  try {
    bytes = base64.decode(proof.trim());
  } catch {
    return refuse("proofMalformed", "the proof is not base64");
  }
  if (scriptType(script) === "p2pkh" && bytes.length === 65) {
    verifyLegacy(message, script, bytes);
    return;
  }
  const whole = attempt(() => parseTransaction(bytes));
  const signed = whole.ok ? checkToSign(whole.value, message, script) : fromWitness(bytes, message, script);
  verifyInputs(signed, [{ amount: 0n, script }]);
}

function checkToSign(tx: BitcoinTx, message: string, script: Uint8Array): BitcoinTx {
  const [input, ...moreInputs] = tx.inputs;
  const [output, ...moreOutputs] = tx.outputs;
  if (input === undefined || output === undefined || moreInputs.length > 0 || moreOutputs.length > 0) {
    return refuse("proofMalformed", "only proofs of one input are understood");
  }
  if (input.txid !== toSpend(message, script).txid || input.vout !== 0) {
    refuse("signatureInvalid", "the proof is about another message or another script");
  }
  if (output.amount !== 0n || output.script.length !== 1 || output.script[0] !== 0x6a) {
    refuse("proofMalformed", "the proof's output is not an empty OP_RETURN");
  }
  // Time locks would make the proof one about the future; none of our scripts needs them.
  if ((tx.version !== 0 && tx.version !== 2) || tx.lockTime !== 0 || input.sequence !== 0) {
    refuse("proofMalformed", "proofs with a lock time are not accepted");
  }
  return tx;
}

function fromWitness(bytes: Uint8Array, message: string, script: Uint8Array): BitcoinTx {
  const reader = new ByteReader(bytes, "proofMalformed");
  const witness = Array.from({ length: reader.count(1) }, () => reader.varBytes());
  if (!reader.atEnd) reader.fail("bytes after the witness");
  const bare = toSign(message, script);
  // A nested P2WPKH proof often comes as its witness alone; the inner script follows from the key and is checked by hash.
  const key = witness[1];
  const nested = scriptType(script) === "p2sh" && key !== undefined;
  const scriptSig = nested
    ? withLength(concatBytes(Uint8Array.of(0, 20), ripemd160(sha256(key))))
    : new Uint8Array();
  const inputs = bare.inputs.map((input) => ({ ...input, witness, scriptSig }));
  return parseTransaction(serializeTransaction({ ...bare, inputs }));
}

/** `"\x18Bitcoin Signed Message:\n"`, length, message: hashed twice. */
export const legacyMessageHash = (message: string): Uint8Array =>
  hash256(utf8ToBytes("\u0018Bitcoin Signed Message:\n"), withLength(utf8ToBytes(message)));

function verifyLegacy(message: string, script: Uint8Array, signature: Uint8Array): void {
  const header = (signature[0] ?? 0) - 27;
  if (header < 0 || header > 7) refuse("proofMalformed", "not a message signature for a P2PKH address");
  const recovered = concatBytes(Uint8Array.of(header & 3), signature.subarray(1));
  const compressed = attempt(() => {
    try {
      return secp256k1.recoverPublicKey(recovered, legacyMessageHash(message), { prehash: false });
    } catch {
      return refuse("signatureInvalid", "no key belongs to this signature");
    }
  });
  if (!compressed.ok) throw compressed.refusal;
  const key = header >= 4 ? compressed.value : secp256k1.Point.fromBytes(compressed.value).toBytes(false);
  if (!sameBytes(ripemd160(sha256(key)), script.subarray(3, 23))) {
    refuse("signatureInvalid", "the message was signed by another address");
  }
}
