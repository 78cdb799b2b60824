import { toHex } from "../../bytes.ts";
import type { BitcoinNetwork } from "../../network.ts";
import { addressOf } from "../../bitcoin/script.ts";
import { numsKey } from "../../bitcoin/taproot.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import type { Proposal } from "../proposal.ts";
import type { SbtcOperation, SbtcRequest, SbtcResponse, Signer, SigningRound } from "./requests.ts";

/** A signing round as the source documents draw it, from what a request proposes. */
export function signingRoundOf(
  roundId: string,
  signers: readonly Signer[],
  proposals: readonly Proposal[],
  network: BitcoinNetwork,
): SigningRound {
  return {
    roundId,
    signers: new Map(signers.map((signer) => [signer.id, signer])),
    sbtcOperations: proposals.map((proposal) => operationOf(proposal, network)),
  };
}

/** One proposal as request and, where it answers one, the response it will be once it is signed. */
function operationOf(proposal: Proposal, network: BitcoinNetwork): SbtcOperation {
  if (proposal.tag === "action") return { request: { tag: "Other", proposal }, responses: [] };
  const { purpose, unsigned, spends } = proposal;
  const tx = parseTransaction(unsigned);
  const paid = tx.outputs[1];
  const address = (script: Uint8Array): string => addressOf(script, network) ?? toHex(script);
  const operation = (request: SbtcRequest, response: SbtcResponse): SbtcOperation => ({
    request,
    responses: [response],
  });
  switch (purpose.tag) {
    case "fulfilment": {
      const receiver = paid === undefined ? "" : address(paid.script);
      const source = purpose.request;
      return operation(
        { tag: "Fulfillment", source, sender: null, receiver, amount: paid?.amount ?? 0n, createdAt: null },
        { tag: "Fulfillment", source, fulfillment: tx, status: "Pending" },
      );
    }
    case "handOff":
      return operation(
        {
          tag: "Handoff",
          destination: paid === undefined ? "" : address(paid.script),
          amount: paid?.amount ?? 0n,
        },
        { tag: "Handoff", tx },
      );
    case "reveal": {
      const [spend] = spends;
      if (spend?.signer.tag !== "leaf") return { request: { tag: "Other", proposal }, responses: [] };
      const { script, controlBlock } = spend.signer.leaf;
      return operation(
        {
          tag: "Reveal",
          commit: purpose.commit,
          commitOutput: { amount: spend.amount, script: spend.script },
          controlBlock,
          internalKey: numsKey(),
          script,
        },
        { tag: "Reveal", tx },
      );
    }
    case "sweep":
    case "cancel":
    case "pegInReturn":
    case "consolidation":
      return { request: { tag: "Other", proposal }, responses: [] };
  }
}
