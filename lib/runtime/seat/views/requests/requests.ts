import { bytesToHex } from "@noble/hashes/utils.js";
import { type GroupState, type Hash, keysOf, signingContext } from "../../../../rounds/index.ts";
import { sameBytes } from "../../../../rounds/core/codec.ts";
import { MAX_MESSAGES, type Operation } from "../../../../rounds/operation/operation.ts";
import { MAX_TEXT_BYTES, TEXT_TAG } from "../../../../rounds/operation/text.ts";
import { approvalId } from "../../../../rounds/signing/signer.ts";
import { proposalsOf } from "../../../../sbtc/peg/operation/kinds.ts";
import type { Proposal } from "../../../../sbtc/peg/proposal.ts";
import type { Review } from "../../../peg/signer/signer.ts";
import type { ErrorView } from "../../../views/errors.ts";
import { reasonText } from "../../../views/refuse-reasons.ts";
import type {
  ApprovalView,
  CheckView,
  ComposeView,
  InboxView,
  RawLine,
  RequestSummary,
  RequestView,
} from "../../../views/requests.ts";
import type { RequestRecord } from "../../history.ts";
import { onlineQuorum } from "../ceremony.ts";
import { keysOfSeats, nameOf, namesOf, personOf } from "../people.ts";
import type { SuccessorView } from "../../../views/rotation.ts";
import type { ReadableSeat } from "../readable-seat.ts";
import { requestBoard } from "./board.ts";
import { checksOf, rebuiltOf } from "./checks.ts";
import {
  approvedKeys,
  isCoordinatorAway,
  isLiveState,
  type RequestModel,
  requestModels,
  waitedFor,
} from "./model.ts";
import { messageLabels, transactionsOf } from "./labels.ts";
import { resultOf } from "./result.ts";
import { pegChecks } from "./peg-checks.ts";
import { nextKeyOf, typedFor } from "./peg-words.ts";
import { type OperationWords, wordsOf } from "./words.ts";

export interface RequestExtras {
  /** What this device saw of each request, by digest. */
  readonly records: ReadonlyMap<Hash, RequestRecord>;
  readonly now: number;
  /** Digests whose answer is on its way. */
  readonly sending: ReadonlySet<string>;
  /** What this seat's own look at a request of the peg came to; null where it is still looking. */
  readonly review?: (digest: string) => Review | null;
  /** What this tab knows of a group that is to take over. */
  readonly successor?: ((key: Uint8Array) => SuccessorView) | undefined;
  /** True where this seat's policy approved a request. */
  readonly automatic?: (digest: string) => boolean;
}

/** Every request this tab knows, whole; nearest deadline first, then the newest of those that are over. */
export function requestViews(
  seat: ReadableSeat,
  group: GroupState,
  { records, now, sending, review = () => null, automatic = () => false, successor }: RequestExtras,
): readonly RequestView[] {
  // A group that hands over and the one that takes over are asked side by side.
  const groups = new Set([group, ...seat.party.groups.values()]);
  const models = [...groups].flatMap((one) => requestModels(seat, one, records, now));
  const live = models.filter(({ state }) => isLiveState(state));
  const over = models.filter(({ state }) => !isLiveState(state));
  return [
    ...live.sort((a, b) => a.request.expiry - b.request.expiry),
    ...over.sort((a, b) => endOf(b.record) - endOf(a.record)).slice(0, mostOver),
  ].map((model) => {
    const { digest, request, context } = model;
    const view = requestView(model, models, {
      sending: sending.has(digest),
      review: review(digest),
      byPolicy: automatic(digest),
    });
    const next = nextKeyOf(proposalsOf(request.operation) ?? [], context.key.publicKeyPackage.xOnly);
    return next === null || successor === undefined ? view : { ...view, successor: successor(next) };
  });
}

/** Requests that are over and still shown: a list that a person reads, not an archive. */
const mostOver = 200;

const endOf = (record: RequestRecord): number => record.endedAt ?? record.askedAt;

/** The inbox of views that `requestViews` made. */
export function inboxView(requests: readonly RequestView[], canPropose: boolean): InboxView {
  return {
    needsYou: requests.filter(({ state }) => state === "needs-you"),
    waiting: requests.filter(({ state }) => state === "waiting" || state === "signing"),
    done: requests.filter(({ state }) => !isLiveState(state)),
    canPropose,
  };
}

/** True where this tab may ask the group for signatures. */
export const canPropose = (seat: ReadableSeat, group: GroupState): boolean =>
  seat.party.stopped === null && signingContext(seat.party, group) !== null;

const expiries: ComposeView["expiries"] = [
  { minutes: 60, label: "1 hour" },
  { minutes: 10, label: "10 minutes" },
  { minutes: 1_440, label: "1 day" },
];

export function composeView(
  seat: ReadableSeat,
  group: GroupState,
  extras: { readonly now: number; readonly busy: boolean; readonly error: ErrorView | null },
): ComposeView {
  const { roster } = group.sealed;
  return {
    groupName: roster.name,
    tag: TEXT_TAG,
    maxMessages: MAX_MESSAGES,
    maxBytes: MAX_TEXT_BYTES,
    expiries,
    online: onlineQuorum(seat, roster, extras.now),
    busy: extras.busy,
    ...(extras.error === null ? {} : { error: extras.error }),
  };
}

/** What asking again for the same from this tab takes: for a request whose coordinator is gone. Null for an unknown one. */
export function operationOf(
  group: GroupState,
  request: string,
): { readonly operation: Operation; readonly expiry: number } | null {
  const digest = request as Hash;
  const entry = group.signing?.requests.get(digest) ?? group.signer?.requests.get(digest);
  return entry === undefined ? null : { operation: entry.request.operation, expiry: entry.request.expiry };
}

/** What the seat beside the protocol knows of one request. */
interface Beside {
  readonly sending: boolean;
  readonly review: Review | null;
  readonly byPolicy: boolean;
}

function requestView(
  model: RequestModel,
  all: readonly RequestModel[],
  { sending, review, byPolicy }: Beside,
): RequestView {
  const { digest, request, roster, record, state, led } = model;
  const words = wordsOf(model);
  const proposals = proposalsOf(request.operation);
  // A request that is over is not looked at any more; what was found while it was open is still told.
  const own = proposals === null || (review === null && !isLiveState(state)) ? [] : pegChecks(review);
  const checks = [...own, ...checksOf(model, words)];
  const detail = words.detail === undefined ? {} : { detail: words.detail };
  const board = requestBoard(model);
  const result = resultOf(model, words);
  const error = errorOf(model);
  const decision = decisionOf(model, checks, sending, proposals);
  return {
    ...summaryOf(model, words, byPolicy),
    proposedBy: nameOf(roster, request.coordinator),
    proposedAt: record.askedAt,
    sentence: words.sentence,
    ...detail,
    seats: seatViews(model, byPolicy),
    body: words.body,
    signatures: request.messages.length,
    checks,
    raw: rawLines(model, proposals),
    digest,
    approveLabel: words.approveLabel,
    ...(decision === null ? {} : { decision }),
    ...(board === null ? {} : { board }),
    ...(result === null ? {} : { result }),
    canCancel: led !== null && isLiveState(state),
    canTakeOver: canTakeOver(model, all),
    ...(error === null ? {} : { error }),
  };
}

function summaryOf(model: RequestModel, words: OperationWords, byPolicy: boolean): RequestSummary {
  const { digest, request, roster, record, state, own, me } = model;
  const mine = model.answers.find(({ id }) => id === me)?.state;
  const answered = mine === "approved" || mine === "refused" ? { yourAnswer: mine } : {};
  return {
    id: digest,
    kind: words.kind,
    title: words.title,
    ...(words.size === undefined ? {} : { size: words.size }),
    subject: words.subject,
    state,
    expiresAt: request.expiry,
    at: record.askedAt,
    approvals: { have: approvedKeys(model), needed: roster.threshold, total: keysOf(roster) },
    ...(own === null ? {} : answered),
    ...(byPolicy ? { byPolicy } : {}),
    waitingFor: namesOf(
      roster,
      waitedFor(model).filter((id) => id !== me),
    ),
  };
}

function seatViews({ answers, roster, me }: RequestModel, byPolicy: boolean): ApprovalView[] {
  return answers.map(({ id, state, at, reason }) => ({
    ...personOf(roster, id, me),
    state,
    ...(at === undefined ? {} : { at }),
    ...(reason === undefined ? {} : { reason: reasonText(reason) }),
    ...(byPolicy && id === me && state === "approved" ? { automatic: true } : {}),
  }));
}

function decisionOf(
  model: RequestModel,
  checks: readonly CheckView[],
  sending: boolean,
  proposals: readonly Proposal[] | null,
): NonNullable<RequestView["decision"]> | null {
  const { own, seat, digest, roster, me, now, request, context } = model;
  const refused = checks.some((check) => check.state === "refused");
  const looking = checks.some((check) => check.state === "looking");
  const typed = proposals === null ? null : typedFor(proposals, context.key.publicKeyPackage.xOnly);
  const why = refused ? "A check made by this tab refused it." : "This tab is still looking.";
  if (own?.tag !== "deciding" || now >= request.expiry) return null;
  return {
    approve: !refused && !looking,
    ...(refused || looking ? { why } : {}),
    ...(typed === null ? {} : { typeToConfirm: typed }),
    makes: approvedKeys(model) + keysOfSeats(roster, [me]),
    needed: roster.threshold,
    // The question is open until an answer is on its way into the journal.
    sending: sending || seat.decision(approvalId(digest)) === undefined,
  };
}

function rawLines(model: RequestModel, proposals: readonly Proposal[] | null): RawLine[] {
  const { request, context, digest, record } = model;
  const own = rebuiltOf(model);
  const labels = messageLabels(request.operation, request.messages.length);
  const messages = request.messages.map(({ message }, k): RawLine => {
    const mine = own.messages[k]?.message;
    return {
      label: labels[k] ?? "Message",
      hex: bytesToHex(message),
      same: mine !== undefined && sameBytes(mine, message),
    };
  });
  return [
    ...messages,
    ...transactionsOf(proposals),
    { label: "Operation digest", hex: own.digest, same: own.digest === digest },
    ...record.sessions.map(({ number, packageHash }): RawLine => ({
      label: `Signing package ${number}`,
      hex: packageHash,
    })),
    { label: "Group key", hex: bytesToHex(context.key.publicKeyPackage.xOnly) },
  ];
}

/** Another member can ask for the same, while nobody here has yet and the one who asked is away. */
function canTakeOver(model: RequestModel, all: readonly RequestModel[]): boolean {
  const { state, led, request, now } = model;
  if (!isLiveState(state) || led !== null || now >= request.expiry || !isCoordinatorAway(model)) return false;
  return !all.some(
    (other) =>
      other.led !== null &&
      other.request.operation.type === request.operation.type &&
      sameBytes(other.request.operation.body, request.operation.body) &&
      isLiveState(other.state),
  );
}

function errorOf({ state, roster, record, answers, request, led, own }: RequestModel): ErrorView | null {
  const at = record.endedAt === undefined ? {} : { at: record.endedAt };
  const named = (wanted: (answer: (typeof answers)[number]) => boolean) =>
    namesOf(
      roster,
      answers.filter(wanted).map(({ id }) => id),
    );
  switch (state) {
    case "failed":
    case "refused": {
      // One's own refusal does not end a request: others may still sign it.
      if (led === null && own?.tag === "refused") return null;
      const out = [...record.seats].filter(
        ([, seen]) => seen.refusedAt !== undefined || seen.wrongAt !== undefined,
      );
      return {
        code: "too-few-keys",
        people: namesOf(
          roster,
          out.map(([id]) => id),
        ),
        ...at,
      };
    }
    case "cancelled":
      return { code: "cancelled", people: [nameOf(roster, request.coordinator)], ...at };
    case "expired":
      return {
        code: "expired",
        people: led === null ? [] : named(({ state: answer }) => answer === "not-needed"),
        ...at,
      };
    case "needs-you":
    case "waiting":
    case "signing":
    case "done":
      return null;
  }
}
