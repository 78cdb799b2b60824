import { type GroupState, signingContext } from "../../../rounds/index.ts";
import { policyRows } from "../../../sbtc/peg/policy/policy.ts";
import type { PegSigner } from "../../peg/signer/signer.ts";
import { policyForm } from "../../peg/signer/policy-form.ts";
import type { PegPolicyView, PolicyTrial } from "../../views/peg-policy.ts";
import type { PolicyDraft } from "../policy.ts";
import { pegWords, type PegReader } from "./requests/peg-words.ts";
import type { ReadableSeat } from "./readable-seat.ts";

/** What a policy's page is drawn from. */
export interface PolicySource {
  readonly seat: Pick<ReadableSeat, "party"> & { readonly group: GroupState | null };
  readonly signer: Pick<PegSigner, "policy" | "hasAlarm" | "isRestored"> | null;
  readonly draft: PolicyDraft | null;
  readonly locksAfterMs: number | null;
}

/** The policy of a seat; null where it has none to set. */
export function policyView({ seat, signer, draft, locksAfterMs }: PolicySource): PegPolicyView | null {
  const { group } = seat;
  if (signer === null || group === null) return null;
  const { policy } = signer;
  const off = offBecause(signer);
  const tried = draft?.tried ?? null;
  const reader = readerOf(seat, group);
  return {
    form: policyForm(policy),
    rows: policyRows(policy),
    mode: policy.mode,
    ...(off === null ? {} : { off }),
    faults: draft?.faults ?? {},
    ...(tried === null || reader === null
      ? {}
      : {
          tried: {
            rows: policyRows({ ...tried.limits, restoredAt: policy.restoredAt }),
            past: trialsOf(tried.past, reader),
            stored: tried.stored,
          },
        }),
    ...(locksAfterMs === null ? {} : { locksAfterMs }),
  };
}

function offBecause({
  policy,
  hasAlarm,
  isRestored,
}: NonNullable<PolicySource["signer"]>): NonNullable<PegPolicyView["off"]> | null {
  if (hasAlarm)
    return {
      why: "alarm",
      detail: "A member reported a different code. Nothing is answered by itself in this group any more.",
    };
  if (isRestored)
    return {
      why: "restored",
      detail: `This seat came out of a backup. Its caps count as used for ${policy.window.blocks} blocks from its next look at the chain.`,
    };
  return null;
}

function readerOf(seat: Pick<ReadableSeat, "party">, group: GroupState): PegReader | null {
  const context = signingContext(seat.party, group);
  if (context === null) return null;
  const { roster } = group.sealed;
  return {
    roundId: "0".repeat(32),
    signers: roster.seats.map(({ identity, name }) => ({ id: name, publicKey: identity })),
    network: roster.network,
    groupKey: context.key.publicKeyPackage.xOnly,
    groupName: roster.name,
  };
}

type Tried = NonNullable<PolicyDraft["tried"]>["past"];

// A trial never changes, and its page is drawn many times.
const drawn = new WeakMap<Tried, readonly PolicyTrial[]>();

/** Newest first. */
function trialsOf(past: Tried, reader: PegReader): readonly PolicyTrial[] {
  let trials = drawn.get(past);
  if (trials === undefined) {
    trials = past
      .map(({ entry, verdict }): PolicyTrial => {
        const { title, sentence } = pegWords([entry.proposal], reader);
        return {
          title,
          sentence,
          at: entry.at,
          height: entry.height,
          was: entry.automatic ? "policy" : "hand",
          waits: verdict.tag === "approve" ? null : verdict.says,
        };
      })
      .reverse();
    drawn.set(past, trials);
  }
  return trials;
}
