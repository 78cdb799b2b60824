import { JournalError } from "../core/journal.ts";
import { certifiedKeyOf, type KeygenFact, keyOfBytes, secretsOf } from "./facts.ts";
import { filed } from "./inbox.ts";
import type { CertifiedPhase, CoordinatorPhase, KeygenBase, SignerPhase } from "./state.ts";

/** A fact where it cannot be: the journal is not one that this machine wrote. */
const misplaced = (fact: KeygenFact): never => {
  throw new JournalError(`"${fact.tag}" cannot come here`);
};

/** Facts that change what both roles keep beside their phase. */
export function replayBase<S extends KeygenBase>(state: S, fact: KeygenFact): S {
  switch (fact.tag) {
    case "heard": {
      const { roundId, shelf, kind, from, msgId, at, payload, frame } = fact;
      const inboxes = filed(state.inboxes, roundId, shelf, { kind, from, msgId, at, payload, frame });
      return { ...state, inboxes };
    }
    case "stopped":
      return { ...state, used: new Map(state.used).set(fact.roundId, fact.reason), publicRound: null };
    case "convicted": {
      const { culprit, roundId, evidence, at } = fact;
      return { ...state, convictions: [...state.convictions, { culprit, roundId, evidence, at }] };
    }
    default:
      return state;
  }
}

/** Facts from the certificate on, the same for both roles; undefined for facts of another part. */
function replayCertified(
  phase: SignerPhase | CoordinatorPhase,
  fact: KeygenFact,
): CertifiedPhase | undefined {
  if (fact.tag === "certified") {
    const certified = certifiedKeyOf(fact);
    return { tag: "provingLife", certified, attempt: 0, since: fact.at, nonces: null, attemptAt: null };
  }
  if (!("certified" in phase)) return undefined;
  const { certified } = phase;
  switch (fact.tag) {
    case "lifeAttempt":
      return phase.tag === "provingLife"
        ? { ...phase, attempt: fact.attempt, nonces: null }
        : misplaced(fact);
    case "alive":
      return { tag: "comparing", certified, since: fact.at };
    case "matches":
      return { tag: "confirming", certified, since: fact.at };
    case "ready":
      return { tag: "ready", certified, since: fact.at, alarms: [], alarmedAt: null };
    case "alarm":
      return phase.tag === "ready"
        ? { ...phase, alarms: [...phase.alarms, fact.from], alarmedAt: phase.alarmedAt ?? fact.at }
        : misplaced(fact);
    case "unusable":
      return { tag: "unusable", certified, since: fact.at, reason: fact.reason };
    default:
      return undefined;
  }
}

const stoppedPhase = (fact: KeygenFact & { tag: "stopped" }) =>
  ({
    tag: "stopped",
    roundId: fact.roundId,
    reason: fact.reason,
    missing: fact.missing,
    since: fact.at,
  }) as const;

export function replaySignerPhase(phase: SignerPhase, fact: KeygenFact): SignerPhase {
  switch (fact.tag) {
    case "heard":
    case "convicted":
      return phase;
    case "begun":
      return {
        tag: "collectingPublicShares",
        roundId: fact.roundId,
        secrets: secretsOf(fact),
        since: fact.at,
      };
    case "round1": {
      if (phase.tag !== "collectingPublicShares") return misplaced(fact);
      const { roundId, secrets } = phase;
      return {
        tag: "collectingPrivateShares",
        roundId,
        secrets,
        round1Hash: fact.round1Hash,
        since: fact.at,
      };
    }
    case "locked":
      return {
        tag: "pending",
        roundId: fact.roundId,
        round1Hash: fact.round1Hash,
        keyHash: fact.keyHash,
        key: keyOfBytes(fact),
        since: fact.at,
      };
    case "stopped":
      return stoppedPhase(fact);
    default:
      return replayCertified(phase, fact) ?? misplaced(fact);
  }
}

export function replayCoordinatorPhase(phase: CoordinatorPhase, fact: KeygenFact): CoordinatorPhase {
  switch (fact.tag) {
    case "heard":
    case "convicted":
      return phase;
    case "observed":
      return { tag: "collectingPublicShares", roundId: fact.roundId, since: fact.at };
    case "round1": {
      const { roundId, round1Hash, keyHash, at } = fact;
      return { tag: "collectingEnds", roundId, round1Hash, keyHash, since: at };
    }
    case "stopped":
      return stoppedPhase(fact);
    default:
      return replayCertified(phase, fact) ?? misplaced(fact);
  }
}
