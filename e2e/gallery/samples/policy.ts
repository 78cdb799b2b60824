import type { GroupView, PegPolicyView } from "../../../lib/runtime/views/index.ts";
import { group } from "./group.ts";
import { ago } from "./people.ts";

const btc = (sats: bigint) => ({ kind: "amount", sats, unit: "BTC" }) as const;
const rows: PegPolicyView["rows"] = [
  { rule: "Peg-in, each", value: "Up to 0.05000000 BTC" },
  { rule: "Peg-out, each", value: "Up to 0.02000000 BTC" },
  { rule: "Peg-ins within 144 blocks", value: "Up to 0.50000000 BTC" },
  { rule: "Peg-outs within 144 blocks", value: "Up to 0.10000000 BTC" },
  { rule: "Recipients", value: "Whoever the contract allows" },
  { rule: "Hours", value: "08:00 to 18:30 UTC" },
  { rule: "Restored", value: "Nothing before block 871344" },
  { rule: "Settlements, refunds, cancels, sweeps", value: "Answered where every check passes" },
  { rule: "Rejections, returns, hand-offs, new wallets", value: "Always wait for you" },
  { rule: "Whatever a check refuses or asks about", value: "Never answered by itself" },
];

const policy: PegPolicyView = {
  form: {
    mode: "automatic",
    inEach: "0.05000000",
    outEach: "0.02000000",
    inWindow: "0.50000000",
    outWindow: "0.10000000",
    blocks: "144",
    listed: false,
    recipients: "",
    always: false,
    from: "08:00",
    to: "18:30",
  },
  rows,
  mode: "automatic",
  faults: {},
  locksAfterMs: 1_800_000,
};

const of = (change: Partial<PegPolicyView>): GroupView => ({ ...group, policy: { ...policy, ...change } });

export const policyManual = of({
  form: { ...policy.form, mode: "manual" },
  rows: [{ rule: "Every request", value: "Waits for you" }],
  mode: "manual",
});

export const policyWrong = of({
  form: { ...policy.form, listed: true, inEach: "0,05", recipients: "Bob", to: "18.30", blocks: "0" },
  off: {
    why: "alarm",
    detail: "A member reported a different code. Nothing is answered by itself in this group any more.",
  },
  faults: {
    inEach: '"0,05" is not an amount (write the decimals after a point, and no thousands separator).',
    blocks: "A whole number of blocks from 1 to 52560; 144 are about a day.",
    recipients: '"Bob" is neither a Stacks account nor a Bitcoin address of this network.',
    hours: "Two times of the day in UTC, such as 08:00 and 18:30.",
  },
});

export const policyTried = of({
  tried: {
    stored: true,
    rows,
    past: [
      {
        title: "Pay a peg-out",
        sentence: [
          { kind: "strong", text: "Harbour" },
          { kind: "text", text: " pays a peg-out of " },
          btc(1_500_000n),
        ],
        at: ago(40),
        height: 871_201,
        was: "policy",
        waits: null,
      },
      {
        title: "Mint sBTC",
        sentence: [
          { kind: "strong", text: "Harbour" },
          { kind: "text", text: " mints " },
          { kind: "amount", sats: 8_000_000n, unit: "sBTC" },
          { kind: "text", text: " for a deposit" },
        ],
        at: ago(400),
        height: 871_166,
        was: "hand",
        waits: "0.08000000 is above your cap of 0.05000000.",
      },
    ],
  },
});
