import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { formatBitcoin } from "../../../sbtc/amount.ts";
import { defaultLockBlocks } from "../../../sbtc/ops/deposit-script.ts";
import { pegOutMessageHash, pegOutText, type VrsSignature } from "../../../sbtc/ops/owner-signature.ts";
import type { Principal } from "../../../sbtc/ops/principal.ts";
import { toHex } from "../../../sbtc/bytes.ts";
import type { PegDirection, PegFormStep, PegProblem } from "../../views/index.ts";
import { checkAddress, checkAmount, checkRecipient } from "./checks.ts";
import type { PegFacts } from "./facts.ts";
import { sweepFeeCap } from "./fees.ts";

/** The questions of each direction, in order. */
export const stepsOf: Readonly<Record<PegDirection, readonly PegFormStep[]>> = {
  in: ["amount", "recipient", "way", "check", "pay"],
  out: ["amount", "recipient", "sign", "check", "pay"],
};

/** Blocks a depositor waits before taking a deposit back: short on the devnet, so that it can be tried. */
export const lockBlocksOn = (network: BitcoinNetwork): number =>
  network.name === "regtest" ? 144 : defaultLockBlocks;

/** What the owner of sBTC signed for a peg-out. Void as soon as amount or address change. */
export interface SignedRequest {
  readonly signature: VrsSignature;
  /** The account the signature recovers, compared with the connected one already. */
  readonly owner: string;
}

/** Everything a person answered so far, and which question is on screen. */
export interface FormState {
  readonly direction: PegDirection;
  readonly step: PegFormStep;
  readonly texts: { readonly amount: string; readonly recipient: string };
  readonly way: "deposit" | "direct";
  readonly amount: bigint | null;
  readonly recipient: Principal | null;
  readonly script: Uint8Array | null;
  readonly signed: SignedRequest | null;
  /** Message digest (hex) that was found used, with the request that used it. */
  readonly used: { readonly digest: string; readonly by: string } | null;
  readonly problem: PegProblem | null;
}

/** What the rules of the form need to know. */
export interface FormContext {
  readonly facts: PegFacts;
  readonly network: BitcoinNetwork;
  /** The connected account's sBTC; null where unknown. */
  readonly sbtc: bigint | null;
}

export const newForm = (direction: PegDirection): FormState => ({
  direction,
  step: "amount",
  texts: { amount: "", recipient: "" },
  way: "deposit",
  amount: null,
  recipient: null,
  script: null,
  signed: null,
  used: null,
  problem: null,
});

/** Takes what a person typed into the question on screen. An answer that others were built on takes them with it. */
export function write(form: FormState, text: string): FormState {
  if (form.step === "amount")
    return { ...form, texts: { ...form.texts, amount: text }, amount: null, signed: null, problem: null };
  if (form.step !== "recipient") return form;
  return {
    ...form,
    texts: { ...form.texts, recipient: text },
    recipient: null,
    script: null,
    signed: null,
    problem: null,
  };
}

export const withProblem = (form: FormState, problem: PegProblem): FormState => ({ ...form, problem });

/** Holds the answer on screen against every rule that needs no source; a good one is kept in its exact form. */
export function answer(form: FormState, context: FormContext): FormState {
  const { facts, network, sbtc } = context;
  if (facts.halted) return withProblem(form, { code: "halted" });
  if (form.step === "amount") {
    const available = form.direction === "out" ? sbtc : null;
    const read = checkAmount(form.texts.amount, form.direction, facts, available);
    return read.ok
      ? { ...form, amount: read.value, problem: null }
      : withProblem({ ...form, amount: null }, read.problem);
  }
  if (form.step === "recipient") {
    if (form.direction === "in") {
      const read = checkRecipient(form.texts.recipient, facts, network);
      return read.ok
        ? { ...form, recipient: read.value, problem: null }
        : withProblem({ ...form, recipient: null }, read.problem);
    }
    const read = checkAddress(form.texts.recipient, form.amount ?? 0n, facts, network);
    return read.ok
      ? { ...form, script: read.value, problem: null }
      : withProblem({ ...form, script: null }, read.problem);
  }
  if (form.step === "way" && form.way === "deposit") {
    // What is minted is the deposit less its part of the sweep's fee, and that must still be allowed.
    const least = facts.limits.minAmount + sweepFeeCap(facts.rates);
    if ((form.amount ?? 0n) < least)
      return withProblem(form, { code: "amount-below-minimum", nearest: least });
    const name = form.recipient?.contractName ?? "";
    if (name.length > 12) return withProblem(form, { code: "contract-name-long", detail: name });
  }
  return { ...form, problem: null };
}

/** True where the question on screen is answered and the next may come. */
export function answered(form: FormState): boolean {
  if (form.problem !== null) return false;
  switch (form.step) {
    case "amount":
      return form.amount !== null;
    case "recipient":
      return form.direction === "in" ? form.recipient !== null : form.script !== null;
    case "sign":
      return form.signed !== null;
    case "way":
    case "check":
      return true;
    case "pay":
      return false;
  }
}

/** The next question; the same where the present one is not answered. */
export function goOn(form: FormState): FormState {
  const steps = stepsOf[form.direction];
  const next = steps[steps.indexOf(form.step) + 1];
  return answered(form) && next !== undefined ? { ...form, step: next } : form;
}

/** The question before, with its answer still there. */
export function goBack(form: FormState): FormState {
  const steps = stepsOf[form.direction];
  const before = steps[steps.indexOf(form.step) - 1];
  return before === undefined ? form : { ...form, step: before, problem: null };
}

/** Back to a question that was answered already; those after it are asked again. */
export function edit(form: FormState, step: PegFormStep): FormState {
  const steps = stepsOf[form.direction];
  return steps.indexOf(step) < steps.indexOf(form.step) ? { ...form, step, problem: null } : form;
}

/** Another amount for the same recipient: the way out where the first one was asked for before. */
export const otherAmount = (form: FormState, sats: bigint): FormState => ({
  ...form,
  texts: { ...form.texts, amount: formatBitcoin(sats).replace(/0+$/, "").replace(/\.$/, "") },
  amount: sats,
  signed: null,
  used: null,
  problem: null,
});

/** What the owner signs for a peg-out; null before amount and address are known. */
export function messageOf(
  form: FormState,
  network: BitcoinNetwork,
): { readonly text: string; readonly digest: Uint8Array; readonly digestHex: string } | null {
  if (form.direction !== "out" || form.amount === null || form.script === null) return null;
  const digest = pegOutMessageHash(form.amount, form.script, network, "D2");
  return { text: pegOutText(form.amount, form.script, network), digest, digestHex: toHex(digest) };
}
