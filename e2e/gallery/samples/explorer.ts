import type { ExplorerPageView, ExplorerView } from "../../../lib/runtime/explorer/views.ts";
import { now } from "./people.ts";

const id = (byte: string): string => byte.repeat(32);
const address = "bcrt1p534swhsspmeepqu8gcg9ehu95ny74kch6rlu4er3zml0saxds0cqwpn73n";
const owner = "ST3RBZ4TZ3EK22SZRKGFZYBCKD7WQ5B8FFRS57TT6";

const page = (content: ExplorerView, more: Partial<ExplorerPageView> = {}): ExplorerPageView => ({
  network: "devnet",
  content,
  stale: false,
  mining: false,
  ...more,
});

const blocks = [143, 142, 141].map((height, at) => ({
  height,
  hash: id(`${7 - at}a`),
  at: now - (at * 12 + 4) * 1000,
  transactions: at === 1 ? 3 : 1,
  bytes: at === 1 ? 912 : 257,
}));
const devnet = { blockSeconds: 12, nextBlockAt: now + 8_000 };

export const loading = page({ tag: "loading" });
export const absent = page({ tag: "absent", network: "mainnet" });
export const missing = page({ tag: "missing", what: `Bitcoin transaction ${id("00")}` });
export const failed = page({ tag: "failed", reason: "http://localhost:3000/api/bitcoin cannot be reached" });
export const empty = page({
  tag: "overview",
  overview: { blocks, waiting: [], waitingCount: 0, calls: [], devnet },
});
export const overview = page(
  {
    tag: "overview",
    overview: {
      blocks,
      waiting: [
        { txid: id("5c"), title: "Peg-in", sats: 1_250_000n, fee: 402n },
        { txid: id("5d"), title: "Peg-out request, refused", sats: 20_294n, fee: 380n },
      ],
      waitingCount: 14,
      calls: [
        { txid: id("61"), title: "sbtc.lock", sender: owner, state: "waiting" },
        { txid: id("62"), title: "sbtc.mint!", sender: owner, state: "success", at: now - 31_000 },
        { txid: id("63"), title: "sbtc.mint!", sender: owner, state: "failed", at: now - 95_000 },
      ],
      devnet,
    },
  },
  { stale: true },
);
export const block = page({
  tag: "block",
  block: {
    ...blocks[1]!,
    previous: id("6b"),
    merkleRoot: id("44"),
    confirmations: 2,
    list: [
      { txid: id("01"), title: "Block reward", sats: 2_500_000_782n, fee: 0n },
      { txid: id("5c"), title: "Peg-in", sats: 1_250_000n, fee: 402n },
    ],
  },
});
export const tx = page({
  tag: "tx",
  tx: {
    txid: id("5c"),
    title: "Peg-in",
    confirmations: 6,
    block: { height: 142, hash: blocks[1]!.hash, at: blocks[1]!.at },
    fee: 402n,
    vsize: 201,
    inputs: [
      {
        address: "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        label: "Script without address",
        sats: 2_000_000n,
        tx: id("5b"),
        spent: null,
      },
    ],
    outputs: [
      { address: null, label: "Data", sats: 0n, spent: null },
      { address, label: "Script without address", sats: 1_250_000n, spent: true, tx: id("70") },
      {
        address: "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
        label: "Script without address",
        sats: 749_598n,
        spent: false,
      },
    ],
    operation: {
      title: "Peg-in",
      rows: [
        ["Amount", { kind: "amount", sats: 1_250_000n }],
        ["sBTC for", { kind: "code", text: owner }],
        ["Wallet", { kind: "address", address }],
      ],
    },
  },
});
export const call = page({
  tag: "call",
  call: {
    txid: id("63"),
    title: "sbtc.mint!",
    sender: owner,
    state: "failed",
    at: now - 95_000,
    rows: [
      ["Contract", { kind: "code", text: `${owner}.sbtc` }],
      ["Function", { kind: "code", text: "mint!" }],
      ["Sender", { kind: "code", text: owner }],
      ["Fee", { kind: "text", text: "0.003 STX" }],
      ["Nonce", { kind: "text", text: "12" }],
      ["Bitcoin block", { kind: "text", text: "142" }],
    ],
    args: [
      { name: "amount", value: "u1250000" },
      { name: "recipient", value: `'${owner}` },
      { name: "txid", value: `0x${id("5c")}` },
    ],
    events: [{ title: "sbtc printed", text: `{ amount: u1250000, topic: "mint", txid: 0x${id("5c")} }` }],
    result: "(err u2030)",
    means: "This deposit was minted already.",
  },
});
