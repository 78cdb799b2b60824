import { given } from "../core/given.ts";
import type { Effect, MachineEvent, Message, PartyEvent, Rng } from "../core/machine.ts";
import { ALL, type GroupId, NO_ROUND } from "../core/names.ts";
import { seatIndex } from "../core/roster.ts";
import { type CoordinatorKeygenCommand, keygenCoordinator } from "../keygen/coordinator.ts";
import { keygenSigner, type SignerKeygenCommand } from "../keygen/signer.ts";
import {
  initialCoordinator as initialKeygenCoordinator,
  initialSigner as initialKeygenSigner,
} from "../keygen/state.ts";
import { lobbyCoordinator, type LobbyCoordinatorCommand } from "../lobby/coordinator.ts";
import { lobbyMember, type MemberCommand } from "../lobby/member.ts";
import { presence, type Readiness } from "../lobby/messages.ts";
import type { SealedGroup } from "../lobby/state.ts";
import { signingCoordinatorMachine } from "../signing/coordinator.ts";
import { type CoordinatorCommand, initialCoordinator } from "../signing/coordinator-state.ts";
import { signerMachine } from "../signing/signer.ts";
import { initialSigner, type SignerCommand } from "../signing/signer-state.ts";
import { keygenContext, lobbyContext, signingContext } from "./contexts.ts";
import { counted } from "./gaps.ts";
import { machineNames } from "./names.ts";
import { isForKeygen, isForSigning } from "./kinds.ts";
import { admit, lobbyRoom } from "./route.ts";
import type { GroupState, Party } from "./state.ts";
import { type Room, Work } from "./work.ts";

/** What a person or an application may tell a party to do. */
export type PartyCommand =
  /** Asks for a seat in the lobby; the coordinator's own tab may too. */
  | { readonly tag: "member"; readonly command: MemberCommand }
  | { readonly tag: "lobby"; readonly command: LobbyCoordinatorCommand }
  | { readonly tag: "keygen"; readonly groupId: GroupId; readonly command: SignerKeygenCommand }
  | {
      readonly tag: "coordinateKeygen";
      readonly groupId: GroupId;
      readonly command: CoordinatorKeygenCommand;
    }
  | { readonly tag: "signer"; readonly groupId: GroupId; readonly command: SignerCommand }
  /** Any member may coordinate a signing round. */
  | { readonly tag: "coordinateSigning"; readonly groupId: GroupId; readonly command: CoordinatorCommand }
  /** "This tab is open": say it every so often, and whenever readiness changes. */
  | { readonly tag: "present"; readonly readiness: Readiness };

/** A group as it is when it has just been sealed. */
export function newGroup(party: Party, sealed: SealedGroup): GroupState {
  const me = party.config.identity.id;
  return {
    sealed,
    keygen: seatIndex(sealed.roster, me) >= 0 ? initialKeygenSigner : null,
    keygenCoordinator: sealed.roster.coordinator === me ? initialKeygenCoordinator : null,
    signer: null,
    signing: null,
    archive: new Map(),
  };
}

/** Groups that a lobby machine has sealed become rooms of this party. */
export function withSealedGroups(party: Party): Party {
  const sealed = [...party.member.groups.values(), ...(party.lobby?.groups.values() ?? [])];
  const fresh = sealed.filter((group) => !party.groups.has(group.groupId));
  if (fresh.length === 0) return party;
  const groups = new Map(party.groups);
  for (const group of fresh) groups.set(group.groupId, newGroup(party, group));
  return { ...party, groups };
}

type LobbyEvent = MachineEvent<never> | (MachineEvent<MemberCommand> & { tag: "command" });

function runMember(work: Work, event: LobbyEvent): void {
  const { party } = work;
  const member = work.run(
    machineNames.member,
    lobbyMember,
    lobbyRoom(party),
    lobbyContext(party),
    party.member,
    event,
  );
  work.party = { ...work.party, member };
}

function runLobby(work: Work, event: MachineEvent<LobbyCoordinatorCommand>): void {
  const { party } = work;
  if (party.lobby === null) {
    if (event.tag === "command") work.ignore("not-now");
    return;
  }
  const room = lobbyRoom(party);
  const lobby = work.run(machineNames.lobby, lobbyCoordinator, room, lobbyContext(party), party.lobby, event);
  work.party = { ...work.party, lobby };
}

const roomOf = ({ sealed }: GroupState): Room => ({ id: sealed.groupId, key: sealed.broadcastKey });

function change(work: Work, id: GroupId, parts: Partial<GroupState>): void {
  const group = given(work.party.groups.get(id), "the group");
  work.party = { ...work.party, groups: new Map(work.party.groups).set(id, { ...group, ...parts }) };
}

function runKeygen(work: Work, id: GroupId, event: MachineEvent<SignerKeygenCommand>): void {
  const group = work.party.groups.get(id);
  if (group?.keygen == null) {
    if (event.tag === "command") work.ignore("not-now");
    return;
  }
  const context = keygenContext(work.party, group);
  const keygen = work.run(machineNames.keygen(id), keygenSigner, roomOf(group), context, group.keygen, event);
  change(work, id, { keygen });
}

function runKeygenCoordinator(work: Work, id: GroupId, event: MachineEvent<CoordinatorKeygenCommand>): void {
  const group = work.party.groups.get(id);
  if (group?.keygenCoordinator == null) {
    if (event.tag === "command") work.ignore("not-now");
    return;
  }
  const context = keygenContext(work.party, group);
  const name = machineNames.keygenCoordinator(id);
  const state = group.keygenCoordinator;
  const keygenCoordinatorState = work.run(name, keygenCoordinator, roomOf(group), context, state, event);
  change(work, id, { keygenCoordinator: keygenCoordinatorState });
}

function runSigner(work: Work, id: GroupId, event: MachineEvent<SignerCommand>): void {
  const group = work.party.groups.get(id);
  const context = group === undefined ? null : signingContext(work.party, group);
  if (group?.keygen == null || context === null) {
    if (event.tag === "command") work.ignore("not-now");
    return;
  }
  const state = group.signer ?? initialSigner;
  const signer = work.run(machineNames.signer(id), signerMachine, roomOf(group), context, state, event);
  change(work, id, { signer });
}

function runSigning(work: Work, id: GroupId, event: MachineEvent<CoordinatorCommand>): void {
  const group = work.party.groups.get(id);
  const context = group === undefined ? null : signingContext(work.party, group);
  if (group === undefined || context === null) {
    if (event.tag === "command") work.ignore("not-now");
    return;
  }
  const state = group.signing ?? initialCoordinator;
  const name = machineNames.signing(id);
  const signing = work.run(name, signingCoordinatorMachine, roomOf(group), context, state, event);
  change(work, id, { signing });
}

/** Most messages about signing that are kept for a seat whose key is not ready yet. */
const MAX_PARKED = 64;

/** Gives a message to the machines it is for. */
function deliver(work: Work, message: Message): void {
  const event = { tag: "message", now: work.now, message } as const;
  if (message.kind === "PRESENCE") {
    const decoded = presence.decode(message.payload);
    if (!decoded.ok) {
      work.ignore("malformed-payload", message);
      return;
    }
    const { readiness } = decoded.value;
    work.party = { ...work.party, readiness: new Map(work.party.readiness).set(message.from, readiness) };
    return;
  }
  const { groupId: id } = message;
  const group = work.party.groups.get(id);
  if (group === undefined) {
    runLobby(work, event);
    runMember(work, event);
    work.party = withSealedGroups(work.party);
    return;
  }
  if (isForKeygen(message.kind)) {
    runKeygenCoordinator(work, id, event);
    runKeygen(work, id, event);
    unpark(work, id);
  }
  if (!isForSigning(message.kind)) return;
  work.archive(message);
  if (signingContext(work.party, group) === null) {
    park(work, message);
    return;
  }
  runSigner(work, id, event);
  runSigning(work, id, event);
}

/** A request that overtook the last words of key generation is kept, and heard once the key is ready. */
function park(work: Work, message: Message): void {
  const name = machineNames.parked(message.groupId);
  const parked = work.party.log.reveal().filter((stored) => stored.machine === name);
  if (message.kind === "BLAME" || parked.length >= MAX_PARKED) {
    work.ignore("too-early", message);
    return;
  }
  work.keep({ machine: name, fact: { tag: "parked", frame: message.frame } });
}

function unpark(work: Work, id: GroupId): void {
  const group = work.party.groups.get(id);
  if (group === undefined || signingContext(work.party, group) === null) return;
  const name = machineNames.parked(id);
  const parked = work.party.log.reveal().filter((stored) => stored.machine === name);
  if (parked.length === 0) return;
  work.prune(name, () => false);
  for (const { fact } of parked) {
    const message = admit(work.party, fact["frame"] as Uint8Array);
    /* v8 ignore next -- it was admitted when it was parked, into the same group */
    if ("ignored" in message) continue;
    deliver(work, message);
  }
}

function receive(work: Work, frame: Uint8Array): void {
  const message = admit(work.party, frame);
  if ("ignored" in message) {
    work.ignore(message.ignored, message.by);
    return;
  }
  const { party, now } = work;
  work.party = {
    ...party,
    lastHeard: new Map(party.lastHeard).set(message.from, now),
    gaps: counted(party.gaps, message),
  };
  deliver(work, message);
}

function obey(work: Work, command: PartyCommand): void {
  const { now } = work;
  switch (command.tag) {
    case "member": {
      runMember(work, { tag: "command", now, command: command.command });
      return;
    }
    case "lobby": {
      runLobby(work, { tag: "command", now, command: command.command });
      return;
    }
    case "keygen": {
      runKeygen(work, command.groupId, { tag: "command", now, command: command.command });
      return;
    }
    case "coordinateKeygen": {
      runKeygenCoordinator(work, command.groupId, { tag: "command", now, command: command.command });
      return;
    }
    case "signer": {
      runSigner(work, command.groupId, { tag: "command", now, command: command.command });
      return;
    }
    case "coordinateSigning": {
      runSigning(work, command.groupId, { tag: "command", now, command: command.command });
      return;
    }
    case "present": {
      const payload = presence.encode({ readiness: command.readiness });
      const say = { tag: "say", kind: "PRESENCE", roundId: NO_ROUND, to: ALL, payload } as const;
      work.say("presence", lobbyRoom(work.party), say);
      for (const group of work.party.groups.values()) work.say("presence", roomOf(group), say);
    }
  }
}

/** An event that concerns every machine: each takes what is its own. */
function everyone(work: Work, event: MachineEvent<never> & { tag: "tick" | "decided" }): void {
  runLobby(work, event);
  runMember(work, event);
  for (const id of work.party.groups.keys()) {
    runKeygenCoordinator(work, id, event);
    runKeygen(work, id, event);
    runSigner(work, id, event);
    runSigning(work, id, event);
  }
}

/**
 * One step of a party: pure and total. The same state, event and randomness give the same answer; no event throws.
 * `effects` are to be carried out in their order, each `persist` awaited before what follows it.
 */
export function step(
  party: Party,
  event: PartyEvent<PartyCommand>,
  rng: Rng,
): { readonly state: Party; readonly effects: readonly Effect[] } {
  if (party.stopped !== null) return { state: party, effects: [] };
  const work = new Work(party, event.now, rng);
  if (!party.started) {
    work.party = { ...party, started: true };
    // A stop may have come between a record and its frames: all that is unanswered goes out once more.
    for (const sent of party.outbox.values()) work.send(sent);
  }
  switch (event.tag) {
    case "frame":
      receive(work, event.frame);
      break;
    case "command":
      obey(work, event.command);
      break;
    case "tick":
    case "decided":
      everyone(work, event);
      break;
    case "superseded": {
      // Nonces go with the machines that hold them: nothing is signed here any more.
      const groups = new Map(
        [...work.party.groups].map(([id, group]) => [id, { ...group, signer: null }] as const),
      );
      work.notify({ tag: "stopped", reason: "superseded", roundId: NO_ROUND });
      work.party = { ...work.party, groups, stopped: "superseded" };
      break;
    }
  }
  for (let message = work.loop.shift(); message !== undefined; message = work.loop.shift())
    deliver(work, message);
  work.party = withSealedGroups(work.party);
  return { state: work.party, effects: work.effects() };
}
