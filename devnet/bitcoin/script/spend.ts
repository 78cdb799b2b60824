import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { ripemd160 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { Transaction } from "@scure/btc-signer";
import {
  type BitcoinTx,
  type TxInput,
  type TxOutput,
  withLength,
} from "../../../lib/sbtc/bitcoin/transaction.ts";
import { scriptType } from "../../../lib/sbtc/bitcoin/script.ts";
import { sameBytes } from "../../../lib/sbtc/bytes.ts";
import { ScriptFault } from "./fault.ts";
import { runTapscript } from "./tapscript.ts";

/** Everything the inputs of one transaction are checked against: the outputs they spend, in the order of the inputs. */
export interface SpendContext {
  readonly tx: BitcoinTx;
  readonly prevouts: readonly TxOutput[];
}

const { Point } = secp256k1;

/**
 * Verifies every input of a transaction as a full node with standard rules does: P2WPKH (BIP 143), P2TR key path and tapscript
 * (BIP 341, 342). Output types that nothing here makes (P2PKH, P2SH, P2WSH, bare scripts) cannot be spent on this chain and say so.
 * @returns null, or the first fault with the input it is about
 */
export function spendFault(
  context: SpendContext,
): { readonly input: number; readonly fault: ScriptFault } | null {
  const digests = new Digests(context);
  for (const [index, input] of context.tx.inputs.entries()) {
    try {
      verifyInput(context, digests, input, index);
    } catch (fault) {
      if (fault instanceof ScriptFault) return { input: index, fault };
      throw fault;
    }
  }
  return null;
}

function verifyInput({ tx, prevouts }: SpendContext, digests: Digests, input: TxInput, index: number): void {
  const prevout = prevouts[index];
  if (prevout === undefined) throw new Error(`no output is given for input ${index}`);
  const type = scriptType(prevout.script);
  if (type !== "p2wpkh" && type !== "p2tr") {
    throw new ScriptFault(
      "spend-not-supported",
      `this chain verifies P2WPKH and P2TR spends, not ${type ?? "bare scripts"}`,
    );
  }
  if (input.scriptSig.length > 0)
    throw new ScriptFault("scriptsig-not-empty", "a native segwit spend has an empty scriptSig");
  if (type === "p2wpkh") verifyP2wpkh(digests, input, index, prevout);
  else verifyTaproot(tx, digests, input, index, prevout);
}

function verifyP2wpkh(digests: Digests, input: TxInput, index: number, prevout: TxOutput): void {
  const [signature, publicKey, ...rest] = input.witness;
  if (signature === undefined || publicKey?.length !== 33 || rest.length > 0) {
    throw new ScriptFault("witness-malformed", "a P2WPKH witness is a signature and a 33-byte public key");
  }
  const program = prevout.script.subarray(2);
  if (!sameBytes(ripemd160(sha256(publicKey)), program))
    throw new ScriptFault("witness-mismatch", "the public key is another one");
  const hashType = signature[signature.length - 1] ?? 0;
  if (![0x01, 0x02, 0x03, 0x81, 0x82, 0x83].includes(hashType))
    throw new ScriptFault("script-signature", "an unknown hash type");
  const scriptCode = concatBytes(Uint8Array.of(0x76, 0xa9, 0x14), program, Uint8Array.of(0x88, 0xac));
  const digest = digests.witnessV0(index, scriptCode, hashType, prevout.amount);
  if (!verifyEcdsa(signature.subarray(0, -1), digest, publicKey)) {
    throw new ScriptFault("script-signature", "the signature is not by this key over this input");
  }
}

/** Strict DER and low s, as BIP 66 and relay rules ask. */
function verifyEcdsa(der: Uint8Array, digest: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return secp256k1.verify(der, digest, publicKey, { prehash: false, format: "der", lowS: true });
  } catch {
    return false;
  }
}

function verifyTaproot(
  tx: BitcoinTx,
  digests: Digests,
  input: TxInput,
  index: number,
  prevout: TxOutput,
): void {
  const { witness } = input;
  const last = witness.at(-1);
  if (last === undefined) throw new ScriptFault("witness-malformed", "a taproot spend needs a witness");
  if (witness.length >= 2 && last[0] === 0x50)
    throw new ScriptFault("witness-malformed", "a witness annex is not relayed");
  const outputKey = prevout.script.subarray(2);
  if (witness.length === 1) {
    const digest = (hashType: number): Uint8Array => digests.witnessV1(index, hashType);
    if (!verifySchnorr(last, outputKey, tx, index, digest)) {
      throw new ScriptFault("script-signature", "the signature is not by the output key over this input");
    }
    return;
  }
  const script = witness.at(-2) ?? new Uint8Array(0);
  const version = checkControlBlock(last, script, outputKey);
  if (version !== 0xc0)
    throw new ScriptFault("spend-not-supported", `leaf version ${version} is not relayed`);
  runTapscript(script, witness.slice(0, -2), {
    witnessSize: witnessSize(witness),
    checkSignature: (signature, publicKey, codeSeparator) =>
      verifySchnorr(signature, publicKey, tx, index, (hashType) =>
        digests.witnessV1(index, hashType, { script, codeSeparator }),
      ),
    checkSequence: (lock) => checkSequence(tx, input, lock),
    checkLockTime: (lock) => checkLockTime(tx, input, lock),
  });
}

const witnessSize = (witness: readonly Uint8Array[]): number =>
  witness.reduce((sum, item) => sum + withLength(item).length, witness.length < 0xfd ? 1 : 3);

/** Checks that the leaf is committed in the output key (BIP 341) and returns its leaf version. */
function checkControlBlock(control: Uint8Array, script: Uint8Array, outputKey: Uint8Array): number {
  const steps = (control.length - 33) / 32;
  if (!Number.isInteger(steps) || steps < 0 || steps > 128)
    throw new ScriptFault("witness-malformed", "a control block of wrong length");
  const first = control[0] ?? 0;
  const version = first & 0xfe;
  let node: Uint8Array = schnorr.utils.taggedHash("TapLeaf", Uint8Array.of(version), withLength(script));
  for (let i = 0; i < steps; i++) {
    const sibling = control.subarray(33 + 32 * i, 65 + 32 * i);
    node = schnorr.utils.taggedHash(
      "TapBranch",
      ...(lexicallyBefore(node, sibling) ? [node, sibling] : [sibling, node]),
    );
  }
  const internalKey = control.subarray(1, 33);
  const tweak = schnorr.utils.taggedHash("TapTweak", internalKey, node);
  if (!sameBytes(tweakedKey(internalKey, tweak, (first & 1) === 1), outputKey)) {
    throw new ScriptFault("witness-mismatch", "the script is not committed in this output");
  }
  return version;
}

function lexicallyBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (const [i, byte] of a.entries()) {
    const other = b[i] ?? 0;
    if (byte !== other) return byte < other;
  }
  return true;
}

/** x of lift_x(internal) + tweak·G; faults unless the parity of y is the one the control block states. */
function tweakedKey(internalKey: Uint8Array, tweak: Uint8Array, odd: boolean): Uint8Array {
  try {
    const scalar = Point.Fn.fromBytes(tweak);
    const internal = Point.fromBytes(concatBytes(Uint8Array.of(2), internalKey));
    const output = internal.add(Point.BASE.multiplyUnsafe(scalar)).toBytes(true);
    if ((output[0] === 3) !== odd)
      throw new ScriptFault("witness-mismatch", "the control block states the other parity");
    return output.subarray(1);
  } catch (error) {
    if (error instanceof ScriptFault) throw error;
    throw new ScriptFault("witness-malformed", "the internal key is not on the curve");
  }
}

function verifySchnorr(
  signature: Uint8Array,
  publicKey: Uint8Array,
  tx: BitcoinTx,
  index: number,
  digest: (hashType: number) => Uint8Array,
): boolean {
  if (signature.length !== 64 && signature.length !== 65)
    throw new ScriptFault("script-signature", `a signature of ${signature.length} bytes`);
  const hashType = signature.length === 64 ? 0 : (signature[64] ?? 0);
  const known = signature.length === 64 ? [0] : [0x01, 0x02, 0x03, 0x81, 0x82, 0x83];
  if (!known.includes(hashType)) throw new ScriptFault("script-signature", "an unknown hash type");
  if ((hashType & 3) === 3 && index >= tx.outputs.length)
    throw new ScriptFault("script-signature", "SIGHASH_SINGLE without its output");
  return schnorr.verify(signature.subarray(0, 64), digest(hashType), publicKey);
}

/** BIP 112: the lock is at most what the input's nSequence promises, in the same unit. */
function checkSequence(tx: BitcoinTx, input: TxInput, lock: bigint): void {
  if (lock < 0n) throw new ScriptFault("script-locktime", "a negative relative lock");
  if ((lock & 0x80000000n) !== 0n) return;
  const sequence = BigInt(input.sequence);
  const unit = 0x400000n;
  const enabled =
    tx.version >>> 0 >= 2 && (sequence & 0x80000000n) === 0n && (lock & unit) === (sequence & unit);
  if (!enabled || (lock & 0xffffn) > (sequence & 0xffffn)) {
    throw new ScriptFault("script-locktime", "the input's sequence does not satisfy the relative lock");
  }
}

/** BIP 65: the lock is at most nLockTime, in the same unit, and the input does not opt out. */
function checkLockTime(tx: BitcoinTx, input: TxInput, lock: bigint): void {
  const threshold = 500_000_000n;
  const lockTime = BigInt(tx.lockTime);
  const sameUnit = lock < threshold === lockTime < threshold;
  if (lock < 0n || !sameUnit || lock > lockTime || input.sequence === 0xffffffff) {
    throw new ScriptFault("script-locktime", "the transaction's lock time does not satisfy the lock");
  }
}

/** Signature digests of one transaction, by the transaction library. */
class Digests {
  readonly #tx: Transaction;
  readonly #scripts: Uint8Array[];
  readonly #amounts: bigint[];

  constructor({ tx, prevouts }: SpendContext) {
    this.#tx = Transaction.fromRaw(Uint8Array.from(tx.raw), {
      allowUnknownInputs: true,
      allowUnknownOutputs: true,
      disableScriptCheck: true,
      allowUnknownVersion: true,
    });
    this.#scripts = prevouts.map((prevout) => prevout.script);
    this.#amounts = prevouts.map((prevout) => prevout.amount);
  }

  witnessV0(index: number, scriptCode: Uint8Array, hashType: number, amount: bigint): Uint8Array {
    return this.#tx.preimageWitnessV0(index, scriptCode, hashType, amount);
  }

  witnessV1(
    index: number,
    hashType: number,
    leaf?: { readonly script: Uint8Array; readonly codeSeparator: number },
  ): Uint8Array {
    const separator = leaf?.codeSeparator === 0xffffffff ? -1 : leaf?.codeSeparator;
    return this.#tx.preimageWitnessV1(index, this.#scripts, hashType, this.#amounts, separator, leaf?.script);
  }
}
