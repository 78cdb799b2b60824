import { configCalls, longestAllowList, registryCalls, type Registry } from "../../contract/config-calls.ts";
import { setWalletCall, type ContractCall } from "../../contract/calls.ts";
import { contractSources, type ContractNetwork } from "../../contract/deployment.ts";
import { actionDigest, type ActionContext } from "../../contract/digest.ts";
import type { SetWalletAction } from "../../contract/actions.ts";
import type { CoordinatorData, Limits, RegisteredSigner, WalletState } from "../../contract/queries.ts";
import { sameBytes } from "../../bytes.ts";
import type { Submission } from "../fee-wallet/fee-wallet.ts";

/** How a peg is to be set up. */
export interface SetUpPlan {
  readonly network: ContractNetwork;
  readonly limits: Limits;
  readonly allowList: boolean;
  readonly coordinator: CoordinatorData;
  readonly registry: Registry;
  /** Stacks accounts and Bitcoin scripts to put on the allow-lists. */
  readonly recipients: readonly string[];
  readonly scripts: readonly Uint8Array[];
  /** The group's wallet. */
  readonly wallet: { readonly key: Uint8Array; readonly address: string };
}

/** The steps, in the order in which they are done. */
export const setUpSteps = ["deploy", "limits", "coordinator", "signers", "members", "wallet"] as const;
export type SetUpStep = (typeof setUpSteps)[number];

/** The registry as it was when a series of changes to it began. */
export interface RegistryStart {
  readonly signerCount: number;
  readonly keys: number;
  readonly parties: number;
}

/** What stands on the contract already. */
export interface SetUpFacts {
  /** Text of each contract that is deployed, by name. */
  readonly deployed: ReadonlyMap<string, string>;
  /** The rest; null as long as not everything is deployed. */
  readonly contract: {
    readonly limits: Limits;
    readonly allowList: boolean;
    readonly coordinator: CoordinatorData | null;
    readonly registry: {
      readonly signers: readonly RegisteredSigner[];
      readonly keys: number;
      readonly parties: number;
      readonly threshold: number;
    };
    readonly recipients: readonly string[];
    readonly scripts: readonly Uint8Array[];
    readonly wallet: WalletState;
  } | null;
}

/** What to do next. */
export type SetUpNext =
  | { readonly tag: "done" }
  /** Contracts of the same name with another text stand in the way: another account has to deploy. */
  | { readonly tag: "foreign"; readonly names: readonly string[] }
  | {
      readonly tag: "submit";
      readonly step: SetUpStep;
      readonly key: string;
      readonly submission: Submission;
    }
  /** Several calls that only make sense together and in order; each is sent once the one before has succeeded. */
  | {
      readonly tag: "series";
      readonly step: SetUpStep;
      /** To be remembered until the last call has succeeded: half-way the registry looks like another start. */
      readonly start: RegistryStart;
      readonly calls: readonly ContractCall[];
    }
  /** The group has to sign that its wallet becomes the peg's. */
  | { readonly tag: "sign"; readonly action: SetWalletAction; readonly epoch: bigint };

/**
 * The next thing to do for a peg to stand as planned: whatever is done already is left alone.
 * @param begun where a series of registry changes began that is not finished; null where there is none
 */
export function nextSetUp(
  plan: SetUpPlan,
  facts: SetUpFacts,
  token: string,
  begun: RegistryStart | null,
): SetUpNext {
  const sources = contractSources(plan.network);
  const foreign = sources.filter(({ name, source }) => {
    const there = facts.deployed.get(name);
    return there !== undefined && there !== source;
  });
  if (foreign.length > 0) return { tag: "foreign", names: foreign.map(({ name }) => name) };
  const missing = sources.find(({ name }) => !facts.deployed.has(name));
  if (missing !== undefined)
    return {
      tag: "submit",
      step: "deploy",
      key: `deploy/${missing.name}`,
      submission: { tag: "deploy", contract: missing },
    };
  const { contract } = facts;
  if (contract === null) throw new Error("everything is deployed, and nothing was read from it");
  const config = `${token}-config`;
  const submit = (step: SetUpStep, what: string, call: ContractCall): SetUpNext => ({
    tag: "submit",
    step,
    key: `${step}/${what}`,
    submission: { tag: "call", call },
  });
  if (!sameLimits(plan.limits, contract.limits))
    return submit("limits", Object.values(plan.limits).join("/"), configCalls.setLimits(config, plan.limits));
  if (plan.allowList !== contract.allowList)
    return submit(
      "limits",
      `allow-list/${plan.allowList}`,
      configCalls.enableAllowList(config, plan.allowList),
    );
  if (!sameAccount(plan.coordinator, contract.coordinator))
    return submit(
      "coordinator",
      plan.coordinator.address,
      configCalls.setCoordinator(config, plan.coordinator),
    );
  if (!sameRegistry(plan.registry, contract.registry)) {
    const { signers, keys, parties } = contract.registry;
    const start = begun ?? { signerCount: signers.length, keys, parties };
    return { tag: "series", step: "signers", start, calls: registryCalls(config, start, plan.registry) };
  }
  const recipients = plan.recipients
    .filter((who) => !contract.recipients.includes(who))
    .slice(0, longestAllowList);
  if (recipients.length > 0) {
    const entries = recipients.map((who) => ({ who, allowed: true }));
    return submit("members", recipients.join("/"), configCalls.allowRecipients(config, entries));
  }
  const scripts = plan.scripts
    .filter((script) => !contract.scripts.some((one) => sameBytes(one, script)))
    .slice(0, longestAllowList);
  if (scripts.length > 0) {
    const entries = scripts.map((script) => ({ script, allowed: true }));
    return submit(
      "members",
      scripts.map((one) => one.join(".")).join("/"),
      configCalls.allowScripts(config, entries),
    );
  }
  if (contract.wallet.wallet === null)
    return { tag: "sign", action: { tag: "setWallet", ...plan.wallet }, epoch: contract.wallet.epoch };
  return { tag: "done" };
}

/** The call that makes the group's wallet the peg's first one. `signature` is the group's over the action's digest. */
export const firstWalletCall = (
  context: ActionContext,
  action: SetWalletAction,
  signature: Uint8Array,
): ContractCall => setWalletCall(context, action, signature, null);

/** What the group signs for {@link firstWalletCall}. */
export const walletDigest = (context: ActionContext, action: SetWalletAction): Uint8Array =>
  actionDigest(context, action);

const sameLimits = (a: Limits, b: Limits): boolean =>
  (Object.keys(a) as (keyof Limits)[]).every((name) => a[name] === b[name]);

const sameAccount = (a: CoordinatorData, b: CoordinatorData | null): boolean =>
  a.address === b?.address && sameBytes(a.key, b.key);

function sameRegistry(plan: Registry, there: NonNullable<SetUpFacts["contract"]>["registry"]): boolean {
  return (
    plan.threshold === there.threshold &&
    plan.signers.length === there.parties &&
    plan.signers.length === there.signers.length &&
    plan.signers.every((signer, i) => {
      const other = there.signers[i];
      return other !== undefined && sameAccount(signer, other) && signer.weight === other.weight;
    })
  );
}
