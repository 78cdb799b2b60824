import type { Hash, PartyId } from "../core/names.ts";
import type { SigningContext } from "./context.ts";
import {
  type Answer,
  type CoordinatorFact,
  type CoordinatorRequest,
  type CoordinatorState,
  isLive,
  type LiveRequest,
  type Session,
  type Standing,
} from "./coordinator-state.ts";
import { requestFromFact } from "./facts.ts";
import { packageHash } from "./package.ts";
import { hashesOf } from "./stock.ts";

/** True while every member may still answer and some have not. */
export const isOpen = (live: LiveRequest, session: Session): boolean =>
  session.answers.size < session.members.length && !isLost(live, session);

/** True where some member will not answer: it lost its nonces, refused, or is excluded. */
export const isLost = (live: LiveRequest, session: Session): boolean =>
  session.members.some((member) => {
    const answer = session.answers.get(member.seat);
    if (answer !== undefined) return answer.tag === "lost";
    return live.standings.get(member.seat)?.tag !== "asked";
  });

/** The tag of a live request follows from its sessions. */
const retag = (live: LiveRequest): CoordinatorRequest => ({
  request: live.request,
  standings: live.standings,
  sessions: live.sessions,
  tag: [...live.sessions.values()].some((session) => isOpen(live, session))
    ? "collectingShares"
    : "collectingCommitments",
});

/** @throws Error where a fact names a request that was never made: a journal of our own cannot hold one */
function known(state: CoordinatorState, digest: Hash): CoordinatorRequest {
  const entry = state.requests.get(digest);
  if (entry === undefined) throw new Error("a coordinator fact names an unknown request");
  return entry;
}

function change(
  state: CoordinatorState,
  digest: Hash,
  update: (live: LiveRequest) => Partial<LiveRequest>,
): CoordinatorState {
  const entry = known(state, digest);
  const next = { ...entry, ...update(entry) };
  const requests = new Map(state.requests).set(digest, isLive(entry) ? retag(next) : next);
  return { ...state, requests };
}

const withAnswer = (live: LiveRequest, number: number, seat: PartyId, answer: Answer): LiveRequest => {
  const session = live.sessions.get(number);
  if (session === undefined) throw new Error("a coordinator fact names an unknown session");
  const answers = new Map(session.answers).set(seat, answer);
  return { ...live, sessions: new Map(live.sessions).set(number, { ...session, answers }) };
};

const withStanding = (live: LiveRequest, seat: PartyId, standing: Standing): Partial<LiveRequest> => ({
  standings: new Map(live.standings).set(seat, standing),
});

/** Losing nonces is accepted once per seat and request. */
function afterLoss(live: LiveRequest, seat: PartyId): Partial<LiveRequest> {
  const standing = live.standings.get(seat);
  if (standing?.tag !== "asked") return {};
  return withStanding(
    live,
    seat,
    standing.reloads === 0 ? { tag: "asked", reloads: 1 } : { tag: "unresponsive" },
  );
}

/** Applies one fact. Pools and timers are memory, and no part of it. */
export function replayCoordinator(
  context: SigningContext,
  state: CoordinatorState,
  fact: CoordinatorFact,
): CoordinatorState {
  switch (fact.tag) {
    case "coordinator/requested": {
      const live: LiveRequest = {
        request: requestFromFact(context.groupId, fact),
        standings: new Map(context.roster.seats.map((seat) => [seat.identity, { tag: "asked", reloads: 0 }])),
        sessions: new Map(),
      };
      return { ...state, requests: new Map(state.requests).set(fact.digest, retag(live)) };
    }
    case "coordinator/opened": {
      const used = new Set(state.used);
      for (const hash of hashesOf(fact.commitmentList)) used.add(hash);
      return change({ ...state, used }, fact.digest, (live) => {
        const { request } = live;
        const { session, commitmentList, members } = fact;
        const opened: Session = {
          request,
          session,
          commitmentList,
          packageHash: packageHash({ request, session, commitmentList }),
          members,
          answers: new Map(),
        };
        return { sessions: new Map(live.sessions).set(session, opened) };
      });
    }
    case "coordinator/answered":
      return change(state, fact.digest, (live) =>
        withAnswer(live, fact.session, fact.seat, {
          tag: "shares",
          entries: fact.entries,
          frame: fact.frame,
        }),
      );
    case "coordinator/lost":
      return change(state, fact.digest, (live) => {
        const after = withAnswer(live, fact.session, fact.seat, { tag: "lost" });
        return { ...after, ...afterLoss(after, fact.seat) };
      });
    case "coordinator/refused":
      return change(state, fact.digest, (live) =>
        withStanding(live, fact.seat, { tag: "refused", reason: fact.reason }),
      );
    case "coordinator/excluded":
      return change(state, fact.digest, (live) =>
        withStanding(live, fact.seat, { tag: "excluded", evidence: fact.evidence }),
      );
    case "coordinator/ended": {
      const { request, standings, sessions } = known(state, fact.digest);
      const live: LiveRequest = { request, standings, sessions };
      const entry: CoordinatorRequest =
        fact.end === "cancelled"
          ? { ...live, tag: "cancelled", reason: fact.reason }
          : { ...live, tag: fact.end };
      return { ...state, requests: new Map(state.requests).set(fact.digest, entry) };
    }
    case "coordinator/signed": {
      const { request, standings, sessions } = known(state, fact.digest);
      const entry: CoordinatorRequest = {
        tag: "signed",
        request,
        standings,
        sessions,
        signatures: fact.signatures,
      };
      return { ...state, requests: new Map(state.requests).set(fact.digest, entry) };
    }
  }
}
