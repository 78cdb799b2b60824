import type { ClarityValue } from "@stacks/transactions";
import type { BroadcastOutcome } from "./broadcast.ts";
import type { Query } from "./query.ts";

/** Where a node stands. */
export interface StacksInfo {
  /** Chain id that transactions must carry: 1 on mainnet, 0x80000000 on test networks. */
  readonly chainId: number;
  readonly burnBlockHeight: number;
  readonly stacksTipHeight: number;
  /** 64 hex digits. */
  readonly stacksTip: string;
  readonly serverVersion: string;
  /** False while the node is still catching up; null where it does not say. */
  readonly synced: boolean | null;
}

/** An account as of the node's tip: `nonce` is the next one to use, transactions still waiting left out. */
export interface StacksAccount {
  /** Micro-STX, spendable. */
  readonly balance: bigint;
  /** Micro-STX, locked until `unlockHeight`. */
  readonly locked: bigint;
  readonly unlockHeight: number;
  readonly nonce: bigint;
}

/** Fees for one transaction in micro-STX, from patient to urgent. */
export interface FeeChoice {
  readonly low: bigint;
  readonly middle: bigint;
  readonly high: bigint;
  /** Whether the node estimated this transaction, or its length times the price of a byte had to do. */
  readonly source: "estimate" | "length";
}

/** What became of a transaction. Only `success` did anything but pay its fee. */
export type TransactionState =
  | { readonly tag: "unknown" }
  | { readonly tag: "pending" }
  | {
      readonly tag: "success" | "abortedByResponse" | "abortedByPostCondition";
      readonly blockHeight: number;
      readonly burnBlockHeight: number;
      /** False where the block it was in is no longer part of the chain. */
      readonly canonical: boolean;
      readonly result: ClarityValue;
    }
  /** Left the mempool without being mined, e.g. `dropped_replace_by_fee`. */
  | { readonly tag: "dropped"; readonly reason: string };

/** Something a contract printed. */
export interface ContractEvent {
  readonly txid: string;
  readonly index: number;
  readonly contract: string;
  readonly value: ClarityValue;
}

/** What a compiled contract offers, as far as this product reads it. */
export interface DeployedSource {
  readonly source: string;
  readonly publishHeight: number;
}

/**
 * A Stacks node or API, asked one thing at a time. Its answers are claims: shapes are checked, truth is for whoever
 * compares sources. Every method refuses with a `node…` code where the node fails.
 */
export interface StacksNode {
  /** Who answers, for messages and for telling sources apart. */
  readonly name: string;
  info(): Promise<StacksInfo>;
  account(principal: string): Promise<StacksAccount>;
  /** The next nonce to sign with, transactions still waiting included. */
  nextNonce(address: string): Promise<bigint>;
  /** @param transaction the serialised transaction whose fee is asked for, signed or not */
  estimateFee(transaction: Uint8Array): Promise<FeeChoice>;
  /** Hands a signed transaction over. A rejection is an answer, not a failure. */
  broadcast(transaction: Uint8Array): Promise<BroadcastOutcome>;
  read<T>(query: Query<T>): Promise<T>;
  /** The text of a deployed contract, `address.name`; null where there is none. */
  contractSource(contract: string): Promise<DeployedSource | null>;
  transaction(txid: string): Promise<TransactionState>;
  /** What a contract printed, newest first. */
  events(
    contract: string,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<ContractEvent[]>;
}
