import type {
  BoardCell,
  BoardRow,
  BoardView,
  CompareView,
  MessageView,
  Party,
  ProofView,
  StoppedView,
} from "../../../lib/runtime/views/index.ts";
import { ago, code, otherCode, people, person } from "./people.ts";

const got = (state: "received" | "sent" | "verified", at: number, count?: [number, number]): BoardCell => ({
  state,
  at: ago(at),
  ...(count === undefined ? {} : { count }),
});
const done = (begin: number): BoardCell[] => [
  got("received", begin),
  got("verified", begin),
  got("verified", begin, [3, 3]),
  got("sent", begin - 1),
];
const rows: readonly BoardRow[] = [
  {
    ...person("Alice"),
    cells: [...done(15), { state: "partly", count: [1, 2], needs: ["Carol"] }, { state: "not-yet" }],
  },
  {
    ...person("Bob"),
    cells: [...done(15), { state: "partly", count: [1, 2], needs: ["Carol"] }, { state: "not-yet" }],
  },
  {
    ...person("Carol"),
    cells: [
      ...done(15).slice(0, 3),
      { state: "waiting", since: ago(14), lastSeenAt: ago(2), late: true },
      { state: "not-yet" },
      { state: "not-yet" },
    ],
  },
];

const mara: Party = { role: "coordinator", name: "Mara" };
const relay: Party = { role: "relay" };
const signer = (name: string): Party => ({ role: "signer", name, seat: person(name).seat });
const message = (
  id: number,
  kind: string,
  from: Party,
  ms: number | undefined,
  over: Partial<MessageView> = {},
): MessageView => ({
  id: String(id),
  kind,
  from,
  to: [],
  sealed: false,
  state: "delivered",
  ...(ms === undefined ? {} : { at: ago(15) + ms }),
  ...over,
});

export const messages: readonly MessageView[] = [
  message(1, "DKG_BEGIN", mara, 102),
  message(2, "to 3 signers", relay, 140),
  message(3, "DKG_PUBLIC_SHARES", signer("Alice"), 391),
  message(4, "DKG_PUBLIC_SHARES", signer("Bob"), 402),
  message(5, "DKG_PUBLIC_SHARES", signer("Carol"), 655),
  message(6, "3 of 3 delivered", relay, 701),
  message(7, "DKG_PRIVATE_SHARES", signer("Alice"), 1120, { sealed: true, to: [2, 3] }),
  message(8, "DKG_PRIVATE_SHARES", signer("Bob"), 1188, { sealed: true, to: [1, 3] }),
  message(9, "each opens its own", relay, 1240, { sealed: true }),
  message(10, "DKG_PRIVATE_SHARES", signer("Carol"), undefined, {
    state: "late",
    since: ago(14),
    to: [1, 2],
    sealed: true,
  }),
  message(11, "DKG_END", signer("Alice"), undefined, { state: "expected" }),
  message(12, "DKG_END", signer("Bob"), undefined, { state: "expected" }),
  message(13, "DKG_END", signer("Carol"), undefined, { state: "expected" }),
];

export const board: BoardView = {
  round: "keygen",
  role: "signer",
  roundId: "a91f04c2b77e1d30",
  transcript: { hex: "c41d77e0aa01", agreedBy: 3, of: 3 },
  startedAt: ago(15),
  usualMs: 4200,
  online: { have: 3, needed: 3, total: 3 },
  steps: ["begin", "public-shares", "proofs-checked", "private-shares", "shares-checked", "key-signed"],
  rows,
  progress: { done: 11, waiting: 1, total: 18 },
  wait: { people: ["Carol"], step: "private-shares", since: ago(14), cause: "background" },
  coordinator: "Mara",
  messages,
  canCancel: true,
};

export const boardInvalid: BoardView = {
  ...board,
  endedAt: ago(2),
  canCancel: false,
  progress: { done: 11, waiting: 0, total: 18 },
  rows: rows.map((row, at) =>
    at === 1
      ? {
          ...row,
          cells: row.cells.with(3, { state: "invalid", at: ago(3), what: "share does not fit" }),
        }
      : row,
  ),
  error: {
    code: "invalidSecretShare",
    people: ["Bob"],
    report: "round a91f04c2: invalidSecretShare, seat 2",
  },
};

const bigNames = ["Alice", "Bob", "Carol", "Dana", "Erik", "Farah", "Gil", "Hana", "Ivo", "Jun"];
/** A signature by Alice and Bob, whose share is late; Carol is not needed unless somebody fails. */
export const signingBoard: BoardView = {
  round: "signing",
  role: "coordinator",
  roundId: "e7532847a21affda",
  startedAt: ago(130),
  online: { have: 3, needed: 2, total: 3 },
  steps: ["asked", "approved", "nonces", "share", "share-verified"],
  rows: [
    {
      ...person("Alice"),
      cells: [
        got("received", 96),
        got("received", 96),
        got("received", 16),
        got("received", 15),
        { state: "not-yet" },
      ],
    },
    {
      ...person("Bob"),
      cells: [
        got("received", 18),
        got("received", 18),
        got("received", 16),
        { state: "waiting", since: ago(16), lastSeenAt: ago(2), late: true },
        { state: "not-yet" },
      ],
    },
    {
      ...person("Carol"),
      cells: [
        { state: "sent", at: ago(130) },
        { state: "waiting", since: ago(130), lastSeenAt: ago(3), late: true },
        { state: "not-yet" },
        { state: "not-yet" },
        { state: "not-yet" },
      ],
    },
  ],
  progress: { done: 8, waiting: 2, total: 15 },
  wait: { people: ["Bob"], step: "share", since: ago(16), cause: "silent" },
  coordinator: "Alice",
  messages: [],
  canCancel: true,
};

export const boardTen: BoardView = {
  ...board,
  online: { have: 10, needed: 10, total: 10 },
  progress: { done: 34, waiting: 3, total: 60 },
  rows: bigNames.map((name, at) => ({
    name,
    seat: at + 1,
    you: at === 0,
    cells:
      at < 7
        ? [...done(15), { state: "partly", count: [7, 9], needs: ["Hana", "Ivo"] }]
        : done(15).slice(0, 3),
  })),
  messages: messages.slice(0, 5),
};

export const proof: ProofView = {
  shares: people.map((p, at) => ({
    ...p,
    state: at < 2 ? "verified" : "waiting",
    ...(at < 2 ? { at: ago(3) } : {}),
  })),
  verified: { have: 2, needed: 3, total: 3 },
  messageHash: "5b3e0c77a1d2f4989b1c0e7a66d1f0233c4b5a69788796a5b4c3d2e1f0aabbcc",
};

export const compare: CompareView = {
  threshold: 2,
  total: 3,
  code,
  answers: [
    { ...person("Alice"), answer: "none" },
    { ...person("Bob"), answer: "matches", at: ago(40), code: code.hex },
    { ...person("Carol"), answer: "none" },
  ],
  confirmed: { have: 1, needed: 3, total: 3 },
  canAnswer: true,
  sending: false,
};
export const compareWatching: CompareView = { ...compare, canAnswer: false };
export const compareAnswered: CompareView = {
  ...compare,
  answers: compare.answers.map((a) => (a.you ? { ...a, answer: "matches", at: ago(5), code: code.hex } : a)),
  confirmed: { have: 2, needed: 3, total: 3 },
};

export const stopped: StoppedView = {
  cause: "mismatch",
  groupName: "Alpha peg wallet",
  build: "4f2a9c1e",
  answers: [
    { ...person("Alice"), answer: "matches", at: ago(70), code: code.hex },
    { ...person("Bob"), answer: "matches", at: ago(62), code: code.hex },
    { ...person("Carol"), answer: "differs", at: ago(49), code: otherCode.hex },
  ],
};
