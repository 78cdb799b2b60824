import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import type { ContractNetwork } from "../../../sbtc/contract/deployment.ts";
import { checkProposal, mayApprove } from "../../../sbtc/peg/checks/check.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import { parseGroupKey, pegScript } from "../../../sbtc/ops/pegScript.ts";
import type { PegSetting, Standing, SuccessorFacts } from "../../../sbtc/peg/checks/evidence.ts";
import { SignedMemory } from "../../../sbtc/peg/checks/memory.ts";
import type { Check, SignerRefusalCode } from "../../../sbtc/peg/checks/result.ts";
import { opContext } from "../../../sbtc/peg/checks/standing.ts";
import {
  judgeByPolicy,
  policyFault,
  type Policy,
  type PolicyVerdict,
} from "../../../sbtc/peg/policy/policy.ts";
import type { Proposal } from "../../../sbtc/peg/proposal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { Sealer } from "../../driver/journal.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Store, Write } from "../../ports/store.ts";
import { AgreeingStacks } from "./agreement.ts";
import { SignerFollower } from "./follower.ts";
import { Gatherer } from "./gather.ts";
import { earlierWrite, entryWrite, loadEarlier, loadSigner, policyWrite, type KeptEntry } from "./storage.ts";

/** Everything a signer's own judgement needs from outside. */
export interface PegSignerPorts {
  readonly bitcoin: readonly BitcoinNode[];
  readonly stacks: readonly StacksNode[];
  /** Sources of different operators that must answer, per chain: 2 outside of devnet. */
  readonly minSources: number;
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** What this browser knows of a key that is to take over. */
  readonly successor: (key: Uint8Array) => Omit<SuccessorFacts, "registry"> | null;
}

/** What one signer is for. */
export interface PegSignerOptions {
  /** Id of the group, under which its memory is kept. */
  readonly group: string;
  readonly setting: Omit<PegSetting, "contract">;
  /** The contract this seat approved as a member of the group before; null where it was in none. */
  readonly carried?: string | null;
  readonly parameters: ChainParameters;
  /** The last block before the peg's first coin. */
  readonly start: BlockRef;
  readonly contractNetwork: ContractNetwork;
}

/** What came of looking at the proposals of one request. */
export interface Review {
  /** Per proposal, every check with its result. */
  readonly checks: readonly (readonly Check[])[];
  readonly mayApprove: boolean;
  readonly verdict: PolicyVerdict;
  /** A refused check that no later look can lift; null where there is none. */
  readonly final: SignerRefusalCode | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * A signer's own judgement of the peg: follows Bitcoin, asks its Stacks sources, remembers everything it ever approved,
 * and says of every proposal which checks hold. One approval is judged at a time, so that two cannot pass on the same
 * room in a limit.
 */
export class PegSigner {
  readonly #ports: PegSignerPorts;
  readonly #options: PegSignerOptions;
  readonly #gatherer: Gatherer;
  #entries: readonly KeptEntry[];
  #earlier: readonly Uint8Array[];
  #memory: SignedMemory;
  #next: number;
  #policy: Policy;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    ports: PegSignerPorts,
    options: PegSignerOptions,
    kept: Awaited<ReturnType<typeof loadSigner>>,
    earlier: readonly Uint8Array[],
  ) {
    this.#ports = ports;
    this.#options = options;
    const context = opContext({ ...options.setting, contract: null });
    const { bitcoin, stacks, minSources } = ports;
    const follower = new SignerFollower(bitcoin, minSources, options.parameters, options.start, context);
    this.#gatherer = new Gatherer(follower, new AgreeingStacks(stacks, minSources), options.contractNetwork);
    this.#entries = kept.entries;
    this.#earlier = earlier;
    this.#memory = new SignedMemory(kept.entries);
    this.#next = kept.next;
    this.#policy = kept.policy;
  }

  /**
   * Restores what this seat approved and which policy it set.
   * @throws DamagedJournal, StoreError, Refusal where too few sources are set
   */
  static async open(ports: PegSignerPorts, options: PegSignerOptions): Promise<PegSigner> {
    const { group } = options;
    const { store, sealer } = ports;
    const kept = await loadSigner(group, store, sealer);
    return new PegSigner(ports, options, kept, await loadEarlier(group, store, sealer));
  }

  get policy(): Policy {
    return this.#policy;
  }
  /** What this seat approved, oldest first. */
  get approved(): readonly KeptEntry[] {
    return this.#entries;
  }
  get setting(): PegSetting {
    const { setting, carried = null } = this.#options;
    return {
      ...setting,
      contract: this.#memory.pinnedContract ?? carried,
      expiredPegScripts: [...setting.expiredPegScripts, ...this.#earlier],
    };
  }

  /** The key this group handed over to with this seat's approval; null where it is in charge, or was not asked. */
  get successor(): Uint8Array | null {
    return this.#memory.successorOf(this.#options.setting.groupKey);
  }

  /** Sets the policy, durably. @returns what is wrong with it, or null */
  async setPolicy(policy: Policy): Promise<ReturnType<typeof policyFault>> {
    const fault = policyFault(policy);
    if (fault !== null) return fault;
    const { store, sealer } = this.#ports;
    await store.commit([policyWrite(this.#options.group, sealer, policy)]);
    this.#policy = policy;
    return null;
  }

  /** Looks at the proposals of a request with fresh evidence; nothing is remembered. */
  async look(proposals: readonly Proposal[]): Promise<Review> {
    return (await this.#judge(proposals)).review;
  }

  /** @returns beside the review, wallets this group would take over from, as the contract names them now */
  async #judge(
    proposals: readonly Proposal[],
  ): Promise<{ readonly review: Review; readonly takesOver: readonly Uint8Array[] }> {
    const { clock } = this.#ports;
    const { setting } = this;
    let memory = this.#memory;
    const checks: (readonly Check[])[] = [];
    const takesOver: Uint8Array[] = [];
    let verdict: PolicyVerdict = { tag: "approve" };
    for (const proposal of proposals) {
      const now = clock.now();
      const context = { setting, memory, now, successor: this.#ports.successor };
      const evidence = await this.#gatherer.gather(proposal, context);
      const found = checkProposal(proposal, evidence);
      checks.push(found);
      takesOver.push(...walletBefore(proposal, evidence.standing));
      const height = evidence.standing.chain.height;
      const judged = judgeByPolicy(this.#policy, proposal, found, {
        network: setting.network,
        memory,
        height,
        now,
      });
      if (verdict.tag === "approve") verdict = judged;
      // What is approved together is held against each other too: two payments of one request in one round, say.
      memory = memory.with({ proposal, height, automatic: false });
    }
    const refused = checks.flat().filter((check) => check.state === "refused");
    const review = {
      checks,
      mayApprove: checks.length > 0 && checks.every(mayApprove),
      verdict,
      final: refused.find(({ mayPass }) => !mayPass)?.code ?? null,
      at: clock.now(),
    };
    return { review, takesOver };
  }

  /**
   * Judges once more and, where every check holds, approves: the answer and what is remembered of it go into one commit.
   * @param automatic true where nobody pressed a button: then the policy must say so as well
   * @param commit gives the answer, together with these writes
   * @returns the review that was decided on
   */
  approve(
    proposals: readonly Proposal[],
    automatic: boolean,
    commit: (writes: readonly Write[]) => Promise<void>,
  ): Promise<Review & { readonly approved: boolean }> {
    const turn = this.#turn.then(
      () => this.#approve(proposals, automatic, commit),
      () => this.#approve(proposals, automatic, commit),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #approve(
    proposals: readonly Proposal[],
    automatic: boolean,
    commit: (writes: readonly Write[]) => Promise<void>,
  ): Promise<Review & { readonly approved: boolean }> {
    const { review, takesOver } = await this.#judge(proposals);
    const approved = review.mayApprove && (!automatic || review.verdict.tag === "approve");
    if (!approved) return { ...review, approved };
    const height = this.#gatherer.height;
    const entries = proposals.map((proposal): KeptEntry => ({ proposal, height, automatic, at: review.at }));
    const { sealer } = this.#ports;
    const earlier = [...this.#earlier, ...takesOver];
    await commit([
      ...entries.map((entry, i) => entryWrite(this.#options.group, sealer, this.#next + i, entry)),
      ...(takesOver.length > 0 ? [earlierWrite(this.#options.group, sealer, earlier)] : []),
    ]);
    this.#earlier = earlier;
    this.#next += entries.length;
    this.#entries = [...this.#entries, ...entries];
    this.#memory = this.#memory.with(...entries);
    return { ...review, approved };
  }
}

/** The wallet that the contract names before this group's becomes it. */
function walletBefore(proposal: Proposal, { contract, setting }: Standing): readonly Uint8Array[] {
  const takesOver =
    proposal.tag === "action" &&
    proposal.action.tag === "setWallet" &&
    sameBytes(proposal.action.key, setting.groupKey);
  const present = takesOver && contract.ok ? contract.value.wallet.wallet : null;
  return present === null ? [] : [pegScript(parseGroupKey(present.key), "peg").script];
}
