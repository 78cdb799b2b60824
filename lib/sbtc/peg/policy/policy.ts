import { formatBitcoin } from "../../amount.ts";
import type { BitcoinNetwork } from "../../network.ts";
import { addressOf } from "../../bitcoin/script.ts";
import { parseTransaction } from "../../bitcoin/transaction.ts";
import type { Check } from "../checks/result.ts";
import { amountOf, SignedMemory, subjectOf, type SignedEntry } from "../checks/memory.ts";
import type { Proposal } from "../proposal.ts";

/** When a signer's tab answers by itself. Checks come first: what they refuse or ask about, no policy approves. */
export interface Policy {
  readonly mode: "manual" | "automatic";
  /** Satoshi of one operation at most: into the peg (mint) and out of it (lock, payout). */
  readonly most: { readonly in: bigint; readonly out: bigint };
  /** Satoshi within the last so many Bitcoin blocks at most. */
  readonly window: { readonly blocks: number; readonly in: bigint; readonly out: bigint };
  /** Stacks principals and Bitcoin addresses; null for whoever the contract allows. */
  readonly recipients: readonly string[] | null;
  /** Minutes of the UTC day, from (included) to (excluded); over midnight where `to` is smaller. null for always. */
  readonly hours: { readonly from: number; readonly to: number } | null;
  /** Bitcoin height at which this seat was restored from a backup: what it signed before is not known. null where it never was. */
  readonly restoredAt: number | null;
}

/** Nothing by itself: what a new and a restored seat start with. */
export const manualPolicy: Policy = {
  mode: "manual",
  most: { in: 0n, out: 0n },
  window: { blocks: 144, in: 0n, out: 0n },
  recipients: null,
  hours: null,
  restoredAt: null,
};

/** Why a policy leaves the answer to a person. */
export type PolicyReason =
  | "manual"
  | "alarm"
  | "notApprovable"
  | "checksAsk"
  | "byHand"
  | "aboveOperation"
  | "aboveWindow"
  | "recipientNotListed"
  | "outsideHours"
  | "restoredLately";

export type PolicyVerdict =
  { readonly tag: "approve" } | { readonly tag: "ask"; readonly reason: PolicyReason; readonly says: string };

/** What a policy looks at beside the proposal and its checks. */
export interface PolicyContext {
  readonly network: BitcoinNetwork;
  readonly memory: SignedMemory;
  /** Bitcoin height. */
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** True where a member saw another code than the others: what this group is may then be a lie. */
  readonly alarm: boolean;
}

const ask = (reason: PolicyReason, says: string): PolicyVerdict => ({ tag: "ask", reason, says });

/** What leaves the group's hands, or goes back: no policy answers it. */
const isByHand = (proposal: Proposal): boolean =>
  proposal.tag === "action"
    ? proposal.action.tag === "setWallet" || proposal.action.tag === "reject"
    : proposal.purpose.tag === "pegInReturn" || proposal.purpose.tag === "handOff";

/** Satoshi and direction that count against caps: a lock is a payout to come, so it is held to the same cap. */
function cappedAmount(proposal: Proposal): { readonly flow: "in" | "out" | "none"; readonly amount: bigint } {
  return proposal.tag === "action" && proposal.action.tag === "lock"
    ? { flow: "out", amount: proposal.action.amount }
    : amountOf(proposal);
}

/** Who gets something; null where nobody outside the peg does. */
function recipientOf(proposal: Proposal, network: BitcoinNetwork): string | null {
  if (proposal.tag === "action") {
    const { action } = proposal;
    return action.tag === "mint" ? action.recipient : action.tag === "lock" ? action.address : null;
  }
  if (proposal.purpose.tag !== "fulfilment") return null;
  const paid = parseTransaction(proposal.unsigned).outputs[1];
  return paid === undefined ? "" : (addressOf(paid.script, network) ?? "");
}

/** Whether this seat answers yes by itself. */
export function judgeByPolicy(
  policy: Policy,
  proposal: Proposal,
  checks: readonly Check[],
  context: PolicyContext,
): PolicyVerdict {
  if (policy.mode === "manual") return ask("manual", "This tab answers nothing by itself.");
  if (context.alarm)
    return ask("alarm", "A member reported a different code: nothing is answered by itself.");
  if (checks.length === 0 || checks.some(({ state }) => state === "refused" || state === "skipped"))
    return ask("notApprovable", "A check refused it.");
  if (isByHand(proposal)) return ask("byHand", "This kind of request is always answered by hand.");
  if (checks.some(({ state }) => state === "asks")) return ask("checksAsk", "A check asks for a person.");
  return judgeLimits(policy, proposal, context);
}

function judgeLimits(policy: Policy, proposal: Proposal, context: PolicyContext): PolicyVerdict {
  const { window, most, recipients, hours, restoredAt } = policy;
  if (restoredAt !== null && context.height < restoredAt + window.blocks)
    return ask(
      "restoredLately",
      `After a restore the caps count as used until block ${restoredAt + window.blocks}.`,
    );
  if (hours !== null && !isWithin(hours, context.now))
    return ask("outsideHours", `It answers from ${clock(hours.from)} to ${clock(hours.to)} UTC alone.`);
  const recipient = recipientOf(proposal, context.network);
  if (recipients !== null && recipient !== null && !recipients.includes(recipient))
    return ask("recipientNotListed", `${recipient} is not on your list.`);
  const { flow, amount } = cappedAmount(proposal);
  if (flow === "none") return { tag: "approve" };
  if (amount > most[flow])
    return ask(
      "aboveOperation",
      `${formatBitcoin(amount)} is above your cap of ${formatBitcoin(most[flow])}.`,
    );
  const used = usedSince(context.memory, flow, context.height - window.blocks, proposal);
  if (used + amount > window[flow])
    return ask(
      "aboveWindow",
      `${formatBitcoin(used)} of ${formatBitcoin(window[flow])} are used up in the last ${window.blocks} blocks.`,
    );
  return { tag: "approve" };
}

/** Satoshi of everything approved since a height, by hand or not; a request counts once for its lock and its payment. */
function usedSince(memory: SignedMemory, flow: "in" | "out", height: number, without: Proposal): bigint {
  const amounts = new Map<string, bigint>();
  for (const { proposal, height: at } of memory.entries) {
    const moved = cappedAmount(proposal);
    if (at > height && moved.flow === flow) amounts.set(subjectOf(proposal), moved.amount);
  }
  amounts.delete(subjectOf(without));
  return [...amounts.values()].reduce((sum, amount) => sum + amount, 0n);
}

const minutesOfDay = (now: number): number => Math.floor(now / 60_000) % 1_440;

function isWithin({ from, to }: NonNullable<Policy["hours"]>, now: number): boolean {
  const minute = minutesOfDay(now);
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** Longest window a cap can be over: a year of blocks. */
export const longestWindow = 52_560;

/** What is wrong with limits a person typed. */
export type PolicyFault = "window" | "hours" | "caps" | "windowBelowOne";

/** What is wrong with limits, or null. Caps of zero are no fault: whatever moves no amount is still answered. */
export function policyFault({ window, most, hours }: Omit<Policy, "restoredAt">): PolicyFault | null {
  if (!Number.isInteger(window.blocks) || window.blocks < 1 || window.blocks > longestWindow) return "window";
  const minutes = hours === null ? [] : [hours.from, hours.to];
  if (minutes.some((minute) => !Number.isInteger(minute) || minute < 0 || minute >= 1_440)) return "hours";
  // From a time to the same time is no time at all, or all day: nobody can tell which was meant.
  if (hours !== null && hours.from === hours.to) return "hours";
  if ([most.in, most.out, window.in, window.out].some((amount) => amount < 0n)) return "caps";
  return window.in < most.in || window.out < most.out ? "windowBelowOne" : null;
}

/** A policy as it takes effect, line by line, for a table. */
export function policyRows(policy: Policy): readonly { readonly rule: string; readonly value: string }[] {
  const { mode, most, window, recipients, hours, restoredAt } = policy;
  if (mode === "manual") return [{ rule: "Every request", value: "Waits for you" }];
  const btc = (amount: bigint): string => `${formatBitcoin(amount)} BTC`;
  return [
    { rule: "Peg-in, each", value: `Up to ${btc(most.in)}` },
    { rule: "Peg-out, each", value: `Up to ${btc(most.out)}` },
    { rule: `Peg-ins within ${window.blocks} blocks`, value: `Up to ${btc(window.in)}` },
    { rule: `Peg-outs within ${window.blocks} blocks`, value: `Up to ${btc(window.out)}` },
    {
      rule: "Recipients",
      value: recipients === null ? "Whoever the contract allows" : recipients.join(", "),
    },
    { rule: "Hours", value: hours === null ? "Always" : `${clock(hours.from)} to ${clock(hours.to)} UTC` },
    ...(restoredAt === null
      ? []
      : [{ rule: "Restored", value: `Nothing before block ${restoredAt + window.blocks}` }]),
    { rule: "Settlements, refunds, cancels, sweeps", value: "Answered where every check passes" },
    { rule: "Rejections, returns, hand-offs, new wallets", value: "Always wait for you" },
    { rule: "Whatever a check refuses or asks about", value: "Never answered by itself" },
  ];
}

/** What a policy would have done with requests of the past, in their order: each decided on what was approved before it. */
export function dryRun<Entry extends SignedEntry & { readonly at: number }>(
  policy: Omit<Policy, "restoredAt">,
  past: readonly Entry[],
  network: BitcoinNetwork,
): readonly { readonly entry: Entry; readonly verdict: PolicyVerdict }[] {
  let memory = new SignedMemory();
  return past.map((entry) => {
    // What was approved had passed its checks; the limits are what is tried out.
    const checks = [{ id: "sources", state: "passed", says: "" }] as const;
    const context = { network, memory, height: entry.height, now: entry.at, alarm: false };
    const verdict = judgeByPolicy({ ...policy, restoredAt: null }, entry.proposal, checks, context);
    memory = memory.with(entry);
    return { entry, verdict };
  });
}
