import { sameBytes, type BlockHash } from "../bytes.ts";
import { readOperation, type ChainOp, type OpReading } from "../ops/operation.ts";
import type { OpContext } from "../ops/peg-in.ts";
import { refuse } from "../refusal.ts";
import { checkWitnessCommitment, OutpointSet, parseBlock, scanBlock, type VerifiedBlock } from "./block.ts";
import type { BitcoinNode, BlockRef } from "./node.ts";
import { parseTransaction, type BitcoinTx } from "./transaction.ts";

/** An operation found in a block, with its place. */
export interface BlockOp {
  readonly op: ChainOp;
  readonly block: BlockRef;
  /** Index of the transaction in its block. */
  readonly index: number;
  readonly tx: BitcoinTx;
}

/** A transaction that claims to be an operation and is none: shown to its sender, never served. */
export interface RefusedOp {
  readonly reading: Extract<OpReading, { tag: "refused" }>;
  readonly block: BlockRef;
  readonly index: number;
  readonly tx: BitcoinTx;
}

/** Everything a block says to the peg. */
export interface BlockOps {
  readonly ops: readonly BlockOp[];
  readonly refused: readonly RefusedOp[];
}

/** Where the script of a commit output comes from; the transaction proves itself by its id. */
export type FetchTransaction = (txid: BitcoinTx["txid"]) => Promise<Uint8Array>;

/**
 * Reads every operation of a verified block. Reveals need the transaction they spend, and the block's witness commitment,
 * since a witness is what they say it by.
 */
export async function readBlockOps(
  contents: VerifiedBlock,
  block: BlockRef,
  context: OpContext,
  fetchTransaction: FetchTransaction,
): Promise<BlockOps> {
  const ops: BlockOp[] = [];
  const refused: RefusedOp[] = [];
  let witnessesChecked = false;
  const found = scanBlock(contents, { network: context.network, scripts: [], outpoints: new OutpointSet() });
  for (const { index, tx } of found) {
    let reading = readOperation(tx, context);
    if (reading.tag === "needsCommit") {
      if (!witnessesChecked) checkWitnessCommitment(contents);
      witnessesChecked = true;
      reading = readOperation(tx, context, await commitScriptOf(tx, fetchTransaction));
    }
    if (reading.tag === "op") ops.push({ op: reading.op, block, index, tx });
    else if (reading.tag === "refused") refused.push({ reading, block, index, tx });
  }
  return { ops, refused };
}

async function commitScriptOf(tx: BitcoinTx, fetchTransaction: FetchTransaction): Promise<Uint8Array> {
  const [input] = tx.inputs;
  if (input === undefined) return refuse("transactionMalformed", "a transaction without inputs");
  const parent = parseTransaction(await fetchTransaction(input.txid));
  if (parent.txid !== input.txid) refuse("nodeAnswerFalse", `not the transaction ${input.txid}`);
  return (
    parent.outputs[input.vout]?.script ??
    refuse("outputMissing", "the reveal spends an output that does not exist")
  );
}

/** Where operations at a height come from: a header chain verified here, and any node for the blocks. */
export interface OpsSource {
  readonly node: BitcoinNode;
  /** Hash of the best block at a height, from verified headers; null where the height is not reached yet. */
  readonly hashAt: (height: number) => BlockHash | null;
  readonly context: OpContext;
}

/** @throws Refusal `nodeNotFound` for a height that is not reached: ask again, and do not count it as done */
export async function getOps({ node, hashAt, context }: OpsSource, height: number): Promise<BlockOps> {
  const hash = hashAt(height) ?? refuse("nodeNotFound", `block ${height} is not there yet`);
  const contents = parseBlock(await node.block(hash), hash);
  return readBlockOps(
    contents,
    { height, hash },
    context,
    async (txid) => (await node.transaction(txid)).raw,
  );
}

/** The peg-ins of a block, those made by commit and reveal included: `get_peg_in_ops` of the source documents. */
export async function getPegInOps(source: OpsSource, height: number): Promise<readonly BlockOp[]> {
  return (await getOps(source, height)).ops.filter(({ op }) => kindOf(op) === "pegIn");
}

/** The peg-out requests of a block, revealed ones included: `get_peg_out_request_ops` of the source documents. */
export async function getPegOutRequestOps(source: OpsSource, height: number): Promise<readonly BlockOp[]> {
  return (await getOps(source, height)).ops.filter(({ op }) => kindOf(op) === "pegOutRequest");
}

/** What an operation is, a reveal counting as what it reveals. */
export const kindOf = (op: ChainOp): ChainOp["kind"] => (op.kind === "reveal" ? op.op.kind : op.kind);

/** True where both readings are of the same transaction. */
export const sameOp = (a: BlockOp, b: BlockOp): boolean => sameBytes(a.tx.raw, b.tx.raw);
