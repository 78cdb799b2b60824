import type {
  ApprovalView,
  CheckView,
  ComposeView,
  InboxView,
  RequestSummary,
  RequestView,
  Sentence,
} from "../../../lib/runtime/views/index.ts";
import { signingBoard } from "./ceremony.ts";
import { ago, now, person, publicKey } from "./people.ts";

const text = (value: string): Sentence => [{ kind: "text", text: value }];
const quote = (value: string): Sentence => [{ kind: "quote", text: value }];

const summary = (
  over: Partial<RequestSummary> & Pick<RequestSummary, "id" | "title" | "state">,
): RequestSummary => ({
  kind: "text",
  subject: text(""),
  at: ago(4000),
  approvals: { have: 2, needed: 2, total: 3 },
  waitingFor: [],
  ...over,
});

const hello = "Hello from three tabs";
export const needsYou = summary({
  id: "a1",
  title: "Message 7",
  subject: quote(hello),
  size: "1 message",
  state: "needs-you",
  expiresAt: now + 11_520_000,
  approvals: { have: 1, needed: 2, total: 3 },
  waitingFor: ["Alice"],
});
export const inbox: InboxView = {
  needsYou: [needsYou],
  waiting: [
    summary({
      id: "b2",
      kind: "batch",
      title: "Messages 6",
      subject: quote("Minutes of the meeting of 20 November, in three parts"),
      size: "3 messages",
      state: "waiting",
      approvals: { have: 1, needed: 2, total: 3 },
      waitingFor: ["Bob"],
      yourAnswer: "approved",
    }),
    summary({
      id: "c3",
      kind: "payment-out",
      title: "Peg-out 42",
      subject: text("to Dana"),
      size: "0.5 BTC",
      state: "signing",
      waitingFor: ["Bob"],
      yourAnswer: "approved",
      byPolicy: true,
    }),
  ],
  done: [
    summary({
      id: "d4",
      title: "Message 5",
      subject: quote("We have moved to the new address"),
      state: "done",
      at: ago(9000),
    }),
    summary({
      id: "e5",
      title: "Message 4",
      subject: quote("Pay everybody"),
      state: "refused",
      yourAnswer: "refused",
      at: ago(90_000),
    }),
    summary({ id: "f6", title: "Message 3", subject: quote("Test"), state: "expired", at: ago(190_000) }),
  ],
  canPropose: true,
};
export const inboxEmpty: InboxView = { needsYou: [], waiting: [], done: [], canPropose: true };

const seats = (states: readonly ApprovalView["state"][]): ApprovalView[] =>
  ["Alice", "Bob", "Carol"].map((name, at) => ({
    ...person(name),
    state: states[at] ?? "waiting",
    ...(states[at] === "approved" || states[at] === "refused" ? { at: ago(1900 - at * 60) } : {}),
  }));

const hash = "5b3e0c77a1d2f4989b1c0e7a66d1f0233c4b5a69788796a5b4c3d2e1f0aabbcc";
const checks: readonly CheckView[] = [
  {
    code: "T1",
    state: "passed",
    title: "The text is readable",
    evidence: text("21 characters, no hidden ones"),
  },
  {
    code: "T2",
    state: "passed",
    title: "Hashed here under its own label",
    evidence: text("It cannot be a payment or a proof for something else"),
  },
  {
    code: "T3",
    state: "passed",
    title: "Proposed by the coordinator of this group",
    evidence: text("Signed by Mara at 11:31"),
  },
  {
    code: "T4",
    state: "asks",
    title: "A person decides about texts",
    evidence: text("Your policy approves no text by itself"),
  },
];

export const review: RequestView = {
  ...needsYou,
  proposedBy: "Mara",
  proposedAt: ago(1920),
  sentence: [
    { kind: "text", text: "Sign the text " },
    { kind: "quote", text: hello },
    { kind: "text", text: " in the name of Alpha peg wallet" },
  ],
  seats: seats(["waiting", "approved", "waiting"]),
  then: "the signature is there",
  body: { shape: "messages", tag: "hoarfrost/text/1", messages: [{ text: hello, hash }] },
  signatures: 1,
  checks,
  raw: [
    { label: "Text", hex: "48656c6c6f2066726f6d2074687265652074616273" },
    { label: "Hash", hex: hash, same: true },
  ],
  digest: "e7532847a21affdaf6421788b4ad7ac77dd2be8f90a3ef567beda6652a4c5f69",
  approveLabel: "Approve this text",
  decision: { approve: true, makes: 2, needed: 2, sending: false },
  canCancel: false,
  canTakeOver: false,
};

export const reviewBlocked: RequestView = {
  ...review,
  checks: [
    {
      code: "T2",
      state: "refused",
      title: "The coordinator’s hash is of another text",
      evidence: text("This tab computed 5b3e 0c77, the coordinator sent 19d0 3b77"),
    },
    ...checks.slice(0, 1),
  ],
  raw: [{ label: "Hash", hex: hash, same: false }],
  decision: {
    approve: false,
    why: "A check refused it, so it cannot be approved.",
    makes: 2,
    needed: 2,
    sending: false,
  },
};

/** The same request without a decision to make. */
function decided(request: RequestView): RequestView {
  const copy: { -readonly [K in keyof RequestView]: RequestView[K] } = { ...request };
  delete copy.decision;
  delete copy.then;
  return copy;
}
const rest = decided(review);
/** Alice approved the first of two: her tab waits for another. */
export const waiting: RequestView = {
  ...rest,
  state: "waiting",
  yourAnswer: "approved",
  approvals: { have: 1, needed: 2, total: 3 },
  waitingFor: ["Bob", "Carol"],
  seats: seats(["approved", "waiting", "waiting"]),
};
/** The same in the tab that asked, which is told who has done what. */
export const signing: RequestView = {
  ...waiting,
  state: "signing",
  approvals: { have: 2, needed: 2, total: 3 },
  waitingFor: ["Bob"],
  seats: seats(["approved", "approved", "waiting"]),
  board: signingBoard,
  canCancel: true,
};
export const done: RequestView = {
  ...rest,
  state: "done",
  yourAnswer: "approved",
  approvals: { have: 2, needed: 2, total: 3 },
  seats: seats(["approved", "waiting", "approved"]).map((seat) =>
    seat.name === "Bob" ? { ...seat, state: "approved", at: ago(1700) } : seat,
  ),
  result: {
    signatures: [
      {
        label: "Message",
        messageHash: hash,
        signature: "9f27".repeat(16) + "0b4c".repeat(16),
        verified: true,
        verifyHref: "/verify#/s",
      },
    ],
    publicKey,
    tookPart: [person("Alice"), person("Carol")],
    replaced: [{ name: "Bob", by: "Carol", why: "silent" }],
    notNeeded: [],
    finishedAt: ago(1600),
    tookMs: 412,
    noncesAhead: true,
  },
};

export const failed: RequestView = {
  ...rest,
  state: "failed",
  seats: seats(["approved", "refused", "refused"]).map((seat) =>
    seat.state === "refused" ? { ...seat, reason: "Not what we agreed on the call" } : seat,
  ),
  error: { code: "too-few-keys", people: ["Bob", "Carol"], report: "too-few-keys" },
  canCancel: true,
  canTakeOver: true,
};

export const compose: ComposeView = {
  groupName: "Alpha peg wallet",
  tag: "hoarfrost/text/1",
  maxMessages: 64,
  maxBytes: 1024,
  expiries: [
    { minutes: 60, label: "1 hour" },
    { minutes: 1440, label: "1 day" },
    { minutes: 10_080, label: "7 days" },
  ],
  online: { have: 2, needed: 2, total: 3 },
  busy: false,
};
