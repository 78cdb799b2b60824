import type { CheckView, RequestView, Sentence, SentencePart } from "../../../lib/runtime/views/index.ts";
import { now, publicKey } from "./people.ts";
import { review } from "./requests.ts";

const text = (value: string): SentencePart => ({ kind: "text", text: value });
const strong = (value: string): SentencePart => ({ kind: "strong", text: value });
const group = strong("Alpha peg wallet");
const stacks = "ST2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKQVX8X0G";
const contract = "ST2Y9KVHZ875TNVPROKSED0K4NZACNCJAK39T2RDM.sbtc";
const peg = "bcrt1pm52q6jgnwszme5uk49kvcu2m2je3tqu6ewdhvu40yd7tk9zunwgqm7n23y";
const dana = "bcrt1qz7c7m69lgwnafqgkdxczf29w7unurxs4t0k4hn";
const txid = "99f23524de350f15174e304bc05208fc84c229f7d6cecb204de9b7d6b961a569";
const coin = "c95049c57ef010beb20234eae0c165472edbaf549ce5098094b9315a687f5805";

const check = (code: string, title: string, evidence: string): CheckView => ({
  code,
  state: "passed",
  title,
  evidence: [text(evidence)],
});
const sources = check(
  "sources",
  "Independent sources agree",
  "Bitcoin at height 2391, Stacks at burn height 2391; every source says the same.",
);
const known = check(
  "contract",
  "It is the contract of this peg",
  "It is the one this seat approved, and its text is this product’s, to the letter.",
);
const wallet = check(
  "wallet",
  "This group’s key is the peg’s key",
  "The contract names this group’s key as its wallet.",
);
const open = check("trading", "Trading is not halted", "The contract is open.");
const general: readonly CheckView[] = [
  check(
    "content",
    "The hash belongs to what is shown here",
    "The hash rebuilt in this tab is what the group is asked to sign.",
  ),
  check(
    "digest",
    "An approval covers exactly this request",
    "Content, deadline, group and coordinator are all part of the digest computed here.",
  ),
  check("member", "A member of the group asks", "Mara signed the request; a relay cannot make one up."),
  check("key", "The key is certified", "3 of 3 members signed it; their signatures were checked here."),
  check("deadline", "The deadline has not passed", "No share is given after it, by this tab’s clock."),
];

const asked = (
  over: Pick<RequestView, "title" | "kind" | "sentence" | "body" | "checks" | "raw" | "approveLabel"> & {
    readonly detail?: Sentence;
  },
): RequestView => ({
  ...review,
  subject: over.detail ?? over.sentence,
  expiresAt: now + 3_540_000,
  ...over,
});

export const setWallet = asked({
  title: "The peg’s wallet",
  kind: "other",
  sentence: [group, text(" becomes the peg’s wallet")],
  detail: [text("with the address "), { kind: "address", address: peg }],
  body: {
    shape: "facts",
    facts: [
      { label: "New key", value: [{ kind: "hex", hex: publicKey }] },
      { label: "New address", value: [{ kind: "address", address: peg }] },
      { label: "Contract", value: [text(contract)] },
      { label: "Key epoch", value: [text("0")] },
    ],
  },
  checks: [
    {
      code: "contract",
      state: "asks",
      title: "It is the contract of this peg",
      evidence: [
        text(
          `This seat has not approved a contract yet: compare ${contract} with the others. Its text is this product’s.`,
        ),
      ],
    },
    sources,
    check("wallet", "This group’s key is the peg’s key", "The contract has no wallet yet."),
    open,
    check("W1", "The new wallet’s address belongs to its key", `${peg} is the address of the key.`),
    ...general,
  ],
  raw: [{ label: "Message hash", hex: txid, same: true }],
  approveLabel: "Approve the wallet",
});

export const mint = asked({
  title: "Mint sBTC",
  kind: "payment-in",
  sentence: [
    group,
    text(" mints "),
    { kind: "amount", sats: 24_999_710n, unit: "sBTC" },
    text(" for a deposit"),
  ],
  detail: [text("to "), { kind: "address", address: stacks }],
  body: {
    shape: "facts",
    facts: [
      { label: "Amount", value: [{ kind: "amount", sats: 24_999_710n, unit: "sBTC" }] },
      { label: "Recipient", value: [{ kind: "address", address: stacks }] },
      { label: "Deposit", value: [{ kind: "hex", hex: txid }] },
      { label: "Output", value: [text("1")] },
      { label: "Bitcoin block", value: [text("2385")] },
      { label: "Contract", value: [text(contract)] },
      { label: "Key epoch", value: [text("1")] },
    ],
  },
  checks: [
    sources,
    known,
    wallet,
    open,
    check(
      "M1",
      "The deposit is confirmed on Bitcoin",
      "In block 2385, 7 confirmations, proven against headers checked here.",
    ),
    check(
      "M2",
      "The deposit pays this peg",
      "It was swept into the peg’s wallet, and the sweep is confirmed.",
    ),
    check("M3", "Amount and recipient are the deposit’s", `0.24999710 for ${stacks}.`),
    check(
      "M4",
      "The deposit was not used before",
      "Unknown to the contract, and nothing else was approved here for it.",
    ),
    check(
      "M5",
      "Bitcoin held by the peg covers all sBTC",
      "The peg holds 0.90899710 BTC; 0.89009710 sBTC will stand against it.",
    ),
    ...general,
  ],
  raw: [{ label: "Message hash", hex: coin, same: true }],
  approveLabel: "Approve the mint",
});

export const payout = asked({
  title: "Pay a peg-out",
  kind: "payment-out",
  sentence: [group, text(" pays "), { kind: "amount", sats: 50_000_000n, unit: "BTC" }],
  detail: [text("to "), { kind: "address", address: dana }],
  body: {
    shape: "transaction",
    inputs: [
      { label: "The request’s fee output", note: [text(`${txid}:2`)], sats: 1476n, pays: false },
      { label: "Coin of the peg", note: [text(`${coin}:0`)], sats: 421_835_000n, pays: false },
    ],
    outputs: [
      {
        label: "Data",
        note: [{ kind: "hex", hex: `6a23${txid.slice(0, 40)}` }],
        tag: "Pay a peg-out",
        pays: false,
      },
      { label: "Recipient", note: [{ kind: "address", address: dana }], sats: 50_000_000n, pays: true },
      {
        label: "Back to the peg",
        note: [{ kind: "address", address: peg }],
        sats: 371_835_000n,
        pays: false,
      },
    ],
    feeSats: 1476n,
  },
  checks: [
    sources,
    known,
    wallet,
    open,
    check(
      "F1",
      "The request is confirmed on Bitcoin",
      "In block 2379, 12 confirmations, proven against headers checked here.",
    ),
    check(
      "F2",
      "The owner of the sBTC signed it",
      `Signed by ${stacks}, whose sBTC the contract has locked.`,
    ),
    check("F3", "Its fee output is there and unspent", "Output 2 pays 1476 sat to the peg and is unspent."),
    check("F4", "It was never served before", "New to the contract and to this seat."),
    check("F5", "The sBTC is locked for exactly this", "0.50000000 sBTC are locked until block 2421."),
    check(
      "F6",
      "It spends the request and known coins alone",
      "The request’s output 2, 1 known coin of the peg.",
    ),
    check("F7", "It pays the recipient exactly", `0.50000000 BTC to ${dana}.`),
    check(
      "F8",
      "The peg pays no fee",
      "1476 sat for 246 vbytes, paid by the request; 3.71835000 BTC come back to the peg.",
    ),
    {
      code: "F9",
      state: "asks",
      title: "Above your automatic limit",
      evidence: [
        text("0.50000000 BTC is over your 0.25000000 BTC. 0.50000000 of 5.00000000 within 144 blocks."),
      ],
    },
    ...general,
  ],
  raw: [
    { label: "Sighash, input 0", hex: publicKey, same: true },
    { label: "Sighash, input 1", hex: coin, same: true },
    {
      label: "Unsigned transaction",
      hex: `02000000000102${txid}0200000000fdffffff${coin}0000000000fdffffff03`,
    },
    { label: "Operation digest", hex: review.digest, same: true },
  ],
  approveLabel: "Approve the payment",
});
