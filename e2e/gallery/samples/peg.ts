import type {
  PegAsk,
  PegFormStep,
  PegFormView,
  PegPageView,
  PegScreen,
  PegStatusView,
  PegStep,
  PegWalletView,
  Sentence,
} from "../../../lib/runtime/views/index.ts";
import { address, ago, chromeBare } from "./people.ts";

export const stacks = "ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQVX8X0G";
const contract = `${stacks}.sbtc`;
export const txid = "c3f7bdf5a1e2908877665544332211ffeeddccbbaa99887766554433221100aa";
const pay = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
const text = (words: string): Sentence => [{ kind: "text", text: words }];
const amount = (sats: bigint, unit: "BTC" | "sBTC"): Sentence => [{ kind: "amount", sats, unit }];

const none: PegWalletView = {
  state: "none",
  choices: [],
};
const connected: PegWalletView = {
  state: "connected",
  name: "Leather",
  test: false,
  stacks,
  bitcoin: pay,
  btc: 71_250_000n,
  sbtc: 25_000_000n,
  ustx: 12_500_000n,
  faucet: "ready",
};

const labels: Readonly<Record<"in" | "out", readonly (readonly [PegFormStep, string, Sentence])[]>> = {
  in: [
    ["amount", "Amount", amount(25_000_000n, "BTC")],
    ["recipient", "Who receives the sBTC", [{ kind: "address", address: stacks }]],
    ["way", "How to pay", text("Deposit address with a way back")],
    ["check", "Check amounts and addresses", text("")],
    ["pay", "Pay from your wallet", text("")],
  ],
  out: [
    ["amount", "Amount", amount(50_000_000n, "sBTC")],
    ["recipient", "Where the bitcoin go", [{ kind: "address", address: pay }]],
    ["sign", "Sign with the account that holds the sBTC", [{ kind: "address", address: stacks }]],
    ["check", "Check amounts and addresses", text("")],
    ["pay", "Send the request from your wallet", text("")],
  ],
};

const seen = { title: "Seen on chain", note: "6 blocks deep, so that it is not undone.", when: "6 blocks" };
const happens = {
  in: {
    total: "12 blocks and the signers’ time",
    steps: [
      { title: "You pay", note: "One Bitcoin transaction to a deposit address made for you.", when: "now" },
      seen,
      {
        title: "Signers check",
        note: "Each for itself; then the deposit moves to the group.",
        when: "a few minutes",
      },
      {
        title: "sBTC minted",
        note: "To the account you name, once the move is 6 blocks deep. No peg fee in the alpha.",
        when: "6 blocks",
      },
    ],
  },
  out: {
    total: "13 blocks and the signers’ time",
    steps: [
      {
        title: "You sign and send",
        note: "A message with your account, then a small Bitcoin transaction.",
        when: "now",
      },
      seen,
      { title: "Signers check", note: "Each for itself; then your sBTC is locked.", when: "a few minutes" },
      {
        title: "You are paid",
        note: "Exactly the amount, once the lock is 6 blocks deep. If not in time, your sBTC comes back.",
        when: "6 blocks",
      },
    ],
  },
};

function form(direction: "in" | "out", ask: PegAsk, yours?: bigint): PegFormView {
  const at = labels[direction].findIndex(([step]) => step === ask.step);
  return {
    direction,
    title: direction === "in" ? "Turn BTC into sBTC" : "Turn sBTC into BTC",
    peg: {
      contract,
      network: "devnet",
      walletAddress: address,
      quorum: { have: 0, needed: 2, total: 3 },
      halted: false,
      tip: 2391,
    },
    lines: labels[direction].map(([step, label, answer], index) => ({
      step,
      label,
      state: index < at ? "done" : index === at ? "now" : "next",
      ...(index < at ? { answer } : {}),
    })),
    ask,
    happens: happens[direction],
    limits: {
      min: 100_000n,
      max: 100_000_000n,
      windowTotal: 500_000_000n,
      windowUsed: 180_000_000n,
      windowBlocks: 144,
      ...(yours === undefined ? {} : { yours }),
    },
  };
}

const page = (screen: PegScreen, wallet: PegWalletView = connected): PegPageView => ({
  ...{ chrome: chromeBare, network: "devnet", contract, wallet },
  ...screen,
});
const asked = (
  direction: "in" | "out",
  ask: PegAsk,
  wallet: PegWalletView = connected,
  yours?: bigint,
): PegPageView => page({ tag: "form", form: form(direction, ask, yours) }, wallet);

export const choose = page(
  { tag: "choose", text: "ST1", busy: false, problem: { code: "contract-name", detail: "ST1" } },
  none,
);
export const amountBad = asked(
  "in",
  { step: "amount", text: "4.2", problem: { code: "amount-above-cap", nearest: 100_000_000n } },
  none,
);
export const recipient = asked(
  "in",
  { step: "recipient", text: stacks, own: stacks, verdict: "own" },
  connected,
  25_000_000n,
);
export const way = asked("in", { step: "way", way: "deposit", lockBlocks: 144 }, connected, 25_000_000n);
export const check = asked(
  "in",
  {
    step: "check",
    rows: [
      { label: "You pay", value: amount(25_000_000n, "BTC") },
      {
        label: "You receive",
        value: [...text("at least "), ...amount(24_998_800n, "sBTC")],
        note: "Your deposit less its part of the sweep’s fee, never more than 1,200 sats",
      },
      {
        label: "To",
        value: [{ kind: "address", address: stacks }],
        note: "Written into the transaction; it cannot be changed afterwards",
      },
      {
        label: "Way back",
        value: text("after 144 blocks"),
        note: "If it is not minted by then, you take it back with your own key",
      },
    ],
  },
  connected,
  25_000_000n,
);
export const payReady = asked("in", {
  step: "pay",
  state: "ready",
  pays: 25_000_000n,
  minerFee: 420n,
  script: { address },
  psbtReady: true,
});
export const payShort = asked("in", {
  step: "pay",
  state: "ready",
  pays: 25_000_000n,
  script: { address: "", uri: `bitcoin:${pay}?amount=0.20000000` },
  psbtReady: false,
  problem: { code: "funds-short", nearest: 20_000_000n },
});
export const signUsed = asked("out", {
  step: "sign",
  text: `Withdraw request for 50000000 satoshis to the bitcoin address ${pay} (0000000002faf0800014751e76e8199196d454941c45d1b3a323f1433bd6)`,
  owner: stacks,
  state: "ready",
  problem: { code: "message-used", detail: txid },
  instead: { usedBy: txid, less: 49_999_999n, more: 50_000_001n },
});
export const walletChoosing = asked(
  "in",
  { step: "amount", text: "" },
  {
    state: "choosing",
    choices: [
      { id: "a", name: "Test wallet", test: true },
      { id: "b", name: "Test wallet, Leather’s way", test: true },
      { id: "c", name: "Leather", test: false },
      { id: "d", name: "Xverse", test: false, install: "https://www.xverse.app/download" },
    ],
    problem: { code: "wallet-cancelled" },
  },
);
export const walletPage = page({
  tag: "wallet",
  transfer: {
    amount: "0.4",
    to: "ST1TNW5XKBHTZPN9M345JC8M1GZR5F0DJGAYMD3R6",
    state: "writing",
    amountProblem: { code: "amount-above-balance", nearest: 25_000_000n },
  },
});
export const requests = page({
  tag: "requests",
  requests: [
    {
      direction: "out",
      txid,
      sats: 50_000_000n,
      to: pay,
      at: ago(4000),
      state: "Signing your payment",
      tone: "act",
      href: `#/${contract}/out/${txid}`,
    },
    {
      direction: "in",
      txid: `d${txid.slice(1)}`,
      sats: 25_000_000n,
      to: stacks,
      at: ago(90_000),
      state: "Your sBTC is there",
      tone: "go",
      href: `#/${contract}/in/d`,
    },
    {
      direction: "in",
      txid: `e${txid.slice(1)}`,
      sats: 1_000n,
      to: stacks,
      at: ago(190_000),
      state: "This peg-in stopped",
      tone: "stop",
      href: `#/${contract}/in/e`,
    },
  ],
});
export const requestsEmpty = page({ tag: "requests", requests: [] }, none);

const step = (
  id: PegStep["id"],
  title: string,
  state: PegStep["state"],
  note: string,
  at?: number,
): PegStep => ({
  id,
  title,
  state,
  note: text(note),
  links: state === "done" && at !== undefined ? [{ label: "Transaction", href: "#" }] : [],
  ...(at === undefined ? {} : { at }),
});
const base: PegStatusView = {
  direction: "out",
  txid,
  network: "devnet",
  title: "Signing your payment",
  lead: "This page asks both chains by itself. You can close it and come back by its link.",
  steps: [
    step("requested", "Requested", "done", "You give 0.5 sBTC and get 0.5 BTC.", ago(4000)),
    step("seen", "Seen on chain, 6 of 6 blocks", "done", "Block 2391. Deep enough to count on.", ago(3000)),
    step(
      "approved",
      "Approved by signers, sBTC locked",
      "done",
      "0.5 sBTC locked. If it is not paid by block 2421, you get it back.",
      ago(2000),
    ),
    step(
      "signing",
      "Signing",
      "now",
      "The group signs the payment to you once the lock is 6 blocks deep. How far it is, only the signers see.",
    ),
    step("broadcast", "Broadcast", "next", "The payment is sent to the Bitcoin network."),
    step("done", "Done", "next", "The payment is deep enough; then the locked sBTC is gone for good."),
  ],
  amount: { sats: 50_000_000n, unit: "BTC" },
  facts: [
    { label: "At", value: [{ kind: "address", address: pay }] },
    { label: "Owner", value: [{ kind: "address", address: stacks }] },
    {
      label: "Fee",
      value: [
        { kind: "amount", sats: 2000n, unit: "sats" },
        { kind: "text", text: ", paid with the request" },
      ],
    },
  ],
  link: `https://hoarfrost.example/peg#/${contract}/out/${txid}`,
  asked: { at: ago(3) },
  final: false,
};
export const statusOut = page({ tag: "status", status: base });
export const statusDone = page({
  tag: "status",
  status: {
    ...base,
    title: "Your bitcoin are there",
    lead: "Paid by the group. You can close this page.",
    steps: base.steps.map((one, index) => ({
      ...one,
      state: "done",
      at: one.at ?? ago(1000 - index * 60),
      ...(one.id === "signing" ? { note: text("The group signed the payment to you.") } : {}),
      ...(one.id === "broadcast" ? { title: "Broadcast, 6 of 6 blocks" } : {}),
    })),
    final: true,
  },
});
export const statusStopped = page({
  tag: "status",
  status: {
    ...base,
    direction: "in",
    title: "This peg-in stopped",
    amount: { sats: 25_000_000n, unit: "BTC" },
    steps: [
      step("requested", "Requested", "done", "You give 0.25 BTC and get sBTC.", ago(90_000)),
      step(
        "seen",
        "Seen on chain, 6 of 6 blocks",
        "done",
        "Block 2391. Deep enough to count on.",
        ago(80_000),
      ),
      step(
        "approved",
        "Approval by signers, 2 of 3 needed",
        "bad",
        "2 of 3 keys must agree, each signer after checking for itself.",
      ),
      step("signing", "Signing", "next", "The group signs that your deposit moves to it, then the mint."),
      step("broadcast", "Broadcast", "next", "The mint is sent to Stacks."),
      step("done", "Done", "next", "The sBTC is in the recipient’s account."),
    ],
    stop: { code: "recipient-not-allowed", tone: "stop", next: "reclaim", detail: stacks },
    reclaim: { state: "locked", blocksLeft: 61, lockBlocks: 144 },
    asked: { at: ago(75), problem: "this site cannot be reached" },
  },
});
