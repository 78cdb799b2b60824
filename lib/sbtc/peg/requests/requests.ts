import type { Outpoint, Txid } from "../../bytes.ts";
import type { BlockRef } from "../../bitcoin/node.ts";
import type { BitcoinTx, TxOutput } from "../../bitcoin/transaction.ts";

/**
 * What signers work on, under the names the source documents gave it. A signing round has its signers and its
 * operations; an operation is a request with the responses it got so far. The three requests of those documents are
 * kept; what the contract is asked for, and what they do not name, stands beside them.
 */
export interface SigningRound {
  /** 32 hex digits. */
  readonly roundId: string;
  readonly signers: ReadonlyMap<string, Signer>;
  readonly sbtcOperations: readonly SbtcOperation[];
}

/** One seat of a signing round; `publicKey` is its identity, 64 hex digits. */
export interface Signer {
  readonly id: string;
  readonly publicKey: string;
}

/** A request and its responses. More than one only where an attempt replaced another. */
export interface SbtcOperation {
  readonly request: SbtcRequest;
  readonly responses: readonly SbtcResponse[];
}

export type SbtcRequest =
  | ({ readonly tag: "Fulfillment" } & FulfillmentRequest)
  | ({ readonly tag: "Reveal" } & RevealRequest)
  | ({ readonly tag: "Handoff" } & HandoffRequest)
  /** Beyond the source documents: sweep, cancel, return and consolidation. */
  | { readonly tag: "Other"; readonly purpose: "sweep" | "cancel" | "pegInReturn" | "consolidation" };

export type SbtcResponse =
  | ({ readonly tag: "Fulfillment" } & FulfillmentResponse)
  | ({ readonly tag: "Reveal" } & RevealResponse)
  | ({ readonly tag: "Handoff" } & HandoffResponse);

/** A peg-out to be paid. */
export interface FulfillmentRequest {
  /** The request: in this product a Bitcoin transaction, which the contract locked sBTC for. */
  readonly source: Txid;
  /** Whose sBTC it is: a Stacks principal. */
  readonly sender: string;
  /** The Bitcoin address paid, or its script in hex where it has none. */
  readonly receiver: string;
  /** Satoshi. */
  readonly amount: bigint;
  /** Where the request was confirmed; null while that is not known here. */
  readonly createdAt: BlockRef | null;
}

export interface FulfillmentResponse {
  readonly source: Txid;
  readonly fulfillment: BitcoinTx;
  readonly status: FulfillmentStatus;
}

export type FulfillmentStatus = "Pending" | "Mined" | "Cancelled";

/** A committed operation to be revealed. */
export interface RevealRequest {
  readonly commit: Outpoint;
  readonly commitOutput: TxOutput;
  readonly controlBlock: Uint8Array;
  /** 32 bytes x-only: the key nobody holds. */
  readonly internalKey: Uint8Array;
  readonly script: Uint8Array;
}

export interface RevealResponse {
  readonly tx: BitcoinTx;
}

/** The peg's coins to be handed over. */
export interface HandoffRequest {
  /** The next wallet's Bitcoin address. */
  readonly destination: string;
  /** Satoshi. */
  readonly amount: bigint;
}

export interface HandoffResponse {
  readonly tx: BitcoinTx;
}
