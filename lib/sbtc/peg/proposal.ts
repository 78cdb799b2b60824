import type { Outpoint, Txid } from "../bytes.ts";
import type { ContractAction } from "../contract/actions.ts";
import type { InputSigner } from "../transactions/plan.ts";

/**
 * What a coordinator asks the group to sign: its decision, and everything a signer needs to rebuild the bytes. It never
 * holds a hash to be signed.
 */
export type Proposal = ActionProposal | TransactionProposal;

/** A call to the contract. One message: the contract's digest of the action, under the group key as it is. */
export interface ActionProposal {
  readonly tag: "action";
  readonly action: ContractAction;
  /** The token contract, `address.name`. */
  readonly contract: string;
  readonly chainId: number;
  /** The contract's key epoch the signature is for. */
  readonly epoch: bigint;
}

/** A Bitcoin transaction. One message per input the group signs, in the order of the inputs. */
export interface TransactionProposal {
  readonly tag: "transaction";
  readonly purpose: Purpose;
  /** The transaction without any witness or scriptSig. */
  readonly unsigned: Uint8Array;
  /** What each input spends, in the order of the inputs. */
  readonly spends: readonly Spend[];
}

/** The output one input spends, and who signs for it. */
export interface Spend {
  readonly amount: bigint;
  readonly script: Uint8Array;
  readonly signer: InputSigner;
  /** The raw transaction that made the output: proves amount and script to whoever has no ledger of its own for it. */
  readonly parent?: Uint8Array;
}

/** What a transaction is for: what signers hold its inputs and outputs against. */
export type Purpose =
  /** Production deposits go into the peg, by their deposit leaf. */
  | { readonly tag: "sweep"; readonly deposits: readonly Outpoint[] }
  /** Pays a peg-out request; input 0 spends the request's output 2. */
  | { readonly tag: "fulfilment"; readonly request: Txid }
  /** Spends an expired request's output 2 back to the peg. */
  | { readonly tag: "cancel"; readonly request: Txid }
  /**
   * Pays a rejected deposit back. `proof` is the depositor's BIP 322 signature (UTF-8 of its base64) over the return
   * script; null where the script is that which input 0 of the deposit's transaction spent.
   */
  | {
      readonly tag: "pegInReturn";
      readonly deposit: Outpoint;
      readonly returnScript: Uint8Array;
      readonly proof: Uint8Array | null;
    }
  /** Gathers peg coins into one. */
  | { readonly tag: "consolidation" }
  /** Moves the peg's coins to the next group's wallet. `nextKey` is that group's key, 32 bytes x-only. */
  | { readonly tag: "handOff"; readonly cycle: bigint; readonly nextKey: Uint8Array }
  /** Reveals a committed operation, where the group holds the reveal key. */
  | { readonly tag: "reveal"; readonly commit: Outpoint };

/** Every purpose a transaction can have. */
export type PurposeTag = Purpose["tag"];
