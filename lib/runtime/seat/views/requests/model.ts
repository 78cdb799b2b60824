import {
  type GroupState,
  type Hash,
  type PartyId,
  type Roster,
  signingContext,
} from "../../../../rounds/index.ts";
import type { SigningContext } from "../../../../rounds/signing/context.ts";
import type { CoordinatorRequest } from "../../../../rounds/signing/coordinator-state.ts";
import type { SigningRequest } from "../../../../rounds/signing/request.ts";
import type { SignerRequest } from "../../../../rounds/signing/signer-state.ts";
import type { RequestState } from "../../../views/requests.ts";
import type { RequestRecord } from "../../history.ts";
import { isOnline } from "../lobby.ts";
import { keysOfSeats } from "../people.ts";
import type { ReadableSeat } from "../readable-seat.ts";

/** One request with everything this tab knows of it: its own answer, its coordination of it, and what it saw. */
export interface RequestModel {
  readonly seat: ReadableSeat;
  readonly group: GroupState;
  readonly context: SigningContext;
  readonly roster: Roster;
  readonly me: PartyId;
  readonly now: number;
  readonly digest: Hash;
  readonly request: SigningRequest;
  /** This seat's own answer; null in a tab without a seat. */
  readonly own: SignerRequest | null;
  /** Null where another tab coordinates. */
  readonly led: CoordinatorRequest | null;
  readonly record: RequestRecord;
  readonly signatures: readonly Uint8Array[] | null;
  readonly state: RequestState;
  readonly answers: readonly SeatAnswer[];
}

export interface SeatAnswer {
  readonly id: PartyId;
  readonly state: "waiting" | "approved" | "refused" | "not-needed";
  readonly at?: number;
  readonly reason?: string;
}

const signaturesOf = (
  own: SignerRequest | null,
  led: CoordinatorRequest | null,
): readonly Uint8Array[] | null => {
  if (led?.tag === "signed") return led.signatures;
  return own?.tag === "signed" ? own.signatures : null;
};

/** What its coordinator gives as the reason where too few keys are left: that is no choice of a person. */
const tooFewKeys = "too-few-keys";

function stateOf(
  own: SignerRequest | null,
  led: CoordinatorRequest | null,
  record: RequestRecord,
): RequestState {
  if (signaturesOf(own, led) !== null) return "done";
  const refusals = [...record.seats.values()].some(({ refusedAt }) => refusedAt !== undefined);
  if (led !== null) {
    switch (led.tag) {
      case "failed":
        return refusals ? "refused" : "failed";
      case "cancelled":
      case "expired":
        return led.tag;
      case "signed":
        return "done";
      case "collectingShares":
        return own?.tag === "deciding" ? "needs-you" : "signing";
      case "collectingCommitments":
        return own?.tag === "deciding" ? "needs-you" : "waiting";
    }
  }
  switch (own?.tag) {
    case "deciding":
      return "needs-you";
    case "cancelled":
      return own.reason !== tooFewKeys ? "cancelled" : refusals ? "refused" : "failed";
    case "refused":
    case "expired":
      return own.tag;
    case "signed":
      return "done";
    case "approved":
    case undefined:
      return record.sessions.length > 0 ? "signing" : "waiting";
  }
}

export const isLiveState = (state: RequestState): boolean =>
  state === "needs-you" || state === "waiting" || state === "signing";

function answerOf(
  id: PartyId,
  me: PartyId,
  own: SignerRequest | null,
  record: RequestRecord,
  over: boolean,
): SeatAnswer {
  const seen = record.seats.get(id) ?? {};
  const took = record.signedBy?.includes(id) === true;
  const refused =
    id === me ? own?.tag === "refused" || seen.refusedAt !== undefined : seen.refusedAt !== undefined;
  if (refused && !took) {
    const reason = seen.reason ?? (own?.tag === "refused" && id === me ? own.reason : undefined);
    return {
      id,
      state: "refused",
      ...(seen.refusedAt === undefined ? {} : { at: seen.refusedAt }),
      ...(reason === undefined ? {} : { reason }),
    };
  }
  const approved = took || seen.approvedAt !== undefined || (id === me && own?.tag === "approved");
  if (approved)
    return { id, state: "approved", ...(seen.approvedAt === undefined ? {} : { at: seen.approvedAt }) };
  return { id, state: over ? "not-needed" : "waiting" };
}

/** All requests that this tab knows, in no order. Empty before the key may be used. */
export function requestModels(
  seat: ReadableSeat,
  group: GroupState,
  records: ReadonlyMap<Hash, RequestRecord>,
  now: number,
): RequestModel[] {
  const context = signingContext(seat.party, group);
  if (context === null) return [];
  const { roster } = group.sealed;
  const me = seat.party.config.identity.id;
  const digests = new Set([
    ...(group.signer?.requests.keys() ?? []),
    ...(group.signing?.requests.keys() ?? []),
  ]);
  return [...digests].flatMap((digest) => {
    const own = group.signer?.requests.get(digest) ?? null;
    const led = group.signing?.requests.get(digest) ?? null;
    const request = led?.request ?? own?.request;
    if (request === undefined) return [];
    const record: RequestRecord = records.get(digest) ?? { askedAt: now, seats: new Map(), sessions: [] };
    const protocol = stateOf(own, led, record);
    const over = !isLiveState(protocol);
    const answers = roster.seats.map(({ identity }) => answerOf(identity, me, own, record, over));
    // With numbers made ahead, shares are asked for before people have approved: until then it is they who are waited for.
    const early =
      led !== null && protocol === "signing" && approvedKeys({ roster, answers }) < roster.threshold;
    const state = early ? "waiting" : protocol;
    const signatures = signaturesOf(own, led);
    return [
      {
        seat,
        group,
        context,
        roster,
        me,
        now,
        digest,
        request,
        own,
        led,
        record,
        signatures,
        state,
        answers,
      },
    ];
  });
}

/** Keys whose holders are known to have approved. */
export const approvedKeys = ({ roster, answers }: Pick<RequestModel, "roster" | "answers">): number =>
  keysOfSeats(
    roster,
    answers.flatMap(({ id, state }) => (state === "approved" ? [id] : [])),
  );

/** Who could move a live request on and has not: approvals first, then shares. */
export function waitedFor(model: RequestModel): readonly PartyId[] {
  const { led, record, answers, roster, state } = model;
  if (!isLiveState(state)) return [];
  const session = record.sessions.at(-1);
  if (state === "signing" && session !== undefined) {
    const given = led?.sessions.get(session.number)?.answers;
    return session.members.filter((id) => given?.has(id) !== true);
  }
  return approvedKeys(model) >= roster.threshold
    ? []
    : answers.flatMap((answer) => (answer.state === "waiting" ? [answer.id] : []));
}

export const isCoordinatorAway = ({ seat, request, now }: RequestModel): boolean =>
  !isOnline(seat, request.coordinator, now);
