import { given } from "../core/given.ts";
import type { Kind } from "../core/kind.ts";
import type { Machine, MachineEvent, Message, Out, Outcome, Rng } from "../core/machine.ts";
import { ALL, bytesOf, type GroupId, NO_ROUND } from "../core/names.ts";
import type { IgnoreReason, StopReason } from "../core/reason.ts";
import { groupIdOf, rosterCodec, seatIndex } from "../core/roster.ts";
import { verifySignature } from "../envelope/identity.ts";
import type { LobbyContext } from "./context.ts";
import { isName, type Readiness } from "./messages.ts";
import { approve, decline, lobbyJoin, type LobbyRefusal, lobbyRefuse, lobbyRoster } from "./messages.ts";
import { lobbySealed, lobbyState, receipt } from "./messages.ts";
import { type MemberFact, replayMember } from "./member-facts.ts";
import type { MemberState } from "./state.ts";

/** What a person may do in somebody else's lobby, beside answering questions. */
export type MemberCommand = {
  /** Asks for a seat, or asks again under another name. */
  readonly tag: "join";
  readonly name: string;
  readonly readiness: Readiness;
};

/** Name of the question whether a roster is approved. */
export const rosterQuestion = (groupId: GroupId): string => `roster/${groupId}`;

const slots = {
  approve: (groupId: GroupId) => `approve/${groupId}`,
  decline: (groupId: GroupId) => `decline/${groupId}`,
} as const;

const stopOf: Record<LobbyRefusal, StopReason> = {
  "lobby-full": "lobby-full",
  "lobby-closed": "lobby-closed",
  "name-taken": "lobby-duplicate",
  "not-expected": "not-in-roster",
  removed: "lobby-removed",
  "bad-name": "lobby-duplicate",
};

class MemberDraft {
  readonly facts: MemberFact[] = [];
  readonly out: Out[] = [];
  readonly context: LobbyContext;
  readonly now: number;
  readonly rng: Rng;
  state: MemberState;

  constructor(context: LobbyContext, state: MemberState, now: number, rng: Rng) {
    this.context = context;
    this.state = state;
    this.now = now;
    this.rng = rng;
  }

  record(fact: MemberFact): void {
    this.facts.push(fact);
    this.state = replayMember(this.state, fact);
  }
  say(kind: Kind, payload: Uint8Array, slot?: string): void {
    const to = kind === "RECEIPT" ? this.context.coordinator : ALL;
    this.out.push({
      tag: "say",
      kind,
      roundId: NO_ROUND,
      to,
      payload,
      ...(slot === undefined ? {} : { slot }),
    });
  }
  ignore(reason: IgnoreReason, { kind, from }: Partial<Message> = {}): void {
    this.out.push({ tag: "notify", notice: { tag: "ignored", reason, kind, from } });
  }
}

/** Heard from the coordinator: patience starts again. */
function heard(draft: MemberDraft): void {
  draft.state = { ...draft.state, patience: { heardAt: draft.now, askAt: 0, interval: 0 } };
}

function sayJoin(draft: MemberDraft): void {
  const { phase } = draft.state;
  /* v8 ignore next -- said by those who asked for a seat */
  if ("application" in phase) draft.say("LOBBY_JOIN", lobbyJoin.encode(phase.application));
}

function join(draft: MemberDraft, command: MemberCommand): void {
  const { phase } = draft.state;
  const { name, readiness } = command;
  if (phase.tag === "approved" || phase.tag === "sealed" || !isName(name)) {
    draft.ignore("not-now");
    return;
  }
  draft.record({ tag: "joined", at: draft.now, name, ...readiness });
  sayJoin(draft);
}

/** A roster to review: the newest, and one that holds this identity. */
function hearRoster(draft: MemberDraft, message: Message): void {
  const decoded = lobbyRoster.decode(message.payload);
  const roster = decoded.ok ? rosterCodec.decode(decoded.value.roster) : null;
  if (!decoded.ok || !roster?.ok) {
    draft.ignore("malformed-payload", message);
    return;
  }
  const { lobbyId, coordinator, me } = draft.context;
  const { value } = roster;
  if (value.lobbyId !== lobbyId || value.coordinator !== coordinator) {
    draft.ignore("invalid-content", message);
    return;
  }
  const groupId = groupIdOf(value);
  const { phase, version } = draft.state;
  const known = "groupId" in phase && phase.groupId === groupId;
  if (known) {
    // The coordinator has not heard the answer, or says it to somebody else.
    if (phase.tag === "approved") draft.out.push({ tag: "again", slot: slots.approve(groupId) });
    if (phase.tag === "declined") draft.out.push({ tag: "again", slot: slots.decline(groupId) });
    draft.ignore("duplicate", message);
    return;
  }
  // One number, one roster: another under the same number, or an older one, is not taken up.
  if (value.version <= version) {
    draft.ignore("conflicts-with-earlier", message);
    return;
  }
  if (seatIndex(value, me) < 0) {
    draft.ignore("not-for-me", message);
    return;
  }
  draft.record({ tag: "proposed", at: draft.now, roster: decoded.value.roster });
  ask(draft);
}

/** Asks a person to review the roster. Asked again after every reload until it is answered. */
function ask(draft: MemberDraft): void {
  const { phase } = draft.state;
  if (phase.tag !== "reviewing") return;
  const { groupId, roster } = phase;
  const decision = {
    tag: "approveRoster",
    id: rosterQuestion(groupId),
    groupId,
    roster: rosterCodec.encode(roster),
  } as const;
  draft.out.push({ tag: "decide", decision });
}

function answer(draft: MemberDraft, event: MachineEvent<MemberCommand> & { tag: "decided" }): void {
  const { phase } = draft.state;
  if (phase.tag !== "reviewing" || event.id !== rosterQuestion(phase.groupId)) return;
  const { groupId } = phase;
  const { verdict } = event;
  if (verdict.tag === "yes") {
    const signature = draft.context.identity.sign("approval", [bytesOf(groupId)], draft.rng);
    draft.record({ tag: "approved", at: draft.now });
    draft.say("APPROVE", approve.encode({ groupId, signature }), slots.approve(groupId));
  } else {
    draft.record({ tag: "declined", at: draft.now });
    const reason = isReason(verdict.reason) ? verdict.reason : "";
    draft.say("DECLINE", decline.encode({ groupId, reason }), slots.decline(groupId));
  }
}

const isReason = (reason: string): boolean => {
  try {
    decline.encode({ groupId: ALL as string as GroupId, reason });
    return true;
  } catch {
    return false;
  }
};

/** The group exists: exactly the roster that was approved here, with everybody's approval of it. */
function hearSealed(draft: MemberDraft, message: Message): void {
  const decoded = lobbySealed.decode(message.payload);
  const roster = decoded.ok ? rosterCodec.decode(decoded.value.roster) : null;
  if (!decoded.ok || !roster?.ok) {
    draft.ignore("malformed-payload", message);
    return;
  }
  const groupId = groupIdOf(roster.value);
  const confirm = (): void => draft.say("RECEIPT", receipt.encode({ applied: [message.msgId] }));
  if (draft.state.groups.has(groupId)) {
    confirm();
    draft.ignore("duplicate", message);
    return;
  }
  // A roster nobody approved here: whoever sent it changed it after the approval.
  if (!draft.state.approved.has(groupId)) {
    draft.ignore("invalid-content", message);
    const notice = { tag: "stopped", reason: "roster-changed", roundId: NO_ROUND } as const;
    draft.out.push({ tag: "notify", notice });
    return;
  }
  const { approvals, broadcastKey, statement } = decoded.value;
  const { seats } = roster.value;
  const approved =
    approvals.length === seats.length &&
    seats.every(({ identity }, i) =>
      verifySignature("approval", [bytesOf(groupId)], given(approvals[i], "an approval per seat"), identity),
    );
  if (!approved) {
    draft.ignore("invalid-content", message);
    return;
  }
  draft.record({
    tag: "sealed",
    at: draft.now,
    roster: decoded.value.roster,
    approvals,
    broadcastKey,
    statement,
  });
  draft.out.push({ tag: "notify", notice: { tag: "sealed", groupId } });
  confirm();
}

function hearRefusal(draft: MemberDraft, message: Message): void {
  const decoded = lobbyRefuse.decode(message.payload);
  if (!decoded.ok) {
    draft.ignore("malformed-payload", message);
    return;
  }
  const { phase } = draft.state;
  // Who approved can still be sent away, until all have approved.
  if (phase.tag === "idle" || phase.tag === "sealed" || phase.tag === "refused") {
    draft.ignore("not-now", message);
    return;
  }
  const reason = stopOf[decoded.value.reason];
  draft.record({ tag: "refused", at: draft.now, reason });
  draft.out.push({ tag: "notify", notice: { tag: "stopped", reason, roundId: NO_ROUND } });
}

function hear(draft: MemberDraft, message: Message): void {
  const { coordinator, me } = draft.context;
  if (message.from !== coordinator) {
    // Other members speak to the coordinator; what they say comes back on its board.
    if (message.kind !== "LOBBY_JOIN" && message.kind !== "APPROVE" && message.kind !== "DECLINE") {
      draft.ignore("wrong-sender", message);
    }
    return;
  }
  switch (message.kind) {
    case "LOBBY_STATE": {
      const decoded = lobbyState.decode(message.payload);
      if (!decoded.ok) {
        draft.ignore("malformed-payload", message);
        return;
      }
      draft.state = { ...draft.state, board: { state: decoded.value, at: draft.now } };
      heard(draft);
      return;
    }
    case "LOBBY_ROSTER":
      hearRoster(draft, message);
      {
        heard(draft);
        return;
      }
    case "LOBBY_SEALED":
      if (message.to !== me) {
        draft.ignore("not-for-me", message);
        return;
      }
      hearSealed(draft, message);
      {
        heard(draft);
        return;
      }
    case "LOBBY_REFUSE":
      if (message.to !== me) {
        draft.ignore("not-for-me", message);
        return;
      }
      hearRefusal(draft, message);
      {
        heard(draft);
        return;
      }
    case "LOBBY_CLOSED": {
      const { phase } = draft.state;
      if (phase.tag === "idle" || phase.tag === "sealed" || phase.tag === "refused") {
        draft.ignore("not-now", message);
        return;
      }
      draft.record({ tag: "refused", at: draft.now, reason: "lobby-closed" });
      const notice = { tag: "stopped", reason: "lobby-closed", roundId: NO_ROUND } as const;
      draft.out.push({ tag: "notify", notice });
      heard(draft);
      return;
    }
    default:
      return;
  }
}

/** Says again what was not answered. The coordinator's reply to LOBBY_JOIN is the board and the open proposal. */
function beImpatient(draft: MemberDraft): void {
  const { phase, board, patience } = draft.state;
  const seated = board?.state.seats.some((seat) => seat.identity === draft.context.me) ?? false;
  const waits = phase.tag === "approved" || (phase.tag === "joined" && !seated);
  if (!waits) return;
  const { now } = draft;
  const { repeat, repeatMost } = draft.context.times;
  if (patience.interval === 0) {
    draft.state = { ...draft.state, patience: { ...patience, interval: repeat, askAt: now + repeat } };
    draft.out.push({ tag: "wakeAt", ms: now + repeat });
    return;
  }
  if (now < patience.askAt && patience.askAt - now <= patience.interval) {
    draft.out.push({ tag: "wakeAt", ms: patience.askAt });
    return;
  }
  if (phase.tag === "approved") draft.out.push({ tag: "again", slot: slots.approve(phase.groupId) });
  sayJoin(draft);
  const interval = Math.min(patience.interval * 2, repeatMost);
  draft.state = { ...draft.state, patience: { ...patience, interval, askAt: now + interval } };
  draft.out.push({ tag: "wakeAt", ms: now + interval });
}

function step(
  context: LobbyContext,
  state: MemberState,
  event: MachineEvent<MemberCommand>,
  rng: Rng,
): Outcome<MemberState, MemberFact> {
  const draft = new MemberDraft(context, state, event.now, rng);
  if (state.patience.heardAt === null && state.phase.tag !== "idle") {
    // The first event after a start: the board is not kept, and questions are asked again.
    draft.state = { ...state, patience: { ...state.patience, heardAt: event.now } };
    if (state.phase.tag !== "sealed" && state.phase.tag !== "refused") sayJoin(draft);
    ask(draft);
  }
  switch (event.tag) {
    case "message":
      hear(draft, event.message);
      break;
    case "command":
      join(draft, event.command);
      break;
    case "decided":
      answer(draft, event);
      break;
    case "tick":
      break;
  }
  beImpatient(draft);
  return { state: draft.state, facts: draft.facts, out: draft.out };
}

/** A lobby as somebody who wants a seat sees it. */
export const lobbyMember: Machine<LobbyContext, MemberState, MemberCommand, MemberFact> = {
  step,
  replay: (_context, state, fact) => replayMember(state, fact),
};
