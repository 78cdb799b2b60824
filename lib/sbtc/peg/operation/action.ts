import { noTweak } from "../../../frost/index.ts";
import type { OperationKind, OperationView } from "../../../rounds/operation/operation.ts";
import { formatBitcoin } from "../../amount.ts";
import { sameBytes, toHex } from "../../bytes.ts";
import { actionDigest } from "../../contract/digest.ts";
import { parseContractId } from "../../stacks/transaction.ts";
import { actionProposals } from "../proposal-codec.ts";
import type { ActionProposal } from "../proposal.ts";

/** Name of the operation that signs an action of the contract. */
export const actionType = "sbtc/action/1";

/** The contract's digest of a proposal, or null where an argument has a shape the contract does not take. */
function digestOf({ action, contract, chainId, epoch }: ActionProposal): Uint8Array | null {
  try {
    parseContractId(contract);
    return actionDigest({ chainId, contract, epoch }, action);
  } catch {
    return null; // whatever the libraries throw for it, it is no action of the contract
  }
}

function decode(body: Uint8Array): ActionProposal | null {
  const decoded = actionProposals.decode(body);
  return decoded.ok ? decoded.value : null;
}

/** An action of the contract. The message is the contract's own digest, signed under the group key as it is. */
export const actionOperation: OperationKind = {
  type: actionType,
  check: (body) => {
    const proposal = decode(body);
    return proposal === null || digestOf(proposal) === null ? "malformed-operation" : null;
  },
  digest: (body) => {
    const proposal = decode(body);
    const message = proposal === null ? null : digestOf(proposal);
    return message === null ? [] : [{ message, tweak: noTweak }];
  },
  view: (body, { groupPublicKey }) => {
    const proposal = decode(body);
    return proposal === null ? { title: "", fields: [] } : viewOf(proposal, groupPublicKey);
  },
};

function viewOf({ action, contract, epoch }: ActionProposal, groupKey: Uint8Array): OperationView {
  const field = (label: string, value: string) => ({ label, value });
  const shared = [field("Contract", contract), field("Key epoch", epoch.toString())];
  const block =
    action.tag === "setWallet"
      ? []
      : [field("Bitcoin block", `${action.burnBlock.height} (${action.burnBlock.hash})`)];
  switch (action.tag) {
    case "mint":
      return {
        title: `Mint ${formatBitcoin(action.amount)} sBTC for a deposit`,
        fields: [
          field("Recipient", action.recipient),
          field("Deposit", `${action.deposit.txid}:${action.deposit.vout}`),
          ...block,
          ...shared,
        ],
      };
    case "reject":
      return {
        title: "Reject a deposit, so that it can be returned",
        fields: [
          field("Deposit", `${action.deposit.txid}:${action.deposit.vout}`),
          field("Reason", action.reason.toString()),
          ...block,
          ...shared,
        ],
      };
    case "lock":
      return {
        title: `Lock ${formatBitcoin(action.amount)} sBTC for a peg-out`,
        fields: [
          field("Request", action.txid),
          field("Bitcoin recipient", action.address),
          field("Recipient script", toHex(action.script)),
          field("Message format", action.dialect),
          ...block,
          ...shared,
        ],
      };
    case "settle":
      return {
        title: "Burn the locked sBTC of a peg-out that was paid",
        fields: [field("Request", action.txid), field("Paid by", action.payoutTxid), ...block, ...shared],
      };
    case "refund":
      return {
        title: "Give back the locked sBTC of a cancelled peg-out",
        fields: [
          field("Request", action.txid),
          field("Cancelled by", action.cancelTxid),
          ...block,
          ...shared,
        ],
      };
    case "setWallet":
      return {
        title: sameBytes(action.key, groupKey)
          ? "Make this group’s key the peg wallet"
          : "Hand the peg over to another group’s key",
        fields: [field("New key", toHex(action.key)), field("New peg address", action.address), ...shared],
      };
  }
}
