import type { Roster } from "../../../rounds/index.ts";
import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import type { ContractNetwork } from "../../../sbtc/contract/deployment.ts";
import { checkProposal, mayApprove } from "../../../sbtc/peg/checks/check.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import { parseGroupKey, pegScript } from "../../../sbtc/ops/peg-script.ts";
import type { PegSetting, Standing, SuccessorFacts } from "../../../sbtc/peg/checks/evidence.ts";
import { SignedMemory } from "../../../sbtc/peg/checks/memory.ts";
import type { Check, SignerRefusalCode } from "../../../sbtc/peg/checks/result.ts";
import { opContext } from "../../../sbtc/peg/checks/standing.ts";
import {
  judgeByPolicy,
  policyFault,
  type Policy,
  type PolicyFault,
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
import {
  coordinatorWrite,
  earlierWrite,
  entryWrite,
  loadEarlier,
  loadSigner,
  policyWrite,
  settledWrites,
  type KeptEntry,
  type KeptSigner,
} from "./storage.ts";

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
  /** True where a member reported another code than the others: then nothing is answered without a person. */
  readonly alarm: () => boolean;
}

/** What one signer is for. */
export interface PegSignerOptions {
  /** Id of the group, under which its memory is kept. */
  readonly group: string;
  readonly roster: Roster;
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
  /** A refused check that no later look can lift, by its code; null where there is none. A number may stand behind it. */
  readonly final: SignerRefusalCode | `laterCoordinator ${string}` | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Which request an approval is for, and whether nobody pressed a button for it. */
export interface Asked {
  readonly request: string;
  readonly automatic: boolean;
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
  #restored: boolean;
  readonly #coordinators: Map<string, bigint>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    ports: PegSignerPorts,
    options: PegSignerOptions,
    kept: KeptSigner,
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
    this.#restored = kept.restored;
    this.#coordinators = new Map(kept.coordinators);
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
  /** True from a restore until the chain was read once: till then no height counts from. */
  get isRestored(): boolean {
    return this.#restored;
  }
  /** True while a member's report keeps everything waiting for a person. */
  get hasAlarm(): boolean {
    return this.#ports.alarm();
  }
  /** True where a policy, and no person, approved the request with this digest. */
  isAutomatic(request: string): boolean {
    return this.#entries.some((entry) => entry.automatic && entry.request === request);
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

  /** Sets what the policy allows, durably; since when the seat was restored stays. @returns what is wrong, or null */
  async setPolicy(limits: Omit<Policy, "restoredAt">): Promise<PolicyFault | null> {
    const fault = policyFault(limits);
    if (fault !== null) return fault;
    const policy = { ...limits, restoredAt: this.#policy.restoredAt };
    const { store, sealer } = this.#ports;
    await store.commit([policyWrite(this.#options.group, sealer, policy)]);
    this.#policy = policy;
    return null;
  }

  /**
   * Takes note of which device of a coordinator asks. Each coordinator has epochs of its own, so that nobody can raise
   * another's.
   * @returns the highest epoch seen of this coordinator: above the one given where another device has taken over
   */
  async highestEpoch(coordinator: string, epoch: bigint): Promise<bigint> {
    const seen = this.#coordinators.get(coordinator) ?? 0n;
    if (epoch <= seen) return seen;
    this.#coordinators.set(coordinator, epoch);
    const { store, sealer } = this.#ports;
    await store.commit([coordinatorWrite(this.#options.group, sealer, coordinator, epoch)]);
    return epoch;
  }

  /** A seat that came out of a backup does not know what it approved since: caps count as used from where it stands now. */
  async #settleRestore(height: number): Promise<void> {
    if (!this.#restored || height === 0) return;
    const policy = { ...this.#policy, restoredAt: height };
    const { store, sealer } = this.#ports;
    await store.commit(settledWrites(this.#options.group, sealer, policy));
    this.#policy = policy;
    this.#restored = false;
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
      const { roster } = this.#options;
      const context = { setting, roster, memory, now, successor: this.#ports.successor };
      const evidence = await this.#gatherer.gather(proposal, context);
      const found = checkProposal(proposal, evidence);
      checks.push(found);
      takesOver.push(...walletBefore(proposal, evidence.standing));
      const height = evidence.standing.chain.height;
      await this.#settleRestore(height);
      const judged = judgeByPolicy(this.#policy, proposal, found, {
        network: setting.network,
        memory,
        height,
        now,
        alarm: this.hasAlarm,
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
   * @param asked digest of the request, and whether it is answered without a person: then the policy must say so as well
   * @param commit gives the answer, together with these writes
   * @returns the review that was decided on
   */
  approve(
    proposals: readonly Proposal[],
    asked: Asked,
    commit: (writes: readonly Write[]) => Promise<void>,
  ): Promise<Review & { readonly approved: boolean }> {
    const turn = this.#turn.then(
      () => this.#approve(proposals, asked, commit),
      () => this.#approve(proposals, asked, commit),
    );
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #approve(
    proposals: readonly Proposal[],
    asked: Asked,
    commit: (writes: readonly Write[]) => Promise<void>,
  ): Promise<Review & { readonly approved: boolean }> {
    const { automatic, request } = asked;
    const { review, takesOver } = await this.#judge(proposals);
    const approved = review.mayApprove && (!automatic || review.verdict.tag === "approve");
    if (!approved) return { ...review, approved };
    const height = this.#gatherer.height;
    const entries = proposals.map((proposal): KeptEntry => ({
      ...{ proposal, height, automatic, request },
      at: review.at,
    }));
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
