import type { Operation } from "../../../../rounds/operation/operation.ts";
import { toHex } from "../../../../sbtc/bytes.ts";
import { proposalsOf } from "../../../../sbtc/peg/operation/kinds.ts";
import type { Proposal } from "../../../../sbtc/peg/proposal.ts";
import type { RawLine } from "../../../views/requests.ts";

/**
 * Names of what a request has signed, in the order of its messages: the inputs of a transaction by their number, as
 * other tools count them. Texts are numbered from one, and a single one needs no number.
 */
export function messageLabels(operation: Operation, count: number): readonly string[] {
  const proposals = proposalsOf(operation);
  if (proposals === null)
    return count === 1 ? ["Message hash"] : Array.from({ length: count }, (_, k) => `Message ${k + 1}`);
  return proposals.flatMap((proposal, at) => {
    const of = proposals.length === 1 ? "" : `${at + 1}. `;
    if (proposal.tag === "action") return [`${of}Message hash`];
    return proposal.spends.flatMap(({ signer }, input) =>
      signer.tag === "wallet" ? [] : [`${of}Sighash, input ${input}`],
    );
  });
}

/** The transactions of a request as they would be broadcast, without signatures. */
export function transactionsOf(proposals: readonly Proposal[] | null): readonly RawLine[] {
  const all = proposals ?? [];
  return all.flatMap((proposal, at) =>
    proposal.tag === "action"
      ? []
      : [
          {
            label: `${all.length === 1 ? "" : `${at + 1}. `}Unsigned transaction`,
            hex: toHex(proposal.unsigned),
          },
        ],
  );
}
