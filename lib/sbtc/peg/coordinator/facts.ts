import type { BlockHash, Txid } from "../../bytes.ts";
import type { BitcoinNetwork } from "../../network.ts";
import type { ContractCall } from "../../contract/calls.ts";
import type { DepositState, Limits, WithdrawalState } from "../../contract/queries.ts";
import type { Dialect } from "../../ops/data-output.ts";
import type { GroupKey } from "../../ops/peg-script.ts";
import type { Coin, FeeWallet } from "../../transactions/plan.ts";
import type { FeeRate } from "../../transactions/size.ts";
import type { CallStatus } from "../fee-wallet/fee-wallet.ts";
import type { Proposal } from "../proposal.ts";
import type { PegRecord, RecordId } from "../queue/record.ts";
import type { PegChain } from "./peg-chain.ts";

/** What does not change while a coordinator runs. */
export interface PegTerms {
  readonly network: BitcoinNetwork;
  readonly dialect: Dialect;
  readonly key: GroupKey;
  /** `5120‖key` */
  readonly pegScript: Uint8Array;
  /** Wallets of this peg's earlier groups: what is still paid to them is handed over, and nothing is paid from them. */
  readonly earlier: readonly Uint8Array[];
  /** The token contract, `address.sbtc`. */
  readonly contract: string;
  readonly chainId: number;
  /** Blocks a payout may wait before its fee is raised. */
  readonly bumpAfter: number;
  /** Blocks a broadcast payout gets beyond its expiry before it is cancelled. */
  readonly cancelGrace: number;
  /** Whether a rejected deposit goes back to where it came from if its depositor names no other place. */
  readonly returnToSender: boolean;
}

/** What the contract says, read at one time. */
export interface ContractFacts {
  readonly epoch: bigint;
  readonly key: Uint8Array | null;
  readonly limits: Limits;
  readonly halted: boolean;
  /** Free and locked sBTC together, satoshi. */
  readonly supply: bigint;
  readonly windowUse: { readonly minted: bigint; readonly locked: bigint };
  /** Bitcoin height the contract sees. */
  readonly burnHeight: number;
  /** 64 hex digits: what a fulfilment names as the state it was checked against. */
  readonly stacksTip: BlockHash;
}

/** What the contract says about one request; null where it does not know it. */
export type RequestFacts =
  | {
      readonly kind: "pegIn";
      readonly state: DepositState | null;
      readonly recipientAllowed: boolean;
      /** Script that input 0 of the deposit's transaction spent; null where it is not known. */
      readonly sender: Uint8Array | null;
    }
  | {
      readonly kind: "pegOut";
      readonly state: WithdrawalState | null;
      readonly scriptAllowed: boolean;
      /** sBTC of the owner, satoshi. */
      readonly balance: bigint;
      /** The request that used the same signed message; null where none did. */
      readonly messageUse: string | null;
    };

/** Everything one step of the loop looks at. */
export interface Facts {
  readonly terms: PegTerms;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly chain: PegChain;
  readonly contract: ContractFacts;
  readonly requests: ReadonlyMap<RecordId, RequestFacts>;
  /** What became of calls, by their key. */
  readonly calls: ReadonlyMap<string, CallStatus>;
  /** Requests whose output was spent as a coin of the peg like any other, by a transaction that ends something else. */
  readonly coinUses: ReadonlySet<RecordId>;
  /** Why a node did not take a transaction; missing where it did, or was not asked. */
  readonly refusedBitcoin: ReadonlyMap<Txid, string>;
  readonly rate: FeeRate;
  readonly feeWallet: FeeWallet;
  /** Raw transactions that made the fee wallet's coins. */
  readonly parents: ReadonlyMap<Txid, Uint8Array>;
  /** sBTC without bitcoin behind them, satoshi; 0 where all is backed. */
  readonly deficit: bigint;
  /** False where the group is not the contract's, or someone paused: then nothing new is asked for. */
  readonly serving: boolean;
  /** True while the peg is made ready to go to its next group: then nothing begins that only this group could end. */
  readonly leaving: boolean;
  /** Transactions that handed coins of an earlier wallet over to this group. */
  readonly handOffs: ReadonlySet<Txid>;
  /** Coins under the peg's key that are still a depositor's or a request's, as `txid:vout`. */
  readonly promised: ReadonlySet<string>;
  /** Coins of the peg that may be spent now. Planning takes from it. */
  readonly coins: CoinPool;
}

/** Coins that several plans of one step share out among themselves. */
export class CoinPool {
  #coins: readonly Coin[];
  #fees: readonly Coin[];
  constructor(coins: readonly Coin[], fees: readonly Coin[]) {
    this.#coins = coins;
    this.#fees = fees;
  }
  get pegCoins(): readonly Coin[] {
    return this.#coins;
  }
  get feeCoins(): readonly Coin[] {
    return this.#fees;
  }
  take(used: readonly Coin[]): void {
    const isUsed = (coin: Coin): boolean =>
      used.some(({ txid, vout }) => coin.txid === txid && coin.vout === vout);
    this.#coins = this.#coins.filter((coin) => !isUsed(coin));
    this.#fees = this.#fees.filter((coin) => !isUsed(coin));
  }
}

/** What a request needs from outside. Wants are repeated until the chains show that they were met. */
export type Want =
  | { readonly tag: "sign"; readonly id: RecordId; readonly proposal: Proposal; readonly byHand: boolean }
  | { readonly tag: "call"; readonly key: string; readonly call: ContractCall }
  | { readonly tag: "send"; readonly txid: Txid; readonly raw: Uint8Array };

/** A request after one look at the facts, and what it needs now. */
export interface Advanced<R extends PegRecord> {
  readonly record: R;
  readonly wants: readonly Want[];
}

export const still = <R extends PegRecord>(record: R, ...wants: readonly Want[]): Advanced<R> => ({
  record,
  wants,
});

/** Confirmations as both chains see them: a contract that lags behind would refuse. */
export const confirmationsOf = (facts: Facts, height: number): number =>
  Math.min(facts.chain.tip.height, facts.contract.burnHeight) - height + 1;

/** True where a hold has a time to wait for, and it has not come. */
export const waits = (record: PegRecord, now: number): boolean =>
  record.hold?.retryAt !== null && record.hold !== null && now < record.hold.retryAt;
