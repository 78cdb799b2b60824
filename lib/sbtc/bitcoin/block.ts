import { hash256, hashOfId, sameBytes, type BlockHash, type Outpoint } from "../bytes.ts";
import type { BitcoinNetwork } from "../network.ts";
import { refuse } from "../refusal.ts";
import { sha256dRanges } from "../sha256d.ts";
import { claimsOperation } from "../ops/data-output.ts";
import { ByteReader } from "./reader.ts";
import { headerLength, parseHeader, type BlockHeader } from "./spv/header.ts";
import { merkleRoot } from "./spv/merkle.ts";
import { spanHash, spanTransaction, transactionAt, type BitcoinTx, type TxSpan } from "./transaction.ts";

/** A block whose transactions are proven to be all of its header's, in order. */
export interface VerifiedBlock {
  readonly header: BlockHeader;
  readonly spans: readonly TxSpan[];
  /** Txids in hash order. */
  readonly hashes: readonly Uint8Array[];
}

/**
 * Parses a whole block and checks that its transactions hash to the header's merkle root. Says nothing about proof of work
 * or scripts.
 * @param expected the hash of the block that was asked for
 * @throws Refusal `blockMalformed`, `merkleRootMismatch`, `nodeAnswerFalse`
 */
export function parseBlock(raw: Uint8Array, expected?: BlockHash): VerifiedBlock {
  if (raw.length < headerLength) refuse("blockMalformed", `a block of ${raw.length} bytes`);
  const header = parseHeader(raw.subarray(0, headerLength));
  if (expected !== undefined && header.hash !== expected) {
    refuse("nodeAnswerFalse", `asked for block ${expected}, got ${header.hash}`);
  }
  const reader = new ByteReader(raw, "blockMalformed", headerLength);
  const count = reader.count(60);
  const spans: TxSpan[] = [];
  const hashes: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const span = spanTransaction(reader);
    // Inner nodes of the tree are 64 bytes: a block with such a transaction can be read in two ways.
    if (span.end - span.start === 64) refuse("blockMalformed", "a transaction of 64 bytes");
    spans.push(span);
    hashes.push(spanHash(span));
  }
  if (!reader.atEnd) reader.fail("bytes after the last transaction");
  if (!sameBytes(merkleRoot(hashes), header.merkleRoot)) {
    refuse("merkleRootMismatch", `the transactions are not those of block ${header.hash}`);
  }
  return { header, spans, hashes };
}

const commitmentPrefix = Uint8Array.of(0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed);

/**
 * Checks that the witnesses are those the block commits to (BIP 141). Txids do not cover witnesses, so without this a
 * source could hand out a block with others; needed where a witness carries meaning, as in a reveal.
 * @throws Refusal `merkleRootMismatch`
 */
export function checkWitnessCommitment(block: VerifiedBlock): void {
  const [first, ...others] = block.spans;
  if (first === undefined) return refuse("blockMalformed", "a block without transactions");
  const coinbase = transactionAt(first, block.hashes[0]);
  const commitment = coinbase.outputs.findLast(
    ({ script }) => script.length >= 38 && sameBytes(script.subarray(0, 6), commitmentPrefix),
  );
  if (commitment === undefined) {
    if (block.spans.some(({ segwit }) => segwit))
      refuse("merkleRootMismatch", "witnesses in a block that commits to none");
    return;
  }
  const reserved =
    coinbase.inputs[0]?.witness[0] ?? refuse("merkleRootMismatch", "the coinbase lacks its reserved value");
  const wtxids = others.map((span) => sha256dRanges(span.bytes, [span.start, span.end]));
  const root = merkleRoot([new Uint8Array(32), ...wtxids]);
  if (!sameBytes(hash256(root, reserved), commitment.script.subarray(6, 38))) {
    refuse("merkleRootMismatch", `the witnesses are not those of block ${block.header.hash}`);
  }
}

/** What a scan looks for. */
export interface ScanFilter {
  /** Transactions whose output 0 claims to be an operation of this network. */
  readonly network?: BitcoinNetwork;
  /** Transactions that pay one of these. */
  readonly scripts: readonly Uint8Array[];
  /** Transactions that spend one of these. */
  readonly outpoints: OutpointSet;
}

/** A transaction a scan kept, and its place in the block. */
export interface ScannedTransaction {
  readonly index: number;
  readonly tx: BitcoinTx;
}

/** Outpoints in a form a scan can look up from raw bytes, four bytes first. */
export class OutpointSet {
  readonly #byPrefix = new Map<number, { readonly hash: Uint8Array; readonly vout: number }[]>();

  constructor(outpoints: Iterable<Outpoint> = []) {
    for (const outpoint of outpoints) this.add(outpoint);
  }

  add(outpoint: Outpoint): void {
    const hash = hashOfId(outpoint.txid);
    const prefix = readPrefix(hash, 0);
    const row = this.#byPrefix.get(prefix) ?? [];
    row.push({ hash, vout: outpoint.vout });
    this.#byPrefix.set(prefix, row);
  }

  /** True where the 36 bytes at `offset` are one of the outpoints. */
  hasAt(bytes: Uint8Array, offset: number): boolean {
    const row = this.#byPrefix.get(readPrefix(bytes, offset));
    if (row === undefined) return false;
    const vout = readPrefix(bytes, offset + 32);
    return row.some((one) => one.vout === vout && sameBytes(one.hash, bytes.subarray(offset, offset + 32)));
  }
}

const readPrefix = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>>
  0;

/** Picks the transactions of a block that the filter asks for, building objects for those alone. */
export function scanBlock(block: VerifiedBlock, filter: ScanFilter): readonly ScannedTransaction[] {
  const found: ScannedTransaction[] = [];
  block.spans.forEach((span, index) => {
    if (!spanMatches(span, filter)) return;
    found.push({ index, tx: transactionAt(copySpan(span), block.hashes[index]) });
  });
  return found;
}

/** A span over its own bytes, so that a kept transaction does not keep the whole block in memory. */
function copySpan(span: TxSpan): TxSpan {
  const { start } = span;
  return {
    bytes: span.bytes.slice(start, span.end),
    start: 0,
    end: span.end - start,
    segwit: span.segwit,
    inputsAt: span.inputsAt - start,
    outputsAt: span.outputsAt - start,
    witnessAt: span.witnessAt - start,
    lockTimeAt: span.lockTimeAt - start,
  };
}

function spanMatches(span: TxSpan, filter: ScanFilter): boolean {
  const reader = new ByteReader(span.bytes, "blockMalformed", span.inputsAt);
  const inputs = reader.compactSize();
  for (let i = 0; i < inputs; i++) {
    if (filter.outpoints.hasAt(span.bytes, reader.offset)) return true;
    reader.skip(36);
    reader.skip(reader.compactSize() + 4);
  }
  const outputs = reader.compactSize();
  for (let i = 0; i < outputs; i++) {
    reader.skip(8);
    const script = reader.varBytes();
    if (i === 0 && filter.network !== undefined && claimsOperation(script, filter.network)) return true;
    for (const watched of filter.scripts) {
      if (script.length === watched.length && script[2] === watched[2] && sameBytes(script, watched))
        return true;
    }
  }
  return false;
}
