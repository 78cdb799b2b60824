import { dryRun, type PolicyVerdict } from "../../sbtc/peg/policy/policy.ts";
import { readPolicyForm, type Limits } from "../peg/signer/policy-form.ts";
import type { KeptEntry } from "../peg/signer/storage.ts";
import type { Intent } from "../views/intents.ts";
import type { PolicyFaults } from "../views/peg-policy.ts";
import type { SeatSession } from "./session.ts";
import type { OpenSeat } from "./stage.ts";

/** What became of the policy a person typed last. */
export interface PolicyDraft {
  readonly faults: PolicyFaults;
  /** null where something in it was wrong. */
  readonly tried: {
    readonly limits: Limits;
    readonly past: readonly { readonly entry: KeptEntry; readonly verdict: PolicyVerdict }[];
    readonly stored: boolean;
  } | null;
}

/** How many of the latest approvals a policy is tried on. */
const mostTried = 200;

/**
 * Tries a policy on what this seat approved, or stores it. Wrong input is told field by field and stores nothing.
 * @throws StoreError
 */
export async function actOnPolicy(
  session: SeatSession,
  { seat }: OpenSeat,
  intent: Extract<Intent, { do: "try-policy" | "set-policy" }>,
): Promise<void> {
  const signer = seat.pegSigner;
  if (signer === null) return;
  const { network } = signer.setting;
  const read = readPolicyForm(intent.form, network);
  if (!read.ok) {
    session.update({ policy: { faults: read.faults, tried: null } });
    return;
  }
  const { limits } = read;
  // What the form lets through has no fault left.
  const stored = intent.do === "set-policy" && (await signer.setPolicy(limits)) === null;
  const past = dryRun(limits, signer.approved, network).slice(-mostTried);
  session.update({ policy: { faults: {}, tried: { limits, past, stored } } });
}
