import type { VrsSignature } from "../../../sbtc/ops/owner-signature.ts";
import type { BitcoinTx } from "../../../sbtc/bitcoin/transaction.ts";
import type { ContractCall } from "../../../sbtc/contract/calls.ts";
import type { Plan } from "../../../sbtc/transactions/plan.ts";
import type { WalletHint } from "../../../sbtc/transactions/psbt.ts";

/** Why a wallet did not do it. */
export type WalletErrorCode =
  /** It is not installed, or no longer there. */
  | "wallet-missing"
  | "wallet-cancelled"
  /** Its addresses belong to another network. */
  | "wallet-network"
  /** It gave no address of a kind that is needed. */
  | "wallet-address"
  /** It does not know the method. */
  | "wallet-method"
  | "wallet-failed";

/** A wallet's failure. The message quotes the wallet's own words. */
export class WalletError extends Error {
  override readonly name = "WalletError";
  constructor(
    readonly code: WalletErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** An address of a wallet with what it takes to spend from it. */
export interface BitcoinAddress {
  readonly address: string;
  readonly script: Uint8Array;
  /** 33 bytes compressed; for P2TR the 32 bytes before the wallet's own tweak. */
  readonly publicKey: Uint8Array;
  readonly hint: WalletHint;
}

/** What a wallet showed of itself; every address was checked against its key and against the network. */
export interface WalletAddresses {
  /** `S…`, a single-signature account. */
  readonly stacks: string;
  /** 33 bytes, compressed. */
  readonly stacksKey: Uint8Array;
  /** Where coins are spent from and change goes to. */
  readonly payment: BitcoinAddress;
  readonly taproot: BitcoinAddress | null;
}

/** A connected wallet. It is not trusted: what it signs is compared with what it was asked to sign. */
export interface ConnectedWallet {
  readonly id: string;
  readonly name: string;
  readonly test: boolean;
  readonly addresses: WalletAddresses;
  /** Who can take a deposit back: the taproot key, or the payment key where there is none. 32 bytes, x-only. */
  readonly reclaimKey: Uint8Array;
  /** @throws WalletError, or Refusal `psbtChanged`, `psbtNotSigned`, `signatureInvalid` */
  signPlan(plan: Plan): Promise<BitcoinTx>;
  /**
   * Signs a text as Stacks wallets do.
   * @param digest the hash of the prefixed text, 32 bytes, by which the answer is checked
   * @throws WalletError, or Refusal `signatureInvalid` where no reading of the answer recovers the key it names
   */
  signText(
    text: string,
    digest: Uint8Array,
  ): Promise<{ readonly signature: VrsSignature; readonly publicKey: Uint8Array }>;
  /** Signs and sends a contract call. @returns its txid, 64 hex digits */
  call(call: ContractCall): Promise<string>;
}
