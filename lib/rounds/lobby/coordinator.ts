import { given } from "../core/given.ts";
import { encodeStatement, statementDigest } from "../../wire/relay/statement.ts";
import type { Machine, MachineEvent, Message, Outcome, Rng } from "../core/machine.ts";
import { ALL, bytesOf, type GroupId, type PartyId } from "../core/names.ts";
import { MAX_SEATS, MAX_WEIGHT, rosterCodec } from "../core/roster.ts";
import { groupIdOf, seatIndex } from "../core/roster.ts";
import { verifySignature } from "../envelope/identity.ts";
import type { LobbyContext } from "./context.ts";
import { LobbyDraft } from "./coordinator-draft.ts";
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
import { draftRoster, proposalFault } from "./proposal.ts";
import { freshLobbyPatience, type LobbyCoordinatorState } from "./state.ts";

/** What the person at a lobby's own tab may do. */
export type LobbyCoordinatorCommand =
  /** Opens the lobby. `expected`: only these get a seat, in this order; empty for whoever has the invite. */
  | { readonly tag: "open"; readonly settings: LobbySettings; readonly expected: readonly PartyId[] }
  | { readonly tag: "setWeight"; readonly identity: PartyId; readonly weight: number }
  /** Sends somebody away, for good in this lobby; they never get the group's key. */
  | { readonly tag: "remove"; readonly identity: PartyId }
  /** Puts the roster before everybody; from a sealed lobby it starts another group with the same people. */
  | { readonly tag: "propose" }
  /**
   * Opens the lobby of a sealed group again, for the next one: people leave for good, seats are free for others. The group
   * that there is, and its key, stay as they are.
   */
  | {
      readonly tag: "reopen";
      readonly threshold: number;
      readonly seats: number;
      readonly remove: readonly PartyId[];
    }
  /** Takes an unsealed proposal back, to change seats or weights. */
  | { readonly tag: "withdraw" }
  | { readonly tag: "close" };

const slots = {
  roster: (groupId: GroupId) => `roster/${groupId}`,
  sealed: (groupId: GroupId, to: PartyId) => `sealed/${groupId}/${to}`,
  closed: "closed",
} as const;

/** The board, said afresh whenever it changes or somebody joins again: it is not kept by those who hear it. */
function sayState(draft: LobbyDraft): void {
  const { settings, phase, version, seats } = draft.state;
  /* v8 ignore next -- said only after something happened in an open lobby */
  if (settings === null || phase.tag === "idle") return;
  const proposal = phase.tag === "proposed" ? phase.proposal : null;
  const approved =
    proposal === null ? [] : [...proposal.approvals.keys()].map((id) => seatIndex(proposal.roster, id));
  draft.say("LOBBY_STATE", lobbyState.encode({ settings, phase: phase.tag, version, seats, approved }));
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
    case "reopen": {
      const { threshold, seats, remove } = wish;
      const staying = state.seats.filter(({ identity }) => !remove.includes(identity)).length;
      const fits =
        Number.isInteger(seats) &&
        seats >= Math.max(2, staying) &&
        seats <= MAX_SEATS &&
        Number.isInteger(threshold);
      const isOver = phase.tag === "sealed" || (phase.tag === "open" && state.groups.size > 0);
      if (!isOver || !fits || threshold < 2 || !remove.every(seated)) {
        draft.ignore("not-now");
        return;
      }
      draft.record({ tag: "reopened", at: now, threshold, seats });
      for (const identity of remove) {
        draft.record({ tag: "removed", identity });
        refuse(draft, identity, "removed");
      }
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
    /* v8 ignore next -- a roster is proposed with all seats taken: the lobby is full before it is closed */
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
  /* v8 ignore next -- called when an approval of the open proposal came in */
  if (phase.tag !== "proposed") return;
  const { roster, approvals: consents, groupId } = phase.proposal;
  const approvals = roster.seats.flatMap((seat) => consents.get(seat.identity) ?? []);
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

/** Says again what not everybody has answered: the roster while it is being approved, the sealed group until stored. */
function beImpatient(draft: LobbyDraft): void {
  const { phase, patience, received, groups } = draft.state;
  const { now } = draft;
  const { repeat, repeatMost } = draft.context.times;
  const owing =
    phase.tag === "sealed"
      ? given(groups.get(phase.groupId), "the sealed group").roster.seats.filter(
          ({ identity }) => received.get(identity) !== phase.groupId,
        )
      : [];
  const groupId = phase.tag === "sealed" ? phase.groupId : null;
  if (phase.tag !== "proposed" && owing.length === 0) return;
  const plan = (interval: number): void => {
    draft.state = { ...draft.state, patience: { heardAt: now, interval, askAt: now + interval } };
    draft.out.push({ tag: "wakeAt", ms: now + interval });
  };
  if (patience.interval === 0) {
    plan(repeat);
    return;
  }
  if (now < patience.askAt && patience.askAt - now <= patience.interval) {
    draft.out.push({ tag: "wakeAt", ms: patience.askAt });
    return;
  }
  if (phase.tag === "proposed") {
    draft.again(slots.roster(phase.proposal.groupId));
    sayState(draft);
  } else {
    for (const { identity } of owing) draft.again(slots.sealed(given(groupId, "the sealed group"), identity));
  }
  plan(Math.min(patience.interval * 2, repeatMost));
}

function step(
  context: LobbyContext,
  state: LobbyCoordinatorState,
  event: MachineEvent<LobbyCoordinatorCommand>,
  rng: Rng,
): Outcome<LobbyCoordinatorState, LobbyCoordinatorFact> {
  const draft = new LobbyDraft(context, state, event.now, rng);
  if (event.tag === "message") hear(draft, event.message);
  else if (event.tag === "command") {
    draft.state = { ...draft.state, patience: freshLobbyPatience };
    command(draft, event.command);
  }
  beImpatient(draft);
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
