import { Cl, Pc, type ClarityValue, type PostCondition } from "@stacks/transactions";
import type {
  ContractAction,
  LockAction,
  MintAction,
  RefundAction,
  RejectAction,
  SettleAction,
  SetWalletAction,
} from "./actions.ts";
import { actionArguments, actionDigest, type ActionContext } from "./digest.ts";
import { parseContractId } from "../stacks/transaction.ts";
import { signatureHints } from "./hints.ts";

/** A contract call as a wallet or the fee wallet sends it. Assets not named in a post-condition must not move. */
export interface ContractCall {
  /** `address.name` */
  readonly contract: string;
  readonly functionName: string;
  readonly functionArgs: readonly ClarityValue[];
  readonly postConditions: readonly PostCondition[];
}

/** The token's name inside its contract, as post-conditions call it. */
export const tokenAssetName = "sbtc";

/** Who signs for the group: its key (32 bytes, x-only) and its BIP-340 signature (64 bytes) over the action's digest. */
export interface GroupSignature {
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

/** Mints for a deposit. Minting takes nothing from anybody, so no asset may move. */
export function mintCall(context: ActionContext, action: MintAction, group: GroupSignature): ContractCall {
  return groupCall(context, "mint!", action, group, []);
}

/** Rules a deposit out. */
export function rejectCall(
  context: ActionContext,
  action: RejectAction,
  group: GroupSignature,
): ContractCall {
  return groupCall(context, "reject!", action, group, []);
}

/** Locks a holder's sBTC. `owner` is the principal that signed the request: only its sBTC, exactly this much, moves. */
export function lockCall(
  context: ActionContext,
  action: LockAction,
  group: GroupSignature,
  owner: string,
): ContractCall {
  return groupCall(context, "lock!", action, group, [tokens(context.contract, owner, action.amount)]);
}

/** Burns what a request locked. `amount` is the locked amount: the contract loses exactly this much. */
export function settleCall(
  context: ActionContext,
  action: SettleAction,
  group: GroupSignature,
  amount: bigint,
): ContractCall {
  return groupCall(context, "burn!", action, group, [tokens(context.contract, context.contract, amount)]);
}

/** Gives back what a request locked. `amount` is the locked amount: the contract loses exactly this much. */
export function refundCall(
  context: ActionContext,
  action: RefundAction,
  group: GroupSignature,
  amount: bigint,
): ContractCall {
  return groupCall(context, "refund!", action, group, [tokens(context.contract, context.contract, amount)]);
}

/**
 * Sets the peg wallet.
 * @param newSignature the new key's signature over the action's digest
 * @param old the present key and its signature over the same digest; null for the first wallet
 */
export function setWalletCall(
  context: ActionContext,
  action: SetWalletAction,
  newSignature: Uint8Array,
  old: GroupSignature | null,
): ContractCall {
  const message = actionDigest(context, action);
  return {
    contract: context.contract,
    functionName: "set-bitcoin-wallet-address",
    functionArgs: [
      ...Object.values(actionArguments(action)),
      ...proof(message, { key: action.key, signature: newSignature }),
      old === null ? Cl.none() : Cl.some(oldProof(message, old)),
    ],
    postConditions: [],
  };
}

/** Sends a holder's own sBTC. */
export function transferCall(
  contract: string,
  amount: bigint,
  sender: string,
  recipient: string,
  memo: Uint8Array | null,
): ContractCall {
  return {
    contract,
    functionName: "transfer",
    functionArgs: [
      Cl.uint(amount),
      Cl.principal(sender),
      Cl.principal(recipient),
      memo === null ? Cl.none() : Cl.some(Cl.buffer(memo)),
    ],
    postConditions: [tokens(contract, sender, amount)],
  };
}

function groupCall(
  context: ActionContext,
  functionName: string,
  action: Exclude<ContractAction, SetWalletAction>,
  group: GroupSignature,
  postConditions: readonly PostCondition[],
): ContractCall {
  return {
    contract: context.contract,
    functionName,
    functionArgs: [...Object.values(actionArguments(action)), ...proof(actionDigest(context, action), group)],
    postConditions,
  };
}

function proof(message: Uint8Array, group: GroupSignature): [ClarityValue, ClarityValue] {
  return [Cl.buffer(group.signature), Cl.buffer(signatureHints(message, group.signature, group.key))];
}

function oldProof(message: Uint8Array, old: GroupSignature): ClarityValue {
  const [signature, hints] = proof(message, old);
  return Cl.tuple({ signature, hints });
}

function tokens(contract: string, holder: string, amount: bigint): PostCondition {
  const { address, name } = parseContractId(contract);
  return Pc.principal(holder).willSendEq(amount).ft(`${address}.${name}`, tokenAssetName);
}
