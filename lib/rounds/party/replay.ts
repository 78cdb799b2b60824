import { JournalError } from "../core/journal.ts";
import type { Fact } from "../core/machine.ts";
import type { GroupId } from "../core/names.ts";
import { keygenCoordinator } from "../keygen/coordinator.ts";
import type { KeygenFact } from "../keygen/facts.ts";
import { keygenSigner } from "../keygen/signer.ts";
import type { LobbyCoordinatorFact } from "../lobby/coordinator-facts.ts";
import { lobbyCoordinator } from "../lobby/coordinator.ts";
import type { MemberFact } from "../lobby/member-facts.ts";
import { lobbyMember } from "../lobby/member.ts";
import { signingCoordinatorMachine } from "../signing/coordinator.ts";
import { initialCoordinator } from "../signing/coordinator-state.ts";
import { signerMachine } from "../signing/signer.ts";
import { initialSigner } from "../signing/signer-state.ts";
import { archived } from "./archive.ts";
import { keygenContext, lobbyContext, signingContext } from "./contexts.ts";
import { decodeRecord } from "./journal.ts";
import { machineNames } from "./names.ts";
import { createParty, type GroupState, type Party, type PartyConfig, type Stored } from "./state.ts";
import { withSealedGroups } from "./step.ts";

type SignerFact = Parameters<typeof signerMachine.replay>[2];
type SigningFact = Parameters<typeof signingCoordinatorMachine.replay>[2];

/**
 * A party as it was when these records were written, in their order: everything but nonces, counters and clocks.
 * `config.epoch` must be a new one. Its first step sends again whatever may not have gone out.
 * @throws JournalError where a record is not one of ours: say so to the person, and start nothing
 */
export function replay(config: PartyConfig, records: readonly Uint8Array[]): Party {
  let party = createParty(config);
  for (const bytes of records) {
    const { facts, sent, forgotten, replaces } = decodeRecord(bytes);
    if (replaces) party = createParty(config);
    const outbox = new Map(
      [...party.outbox].filter(([slot]) => !forgotten.some((one) => slot.startsWith(one))),
    );
    for (const { slot, to, frame } of sent) outbox.set(slot, { to, frame });
    party = { ...party, outbox, log: party.log.with(facts) };
    for (const stored of facts) party = replayFact(party, stored);
  }
  return party;
}

function replayFact(party: Party, { machine, fact }: Stored): Party {
  if (machine === machineNames.member) {
    // The journal is ours and sealed: a fact is what the machine of that name wrote.
    const member = lobbyMember.replay(lobbyContext(party), party.member, fact as unknown as MemberFact);
    return withSealedGroups({ ...party, member });
  }
  if (machine === machineNames.lobby) {
    if (party.lobby === null) throw new JournalError("a journal of the lobby's coordinator");
    const context = lobbyContext(party);
    const lobby = lobbyCoordinator.replay(context, party.lobby, fact as unknown as LobbyCoordinatorFact);
    return withSealedGroups({ ...party, lobby });
  }
  const id = machine.slice(0, 64) as GroupId;
  const group = party.groups.get(id);
  if (group === undefined) throw new JournalError("a fact of an unknown group");
  const changed = replayGroupFact(party, id, group, machine, fact);
  return { ...party, groups: new Map(party.groups).set(id, changed) };
}

function replayGroupFact(
  party: Party,
  id: GroupId,
  group: GroupState,
  machine: string,
  fact: Fact,
): GroupState {
  switch (machine) {
    case machineNames.keygen(id): {
      if (group.keygen === null) break;
      const context = keygenContext(party, group);
      return { ...group, keygen: keygenSigner.replay(context, group.keygen, fact as unknown as KeygenFact) };
    }
    case machineNames.keygenCoordinator(id): {
      if (group.keygenCoordinator === null) break;
      const context = keygenContext(party, group);
      const state = group.keygenCoordinator;
      return {
        ...group,
        keygenCoordinator: keygenCoordinator.replay(context, state, fact as unknown as KeygenFact),
      };
    }
    case machineNames.signer(id): {
      const context = signingContext(party, group);
      if (context === null) break;
      const state = group.signer ?? initialSigner;
      return { ...group, signer: signerMachine.replay(context, state, fact as unknown as SignerFact) };
    }
    case machineNames.signing(id): {
      const context = signingContext(party, group);
      if (context === null) break;
      const state = group.signing ?? initialCoordinator;
      return {
        ...group,
        signing: signingCoordinatorMachine.replay(context, state, fact as unknown as SigningFact),
      };
    }
    case machineNames.archive(id):
      return { ...group, archive: archived(group.archive, fact) };
    case machineNames.parked(id):
      return group;
  }
  throw new JournalError("a fact of an unknown machine");
}
