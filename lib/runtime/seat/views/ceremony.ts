import type { Kind } from "../../../rounds/core/kind.ts";
import type { PartyId, RoundId } from "../../../rounds/core/names.ts";
import type { Roster } from "../../../rounds/core/roster.ts";
import { fingerprintVerdict } from "../../../rounds/keygen/messages.ts";
import { fingerprintOf } from "../../../rounds/keygen/fingerprint.ts";
import { heardOf, type Inbox } from "../../../rounds/keygen/inbox.ts";
import { certifiedOf, type KeygenState, mayStop, roundOf } from "../../../rounds/keygen/state.ts";
import type { GroupState } from "../../../rounds/party/state.ts";
import type {
  BoardCell,
  BoardRow,
  BoardStepId,
  BoardView,
  CompareAnswer,
  CompareView,
  MessageView,
  Party as ChartParty,
  ProofView,
  StoppedView,
  WaitView,
} from "../../views/ceremony.ts";
import type { Person, Role, ShortCode } from "../../views/common.ts";
import type { ErrorCode, ErrorView } from "../../views/errors.ts";
import type { LoggedFrame } from "../frame-log.ts";
import type { Seat } from "../seat.ts";
import { awayAfterMs } from "./lobby.ts";
import { namesOf, peopleOf } from "./people.ts";

/** After so long without an answer a cell says so in words. */
const lateAfterMs = 15_000;

/** The steps of key generation that every member can see, with the message that shows each. */
const keygenSteps: readonly { readonly id: BoardStepId; readonly kind: Kind }[] = [
  { id: "public-shares", kind: "DKG_PUBLIC_SHARES" },
  { id: "private-shares", kind: "DKG_PRIVATE_SHARES" },
  { id: "key-signed", kind: "DKG_END" },
  { id: "certified", kind: "CERTIFIED" },
  { id: "share-tested", kind: "LIFE_SHARE" },
];

/** What a seat's tab or the coordinator's knows of the group's key generation. */
export const keygenOf = (group: GroupState): KeygenState | null => group.keygen ?? group.keygenCoordinator;

const stepDone = (state: KeygenState): number => {
  switch (state.phase.tag) {
    case "idle":
    case "stopped":
    case "collectingPublicShares":
      return 0;
    case "collectingPrivateShares":
    case "collectingEnds":
      return 1;
    case "pending":
      return 2;
    case "provingLife":
      return 4;
    case "comparing":
    case "confirming":
    case "ready":
    case "unusable":
      return 5;
  }
};

function lifeShares(inbox: Inbox | undefined): ReadonlyMap<PartyId, { readonly at: number }> {
  const shelves = [...(inbox ?? [])].filter(([shelf]) => shelf.startsWith("LIFE_SHARE/"));
  return new Map(shelves.flatMap(([, heard]) => [...heard]));
}

function heardIn(inbox: Inbox | undefined, kind: Kind): ReadonlyMap<PartyId, { readonly at: number }> {
  return kind === "LIFE_SHARE" ? lifeShares(inbox) : heardOf(inbox, kind);
}

/** The board of a key generation, as this tab sees it; null before one began. */
export function keygenBoard(seat: Seat, group: GroupState, role: Role, now: number): BoardView | null {
  const state = keygenOf(group);
  const round = state === null ? null : roundOf(state.phase);
  if (state === null || round === null) return null;
  const { roster } = group.sealed;
  const me = seat.party.config.identity.id;
  const inbox = state.inboxes.get(round);
  const done = stepDone(state);
  const convicted = new Set(state.convictions.filter((one) => one.roundId === round).map(({ culprit }) => culprit));
  // Shares go from each member to each: a coordinator without a seat sees none of them, and its board has no such column.
  const steps = keygenSteps.filter(({ kind }) => group.keygen !== null || kind !== "DKG_PRIVATE_SHARES");
  const since = startOf(state, inbox, now);
  const rows = peopleOf(roster, me).map((person): BoardRow => {
    const cells = steps.map(({ kind }): BoardCell => {
      const index = keygenSteps.findIndex((step) => step.kind === kind);
      if (convicted.has(person.id)) return { state: "invalid", at: now, what: "A message of this member was proven wrong." };
      const at = heardIn(inbox, kind).get(person.id)?.at;
      if (at !== undefined) return { state: index < done ? "verified" : person.you ? "sent" : "received", at };
      if (index < done || (person.you && kind === "DKG_PRIVATE_SHARES" && done >= 1)) return { state: "verified", at: since };
      if (index > done || state.phase.tag === "stopped") return { state: "not-yet" };
      const started = waitingSince(state);
      const lastSeenAt = seat.party.lastHeard.get(person.id);
      return { state: "waiting", since: started, late: now - started > lateAfterMs, ...(lastSeenAt === undefined ? {} : { lastSeenAt }) };
    });
    return { name: person.name, seat: person.seat, you: person.you, cells };
  });
  const cells = rows.flatMap((row) => row.cells);
  const finished = cells.filter((cell) => cell.state === "verified").length;
  const waiting = cells.filter((cell) => cell.state === "waiting").length;
  const wait = waitOf(seat, roster, rows, steps.map(({ id }) => id), now);
  const ended = done >= 5 && "since" in state.phase ? { endedAt: state.phase.since } : {};
  const error = stopError(state, roster);
  return {
    round: "keygen",
    role,
    roundId: round,
    ...transcriptOf(state, inbox, roster),
    startedAt: since,
    ...ended,
    online: onlineQuorum(seat, roster, now),
    steps: steps.map(({ id }) => id),
    rows,
    progress: { done: finished, waiting, total: cells.length },
    ...(wait === null ? {} : { wait }),
    coordinator: roster.seats.find(({ identity }) => identity === roster.coordinator)?.name ?? "the coordinator",
    messages: chart(seat.frames.all.filter((frame) => frame.round === round), roster),
    canCancel: mayStop(state.phase),
    ...(error === null ? {} : { error }),
  };
}

/** Online now, as far as signs of life say. */
export function onlineQuorum(seat: Seat, roster: Roster, now: number) {
  const me = seat.party.config.identity.id;
  const isOnline = (id: PartyId) => id === me || seat.present.has(id) || now - (seat.party.lastHeard.get(id) ?? 0) < awayAfterMs;
  const have = roster.seats.reduce((sum, { identity, weight }) => sum + (isOnline(identity) ? weight : 0), 0);
  return { have, needed: roster.threshold, total: roster.seats.reduce((sum, { weight }) => sum + weight, 0) };
}

const waitingSince = (state: KeygenState): number => ("since" in state.phase ? state.phase.since : 0);

function startOf(state: KeygenState, inbox: Inbox | undefined, now: number): number {
  const [begin] = heardOf(inbox, "DKG_BEGIN").values();
  return begin?.at ?? ("since" in state.phase ? state.phase.since : now);
}

function transcriptOf(state: KeygenState, inbox: Inbox | undefined, roster: Roster): Pick<BoardView, "transcript"> {
  const { phase } = state;
  const hash = "round1Hash" in phase ? phase.round1Hash : "certified" in phase ? phase.certified.keyHash : null;
  if (hash === null) return {};
  const agreedBy = "certified" in phase ? roster.seats.length : heardOf(inbox, "DKG_END").size;
  return { transcript: { hex: hash.slice(0, 16), agreedBy, of: roster.seats.length } };
}

function waitOf(
  seat: Seat,
  roster: Roster,
  rows: readonly BoardRow[],
  steps: readonly BoardStepId[],
  now: number,
): WaitView | null {
  const column = steps.findIndex((_, i) => rows.some((row) => row.cells[i]?.state === "waiting"));
  const step = steps[column];
  if (step === undefined) return null;
  const awaited = rows.flatMap((row) => {
    const cell = row.cells[column];
    return cell?.state === "waiting" ? [{ row, cell }] : [];
  });
  const since = Math.min(...awaited.map(({ cell }) => cell.since));
  const people = awaited.map(({ row }) => row.name);
  const offline = seat.relay?.connection.tag !== "online";
  const gone = awaited.every(({ row }) => {
    const id = roster.seats[row.seat - 1]?.identity;
    return id !== undefined && !seat.present.has(id) && now - (seat.party.lastHeard.get(id) ?? 0) > awayAfterMs;
  });
  const cause = offline ? "relay" : gone ? "offline" : now - since > lateAfterMs ? "silent" : "working";
  return { people, step, since, cause };
}

/** The chart of messages, oldest first. */
export function chart(frames: readonly LoggedFrame[], roster: Roster): MessageView[] {
  const party = (id: PartyId): ChartParty => {
    const index = roster.seats.findIndex(({ identity }) => identity === id);
    const name = roster.seats[index]?.name;
    return name === undefined ? { role: "coordinator", name: "Coordinator" } : { role: "signer", seat: index + 1, name };
  };
  return frames.map(({ id, kind, at, from, to }) => {
    const seat = to === null ? -1 : roster.seats.findIndex(({ identity }) => identity === to);
    return { id, kind, at, from: party(from), to: seat < 0 ? [] : [seat + 1], sealed: true, state: "delivered" };
  });
}

/** Why a key generation ended here without a key, for a person. */
function stopError(state: KeygenState, roster: Roster): ErrorView | null {
  if (state.phase.tag !== "stopped") return null;
  const { reason, missing, roundId, since } = state.phase;
  const culprits = state.convictions.filter((one) => one.roundId === roundId).map(({ culprit }) => culprit);
  const people = namesOf(roster, culprits.length > 0 ? culprits : missing);
  // Every stop reason of lib/rounds is an error code with copy of its own; the type checks it.
  const code: ErrorCode = reason;
  return { code, people, at: since, detail: `round ${roundId.slice(0, 8)}` };
}

const codeOf = (fingerprint: { readonly hex: string; readonly words: readonly string[] }): ShortCode => ({
  hex: fingerprint.hex.replace(" ", ""),
  words: fingerprint.words,
});

/** The code that people compare; null before the certificate. */
export function groupCode(group: GroupState): ShortCode | null {
  const state = keygenOf(group);
  const certified = state === null ? null : certifiedOf(state);
  return certified === null ? null : codeOf(fingerprintOf(group.sealed.roster, certified.certificate));
}

/** What each seat has signed about the comparison. */
export function verdicts(group: GroupState, me: PartyId): CompareAnswer[] {
  const state = keygenOf(group);
  const round = state === null ? null : roundOf(state.phase);
  const { roster } = group.sealed;
  const inbox = round === null ? undefined : state?.inboxes.get(round);
  const said = new Map<PartyId, { readonly matches: boolean; readonly at: number }>();
  for (const [shelf, heard] of inbox ?? []) {
    if (!shelf.startsWith("FINGERPRINT_VERDICT/")) continue;
    for (const [from, { payload, at }] of heard) {
      const decoded = fingerprintVerdict.decode(payload);
      if (decoded.ok && said.get(from)?.matches !== false) said.set(from, { matches: decoded.value.matches, at });
    }
  }
  return peopleOf(roster, me).map(({ id, ...person }): CompareAnswer => {
    const verdict = said.get(id);
    if (verdict === undefined) return { ...person, answer: "none" };
    return { ...person, answer: verdict.matches ? "matches" : "differs", at: verdict.at };
  });
}

export function compareView(seat: Seat, group: GroupState, sending: boolean): CompareView | null {
  const state = keygenOf(group);
  const code = groupCode(group);
  if (state === null || code === null) return null;
  if (state.phase.tag !== "comparing" && state.phase.tag !== "confirming") return null;
  const { roster } = group.sealed;
  const answers = verdicts(group, seat.party.config.identity.id);
  const have = answers.filter(({ answer }) => answer === "matches").length;
  return {
    threshold: roster.threshold,
    total: roster.seats.reduce((sum, { weight }) => sum + weight, 0),
    code,
    answers,
    confirmed: { have, needed: answers.length, total: answers.length },
    canAnswer: group.keygen !== null && state.phase.tag === "comparing",
    sending,
  };
}

export function stoppedView(seat: Seat, group: GroupState, build: string): StoppedView | null {
  const state = keygenOf(group);
  if (state?.phase.tag !== "unusable") return null;
  const answers = verdicts(group, seat.party.config.identity.id);
  return { cause: "mismatch", answers, build, groupName: group.sealed.roster.name };
}

/** Proof of life: each share proven to work. */
export function proofView(seat: Seat, group: GroupState): ProofView | null {
  const state = keygenOf(group);
  const certified = state === null ? null : certifiedOf(state);
  if (state === null || certified === null) return null;
  const { roster } = group.sealed;
  const shares = lifeShares(state.inboxes.get(certified.roundId as RoundId));
  const all = stepDone(state) >= 5;
  const rows = peopleOf(roster, seat.party.config.identity.id).map(({ id, ...person }: Person & { id: PartyId }) => {
    const at = shares.get(id)?.at;
    return { ...person, state: all ? ("verified" as const) : ("waiting" as const), ...(at === undefined ? {} : { at }) };
  });
  const have = all ? rows.length : shares.size;
  return {
    shares: rows,
    verified: { have, needed: rows.length, total: rows.length },
    messageHash: certified.keyHash,
    ...(all && "since" in state.phase ? { endedAt: state.phase.since } : {}),
  };
}
