import { batchOperation, batchToSign, decodeBatch } from "../../../rounds/operation/batch.ts";
import type { Operation, OperationKind } from "../../../rounds/operation/operation.ts";
import { actionProposals, transactionProposals } from "../proposal-codec.ts";
import type { Proposal } from "../proposal.ts";
import { actionOperation, actionType } from "./action.ts";
import { coordinatedOperation, readCoordinated } from "./coordinated.ts";
import { transactionOperation, transactionType } from "./transaction.ts";

/** The kinds of operation of the peg, for the registry of a party. */
export const pegOperations: readonly OperationKind[] = [actionOperation, transactionOperation];

function one(proposal: Proposal): Operation {
  return proposal.tag === "action"
    ? { type: actionType, body: actionProposals.encode(proposal) }
    : { type: transactionType, body: transactionProposals.encode(proposal) };
}

/** The kind that says, beside operations of the peg, which of its coordinator's devices asks. */
export const coordinatedPeg: OperationKind = coordinatedOperation([
  ...pegOperations,
  batchOperation(pegOperations),
]);

const isPeg = (type: string): boolean => type === actionType || type === transactionType;

/**
 * A batch kind that holds operations of the peg alone or none: what a person approves by reading and what a signer's
 * checks decide never share one answer.
 */
export const withoutMixing = (batch: OperationKind): OperationKind => ({
  ...batch,
  check: (body, context) => {
    const parts = decodeBatch(body) ?? [];
    const peg = parts.filter(({ type }) => isPeg(type)).length;
    return peg > 0 && peg < parts.length ? "malformed-operation" : batch.check(body, context);
  },
});

/**
 * What to ask a group to sign for one or more proposals: one round signs all of them.
 * @throws TypeError where there are none or more than a batch holds, RangeError where one is out of its codec's bounds
 */
export function proposalsToSign(proposals: readonly Proposal[]): Operation {
  const [only] = proposals;
  return only !== undefined && proposals.length === 1 ? one(only) : batchToSign(proposals.map(one));
}

/** The proposal of one operation; null where it is of another kind or malformed. */
function proposalOf({ type, body }: Operation): Proposal | null {
  const decoded =
    type === actionType
      ? actionProposals.decode(body)
      : type === transactionType
        ? transactionProposals.decode(body)
        : null;
  return decoded?.ok === true ? decoded.value : null;
}

/** The proposals of an operation or batch, in order, whichever device asks; null where any part is something else. */
export function proposalsOf(asked: Operation): readonly Proposal[] | null {
  const operation = readCoordinated(asked)?.operation;
  if (operation === undefined) return null;
  // By its name, not by what its bytes could be read as: a text may well look like a batch.
  const parts = operation.type === "batch/1" ? (decodeBatch(operation.body) ?? []) : [operation];
  const proposals = parts.map(proposalOf);
  return proposals.length > 0 && proposals.every((proposal) => proposal !== null) ? proposals : null;
}
