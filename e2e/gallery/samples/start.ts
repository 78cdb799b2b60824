import type {
  CreateView,
  HomePageView,
  JoinView,
  LobbyView,
  PreflightCheck,
} from "../../../lib/runtime/views/index.ts";
import { allSeats, ago, chromeBare, now, seats, settings } from "./people.ts";

export const home: HomePageView = {
  chrome: chromeBare,
  home: {
    groups: [
      {
        id: "a1",
        name: "Alpha peg wallet",
        role: "signer",
        seatName: "Alice",
        seat: 1,
        quorum: { have: 2, needed: 2, total: 3 },
        needsYou: 1,
        state: "ready",
        locked: true,
        typeToRemove: "Alpha peg wallet",
        backup: "tested",
        href: "/signer?group=a1",
      },
      {
        id: "b2",
        name: "Board",
        role: "coordinator",
        quorum: { have: 3, needed: 3, total: 5 },
        needsYou: 0,
        state: "lobby",
        locked: false,
        backup: "none",
        href: "/coordinator?group=b2",
      },
    ],
  },
};
export const homeNew: HomePageView = { chrome: chromeBare, home: { groups: [] } };
export const homeBadLink: HomePageView = {
  chrome: chromeBare,
  home: { groups: [], joinError: { code: "link-incomplete", people: [] } },
};

export const create: CreateView = {
  networks: [
    { network: "devnet", available: true },
    { network: "testnet", available: true },
    { network: "mainnet", available: false },
  ],
  maxSeats: 20,
  busy: false,
  initial: settings,
};
export const createWeak: CreateView = { ...create, initial: { ...settings, threshold: 3 } };

const url =
  "https://hoarfrost.example/signer#v1.4f2a9c1e7d0b38aa5120c6de94f07b1327cc81e09ad25b6630f4e8a19b72cd3b";
export const invites = [{ seat: { seat: 3, name: "Carol" }, url, expiresAt: now + 3_400_000, used: false }];

const preflight: readonly PreflightCheck[] = [
  { kind: "relay", state: "passed", blocks: true, people: [], value: 61 },
  { kind: "version", state: "passed", blocks: true, people: [], value: "4f2a9c1e" },
  { kind: "clocks", state: "passed", blocks: false, people: [], value: 400 },
  { kind: "storage", state: "warning", blocks: false, people: ["Bob"] },
  { kind: "joined", state: "waiting", blocks: true, people: ["Carol"] },
];

export const lobby: LobbyView = {
  role: "coordinator",
  settings,
  coordinator: "Mara",
  seats,
  approved: { have: 2, needed: 3, total: 3 },
  preflight,
  run: { allowed: false, why: { kind: "waiting-for", people: ["Carol"], step: "join" } },
  groupId: "9f27c41d77e0a91f04c25be0914da17c02ef7c4e91ad19d03b774f2a9c1e7d0b",
  invites,
  removable: ["Alice", "Bob"],
  closable: true,
};
export const lobbyClosed: LobbyView = {
  ...lobby,
  run: { allowed: false, why: { kind: "closed" } },
  invites: [],
};
export const lobbyClosedSigner: LobbyView = {
  ...lobbyClosed,
  role: "signer",
  error: { code: "lobby-closed", people: [], at: ago(3) },
};
export const lobbyReady: LobbyView = {
  ...lobby,
  seats: allSeats,
  approved: { have: 3, needed: 3, total: 3 },
  preflight: preflight.map((c) =>
    c.kind === "joined" ? { ...c, kind: "approved", state: "passed", people: [] } : c,
  ),
  run: { allowed: true },
  invites: [],
};
export const lobbySigner: LobbyView = {
  ...lobby,
  role: "signer",
  run: { allowed: false, why: { kind: "not-coordinator", coordinator: "Mara" } },
  yourAnswer: "wanted",
  seats: seats.map((s) => (s.you ? { ...s, settings: "not-yet", awaited: true } : s)),
  approved: { have: 1, needed: 3, total: 3 },
  invites: [],
  storage: { state: "may-be-cleared", canAsk: true, clearsAfterDays: 7 },
};
export const lobbySignerDone: LobbyView = {
  ...lobbySigner,
  yourAnswer: "approved",
  seats: allSeats,
  approved: { have: 3, needed: 3, total: 3 },
};
export const lobbyTrial: LobbyView = {
  ...lobby,
  coordinator: "Alice",
  coordinatorSeat: 1,
  yourAnswer: "approved",
  trial: [
    { seat: 2, name: "Bob", href: "#b", state: "approved" },
    { seat: 3, name: "Carol", href: "#c", state: "not-open" },
  ],
};

export const join: JoinView = {
  stage: "choose",
  settings,
  coordinator: "Mara",
  free: [
    { seat: 2, name: "Bob" },
    { seat: 3, name: "Carol" },
  ],
};
export const joinEmpty: JoinView = { stage: "no-link", free: [] };
export const joinRefused: JoinView = {
  stage: "refused",
  free: [],
  error: { code: "lobby-closed", people: [], at: ago(3) },
};
