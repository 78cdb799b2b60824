import { encodeStatement, statementDigest } from "../../wire/relay/statement.ts";
import type { Kind } from "../core/kind.ts";
import type { Machine, MachineEvent, Message, Out, Outcome, Rng } from "../core/machine.ts";
import { ALL, bytesOf, type GroupId, NO_ROUND, type PartyId } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import { MAX_SEATS, MAX_WEIGHT, type Roster, rosterCodec, rosterFault, SUITE } from "../core/roster.ts";
import { groupIdOf, seatIndex } from "../core/roster.ts";
import { verifySignature } from "../envelope/identity.ts";
import type { LobbyContext } from "./context.ts";
import { type LobbyCoordinatorFact, replayLobbyCoordinator } from "./coordinator-facts.ts";
import {
  approve,
  decline,
  isName,
  lobbyClosed,
  lobbyJoin,
  type LobbyRefusal,
  lobbyRefuse,
} from "./messages.ts";
import { lobbyRoster, lobbySealed, type LobbySettings, lobbyState, receipt } from "./messages.ts";
import type { LobbyCoordinatorState } from "./state.ts";

/** What the person at a lobby's own tab may do. */
export type LobbyCoordinatorCommand =
  /** Opens the lobby. `expected`: only these get a seat, in this order; empty for whoever has the invite. */
  | { readonly tag: "open"; readonly settings: LobbySettings; readonly expected: readonly PartyId[] }
  | { readonly tag: "setWeight"; readonly identity: PartyId; readonly weight: number }
  /** Sends somebody away, for good in this lobby; they never get the group's key. */
  | { readonly tag: "remove"; readonly identity: PartyId }
  /** Puts the roster before everybody; from a sealed lobby it starts another group with the same people. */
  | { readonly tag: "propose" }
  /** Takes an unsealed proposal back, to change seats or weights. */
  | { readonly tag: "withdraw" }
  | { readonly tag: "close" };

const slots = {
  roster: (groupId: GroupId) => `roster/${groupId}`,
  sealed: (groupId: GroupId, to: PartyId) => `sealed/${groupId}/${to}`,
  closed: "closed",
} as const;

class LobbyDraft {
  readonly facts: LobbyCoordinatorFact[] = [];
  readonly out: Out[] = [];
  readonly context: LobbyContext;
  readonly now: number;
  readonly rng: Rng;
  state: LobbyCoordinatorState;

  constructor(context: LobbyContext, state: LobbyCoordinatorState, now: number, rng: Rng) {
    this.context = context;
    this.state = state;
    this.now = now;
    this.rng = rng;
  }
  record(fact: LobbyCoordinatorFact): void {
    this.facts.push(fact);
    this.state = replayLobbyCoordinator(this.state, fact);
  }
  say(kind: Kind, payload: Uint8Array, to: PartyId = ALL, slot?: string): void {
    const slotted = slot === undefined ? {} : { slot };
    this.out.push({ tag: "say", kind, roundId: NO_ROUND, to, payload, ...slotted });
  }
  again(slot: string): void {
    this.out.push({ tag: "again", slot });
  }
  ignore(reason: IgnoreReason, { kind, from }: Partial<Message> = {}): void {
    this.out.push({ tag: "notify", notice: { tag: "ignored", reason, kind, from } });
  }
}

/** The board, said afresh whenever it changes or somebody joins again: it is not kept by those who hear it. */
function sayState(draft: LobbyDraft): void {
  const { settings, phase, version, seats } = draft.state;
  if (settings === null || phase.tag === "idle") return;
  const proposal = phase.tag === "proposed" ? phase.proposal : null;
  const approved =
    proposal === null ? [] : [...proposal.approvals.keys()].map((id) => seatIndex(proposal.roster, id));
  draft.say("LOBBY_STATE", lobbyState.encode({ settings, phase: phase.tag, version, seats, approved }));
}

/** The roster as it would be proposed now. */
export function draftRoster(context: LobbyContext, state: LobbyCoordinatorState): Roster | null {
  const { settings, seats, version } = state;
  if (settings === null) return null;
  return {
    version: version + 1,
    suite: SUITE,
    lobbyId: context.lobbyId,
    name: settings.name,
    network: settings.network,
    threshold: settings.threshold,
    seats: seats.map(({ identity, name, weight }) => ({ identity, name, weight })),
    coordinator: context.coordinator,
  };
}

/** Why a roster cannot be proposed yet: the word beside the disabled button. Null where it can. */
export function proposalFault(context: LobbyContext, state: LobbyCoordinatorState) {
  const roster = draftRoster(context, state);
  if (roster === null || state.phase.tag === "closed" || state.phase.tag === "proposed") return "not-now";
  if (roster.seats.length < (state.settings?.seats ?? 0)) return "seats-missing";
  return rosterFault(roster);
}

function command(draft: LobbyDraft, wish: LobbyCoordinatorCommand): void {
  const { state, now, context } = draft;
  const { phase } = state;
  const seated = (identity: PartyId): boolean => state.seats.some((seat) => seat.identity === identity);
  switch (wish.tag) {
    case "open": {
      const { settings, expected } = wish;
      const { name, network, threshold, seats } = settings;
      const fits = Number.isInteger(seats) && seats >= 2 && seats <= MAX_SEATS && Number.isInteger(threshold);
      if (phase.tag !== "idle" || !isName(name) || !fits || threshold < 2) {
        draft.ignore("not-now");
        return;
      }
      draft.record({ tag: "opened", at: now, name, network, threshold, seats, expected });
      sayState(draft);
      return;
    }
    case "setWeight": {
      const fits = Number.isInteger(wish.weight) && wish.weight >= 1 && wish.weight <= MAX_WEIGHT;
      if (phase.tag !== "open" || !seated(wish.identity) || !fits) {
        draft.ignore("not-now");
        return;
      }
      draft.record({ tag: "weighed", identity: wish.identity, weight: wish.weight });
      sayState(draft);
      return;
    }
    case "remove":
      if (phase.tag !== "open" || !seated(wish.identity)) {
        draft.ignore("not-now");
        return;
      }
      draft.record({ tag: "removed", identity: wish.identity });
      refuse(draft, wish.identity, "removed");
      {
        sayState(draft);
        return;
      }
    case "propose": {
      const roster = draftRoster(context, state);
      if (roster === null || proposalFault(context, state) !== null) {
        draft.ignore("not-now");
        return;
      }
      const bytes = rosterCodec.encode(roster);
      draft.record({ tag: "proposed", at: now, roster: bytes });
      draft.say("LOBBY_ROSTER", lobbyRoster.encode({ roster: bytes }), ALL, slots.roster(groupIdOf(roster)));
      sayState(draft);
      return;
    }
    case "withdraw":
      if (phase.tag !== "proposed") {
        draft.ignore("not-now");
        return;
      }
      draft.record({ tag: "withdrawn", at: now });
      {
        sayState(draft);
        return;
      }
    case "close":
      if (phase.tag === "idle" || phase.tag === "closed") {
        draft.ignore("not-now");
        return;
      }
      draft.record({ tag: "closed", at: now });
      {
        draft.say("LOBBY_CLOSED", lobbyClosed.encode({ version: state.version }), ALL, slots.closed);
        return;
      }
  }
}

function refuse(draft: LobbyDraft, to: PartyId, reason: LobbyRefusal): void {
  draft.say("LOBBY_REFUSE", lobbyRefuse.encode({ reason }), to);
}

/** Somebody asks for a seat, for the first time or again. */
function hearJoin(draft: LobbyDraft, message: Message): void {
  const decoded = lobbyJoin.decode(message.payload);
  if (!decoded.ok) {
    draft.ignore("malformed-payload", message);
    return;
  }
  const { from } = message;
  const { name, readiness } = decoded.value;
  const { state, now } = draft;
  const { phase, settings, seats, expected, removed } = state;
  if (phase.tag === "idle" || settings === null) {
    draft.ignore("not-now", message);
    return;
  }
  if (phase.tag === "closed") {
    refuse(draft, from, "lobby-closed");
    return;
  }
  const known = seats.find((seat) => seat.identity === from);
  const others = seats.filter((seat) => seat.identity !== from);
  if (known === undefined) {
    if (removed.has(from)) {
      refuse(draft, from, "removed");
      return;
    }
    if (expected.length > 0 && !expected.includes(from)) {
      refuse(draft, from, "not-expected");
      return;
    }
    if (seats.length >= settings.seats) {
      refuse(draft, from, "lobby-full");
      return;
    }
    if (phase.tag !== "open") {
      refuse(draft, from, "lobby-closed");
      return;
    }
  }
  if (!isName(name)) {
    refuse(draft, from, "bad-name");
    return;
  }
  if (others.some((seat) => seat.name.toLowerCase() === name.toLowerCase())) {
    refuse(draft, from, "name-taken");
    return;
  }
  // Names of a proposal are under everybody's approval: they change only while the lobby is open.
  const changed = known?.name !== name || !sameReadiness(known.readiness, readiness);
  if (phase.tag === "open" && changed)
    draft.record({ tag: "seated", at: now, identity: from, name, ...readiness });
  sayState(draft);
  if (phase.tag === "proposed") draft.again(slots.roster(phase.proposal.groupId));
  if (phase.tag === "sealed") draft.again(slots.sealed(phase.groupId, from));
}

const sameReadiness = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);

function hearApprove(draft: LobbyDraft, message: Message): void {
  const decoded = approve.decode(message.payload);
  if (!decoded.ok) {
    draft.ignore("malformed-payload", message);
    return;
  }
  const { groupId, signature } = decoded.value;
  const { from } = message;
  const { phase, groups } = draft.state;
  if (groups.has(groupId)) {
    draft.again(slots.sealed(groupId, from));
    return;
  }
  if (phase.tag !== "proposed" || phase.proposal.groupId !== groupId) {
    draft.ignore("too-late", message);
    return;
  }
  if (seatIndex(phase.proposal.roster, from) < 0) {
    draft.ignore("wrong-sender", message);
    return;
  }
  if (phase.proposal.approvals.has(from)) {
    draft.ignore("duplicate", message);
    return;
  }
  if (!verifySignature("approval", [bytesOf(groupId)], signature, from)) {
    draft.ignore("invalid-content", message);
    return;
  }
  draft.record({ tag: "consented", identity: from, signature });
  seal(draft);
  sayState(draft);
}

function hearDecline(draft: LobbyDraft, message: Message): void {
  const decoded = decline.decode(message.payload);
  if (!decoded.ok) {
    draft.ignore("malformed-payload", message);
    return;
  }
  const { phase } = draft.state;
  const { groupId, reason } = decoded.value;
  if (phase.tag !== "proposed" || phase.proposal.groupId !== groupId) {
    draft.ignore("too-late", message);
    return;
  }
  const { proposal } = phase;
  if (seatIndex(proposal.roster, message.from) < 0) {
    draft.ignore("wrong-sender", message);
    return;
  }
  if (proposal.approvals.has(message.from) || proposal.declined.has(message.from)) {
    draft.ignore("already-answered", message);
    return;
  }
  draft.record({ tag: "declined", identity: message.from, reason });
}

/** All n approvals are in: the group exists, and each seat gets its broadcast key. */
function seal(draft: LobbyDraft): void {
  const { context, rng, now } = draft;
  const { phase } = draft.state;
  if (phase.tag !== "proposed") return;
  const { roster, approvals: given, groupId } = phase.proposal;
  const approvals = roster.seats.flatMap((seat) => given.get(seat.identity) ?? []);
  if (approvals.length !== roster.seats.length) return;
  const broadcastKey = rng(32);
  const seats = roster.seats.map((seat) => seat.identity);
  const members = seats.includes(context.me) ? seats : [...seats, context.me];
  const room = {
    type: "group",
    subject: bytesOf(groupId),
    coordinator: bytesOf(context.me),
    version: 1,
    members: members.map(bytesOf),
  } as const;
  const statement = encodeStatement(room, context.identity.signRelayDigest(statementDigest(room), rng));
  const bytes = rosterCodec.encode(roster);
  draft.record({ tag: "sealed", at: now, roster: bytes, approvals, broadcastKey, statement });
  draft.out.push({ tag: "notify", notice: { tag: "sealed", groupId } });
  const payload = lobbySealed.encode({ roster: bytes, approvals, broadcastKey, statement });
  for (const identity of seats) draft.say("LOBBY_SEALED", payload, identity, slots.sealed(groupId, identity));
}

function hear(draft: LobbyDraft, message: Message): void {
  switch (message.kind) {
    case "LOBBY_JOIN": {
      hearJoin(draft, message);
      return;
    }
    case "APPROVE": {
      hearApprove(draft, message);
      return;
    }
    case "DECLINE": {
      hearDecline(draft, message);
      return;
    }
    case "RECEIPT": {
      const decoded = receipt.decode(message.payload);
      const { phase, received } = draft.state;
      if (!decoded.ok || phase.tag !== "sealed") {
        draft.ignore("not-now", message);
        return;
      }
      draft.state = { ...draft.state, received: new Map(received).set(message.from, phase.groupId) };
      for (const msgId of decoded.value.applied) {
        draft.out.push({ tag: "notify", notice: { tag: "delivered", to: message.from, msgId } });
      }
      return;
    }
    default:
      // Our own words, and what only a member answers.
      return;
  }
}

function step(
  context: LobbyContext,
  state: LobbyCoordinatorState,
  event: MachineEvent<LobbyCoordinatorCommand>,
  rng: Rng,
): Outcome<LobbyCoordinatorState, LobbyCoordinatorFact> {
  const draft = new LobbyDraft(context, state, event.now, rng);
  if (event.tag === "message") hear(draft, event.message);
  else if (event.tag === "command") command(draft, event.command);
  return { state: draft.state, facts: draft.facts, out: draft.out };
}

/** A lobby as its coordinator runs it: seats fill, a roster is approved by all, and sealed. */
export const lobbyCoordinator: Machine<
  LobbyContext,
  LobbyCoordinatorState,
  LobbyCoordinatorCommand,
  LobbyCoordinatorFact
> = {
  step,
  replay: (_context, state, fact) => replayLobbyCoordinator(state, fact),
};
