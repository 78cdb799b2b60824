import type { PegCoordinatorView, PegDashboardView, Sentence } from "../../../lib/runtime/views/index.ts";
import { address, ago, now } from "./people.ts";
import { stacks, txid } from "./peg.ts";

const text = (words: string): Sentence => [{ kind: "text", text: words }];
const contract = `${stacks}.sbtc`;

export const running: PegCoordinatorView = {
  network: "devnet",
  contract,
  testers: `https://hoarfrost.example/peg#/${contract}/in`,
  setup: [
    { id: "key", title: "Key made", state: "done", note: text("2 of 3"), links: [] },
    { id: "watching", title: "Watching", state: "done", note: text(""), links: [] },
  ],
  loop: { state: "running", doing: text("Waiting for block 2392"), tip: { bitcoin: 2391, stacks: 1204 } },
  halt: {
    why: "unbacked",
    deficit: 25_000_000n,
    detail: text(
      "The deposit behind one mint fell out of the chain. It is broadcast again; mints and payouts wait until it is back.",
    ),
  },
  queue: [
    {
      id: "a",
      direction: "in",
      state: "confirming",
      sats: 25_000_000n,
      to: stacks,
      since: ago(600),
      confirmations: { have: 3, needed: 6 },
      links: [{ label: "Transaction", href: "#" }],
    },
    {
      id: "d",
      direction: "in",
      state: "confirming",
      sats: 7_500_000n,
      to: stacks,
      since: ago(4000),
      asked: true,
      links: [{ label: "Transaction", href: "#" }],
    },
    {
      id: "b",
      direction: "out",
      state: "needs-a-person",
      sats: 50_000_000n,
      to: address,
      since: ago(9000),
      stuck: {
        why: text("Two signers refused: the recipient is not on their list."),
        code: "signers-refused",
        offers: ["retry", "process", "mark"],
      },
      links: [],
    },
    {
      id: "c",
      direction: "out",
      state: "settled",
      sats: 1_000_000n,
      to: address,
      since: ago(90_000),
      links: [],
    },
  ],
  feeWallet: { stacks, ustx: 1_200_000n, bitcoin: address, sats: 4_200n, low: true },
  members: [
    { who: stacks, kind: "stacks", allowed: true },
    { who: address, kind: "bitcoin", allowed: false },
  ],
  allowList: true,
  offers: ["peg-consolidate", "peg-sweep-fee-wallet"],
  sweeps: { needed: 0, sent: [] },
};

/** Coins that were joined, a sweep that waits for a word, and one of each end. */
export const oneOffs: PegCoordinatorView = {
  ...running,
  joining: {
    ...{ state: "sent", coins: 7, amount: 12_345_678n, fee: 1_204n, at: ago(300) },
    confirmations: { have: 1, needed: 3 },
    links: [{ label: "Transaction", href: `/explorer#/tx/${txid}` }],
  },
  sweeps: {
    prepared: { chain: "bitcoin", to: address, amount: 749_218n, fee: 782n, txid },
    needed: 2,
    sent: [
      {
        ...{ chain: "bitcoin", to: address, amount: 1_249_000n, fee: 1_000n, txid, at: ago(9_000) },
        state: "refused",
        reason: "the node does not take it: an input is spent already",
        links: [],
      },
      {
        ...{ chain: "stacks", to: stacks, amount: 98_765_432n, fee: 3_000n, txid: `${txid.slice(2)}00` },
        at: ago(8_000),
        state: "mined",
        links: [{ label: "On Stacks", href: `/explorer#/stacks/${txid}` }],
      },
    ],
  },
};

export const settingUp: PegCoordinatorView = {
  network: "devnet",
  setup: [
    {
      id: "key",
      title: "Make the key",
      state: "done",
      note: text("2 of 3 keys sign."),
      at: ago(900),
      links: [],
    },
    {
      id: "fee-wallet",
      title: "Fill the fee wallet",
      state: "done",
      note: text("STX for calls, bitcoin for fees."),
      at: ago(800),
      links: [],
    },
    {
      id: "deploy",
      title: "Deploy the contract",
      state: "failed",
      note: text("The node refused it: not enough STX."),
      action: "Try again",
      links: [],
    },
    {
      id: "limits",
      title: "Set the limits",
      state: "next",
      note: text("Caps per request and per window."),
      links: [],
    },
    {
      id: "signers",
      title: "Register the signers",
      state: "next",
      note: text("Keys and weights of all three."),
      links: [],
    },
    {
      id: "wallet-address",
      title: "Announce the wallet",
      state: "next",
      note: text("Signed by the new key."),
      links: [],
    },
  ],
  loop: { state: "off", doing: text("Waiting for the set-up") },
  queue: [],
  feeWallet: { stacks, bitcoin: address, low: false },
  members: [],
  allowList: true,
  offers: [],
  sweeps: { needed: 0, sent: [] },
};

const steps = [
  "Finish what only this group can",
  "Write the next seats on the contract",
  "The next group signs",
  "This group signs",
  "The contract names the next wallet",
  "All coins are signed over",
  "The coins arrive",
];
const to = { name: "Alpha peg wallet", people: ["Alice", "Bob", "Dan"], threshold: 2, total: 3 };
const calm: PegCoordinatorView = {
  ...running,
  loop: { state: "running", doing: text("Watches both chains.") },
};

export const handingOver: PegCoordinatorView = {
  ...calm,
  handOff: {
    to,
    steps: steps.map((title, at) => ({
      title,
      state: at < 3 ? "done" : at > 3 ? "next" : "now",
      ...(at === 3
        ? { note: text("Its signers are asked. Each compares names and code, and approves by hand.") }
        : {}),
    })),
    stuck: "Alice: Not now; Bob: This signer has not confirmed the next group",
    canStop: true,
    moved: [],
  },
};
export const handedOver: PegCoordinatorView = {
  ...calm,
  handOff: {
    to,
    steps: steps.map((title) => ({ title, state: "done" })),
    canStop: false,
    moved: [
      { txid, sats: 125_000_000n, confirmed: true },
      { txid: `${"0".repeat(4)}${txid.slice(4)}`, sats: 40_000n, confirmed: false },
    ],
  },
};

const day = 86_400_000;
export const dashboard: PegDashboardView = {
  balance: Array.from({ length: 30 }, (_, at) => ({
    at: now - (29 - at) * day,
    height: 2000 + at * 13,
    held: BigInt(40_000_000 + at * 1_700_000 + (at % 5) * 400_000),
    supply: BigInt(40_000_000 + at * 1_690_000),
  })),
  volume: Array.from({ length: 14 }, (_, at) => ({
    day: now - (13 - at) * day,
    pegIn: BigInt(((at * 5) % 7) * 3_000_000),
    pegOut: BigInt(((at * 3) % 5) * 2_000_000),
    requests: (at * 5) % 7,
  })),
  durations: Array.from({ length: 24 }, (_, at) => ({
    direction: at % 2 === 0 ? ("in" as const) : ("out" as const),
    txid,
    at: ago(at * 4000),
    ms: 60_000 + ((at * 37) % 97) * 4_000,
  })),
  queue: [
    { state: "confirming", count: 4, sats: 90_000_000n },
    { state: "signing", count: 1, sats: 5_000_000n },
    { state: "needs-a-person", count: 2, sats: 50_000_000n },
  ],
  signers: [
    { name: "Alice", answered: 41, asked: 41, medianMs: 4_200 },
    { name: "Bob", answered: 38, asked: 41, medianMs: 9_100 },
    { name: "Carol", answered: 0, asked: 0 },
  ],
};
/** What anybody can read from both chains. */
export const dashboardOfTesters: PegDashboardView = {
  balance: dashboard.balance.map(({ held, ...point }, i, all) =>
    i === all.length - 1 && held !== undefined ? { ...point, held } : point,
  ),
  volume: dashboard.volume,
  durations: dashboard.durations,
  cut: true,
};
export const dashboardEmpty: PegDashboardView = {
  ...{ balance: [], volume: [], durations: [], queue: [], signers: [] },
};
