import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { tagSchnorr } from "@scure/btc-signer/utils.js";
import { hash256, hashOfId } from "../../bytes.ts";
import { refuse } from "../../refusal.ts";
import {
  outputBytes,
  serializeTransaction,
  withLength,
  type BitcoinTx,
  type TxInput,
  type TxOutput,
} from "../transaction.ts";

/** Signature hash types. `default` exists in taproot only and leaves no byte behind the signature. */
export const sighash = { default: 0x00, all: 0x01, none: 0x02, single: 0x03, anyoneCanPay: 0x80 } as const;

const u32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
  return bytes;
};
const u64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
};
const outpoint = (input: TxInput): Uint8Array => concatBytes(hashOfId(input.txid), u32(input.vout));
const joined = (parts: readonly Uint8Array[]): Uint8Array => concatBytes(...parts);

/** The parts of a transaction that signatures commit to. */
export type SignedParts = Pick<BitcoinTx, "version" | "inputs" | "outputs" | "lockTime">;

/** What is spent by script: the leaf's hash, and the last OP_CODESEPARATOR before the signature check. */
export interface LeafContext {
  readonly leafHash: Uint8Array;
  readonly codeSeparator: number;
}

/**
 * Every signature hash of one transaction (BIP 341, BIP 143 and the original one). The hashes over all inputs and outputs
 * are computed once, so that many inputs cost linear time.
 */
export class SighashCache {
  readonly #tx: SignedParts;
  readonly #prevouts: readonly TxOutput[];
  #taproot:
    | {
        prevouts: Uint8Array;
        amounts: Uint8Array;
        scripts: Uint8Array;
        sequences: Uint8Array;
        outputs: Uint8Array;
      }
    | undefined;
  #segwit: { prevouts: Uint8Array; sequences: Uint8Array; outputs: Uint8Array } | undefined;

  /** @param prevouts the output each input spends, in the order of the inputs */
  constructor(tx: SignedParts, prevouts: readonly TxOutput[]) {
    if (prevouts.length !== tx.inputs.length) throw new RangeError("one previous output per input is needed");
    this.#tx = tx;
    this.#prevouts = prevouts;
  }

  #input(index: number): { readonly input: TxInput; readonly prevout: TxOutput } {
    const input = this.#tx.inputs[index];
    const prevout = this.#prevouts[index];
    if (input === undefined || prevout === undefined) throw new RangeError(`there is no input ${index}`);
    return { input, prevout };
  }

  #taprootHashes() {
    const { inputs, outputs } = this.#tx;
    return (this.#taproot ??= {
      prevouts: sha256(joined(inputs.map(outpoint))),
      amounts: sha256(joined(this.#prevouts.map(({ amount }) => u64(amount)))),
      scripts: sha256(joined(this.#prevouts.map(({ script }) => withLength(script)))),
      sequences: sha256(joined(inputs.map(({ sequence }) => u32(sequence)))),
      outputs: sha256(joined(outputs.map(outputBytes))),
    });
  }

  /**
   * BIP 341 digest of one input: 32 bytes.
   * @throws Refusal `sighashTypeUnsupported` for a type BIP 341 does not define, or SINGLE without its output
   */
  taproot(
    index: number,
    type: number,
    options: { readonly leaf?: LeafContext; readonly annex?: Uint8Array } = {},
  ): Uint8Array {
    const base = type & 0x03;
    const anyone = (type & sighash.anyoneCanPay) !== 0;
    if ((type & 0x7c) !== 0 || (anyone && base === 0))
      refuse("sighashTypeUnsupported", `hash type ${type} in taproot`);
    const { input, prevout } = this.#input(index);
    const { leaf, annex } = options;
    const parts = [Uint8Array.of(0, type), u32(this.#tx.version), u32(this.#tx.lockTime)];
    const all = this.#taprootHashes();
    if (!anyone) parts.push(all.prevouts, all.amounts, all.scripts, all.sequences);
    if (base === sighash.default || base === sighash.all) parts.push(all.outputs);
    parts.push(Uint8Array.of((leaf === undefined ? 0 : 2) | (annex === undefined ? 0 : 1)));
    if (anyone)
      parts.push(outpoint(input), u64(prevout.amount), withLength(prevout.script), u32(input.sequence));
    else parts.push(u32(index));
    if (annex !== undefined) parts.push(sha256(withLength(annex)));
    if (base === sighash.single) parts.push(sha256(outputBytes(this.#single(index))));
    if (leaf !== undefined) parts.push(leaf.leafHash, Uint8Array.of(0), u32(leaf.codeSeparator));
    return tagSchnorr("TapSighash", ...parts);
  }

  #single(index: number): TxOutput {
    return (
      this.#tx.outputs[index] ?? refuse("sighashTypeUnsupported", `SIGHASH_SINGLE without output ${index}`)
    );
  }

  /** BIP 143 digest of one input: 32 bytes. `scriptCode` without its length. */
  segwitV0(index: number, type: number, scriptCode: Uint8Array): Uint8Array {
    const { input, prevout } = this.#input(index);
    const { inputs, outputs } = this.#tx;
    const base = type & 0x1f;
    const anyone = (type & sighash.anyoneCanPay) !== 0;
    const all = (this.#segwit ??= {
      prevouts: hash256(...inputs.map(outpoint)),
      sequences: hash256(...inputs.map(({ sequence }) => u32(sequence))),
      outputs: hash256(...outputs.map(outputBytes)),
    });
    const zero = new Uint8Array(32);
    const single = outputs[index];
    const narrow = base === sighash.none || base === sighash.single;
    return hash256(
      u32(this.#tx.version),
      anyone ? zero : all.prevouts,
      anyone || narrow ? zero : all.sequences,
      outpoint(input),
      withLength(scriptCode),
      u64(prevout.amount),
      u32(input.sequence),
      narrow
        ? base === sighash.single && single !== undefined
          ? hash256(outputBytes(single))
          : zero
        : all.outputs,
      u32(this.#tx.lockTime),
      u32(type),
    );
  }

  /** The original digest, for SIGHASH_ALL alone: what P2PKH spends use. */
  legacyAll(index: number, scriptCode: Uint8Array): Uint8Array {
    const inputs = this.#tx.inputs.map((input, i) => ({
      ...input,
      witness: [],
      scriptSig: i === index ? scriptCode : new Uint8Array(),
    }));
    return hash256(serializeTransaction({ ...this.#tx, inputs }), u32(sighash.all));
  }
}
