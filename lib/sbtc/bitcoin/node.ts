import type { BlockHash, Outpoint, Txid } from "../bytes.ts";
import type { FeeRate } from "../transactions/size.ts";
import type { InclusionProof } from "./spv/inclusion.ts";
import type { TxOutput } from "./transaction.ts";

/** A block by height and hash. */
export interface BlockRef {
  readonly height: number;
  readonly hash: BlockHash;
}

/** A transaction as a node knows it. `block` is null while it is unconfirmed. */
export interface KnownTransaction {
  readonly raw: Uint8Array;
  readonly block: BlockRef | null;
}

/** Whether an output is spent. `by` is null where the node knows only that it is gone. */
export type Outspend =
  | { readonly spent: false }
  | { readonly spent: true; readonly by: { readonly txid: Txid; readonly block: BlockRef | null } | null };

/** An unspent output. `height` is null while it is unconfirmed. */
export interface Utxo extends Outpoint, TxOutput {
  readonly height: number | null;
}

/** What it costs to be mined soon. Never below the relay minimum. */
export interface FeeRates {
  /** Next block or two. */
  readonly fast: FeeRate;
  /** Within the hour. */
  readonly normal: FeeRate;
  /** Within the day. */
  readonly slow: FeeRate;
}

/**
 * A source of Bitcoin data and a way to broadcast. It is not trusted: {@link selfChecking} proves what can be proven,
 * headers and inclusion are verified by `spv/`, and the rest is compared between sources.
 * Every method rejects with a Refusal: `nodeNotFound` where the thing does not exist (yet), `nodeUnreachable`,
 * `nodeTimedOut`, `nodeAnswerMalformed`, `nodeAnswerTooLarge`, `nodeMethodMissing`, `nodeUnauthorized`, `nodeRejected`.
 */
export interface BitcoinNode {
  /** Who operates it, e.g. `blockstream.info`. Two sources count as two only if their operators differ. */
  readonly operator: string;
  tip(): Promise<BlockRef>;
  blockHash(height: number): Promise<BlockHash>;
  /** Headers from a height on, 80 bytes each, at least one, at most `count`: a source may give fewer at a time. */
  headers(fromHeight: number, count: number): Promise<Uint8Array>;
  /** A whole block with witnesses. */
  block(hash: BlockHash): Promise<Uint8Array>;
  transaction(txid: Txid): Promise<KnownTransaction>;
  /** The proof that a confirmed transaction is in its block. */
  merkleProof(txid: Txid): Promise<InclusionProof>;
  outspend(outpoint: Outpoint): Promise<Outspend>;
  /** Unspent outputs of a script, unconfirmed ones included where the source knows them. */
  utxos(script: Uint8Array): Promise<readonly Utxo[]>;
  feeRates(): Promise<FeeRates>;
  /** Hands a transaction to the network. A transaction that is already known counts as accepted. */
  broadcast(raw: Uint8Array): Promise<Txid>;
}
