import { given } from "../core/given.ts";
import type { Message } from "../core/machine.ts";
import type { PartyId, RoundId } from "../core/names.ts";
import { type Roster, seatIndex } from "../core/roster.ts";
import { certificateCodec } from "./certificate.ts";
import { type Draft, slots } from "./draft.ts";
import { heardOf, type Inbox } from "./inbox.ts";
import { highestAttempt } from "./life.ts";
import { dkgQuery, type Queryable, type Wanted } from "./messages.ts";
import { certifiedOf, type CoordinatorPhase, mayStop, roundOf, type SignerPhase } from "./state.ts";
import { stop } from "./stopping.ts";

/** Least time between two answers to one asker (ms). */
const ANSWER_INTERVAL = 1_000;
/** Most messages asked for at once. */
const MOST_WANTED = 64;

/** Whose messages of a kind are not there. */
export const missingFrom = (
  roster: Roster,
  inbox: Inbox | undefined,
  kind: Queryable,
  turn: string | number = "",
): PartyId[] => {
  const heard = heardOf(inbox, kind, turn);
  return roster.seats.map((seat) => seat.identity).filter((identity) => !heard.has(identity));
};

/** What a phase waits for, and from whom: "no message from X since …" reads this. */
export function waitingFor(
  phase: SignerPhase | CoordinatorPhase,
  roster: Roster,
  inbox: Inbox | undefined,
  me: PartyId,
): { readonly kind: Queryable; readonly from: readonly PartyId[] }[] {
  const missing = (kind: Queryable, turn: string | number = "") => ({
    kind,
    from: missingFrom(roster, inbox, kind, turn).filter((party) => party !== me),
  });
  switch (phase.tag) {
    case "collectingPublicShares":
      return [missing("DKG_PUBLIC_SHARES")];
    case "collectingPrivateShares":
      return [missing("DKG_PRIVATE_SHARES")];
    case "pending":
    case "collectingEnds":
      return [missing("DKG_END")];
    case "provingLife": {
      const attempt = Math.max(phase.attempt, highestAttempt(inbox), 1);
      return [missing("LIFE_NONCE", attempt), missing("LIFE_SHARE", attempt)];
    }
    case "confirming":
      return [missing("FINGERPRINT_VERDICT", "yes")];
    default:
      return [];
  }
}

/** Asks for what is missing, at first soon and then ever less often, and stops where a deadline passed. */
export function beImpatient(draft: Draft): void {
  const { context, now } = draft;
  const { times, roster, me } = context;
  if (draft.state.patience.progressAt === null) draft.progress();
  const { phase, inboxes } = draft.state;
  const roundId = roundOf(phase);
  if (roundId === null) return;
  const wanted = waitingFor(phase, roster, inboxes.get(roundId), me);
  const absent = [...new Set(wanted.flatMap(({ from }) => from))];
  const { patience } = draft.state;
  const progressAt = given(patience.progressAt, "a first event");
  if (mayStop(phase)) {
    if (now - progressAt >= times.deadline) {
      stop(draft, "deadline", { missing: absent });
      return;
    }
    draft.wakeAt(progressAt + times.deadline);
  }
  if (absent.length === 0) return;
  if (patience.interval === 0) {
    draft.set({ patience: { ...patience, interval: times.ask, askAt: now + times.ask } });
    draft.wakeAt(now + times.ask);
    return;
  }
  // A clock that was set back must not silence us for as long.
  const due = now >= patience.askAt || patience.askAt - now > patience.interval;
  if (!due) {
    draft.wakeAt(patience.askAt);
    return;
  }
  ask(draft, roundId, wanted);
  const interval = Math.min(patience.interval * 2, times.askMost);
  draft.set({ patience: { ...patience, interval, askAt: now + interval } });
  draft.wakeAt(now + interval);
}

function ask(
  draft: Draft,
  roundId: RoundId,
  wanted: readonly { readonly kind: Queryable; readonly from: readonly PartyId[] }[],
): void {
  const { roster, me } = draft.context;
  const list: Wanted[] = wanted.flatMap(({ kind, from }) =>
    from.map((party) => ({ kind, seat: seatIndex(roster, party) })),
  );
  draft.say("DKG_QUERY", roundId, dkgQuery, { wanted: list.slice(0, MOST_WANTED) });
  // Whoever knows nothing of the round yet cannot ask for its beginning.
  if (me === roster.coordinator) draft.again(slots.begin(roundId));
}

/** Answers a query with the very frames said before, and with the certificate where there is one. */
export function answer(draft: Draft, message: Message): void {
  const { context, now } = draft;
  const { roster, me } = context;
  const decoded = dkgQuery.decode(message.payload);
  if (!decoded.ok) {
    draft.ignore("malformed-payload", "DKG_QUERY", message.from);
    return;
  }
  if (message.from === me) return;
  const { patience } = draft.state;
  const last = patience.answered.get(message.from);
  if (last !== undefined && now >= last && now - last < ANSWER_INTERVAL) {
    draft.ignore("flood", "DKG_QUERY", message.from);
    return;
  }
  draft.set({ patience: { ...patience, answered: new Map(patience.answered).set(message.from, now) } });
  const { roundId, from } = message;
  const mine = seatIndex(roster, me);
  const certified = certifiedOf(draft.state);
  let wantsKey = false;
  for (const { kind, seat } of decoded.value.wanted) {
    wantsKey ||= kind === "DKG_END" || kind === "DKG_PUBLIC_SHARES" || kind === "DKG_PRIVATE_SHARES";
    if (seat === mine) for (const slot of slotsFor(draft, kind, roundId, from)) draft.again(slot);
  }
  if (draft.state.used.has(roundId)) draft.again(slots.abort(roundId));
  if (wantsKey && certified?.roundId === roundId) {
    draft.say("CERTIFICATE", roundId, certificateCodec, certified.certificate, undefined, from);
  }
}

function slotsFor(draft: Draft, kind: Queryable, roundId: RoundId, from: PartyId): string[] {
  const { phase } = draft.state;
  switch (kind) {
    case "DKG_PUBLIC_SHARES":
      return [slots.publicShares(roundId)];
    case "DKG_PRIVATE_SHARES":
      return [slots.publicShares(roundId), slots.privateShares(roundId, from)];
    case "DKG_END":
      return [slots.end(roundId)];
    case "CERTIFIED":
      return [slots.certified(roundId)];
    case "LIFE_NONCE":
    case "LIFE_SHARE": {
      // Another seat may be a whole attempt behind: both frames of ours bring it up to date.
      const attempt = phase.tag === "provingLife" ? phase.attempt : lastAttempt(draft, roundId);
      return [slots.lifeNonce(roundId, attempt), slots.lifeShare(roundId, attempt)];
    }
    case "FINGERPRINT_VERDICT":
      return [`${slots.verdict(roundId)}/yes`, `${slots.verdict(roundId)}/no`];
  }
}

/** The newest attempt that this seat answered, which is the one that proved all shares. */
function lastAttempt(draft: Draft, roundId: RoundId): number {
  const inbox = draft.state.inboxes.get(roundId);
  let last = 0;
  for (const shelf of inbox?.keys() ?? []) {
    const attempt = shelf.startsWith("LIFE_SHARE/") ? Number(shelf.slice("LIFE_SHARE/".length)) : 0;
    if (attempt > last && heardOf(inbox, "LIFE_SHARE", attempt).has(draft.context.me)) last = attempt;
  }
  return last;
}
