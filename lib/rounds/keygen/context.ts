import {
  identifierFromNumber,
  type Identifier,
  type KeygenParameters,
  participantsFromWeights,
  secp256k1Tr,
  sessionParameters,
} from "../../frost/index.ts";
import type { GroupContext } from "../core/machine.ts";
import type { PartyId, RoundId } from "../core/names.ts";
import { identifierNumbers, type Roster } from "../core/roster.ts";
import type { Identity } from "../envelope/identity.ts";
import { sessionOf } from "./hashes.ts";

/** Waiting times, milliseconds. */
export interface KeygenTimes {
  /** Others are asked to say again what is missing, first after this time, then after twice as long, … */
  readonly ask: number;
  /** … up to this. */
  readonly askMost: number;
  /** A seat that has not locked stops after so long without any progress. */
  readonly deadline: number;
  /** A proof of life that has not ended for so long is tried again with fresh nonces. */
  readonly life: number;
}

export const defaultKeygenTimes: KeygenTimes = {
  ask: 5_000,
  askMost: 60_000,
  deadline: 30 * 60_000,
  life: 60_000,
};

/** What key generation knows beside its state. */
export interface KeygenContext extends GroupContext {
  readonly identity: Identity;
  /** Opens the group's broadcasts; quoted in evidence and transcripts. */
  readonly broadcastKey: Uint8Array;
  /** Of the sealed roster, in seat order. */
  readonly approvals: readonly Uint8Array[];
  readonly times: KeygenTimes;
}

/** Parameters of lib/frost for one round: one dealer per seat, proofs bound to group and round. */
export const parametersOf = (
  context: Pick<GroupContext, "groupId" | "roster">,
  round: RoundId,
): KeygenParameters<"session"> =>
  sessionParameters({
    suite: secp256k1Tr,
    threshold: context.roster.threshold,
    participants: participantsFromWeights(context.roster.seats.map((seat) => seat.weight)),
    session: sessionOf(context.groupId, round),
  });

/** A seat's identifiers, ascending; its first names it as a dealer. */
export const identifiersOf = (roster: Roster, party: PartyId): Identifier[] =>
  identifierNumbers(roster, party).map(identifierFromNumber);

/** The seat whose first identifier this is; undefined for none. */
export function dealerNamed(roster: Roster, name: Identifier): PartyId | undefined {
  return roster.seats.find((seat) => identifiersOf(roster, seat.identity)[0] === name)?.identity;
}
