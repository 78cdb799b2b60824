import type { Roster } from "../../../rounds/index.ts";
import type { BitcoinNetwork } from "../../network.ts";
import type { Outcome } from "../../refusal.ts";
import type { PegLedger } from "../../bitcoin/ledger.ts";
import type { Outspend } from "../../bitcoin/node.ts";
import type { HeaderChain } from "../../bitcoin/spv/chain.ts";
import type { InclusionProof } from "../../bitcoin/spv/inclusion.ts";
import type {
  CoordinatorData,
  DepositState,
  Limits,
  RegisteredSigner,
  WalletState,
  WithdrawalState,
} from "../../contract/queries.ts";
import type { Dialect } from "../../ops/data-output.ts";
import type { GroupKey } from "../../ops/peg-script.ts";
import type { FeeRate } from "../../transactions/size.ts";
import type { Registry } from "./registry.ts";
import type { SignedMemory } from "./memory.ts";

/** What a signer decided for itself, once: nothing of it comes with a proposal. */
export interface PegSetting {
  readonly network: BitcoinNetwork;
  readonly dialect: Dialect;
  readonly groupKey: GroupKey;
  /** Scripts of this peg's earlier wallets. */
  readonly expiredPegScripts: readonly Uint8Array[];
  /** The token contract; null until this seat approved the first wallet there. */
  readonly contract: string | null;
  readonly chainId: number;
  /** Confirmations asked of everything on Bitcoin. */
  readonly confirmations: number;
  /** Burn blocks asked of everything on Stacks. */
  readonly stacksConfirmations: number;
  /** A fulfilment is not signed in the last so many blocks before its request expires. */
  readonly expiryMargin: number;
  readonly feeRates: { readonly least: FeeRate; readonly most: FeeRate };
}

/** What every Stacks source says alike of the contract, at once. */
export interface ContractFacts {
  /** Names of contracts beside it whose text is not ours; empty where the deployment is ours. */
  readonly foreign: readonly string[];
  readonly halted: boolean;
  readonly wallet: WalletState;
  readonly limits: Limits;
  readonly windowUse: { readonly minted: bigint; readonly locked: bigint };
  /** Satoshi of sBTC, locked ones included. */
  readonly supply: bigint;
  readonly coordinator: CoordinatorData | null;
  readonly burnHeight: number;
  /** Stacks tips this seat has seen lately, newest first. */
  readonly tips: readonly string[];
}

/** What all checks look at. */
export interface Standing {
  readonly setting: PegSetting;
  /** Headers verified here. */
  readonly chain: HeaderChain;
  /** The Bitcoin sources answered, as many as are needed, with tips close to each other. */
  readonly bitcoin: Outcome<true>;
  readonly contract: Outcome<ContractFacts>;
  /** The peg's coins by this seat's own account. */
  readonly ledger: PegLedger;
  /** Satoshi paid out for requests whose sBTC the contract still holds locked: no longer here, and not yet burnt there. */
  readonly paidAhead: bigint;
  readonly memory: SignedMemory;
}

/** A transaction with the claim that it is in a block; both are proven by the checks. */
export interface Confirmed {
  readonly raw: Uint8Array;
  readonly proof: InclusionProof;
}

/** What was found about a deposit. */
export interface DepositFacts {
  /** The transaction that made it. */
  readonly made: Outcome<Confirmed>;
  /** Raw transaction whose output its input 0 spends; null where nothing needs it. */
  readonly funding: Outcome<Uint8Array> | null;
  /** What spent a deposit that lies in a script of its own or with an earlier group, and the raw transactions of everything that spent; null where it pays the peg itself. */
  readonly sweep: Outcome<{ readonly tx: Confirmed; readonly parents: readonly Uint8Array[] }> | null;
  readonly state: Outcome<DepositState | null>;
  /** Whether the recipient is on the contract's allow-list; null where no recipient can be read. */
  readonly recipientAllowed: Outcome<boolean> | null;
}

/** What was found about a peg-out request. */
export interface RequestFacts {
  readonly made: Outcome<Confirmed>;
  /** Raw transaction of the commit, where the request was revealed. */
  readonly commit: Outcome<Uint8Array> | null;
  readonly withdrawal: Outcome<WithdrawalState | null>;
  /** Request that used the same signed message; null where none did. */
  readonly messageUse: Outcome<string | null>;
  /** sBTC of whom the signature recovers to. */
  readonly ownerBalance: Outcome<bigint>;
  readonly scriptAllowed: Outcome<boolean>;
  /** Whether the request's fee output is spent. */
  readonly feeSpend: Outcome<Outspend>;
  /** The payout or cancel that a settle or refund names; null for other proposals. */
  readonly closing: Outcome<Confirmed> | null;
  /** The peg's other coins that a payment spends; null for other proposals. */
  readonly coins: CoinsFacts | null;
}

/** What was found about one coin of the peg. */
export interface CoinFacts {
  /** The raw transaction that made it; its id proves it. */
  readonly made: Outcome<Uint8Array>;
  /** Raw transaction whose output its input 0 spends; null where nothing needs it. */
  readonly funding: Outcome<Uint8Array> | null;
  /** What the contract says of it as a deposit. */
  readonly state: Outcome<DepositState | null>;
  /** What the contract says of the deposits whose sweep, approved here, made it. */
  readonly swept: readonly Outcome<DepositState | null>[];
}

/** What was found about coins of the peg that are to be spent. */
export interface CoinsFacts {
  /** By `txid:vout`. */
  readonly coins: ReadonlyMap<string, CoinFacts>;
  /** By request: what the contract says of those whose payment, approved here, spends one of the coins. */
  readonly payouts: ReadonlyMap<string, Outcome<WithdrawalState | null>>;
}

/** What this seat knows of the group that is to take over. */
export interface SuccessorFacts {
  /** All of them signed this key; null where this seat has no certificate of it. */
  readonly certificate: {
    readonly bytes: Uint8Array;
    readonly roster: Roster;
    /** The code that its members compared, as people read it to each other. */
    readonly code: string;
  } | null;
  /** Every member's share was seen to work. */
  readonly alive: boolean;
  /** A seat of this very browser took part in making the key. */
  readonly tookPart: boolean;
  /** The person here compared the names, and typed the code as a member of the next group read it out. */
  readonly confirmed: boolean;
  /** The contract's registry of signers. */
  readonly registry: Outcome<readonly RegisteredSigner[]>;
}

/** What was gathered for one proposal. */
export type Subject =
  | { readonly tag: "deposit"; readonly deposit: DepositFacts }
  /** By `txid:vout`. */
  | { readonly tag: "deposits"; readonly deposits: ReadonlyMap<string, DepositFacts> }
  | { readonly tag: "request"; readonly request: RequestFacts }
  | { readonly tag: "successor"; readonly successor: SuccessorFacts | null }
  /** Whom the contract has registered, against the group that becomes its wallet. */
  | { readonly tag: "registry"; readonly roster: Roster; readonly registry: Outcome<Registry> }
  /** The raw transaction that made a commit. */
  | { readonly tag: "commit"; readonly made: Outcome<Confirmed> }
  | { readonly tag: "coins"; readonly facts: CoinsFacts }
  | { readonly tag: "none" };

/** Everything a signer's checks look at: gathered before, judged here. */
export interface Evidence {
  readonly standing: Standing;
  readonly subject: Subject;
}
