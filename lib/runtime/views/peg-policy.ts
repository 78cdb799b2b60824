import type { Sentence } from "./common.ts";

/** What a person typed about when this tab may answer requests of the peg by itself. All text, as it stands in the fields. */
export interface PolicyForm {
  readonly mode: "manual" | "automatic";
  /** BTC. */
  readonly inEach: string;
  readonly outEach: string;
  readonly inWindow: string;
  readonly outWindow: string;
  readonly blocks: string;
  /** False: whoever the contract allows. */
  readonly listed: boolean;
  /** Stacks accounts and Bitcoin addresses, one per line. */
  readonly recipients: string;
  readonly always: boolean;
  /** `HH:MM`, UTC. */
  readonly from: string;
  readonly to: string;
}

/** Fields that can be wrong. */
export type PolicyField = "inEach" | "outEach" | "inWindow" | "outWindow" | "blocks" | "recipients" | "hours";

export type PolicyFaults = Readonly<Partial<Record<PolicyField, string>>>;

/** A rule as it takes effect. */
export interface PolicyRow {
  readonly rule: string;
  readonly value: string;
}

/** What a policy would have done with one request this seat approved. */
export interface PolicyTrial {
  readonly title: string;
  readonly sentence: Sentence;
  readonly at: number;
  readonly height: number;
  /** How it was answered when it came. */
  readonly was: "hand" | "policy";
  /** null where the policy would have answered it; otherwise why it would have waited. */
  readonly waits: string | null;
}

/** The policy of this seat, and what became of what was typed last. */
export interface PegPolicyView {
  /** What is stored, as the form starts with it. */
  readonly form: PolicyForm;
  /** What is stored, as it takes effect. */
  readonly rows: readonly PolicyRow[];
  readonly mode: PolicyForm["mode"];
  /** Why nothing is answered now although the policy is on. */
  readonly off?: { readonly why: "alarm" | "restored"; readonly detail: string };
  readonly faults: PolicyFaults;
  /** The policy that was tried last, on what this seat approved so far. */
  readonly tried?: {
    readonly rows: readonly PolicyRow[];
    readonly past: readonly PolicyTrial[];
    /** True where the one tried is the one stored. */
    readonly stored: boolean;
  };
  /** This tab locks itself after so long (ms), and answers nothing then; absent where it never does. */
  readonly locksAfterMs?: number;
}
