import type { Transition, TransitionTable } from "../core/table.ts";
import type { KeygenFact } from "./facts.ts";
import type { CertifiedPhase, CoordinatorPhase, SignerPhase } from "./state.ts";

type On = Exclude<KeygenFact["tag"], "heard" | "convicted">;

const certifiedStates = {
  provingLife: "All n seats locked one key. Every seat signs one message, and every share is checked by all.",
  comparing: "Every share works. A person compares the fingerprint.",
  confirming: "It matches here; other seats have yet to say so.",
  ready: "All seats said that it matches. The address may be shown and the key used.",
  unusable: "A fingerprint did not match, or a share does not work. Shares are kept, and never used.",
} as const;

const certifiedFacts = {
  certified: "n signatures of DKG_END over one keyHash; secrets of the round are erased",
  lifeAttempt: "this seat made nonces for one attempt (again after a reload)",
  alive: "all n shares of one attempt are right",
  matches: "a person here said that the fingerprint matches",
  ready: "all seats said so",
  alarm: "somebody reported a mismatch after the address was out",
  unusable: "the key is never used",
} as const;

const certifiedTransitions: readonly Transition<CertifiedPhase["tag"], keyof typeof certifiedFacts>[] = [
  { from: "provingLife", on: "lifeAttempt", to: "provingLife" },
  { from: "provingLife", on: "alive", to: "comparing" },
  { from: "provingLife", on: "unusable", to: "unusable" },
  { from: "comparing", on: "matches", to: "confirming" },
  { from: "comparing", on: "unusable", to: "unusable" },
  { from: "confirming", on: "ready", to: "ready" },
  { from: "confirming", on: "unusable", to: "unusable" },
  { from: "ready", on: "alarm", to: "ready" },
];

/** Key generation at a seat. */
export const signerTable: TransitionTable<SignerPhase["tag"], Exclude<On, "observed">> = {
  title: "Key generation: a seat",
  about:
    "Before `locked` a seat may stop and erase what it made. From `locked` on nothing erases its share: not time, not an abort, not blame.",
  initial: "idle",
  states: {
    idle: "No round was begun.",
    collectingPublicShares: "This seat dealt; it waits for PUBLIC_SHARES of all.",
    collectingPrivateShares: "All PUBLIC_SHARES are right; it waits for every other seat's PRIVATE_SHARES.",
    pending: "DKG_END is sent: the key is pending until all n are in hand.",
    ...certifiedStates,
    stopped: "The round ended here before the lock. Another round may be begun.",
  },
  facts: {
    begun: "DKG_BEGIN was heard; polynomial, e and r are made and kept",
    round1: "all n PUBLIC_SHARES were checked, and shares sent under round1Hash",
    locked: "all shares are right; the lock, once per group",
    stopped: "the round ends here, with a reason; its secrets are erased",
    ...certifiedFacts,
  },
  transitions: [
    { from: "idle", on: "begun", to: "collectingPublicShares" },
    { from: "idle", on: "stopped", to: "stopped" },
    { from: "stopped", on: "begun", to: "collectingPublicShares" },
    { from: "stopped", on: "stopped", to: "stopped" },
    { from: "collectingPublicShares", on: "round1", to: "collectingPrivateShares" },
    { from: "collectingPublicShares", on: "stopped", to: "stopped" },
    { from: "collectingPrivateShares", on: "locked", to: "pending" },
    { from: "collectingPrivateShares", on: "stopped", to: "stopped" },
    { from: "pending", on: "certified", to: "provingLife" },
    ...certifiedTransitions,
  ],
};

/** Key generation at its coordinator. */
export const coordinatorTable: TransitionTable<CoordinatorPhase["tag"], Exclude<On, "begun" | "locked">> = {
  title: "Key generation: the coordinator",
  about:
    "The coordinator begins a round and follows the same transcript as the seats, without shares of its own. A certificate beats its own stop.",
  initial: "idle",
  states: {
    idle: "No round was begun.",
    collectingPublicShares: "DKG_BEGIN is sent; it waits for PUBLIC_SHARES of all.",
    collectingEnds: "All PUBLIC_SHARES are right; seats exchange shares and lock.",
    ...certifiedStates,
    stopped:
      "The round ended here. Another may be begun; if all seats locked all the same, their key counts.",
  },
  facts: {
    observed: "DKG_BEGIN of this round is said",
    round1: "all n PUBLIC_SHARES were checked",
    stopped: "the round ends here, with a reason",
    ...certifiedFacts,
  },
  transitions: [
    { from: "idle", on: "observed", to: "collectingPublicShares" },
    { from: "idle", on: "stopped", to: "stopped" },
    { from: "stopped", on: "observed", to: "collectingPublicShares" },
    { from: "stopped", on: "stopped", to: "stopped" },
    { from: "stopped", on: "certified", to: "provingLife" },
    { from: "collectingPublicShares", on: "round1", to: "collectingEnds" },
    { from: "collectingPublicShares", on: "stopped", to: "stopped" },
    { from: "collectingEnds", on: "certified", to: "provingLife" },
    { from: "collectingEnds", on: "stopped", to: "stopped" },
    ...certifiedTransitions.filter(({ on }) => on !== "lifeAttempt"),
  ],
};
