import type { Hash } from "../core/names.ts";
import type { SigningContext } from "./context.ts";
import { requestFromFact } from "./facts.ts";
import type { SigningRequest } from "./request.ts";
import type { EndedFact, SignerFact, SignerRequest, SignerState } from "./signer-state.ts";

/** The name under which a coordinator's round is known here: another coordinator's equal roundId is another round. */
export const roundName = (request: Pick<SigningRequest, "coordinator" | "roundId">): string =>
  `${request.coordinator}/${request.roundId}`;

function ended(request: SigningRequest, fact: EndedFact): SignerRequest {
  switch (fact.end) {
    case "refused":
      return { tag: "refused", request, reason: fact.reason };
    case "cancelled":
      return { tag: "cancelled", request, reason: fact.reason };
    case "expired":
      return { tag: "expired", request };
  }
}

/** @throws Error where a fact names a request that was never asked: a journal of our own cannot hold one */
function known(state: SignerState, digest: Hash): SignerRequest {
  const entry = state.requests.get(digest);
  if (entry === undefined) throw new Error("a signer fact names an unknown request");
  return entry;
}

const withRequest = (state: SignerState, digest: Hash, entry: SignerRequest): SignerState => ({
  ...state,
  requests: new Map(state.requests).set(digest, entry),
});

/** Applies one fact. Memory (nonces) is no part of it: `step` alone changes that. */
export function replaySigner(context: SigningContext, state: SignerState, fact: SignerFact): SignerState {
  switch (fact.tag) {
    case "signer/asked": {
      const request = requestFromFact(context.groupId, fact);
      return {
        ...withRequest(state, fact.digest, { tag: "deciding", request }),
        rounds: new Map(state.rounds).set(roundName(request), fact.digest),
      };
    }
    case "signer/approved": {
      const { request } = known(state, fact.digest);
      return withRequest(state, fact.digest, { tag: "approved", request, answers: new Map() });
    }
    case "signer/ended":
      return withRequest(state, fact.digest, ended(known(state, fact.digest).request, fact));
    case "signer/released": {
      const entry = known(state, fact.digest);
      const released = new Map(state.released);
      for (const hash of fact.commitments) {
        released.set(hash, { packageHash: fact.packageHash, digest: fact.digest });
      }
      const next = { ...state, released };
      if (entry.tag !== "approved") return next;
      const answers = new Map(entry.answers).set(fact.session, {
        packageHash: fact.packageHash,
        epoch: fact.epoch,
      });
      return withRequest(next, fact.digest, { ...entry, answers });
    }
    case "signer/signed": {
      const { request } = known(state, fact.digest);
      return withRequest(state, fact.digest, { tag: "signed", request, signatures: fact.signatures });
    }
    case "signer/awake":
      return { ...state, generation: fact.generation };
    case "signer/halted":
      return { ...state, mode: { tag: "halted", reason: fact.reason } };
  }
}
