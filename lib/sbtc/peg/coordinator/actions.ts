import { verifySchnorr } from "../../../frost/index.ts";
import {
  lockCall,
  mintCall,
  refundCall,
  rejectCall,
  settleCall,
  type ContractCall,
} from "../../contract/calls.ts";
import { actionDigest, type ActionContext } from "../../contract/digest.ts";
import type { ActionProposal } from "../proposal.ts";
import type { SignedAction } from "../queue/states.ts";
import type { BlockRef } from "../../bitcoin/node.ts";
import type { RecordId } from "../queue/record.ts";
import type { Facts, PegTerms } from "./facts.ts";

export const actionContext = (terms: PegTerms, epoch: bigint): ActionContext => ({
  chainId: terms.chainId,
  contract: terms.contract,
  epoch,
});

/** What the group is asked to sign for the contract. */
export const actionProposal = (facts: Facts, action: SignedAction["action"]): ActionProposal => ({
  tag: "action",
  action,
  contract: facts.terms.contract,
  chainId: facts.terms.chainId,
  epoch: facts.contract.epoch,
});

/** True where the signature is the group's over this action: nothing else may be stored or sent. */
export function isSigned(terms: PegTerms, { action, epoch, signature }: SignedAction): boolean {
  return verifySchnorr(terms.key, actionDigest(actionContext(terms, epoch), action), signature);
}

/**
 * The call that carries a signed action out.
 * @param parties owner and amount of the request, which post-conditions name
 */
export function callOf(
  terms: PegTerms,
  { action, epoch, signature }: SignedAction,
  parties: { readonly owner: string; readonly amount: bigint },
): ContractCall {
  const context = actionContext(terms, epoch);
  const group = { key: terms.key, signature };
  switch (action.tag) {
    case "mint":
      return mintCall(context, action, group);
    case "reject":
      return rejectCall(context, action, group);
    case "lock":
      return lockCall(context, action, group, parties.owner);
    case "settle":
      return settleCall(context, action, group, parties.amount);
    case "refund":
      return refundCall(context, action, group, parties.amount);
  }
}

/** Whether a signed action can still succeed: same key epoch, and the block it names is still part of the chain. */
export function isCurrent(facts: Facts, { action, epoch }: SignedAction, block: BlockRef): boolean {
  return (
    epoch === facts.contract.epoch &&
    action.burnBlock.height === block.height &&
    action.burnBlock.hash === block.hash
  );
}

/** Names one call of one request: the same action signed for another block or group is another call. */
export const callKey = (id: RecordId, { action, epoch }: SignedAction): string =>
  `${id}/${action.tag}/${action.burnBlock.hash.slice(0, 16)}/${epoch.toString()}`;
