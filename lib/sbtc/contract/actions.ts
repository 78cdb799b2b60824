import type { Dialect } from "../ops/data-output.ts";

/** A Bitcoin block by height and hash (64 hex digits, in the order explorers show). */
export interface BurnBlock {
  readonly height: number;
  readonly hash: string;
}

/** An output of a Bitcoin transaction; `txid` is 64 hex digits, in the order explorers show. */
export interface Outpoint {
  readonly txid: string;
  readonly vout: number;
}

/** Mints `amount` satoshi of sBTC for a deposit, once. */
export interface MintAction {
  readonly tag: "mint";
  readonly amount: bigint;
  /** A Stacks principal, standard or contract. */
  readonly recipient: string;
  readonly deposit: Outpoint;
  readonly burnBlock: BurnBlock;
}

/** Rules that a deposit will never be minted, so that it may be returned. */
export interface RejectAction {
  readonly tag: "reject";
  readonly reason: number;
  readonly deposit: Outpoint;
  readonly burnBlock: BurnBlock;
}

/** Locks the holder's sBTC for a peg-out request found on Bitcoin. */
export interface LockAction {
  readonly tag: "lock";
  readonly amount: bigint;
  /** scriptPubKey of the recipient on Bitcoin. */
  readonly script: Uint8Array;
  /** The same recipient as the address text the holder signed; any text where the dialect is D1. */
  readonly address: string;
  /** How the holder's message was made. */
  readonly dialect: Dialect;
  /** 65 bytes as in the request: recovery id, r, s. */
  readonly ownerSignature: Uint8Array;
  /** The request transaction. */
  readonly txid: string;
  readonly burnBlock: BurnBlock;
}

/** Burns a request's locked sBTC after its payout confirmed on Bitcoin. */
export interface SettleAction {
  readonly tag: "settle";
  readonly txid: string;
  readonly payoutTxid: string;
  readonly burnBlock: BurnBlock;
}

/** Returns a request's locked sBTC after its cancel confirmed on Bitcoin. */
export interface RefundAction {
  readonly tag: "refund";
  readonly txid: string;
  readonly cancelTxid: string;
  readonly burnBlock: BurnBlock;
}

/** Makes another group key the authority, and its address the peg wallet. */
export interface SetWalletAction {
  readonly tag: "setWallet";
  readonly address: string;
  /** The new group key, 32 bytes x-only. */
  readonly key: Uint8Array;
}

/** Everything the group key signs for the contract. */
export type ContractAction =
  MintAction | RejectAction | LockAction | SettleAction | RefundAction | SetWalletAction;
