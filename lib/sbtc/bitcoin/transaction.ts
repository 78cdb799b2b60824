import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { hash256, hashOfId, txidOfHash, type Outpoint, type Txid } from "../bytes.ts";
import { maxSatoshi } from "../amount.ts";
import { refuse } from "../refusal.ts";
import { ByteReader } from "./reader.ts";

/** One input of a transaction. */
export interface TxInput extends Outpoint {
  readonly scriptSig: Uint8Array;
  readonly sequence: number;
  readonly witness: readonly Uint8Array[];
}

/** One output of a transaction; `amount` in satoshi. */
export interface TxOutput {
  readonly amount: bigint;
  readonly script: Uint8Array;
}

/** A transaction as it is on the wire, with its id. */
export interface BitcoinTx {
  readonly txid: Txid;
  readonly version: number;
  readonly inputs: readonly TxInput[];
  readonly outputs: readonly TxOutput[];
  readonly lockTime: number;
  /** Exactly the bytes that were parsed, with witnesses where there are any. */
  readonly raw: Uint8Array;
}

/** Where one transaction lies inside a larger buffer. Offsets are into `bytes`. */
export interface TxSpan {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly segwit: boolean;
  readonly inputsAt: number;
  readonly outputsAt: number;
  readonly witnessAt: number;
  readonly lockTimeAt: number;
}

/**
 * Finds the parts of the transaction that starts at the reader's offset, and moves past it, without building objects:
 * a scan looks at thousands of transactions to keep a handful.
 */
export function spanTransaction(reader: ByteReader): TxSpan {
  const start = reader.offset;
  reader.skip(4);
  const bytes = reader.bytes;
  const segwit = bytes[reader.offset] === 0;
  if (segwit) {
    reader.skip(1);
    if (reader.u8() !== 1) reader.fail("unknown transaction flag");
  }
  const inputsAt = reader.offset;
  const inputCount = reader.count(41);
  if (inputCount === 0) reader.fail("a transaction without inputs");
  for (let i = 0; i < inputCount; i++) {
    reader.skip(36);
    reader.skip(reader.compactSize());
    reader.skip(4);
  }
  const outputsAt = reader.offset;
  const outputCount = reader.count(9);
  for (let i = 0; i < outputCount; i++) {
    reader.skip(8);
    reader.skip(reader.compactSize());
  }
  const witnessAt = reader.offset;
  if (segwit) {
    let items = 0;
    for (let i = 0; i < inputCount; i++) {
      const count = reader.count(1);
      items += count;
      for (let j = 0; j < count; j++) reader.skip(reader.compactSize());
    }
    if (items === 0) reader.fail("the witness flag is set and every witness is empty");
  }
  const lockTimeAt = reader.offset;
  reader.skip(4);
  return { bytes, start, end: reader.offset, segwit, inputsAt, outputsAt, witnessAt, lockTimeAt };
}

/** The bytes whose double hash is the txid: the transaction without marker, flag and witnesses. */
export function strippedBytes(span: TxSpan): Uint8Array {
  const { bytes } = span;
  if (!span.segwit) return bytes.subarray(span.start, span.end);
  return concatBytes(
    bytes.subarray(span.start, span.start + 4),
    bytes.subarray(span.inputsAt, span.witnessAt),
    bytes.subarray(span.lockTimeAt, span.end),
  );
}

/** The txid in hash order. */
export function spanHash(span: TxSpan): Uint8Array {
  const { bytes } = span;
  if (!span.segwit) return sha256(sha256(bytes.subarray(span.start, span.end)));
  return hash256(
    bytes.subarray(span.start, span.start + 4),
    bytes.subarray(span.inputsAt, span.witnessAt),
    bytes.subarray(span.lockTimeAt, span.end),
  );
}

/** Builds the object for one span. `hash` may be given where it is already known. */
export function transactionAt(span: TxSpan, hash: Uint8Array = spanHash(span)): BitcoinTx {
  const raw = span.bytes.subarray(span.start, span.end);
  const reader = new ByteReader(span.bytes, "transactionMalformed", span.start);
  const version = reader.i32();
  reader.offset = span.inputsAt;
  const inputCount = reader.compactSize();
  const bare = [];
  for (let i = 0; i < inputCount; i++) {
    const txid = txidOfHash(reader.take(32));
    const vout = reader.u32();
    bare.push({ txid, vout, scriptSig: reader.varBytes(), sequence: reader.u32() });
  }
  const outputs: TxOutput[] = [];
  const outputCount = reader.compactSize();
  for (let i = 0; i < outputCount; i++) outputs.push({ amount: reader.u64(), script: reader.varBytes() });
  const inputs = bare.map((input): TxInput => {
    if (!span.segwit) return { ...input, witness: [] };
    return { ...input, witness: Array.from({ length: reader.compactSize() }, () => reader.varBytes()) };
  });
  return { txid: txidOfHash(hash), version, inputs, outputs, lockTime: reader.u32(), raw };
}

/**
 * Parses one raw transaction, with or without witnesses.
 * @throws Refusal `transactionMalformed` for truncated, trailing or non-canonical bytes, and for amounts no chain can hold
 */
export function parseTransaction(raw: Uint8Array): BitcoinTx {
  const reader = new ByteReader(raw, "transactionMalformed");
  const span = spanTransaction(reader);
  if (!reader.atEnd) reader.fail("bytes after the transaction");
  const tx = transactionAt(span);
  let sum = 0n;
  for (const { amount } of tx.outputs) {
    sum += amount;
    if (amount > maxSatoshi || sum > maxSatoshi)
      refuse("transactionMalformed", "outputs above 21 million bitcoin");
  }
  return tx;
}

/** Raw bytes with the witnesses taken off. */
export function stripWitness(raw: Uint8Array): Uint8Array {
  return strippedBytes(spanTransaction(new ByteReader(raw, "transactionMalformed")));
}

/** Weight units of a raw transaction (BIP 141): four per stripped byte, one per witness byte. */
export const weightOf = (raw: Uint8Array): number => stripWitness(raw).length * 3 + raw.length;

/** Virtual size in vbytes, rounded up as relay rules do. */
export const vsizeOf = (raw: Uint8Array): number => Math.ceil(weightOf(raw) / 4);

function compactSizeBytes(value: number): Uint8Array {
  if (value < 0xfd) return Uint8Array.of(value);
  if (value < 0x1_0000) return Uint8Array.of(0xfd, value & 0xff, value >> 8);
  const bytes = new Uint8Array(5);
  bytes[0] = 0xfe;
  new DataView(bytes.buffer).setUint32(1, value, true);
  return bytes;
}

/** Length prefix and bytes, as scripts and witness items are written. */
export const withLength = (bytes: Uint8Array): Uint8Array =>
  concatBytes(compactSizeBytes(bytes.length), bytes);

function littleEndian(value: number | bigint, length: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  if (length === 8) view.setBigUint64(0, BigInt(value), true);
  else view.setUint32(0, Number(value) >>> 0, true);
  return bytes;
}

/** The bytes of one output: amount, script length, script. */
export const outputBytes = (output: TxOutput): Uint8Array =>
  concatBytes(littleEndian(output.amount, 8), withLength(output.script));

/** Writes a transaction; witnesses are written where any input has one, unless `witness` is false. */
export function serializeTransaction(
  tx: Pick<BitcoinTx, "version" | "inputs" | "outputs" | "lockTime">,
  options: { readonly witness?: boolean } = {},
): Uint8Array {
  const segwit = (options.witness ?? true) && tx.inputs.some((input) => input.witness.length > 0);
  const parts: Uint8Array[] = [littleEndian(tx.version, 4)];
  if (segwit) parts.push(Uint8Array.of(0, 1));
  parts.push(compactSizeBytes(tx.inputs.length));
  for (const input of tx.inputs) {
    parts.push(
      hashOfId(input.txid),
      littleEndian(input.vout, 4),
      withLength(input.scriptSig),
      littleEndian(input.sequence, 4),
    );
  }
  parts.push(compactSizeBytes(tx.outputs.length), ...tx.outputs.map(outputBytes));
  if (segwit) {
    for (const input of tx.inputs)
      parts.push(compactSizeBytes(input.witness.length), ...input.witness.map(withLength));
  }
  parts.push(littleEndian(tx.lockTime, 4));
  return concatBytes(...parts);
}
