import type { Effect, PartyEvent, Rng, SecretRecord } from "../core/machine.ts";
import type { Epoch, GroupId, PartyId } from "../core/names.ts";
import type { Identity } from "../envelope/identity.ts";
import { batchOperation } from "../operation/batch.ts";
import { operationRegistry } from "../operation/operation.ts";
import { textOperation } from "../operation/text.ts";
import { replay } from "../party/replay.ts";
import type { GroupState, Party, PartyConfig } from "../party/state.ts";
import { type PartyCommand, step } from "../party/step.ts";

/** A running party, as a driver has it. */
export interface RunningParty {
  step(event: PartyEvent<PartyCommand>): readonly Effect[];
  readonly state: Party;
}

/** Starts a party from what its store holds. */
export interface PartyFactory {
  readonly id: PartyId;
  start(records: readonly SecretRecord[], epoch: Epoch): RunningParty;
}

/** What simulated people sign: texts, alone or together. */
export const operations = operationRegistry([textOperation, batchOperation([textOperation])]);

/** The real party behind the driver's interface. `rngOf` gives each start its own stream. */
export function partyFactory(
  identity: Identity,
  invite: PartyConfig["invite"],
  rngOf: (epoch: Epoch) => Rng,
): PartyFactory {
  return {
    id: identity.id,
    start: (records, epoch) => {
      const rng = rngOf(epoch);
      let state = replay({ identity, epoch, invite, operations }, records);
      return {
        step: (event) => {
          const answer = step(state, event, rng);
          state = answer.state;
          return answer.effects;
        },
        get state() {
          return state;
        },
      };
    },
  };
}

export const groupOf = (party: RunningParty | null, group: GroupId | null): GroupState | undefined =>
  group === null ? undefined : party?.state.groups.get(group);
