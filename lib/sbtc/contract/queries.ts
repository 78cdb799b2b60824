import { bytesToHex } from "@noble/hashes/utils.js";
import { Cl, type ClarityValue } from "@stacks/transactions";
import {
  readBool,
  readBuffer,
  readFields,
  readList,
  readOk,
  readOptional,
  readPrincipal,
  readSmallUint,
  readText,
  readUint,
} from "../stacks/clarity.ts";
import { quote } from "../bytes.ts";
import { refuse } from "../refusal.ts";
import type { Query } from "../stacks/query.ts";
import type { Outpoint } from "./actions.ts";
import { hash } from "./digest.ts";

/** The group in charge: `epoch` counts wallets; before the first one there is none. */
export interface WalletState {
  readonly epoch: bigint;
  /** Group key (32 bytes, x-only) and peg address. */
  readonly wallet: { readonly key: Uint8Array; readonly address: string } | null;
}

/** What the contract knows of a deposit. */
export interface DepositState {
  readonly state: "minted" | "rejected";
  readonly amount: bigint;
  /** null where rejected. */
  readonly recipient: string | null;
  readonly burnHeight: number;
}

/** What the contract knows of a peg-out request. */
export interface WithdrawalState {
  readonly state: "locked" | "settled" | "refunded";
  readonly owner: string;
  readonly amount: bigint;
  readonly script: Uint8Array;
  /** The digest the holder signed, 32 bytes. */
  readonly message: Uint8Array;
  readonly burnHeight: number;
  /** Burn height after which a refund is possible. */
  readonly expires: number;
  /** Payout or cancel on Bitcoin; null while locked. */
  readonly finalTxid: string | null;
}

/** Amounts in satoshi; window, confirmations and lifetime in burn blocks. */
export interface Limits {
  readonly minAmount: bigint;
  readonly maxMint: bigint;
  readonly maxLock: bigint;
  readonly window: number;
  readonly windowMint: bigint;
  readonly windowLock: bigint;
  readonly supplyCap: bigint;
  readonly confirmations: number;
  readonly lifetime: number;
}

/** A seat in the registry: account, compressed public key (33 bytes), and how many keys it holds. */
export interface RegisteredSigner {
  readonly address: string;
  readonly key: Uint8Array;
  readonly weight: number;
}

/** The coordinator: account and compressed public key (33 bytes). */
export interface CoordinatorData {
  readonly address: string;
  readonly key: Uint8Array;
}

const ask = <T>(
  contract: string,
  functionName: string,
  read: (value: ClarityValue) => T,
  ...args: ClarityValue[]
): Query<T> => ({ contract, functionName, args, read });

/** Questions to the token contract, `address.sbtc`. */
export const tokenQueries = {
  wallet: (contract: string): Query<WalletState> => ask(contract, "get-wallet", readWallet),
  deposit: (contract: string, deposit: Outpoint): Query<DepositState | null> =>
    ask(
      contract,
      "get-deposit",
      (value) => readOptional(value, readDeposit),
      hash(deposit.txid, "txid"),
      Cl.uint(deposit.vout),
    ),
  withdrawal: (contract: string, txid: string): Query<WithdrawalState | null> =>
    ask(contract, "get-withdrawal", (value) => readOptional(value, readWithdrawal), hash(txid, "txid")),
  /** The request that used a holder's signed message, or null. */
  messageUse: (contract: string, owner: string, message: Uint8Array): Query<string | null> =>
    ask(
      contract,
      "get-message-use",
      (value) => readOptional(value, (txid) => bytesToHex(readBuffer(txid, 32))),
      Cl.principal(owner),
      Cl.buffer(message),
    ),
  /** Satoshi minted and locked in the present window. */
  windowUse: (contract: string): Query<{ readonly minted: bigint; readonly locked: bigint }> =>
    ask(contract, "get-window-use", (value) => {
      const field = readFields(value);
      return { minted: readUint(field("minted")), locked: readUint(field("locked")) };
    }),
  balance: (contract: string, who: string): Query<bigint> =>
    ask(contract, "get-balance", (value) => readUint(readOk(value)), Cl.principal(who)),
  totalSupply: (contract: string): Query<bigint> =>
    ask(contract, "get-total-supply", (value) => readUint(readOk(value))),
};

/** Questions both our token contract and the alpha's answer, under the same names. */
export const sharedQueries = {
  walletAddress: (contract: string): Query<string | null> =>
    ask(contract, "get-bitcoin-wallet-address", (value) => readOptional(value, readText)),
  tradingHalted: (contract: string): Query<boolean> => ask(contract, "get-trading-halted", readBool),
  coordinator: (contract: string): Query<CoordinatorData | null> =>
    ask(contract, "get-coordinator-data", (value) => readOptional(value, readCoordinator)),
  keyCount: (contract: string): Query<number> => ask(contract, "get-num-keys", readSmallUint),
  partyCount: (contract: string): Query<number> => ask(contract, "get-num-parties", readSmallUint),
  threshold: (contract: string): Query<number> => ask(contract, "get-threshold", readSmallUint),
};

/** Seats per answer of `get-signers`. */
export const signersPerPage = 20;

/** Questions to the configuration contract, `address.sbtc-config`. */
export const configQueries = {
  owner: (contract: string): Query<string> => ask(contract, "get-contract-owner", readPrincipal),
  pendingOwner: (contract: string): Query<string | null> =>
    ask(contract, "get-pending-owner", (value) => readOptional(value, readPrincipal)),
  halts: (contract: string): Query<{ readonly owner: boolean; readonly coordinator: boolean }> =>
    ask(contract, "get-halts", (value) => {
      const field = readFields(value);
      return { owner: readBool(field("owner")), coordinator: readBool(field("coordinator")) };
    }),
  limits: (contract: string): Query<Limits> => ask(contract, "get-limits", readLimits),
  signerCount: (contract: string): Query<number> => ask(contract, "get-signer-count", readSmallUint),
  totalWeight: (contract: string): Query<number> => ask(contract, "get-total-weight", readSmallUint),
  /** {@link signersPerPage} seats from `first` on; null where there is no such seat. */
  signers: (contract: string, first: number): Query<(RegisteredSigner | null)[]> =>
    ask(
      contract,
      "get-signers",
      (value) => readList(value, (seat) => readOptional(seat, readSigner)),
      Cl.uint(first),
    ),
  allowListEnabled: (contract: string): Query<boolean> => ask(contract, "get-allow-list-enabled", readBool),
  recipientAllowed: (contract: string, who: string): Query<boolean> =>
    ask(contract, "is-recipient-allowed", readBool, Cl.principal(who)),
  scriptAllowed: (contract: string, script: Uint8Array): Query<boolean> =>
    ask(contract, "is-script-allowed", readBool, Cl.buffer(script)),
};

/** Questions only the alpha's contract answers this way; it is read, never called. */
export const alphaQueries = {
  /** Ids run from 0 below the number of keys, and may have gaps; the alpha knew no weights. */
  signer: (contract: string, id: number): Query<CoordinatorData | null> =>
    ask(contract, "get-signer-data", (value) => readOptional(value, readCoordinator), Cl.uint(id)),
};

function readWallet(value: ClarityValue): WalletState {
  const field = readFields(value);
  return {
    epoch: readUint(field("epoch")),
    wallet: readOptional(field("wallet"), (wallet) => {
      const inner = readFields(wallet);
      return { key: readBuffer(inner("key"), 32), address: readText(inner("address")) };
    }),
  };
}

function readDeposit(value: ClarityValue): DepositState {
  const field = readFields(value);
  return {
    state: oneOf(["minted", "rejected"], readText(field("state"))),
    amount: readUint(field("amount")),
    recipient: readOptional(field("recipient"), readPrincipal),
    burnHeight: readSmallUint(field("burn-height")),
  };
}

function readWithdrawal(value: ClarityValue): WithdrawalState {
  const field = readFields(value);
  const finalTxid = readBuffer(field("final-txid"));
  return {
    state: oneOf(["locked", "settled", "refunded"], readText(field("state"))),
    owner: readPrincipal(field("owner")),
    amount: readUint(field("amount")),
    script: readBuffer(field("script")),
    message: readBuffer(field("message"), 32),
    burnHeight: readSmallUint(field("burn-height")),
    expires: readSmallUint(field("expires")),
    finalTxid: finalTxid.length === 0 ? null : bytesToHex(finalTxid),
  };
}

function readLimits(value: ClarityValue): Limits {
  const field = readFields(value);
  return {
    minAmount: readUint(field("min-amount")),
    maxMint: readUint(field("max-mint")),
    maxLock: readUint(field("max-lock")),
    window: readSmallUint(field("window")),
    windowMint: readUint(field("window-mint")),
    windowLock: readUint(field("window-lock")),
    supplyCap: readUint(field("supply-cap")),
    confirmations: readSmallUint(field("confirmations")),
    lifetime: readSmallUint(field("lifetime")),
  };
}

function readCoordinator(value: ClarityValue): CoordinatorData {
  const field = readFields(value);
  return { address: readPrincipal(field("addr")), key: readBuffer(field("key"), 33) };
}

function readSigner(value: ClarityValue): RegisteredSigner {
  return { ...readCoordinator(value), weight: readSmallUint(readFields(value)("weight")) };
}

function oneOf<const T extends string>(known: readonly T[], text: string): T {
  const match = known.find((each) => each === text);
  return match ?? refuse("nodeAnswerMalformed", `${quote(text)} is none of ${known.join(", ")}`);
}
