import { formatBitcoin, parseAmount } from "../../../sbtc/amount.ts";
import { addressOf, scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import { quote } from "../../../sbtc/bytes.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { formatPrincipal, parsePrincipal } from "../../../sbtc/ops/principal.ts";
import { longestWindow, policyFault, type Policy } from "../../../sbtc/peg/policy/policy.ts";
import { attempt } from "../../../sbtc/refusal.ts";
import type { PolicyFaults, PolicyField, PolicyForm } from "../../views/peg-policy.ts";

/** What a policy says, without since when its seat was restored: no form changes that. */
export type Limits = Omit<Policy, "restoredAt">;

export type ReadForm =
  { readonly ok: true; readonly limits: Limits } | { readonly ok: false; readonly faults: PolicyFaults };

const mostRecipients = 200;

/**
 * Reads what a person typed. Every field is looked at, so that all that is wrong is said at once; a policy that answers
 * nothing by itself keeps its limits where they can be read.
 */
export function readPolicyForm(form: PolicyForm, network: BitcoinNetwork): ReadForm {
  const faults: Partial<Record<PolicyField, string>> = {};
  const amount = (field: "inEach" | "outEach" | "inWindow" | "outWindow"): bigint => {
    const read = attempt(() => parseAmount(form[field], "BTC"));
    if (!read.ok) faults[field] = sentence(read.refusal.message);
    return read.ok ? read.value : 0n;
  };
  const limits: Limits = {
    mode: form.mode,
    most: { in: amount("inEach"), out: amount("outEach") },
    window: { blocks: blocksOf(form.blocks, faults), in: amount("inWindow"), out: amount("outWindow") },
    recipients: form.listed ? recipientsOf(form.recipients, network, faults) : null,
    hours: form.always ? null : hoursOf(form, faults),
  };
  if (Object.keys(faults).length === 0 && policyFault(limits) === "windowBelowOne") {
    if (limits.window.in < limits.most.in) faults.inWindow = belowOne(limits.most.in);
    if (limits.window.out < limits.most.out) faults.outWindow = belowOne(limits.most.out);
  }
  return Object.keys(faults).length === 0 ? { ok: true, limits } : { ok: false, faults };
}

const belowOne = (one: bigint): string =>
  `At least the ${formatBitcoin(one)} BTC that one operation may have; otherwise that cap says more than it allows.`;

type Faults = Partial<Record<PolicyField, string>>;

function blocksOf(text: string, faults: Faults): number {
  const blocks = /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : 0;
  if (blocks < 1 || blocks > longestWindow)
    faults.blocks = `A whole number of blocks from 1 to ${longestWindow}; 144 are about a day.`;
  return blocks;
}

/** Recipients in the one form in which proposals name them. */
function recipientsOf(text: string, network: BitcoinNetwork, faults: Faults): readonly string[] {
  const lines = text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const read = lines.map((line) => canonical(line, network));
  const wrong = lines.find((_, i) => read[i] === null);
  if (lines.length === 0) faults.recipients = "Name at least one, or choose whoever the contract allows.";
  else if (lines.length > mostRecipients)
    faults.recipients = `At most ${mostRecipients}; here are ${lines.length}.`;
  else if (wrong !== undefined)
    faults.recipients = `${quote(wrong)} is neither a Stacks account nor a Bitcoin address of this network.`;
  return [...new Set(read.filter((one) => one !== null))];
}

function canonical(line: string, network: BitcoinNetwork): string | null {
  const principal = attempt(() => formatPrincipal(parsePrincipal(line, network)));
  if (principal.ok) return principal.value;
  const address = attempt(() => addressOf(scriptOfAddress(line, network), network));
  return address.ok ? address.value : null;
}

function hoursOf({ from, to }: PolicyForm, faults: Faults): Policy["hours"] {
  const hours = { from: minutesOf(from), to: minutesOf(to) };
  if (hours.from === null || hours.to === null) {
    faults.hours = "Two times of the day in UTC, such as 08:00 and 18:30.";
    return null;
  }
  if (hours.from === hours.to)
    faults.hours = "From and to are the same time. For all day, choose “at any time”.";
  return { from: hours.from, to: hours.to };
}

function minutesOf(text: string): number | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  return match === null || hour > 23 || minute > 59 ? null : hour * 60 + minute;
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** A policy as the form shows it. */
export function policyForm({ mode, most, window, recipients, hours }: Limits): PolicyForm {
  const time = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return {
    mode,
    inEach: formatBitcoin(most.in),
    outEach: formatBitcoin(most.out),
    inWindow: formatBitcoin(window.in),
    outWindow: formatBitcoin(window.out),
    blocks: String(window.blocks),
    listed: recipients !== null,
    recipients: recipients?.join("\n") ?? "",
    always: hours === null,
    from: time(hours?.from ?? 8 * 60),
    to: time(hours?.to ?? 18 * 60),
  };
}
