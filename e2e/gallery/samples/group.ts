import type {
  Availability,
  BackupView,
  GroupView,
  RequestView,
  StatusView,
  SuccessorView,
} from "../../../lib/runtime/views/index.ts";
import * as pegRequests from "./peg-requests.ts";
import { lobbySigner } from "./start.ts";
import { address, ago, code, now, person, publicKey, withBackups } from "./people.ts";
import {
  compose,
  done,
  failed,
  inbox,
  inboxEmpty,
  review,
  reviewBlocked,
  signing,
  waiting,
} from "./requests.ts";

const bins = (away: readonly [number, number][], slow: readonly number[]): Availability[] =>
  Array.from({ length: 96 }, (_, at) =>
    away.some(([from, to]) => at >= from && at < to) ? "away" : slow.includes(at) ? "slow" : "online",
  );
const rows = [
  { ...person("Alice"), now: "online" as const, bins: bins([], [0]), onlineShare: 0.99 },
  { ...person("Bob"), now: "online" as const, bins: bins([[61, 66]], [6, 9, 22, 26]), onlineShare: 0.94 },
  {
    ...person("Carol"),
    now: "away" as const,
    bins: bins(
      [
        [21, 46],
        [92, 96],
      ],
      [53, 81, 82, 83, 84],
    ),
    onlineShare: 0.68,
  },
];
const samples = (base: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => base + (((at * 37) % 97) / 97) * base);

export const status: StatusView = {
  from: now - 86_400_000,
  to: now,
  availability: rows,
  couldSign: { bins: rows[0]!.bins.map(() => true), share: 1 },
  latency: rows.map(({ name, seat, you }, at) => ({
    name,
    seat,
    you,
    samplesMs: samples([110, 210, 380][at]!, 26),
    medianMs: [186, 351, 647][at]!,
  })),
  rounds: Array.from({ length: 14 }, (_, at) => ({
    day: now - (13 - at) * 86_400_000,
    done: (at * 5) % 7,
    refused: at % 4 === 0 ? 1 : 0,
    failed: at === 9 ? 1 : 0,
  })),
  history: [
    {
      id: "1",
      kind: "signing",
      at: ago(1600),
      tookMs: 412,
      outcome: "done",
      people: ["Alice", "Carol"],
      note: "Carol took Bob’s place",
    },
    { id: "2", kind: "signing", at: ago(9000), tookMs: 388, outcome: "refused", people: ["Alice", "Bob"] },
    {
      id: "3",
      kind: "proof-of-life",
      at: ago(90_000),
      tookMs: 930,
      outcome: "done",
      people: ["Alice", "Bob", "Carol"],
    },
    {
      id: "4",
      kind: "keygen",
      at: ago(90_200),
      tookMs: 3100,
      outcome: "done",
      people: ["Alice", "Bob", "Carol"],
    },
  ],
  online: { have: 2, needed: 2, total: 3 },
  noMarginFor: ["Alice", "Bob"],
};
export const statusEmpty: StatusView = {
  ...status,
  latency: status.latency.map(({ name, seat, you }) => ({ name, seat, you, samplesMs: [] })),
  rounds: [],
  history: [],
};

export const backupNone: BackupView = {
  state: "none",
  stage: "idle",
  holds: ["identity", "share", "certificate", "policy"],
};
export const backupSaved: BackupView = {
  ...backupNone,
  state: "saved",
  savedAt: ago(240),
  fileName: "alpha-peg-wallet-alice-2026-11-21.hoarfrost",
};
export const backupTesting: BackupView = { ...backupSaved, stage: "opening", work: { done: 0.62 } };
export const backupWrong: BackupView = {
  ...backupSaved,
  error: { code: "backup-wrong-passphrase", people: [] },
};
export const backupTested: BackupView = { ...backupSaved, state: "tested", testedAt: ago(60) };

export const group: GroupView = {
  overview: {
    role: "signer",
    name: "Alpha peg wallet",
    network: "devnet",
    threshold: 2,
    total: 3,
    address,
    publicKey,
    code,
    comparedAt: ago(90_000),
    proofOfLifeAt: ago(90_100),
    online: { have: 2, needed: 2, total: 3 },
    backup: "tested",
  },
  seats: withBackups,
  inbox,
  requests: [review],
  compose,
  status,
  backup: backupTested,
  notifications: "off",
  transcript: { fileName: "alpha-peg-wallet.transcript" },
};
export const groupNew: GroupView = {
  ...group,
  overview: { ...group.overview, backup: "none", storage: { state: "may-be-cleared", canAsk: false } },
  inbox: inboxEmpty,
  requests: [],
  status: statusEmpty,
  backup: backupNone,
  notifications: "blocked",
};
export const groupAlarm: GroupView = {
  ...group,
  overview: { ...group.overview, alarm: { people: ["Carol"], at: ago(200) } },
};
const asking = (request: RequestView): GroupView => ({
  ...group,
  requests: [request],
  inbox: { ...inbox, needsYou: [request], waiting: inbox.waiting.slice(0, 1) },
});
export const groupTransaction = asking(pegRequests.payout);
export const groupMint = asking(pegRequests.mint);
export const groupWallet = asking(pegRequests.setWallet);
export const groupBlocked: GroupView = { ...group, requests: [reviewBlocked] };
export const groupWaiting: GroupView = { ...group, requests: [waiting] };
export const groupSigning: GroupView = { ...group, requests: [signing] };
export const groupDone: GroupView = { ...group, requests: [done] };
export const groupFailed: GroupView = { ...group, requests: [failed] };

const successor: SuccessorView = {
  key: publicKey,
  known: { name: "Alpha peg wallet", people: ["Alice", "Bob", "Dan"], threshold: 2, total: 3 },
  member: true,
  confirmed: false,
};
const handsOver = (view: SuccessorView): GroupView => ({
  ...group,
  requests: [
    {
      ...pegRequests.setWallet,
      checks: [
        {
          code: "successorNotConfirmed",
          state: "refused",
          title: "The next group made its key together",
          evidence: [{ kind: "text", text: "Compare its names and code with its members, then confirm it." }],
        },
        ...pegRequests.setWallet.checks.slice(1),
      ],
      decision: {
        approve: false,
        why: "A check made by this tab refused it.",
        typeToConfirm: "HAND OVER",
        makes: 1,
        needed: 2,
        sending: false,
      },
      successor: view,
    },
  ],
});
export const groupSuccessor: GroupView = handsOver({
  ...successor,
  error: { code: "successor-code", people: [] },
});
export const groupSuccessorUnknown: GroupView = handsOver({
  key: publicKey,
  member: false,
  confirmed: false,
});
export const groupNext: GroupView = {
  ...group,
  next: { stage: "plan", people: ["Alice", "Bob", "Carol"], threshold: 2, maxSeats: 15 },
};
export const groupNextLobby: GroupView = { ...group, next: { stage: "lobby", lobby: lobbySigner } };
export const groupOldShares: GroupView = {
  ...group,
  oldKeys: [{ name: "Alpha peg wallet", code }],
};
