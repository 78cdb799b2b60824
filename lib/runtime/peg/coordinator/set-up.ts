import { z } from "zod";
import {
  configQueries,
  sharedQueries,
  signersPerPage,
  tokenQueries,
  type RegisteredSigner,
} from "../../../sbtc/contract/queries.ts";
import { contractSources, sourceHash } from "../../../sbtc/contract/deployment.ts";
import { verifySchnorr } from "../../../frost/index.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import { parseContractId } from "../../../sbtc/stacks/transaction.ts";
import type { ContractCall } from "../../../sbtc/contract/calls.ts";
import {
  firstWalletCall,
  nextSetUp,
  walletDigest,
  type RegistryStart,
  type SetUpFacts,
  type SetUpNext,
  type SetUpPlan,
  type SetUpStep,
} from "../../../sbtc/peg/coordinator/set-up.ts";
import type { ActionProposal } from "../../../sbtc/peg/proposal.ts";
import { FeeWallet, type CallStatus, type Submission } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import { storedCall } from "../../../sbtc/peg/queue/codec.ts";
import { put, remove, type Store } from "../../ports/store.ts";
import type { StacksAccountPort } from "./stacks-account.ts";

/** How the group answers when asked to make its wallet the peg's: its signature, or why not. */
export type WalletAnswer =
  | { readonly tag: "signed"; readonly signature: Uint8Array }
  | { readonly tag: "refused" | "missing"; readonly reason: string };

/** Everything outside. */
export interface SetUpPorts {
  readonly stacks: StacksNode;
  readonly store: Store;
  readonly account: StacksAccountPort;
  /** Asks the group for its signature. */
  readonly askGroup: (proposal: ActionProposal) => Promise<WalletAnswer>;
}

/** Where setting up stands after a look. */
export type SetUpState =
  | { readonly tag: "done"; readonly token: string }
  /** Something was sent and is not mined yet. */
  | { readonly tag: "waiting"; readonly step: SetUpStep; readonly txid: string }
  /** It went one step further; look again. */
  | { readonly tag: "moved"; readonly step: SetUpStep }
  | { readonly tag: "failed"; readonly step: SetUpStep; readonly reason: string };

/**
 * Sets a peg up, one look at a time: what the contract shows decides what comes next, so that it can stop anywhere and go
 * on in another tab. Calls that belong together are remembered until the last of them has succeeded.
 */
export class PegSetUp {
  readonly token: string;
  readonly #ports: SetUpPorts;
  readonly #plan: SetUpPlan;
  readonly #wallet: FeeWallet;

  private constructor(ports: SetUpPorts, plan: SetUpPlan, wallet: FeeWallet) {
    this.#ports = ports;
    this.#plan = plan;
    this.#wallet = wallet;
    this.token = `${ports.account.address}.sbtc`;
  }

  static async open(ports: SetUpPorts, plan: SetUpPlan): Promise<PegSetUp> {
    const under = `peg-set-up/${ports.account.address}/`;
    const past = (await ports.store.list(under)).map(({ value }) => storedCall.decode(value));
    const wallet = new FeeWallet(
      {
        node: ports.stacks,
        ...ports.account,
        save: (call) => ports.store.commit([put(`${under}${call.key}`, storedCall.encode(call))]),
      },
      past,
    );
    return new PegSetUp(ports, plan, wallet);
  }

  /** Looks at the contract and does the next thing. @throws Refusal where the node fails; nothing is lost by that */
  async look(): Promise<SetUpState> {
    const facts = await this.#gather();
    const next = nextSetUp(this.#plan, facts, this.token, await this.#begun());
    const { burnBlockHeight } = await this.#ports.stacks.info();
    switch (next.tag) {
      case "done":
        return { tag: "done", token: this.token };
      case "foreign":
        return {
          tag: "failed",
          step: "deploy",
          reason: `other contracts already have these names under this account: ${next.names.join(", ")}`,
        };
      case "submit":
        return this.#sent(next.step, await this.#wallet.send(next.key, next.submission, burnBlockHeight));
      case "series":
        return this.#series(next, burnBlockHeight);
      case "sign":
        return this.#setWallet(next, burnBlockHeight);
    }
  }

  /** One at a time: each call of a series is only right after the one before it. */
  async #series(
    { step, start, calls }: Extract<SetUpNext, { tag: "series" }>,
    height: number,
  ): Promise<SetUpState> {
    const { store } = this.#ports;
    await store.commit([put(this.#seriesKey, encodeStart(start))]);
    const name = `${Object.values(start).join("/")}/${fingerprint(calls)}`;
    for (const [i, call] of calls.entries()) {
      const key = `signers/${name}/${i}`;
      let status = await this.#send(key, call, height);
      // On a chain that mines at once the second look already has the answer.
      if (status.tag === "waiting") status = await this.#send(key, call, height);
      if (status.tag === "done") continue;
      // A refused call ends the series: the next look starts one from what there is then.
      if (status.tag === "failed") await store.commit([remove(this.#seriesKey)]);
      return this.#sent(step, status);
    }
    await store.commit([remove(this.#seriesKey)]);
    return { tag: "moved", step };
  }

  get #seriesKey(): string {
    return `peg-set-up-series/${this.#ports.account.address}`;
  }
  async #begun(): Promise<RegistryStart | null> {
    const stored = await this.#ports.store.get(this.#seriesKey);
    return stored === null ? null : startShape.parse(JSON.parse(new TextDecoder().decode(stored)));
  }

  #send(key: string, call: ContractCall, height: number): Promise<CallStatus> {
    const submission: Submission = { tag: "call", call };
    return this.#wallet.send(key, submission, height);
  }

  async #setWallet(
    { action, epoch }: Extract<SetUpNext, { tag: "sign" }>,
    height: number,
  ): Promise<SetUpState> {
    const { chainId } = await this.#ports.stacks.info();
    const context = { chainId, contract: this.token, epoch };
    const answer = await this.#ports.askGroup({ tag: "action", action, ...context });
    if (answer.tag !== "signed") return { tag: "failed", step: "wallet", reason: answer.reason };
    if (!verifySchnorr(action.key, walletDigest(context, action), answer.signature))
      return { tag: "failed", step: "wallet", reason: "the group's signature does not hold" };
    const call = firstWalletCall(context, action, answer.signature);
    return this.#sent("wallet", await this.#send(`wallet/${action.address}`, call, height));
  }

  #sent(step: SetUpStep, status: CallStatus): SetUpState {
    switch (status.tag) {
      case "waiting":
        return { tag: "waiting", step, txid: status.txid };
      case "done":
        return { tag: "moved", step };
      case "failed":
      case "stuck":
        return { tag: "failed", step, reason: status.reason };
    }
  }

  async #gather(): Promise<SetUpFacts> {
    const { stacks } = this.#ports;
    const { address } = parseContractId(this.token);
    const deployed = new Map<string, string>();
    const sources = contractSources(this.#plan.network);
    for (const { name } of sources) {
      const found = await stacks.contractSource(`${address}.${name}`);
      if (found !== null) deployed.set(name, found.source);
    }
    if (sources.some(({ name }) => !deployed.has(name))) return { deployed, contract: null };
    const config = `${this.token}-config`;
    const signerCount = await stacks.read(configQueries.signerCount(config));
    const signers: RegisteredSigner[] = [];
    for (let first = 0; first < signerCount; first += signersPerPage) {
      const page = await stacks.read(configQueries.signers(config, first));
      signers.push(...page.filter((one) => one !== null));
    }
    // With the list switched off the contract allows everyone: members are then written once it is switched on.
    const recipients: string[] = [];
    for (const who of this.#plan.recipients)
      if (await stacks.read(configQueries.recipientAllowed(config, who))) recipients.push(who);
    const scripts: Uint8Array[] = [];
    for (const script of this.#plan.scripts)
      if (await stacks.read(configQueries.scriptAllowed(config, script))) scripts.push(script);
    return {
      deployed,
      contract: {
        limits: await stacks.read(configQueries.limits(config)),
        allowList: await stacks.read(configQueries.allowListEnabled(config)),
        coordinator: await stacks.read(sharedQueries.coordinator(config)),
        registry: {
          signers,
          keys: await stacks.read(sharedQueries.keyCount(config)),
          parties: await stacks.read(sharedQueries.partyCount(config)),
          threshold: await stacks.read(sharedQueries.threshold(config)),
        },
        recipients,
        scripts,
        wallet: await stacks.read(tokenQueries.wallet(this.token)),
      },
    };
  }
}

const startShape = z.object({ signerCount: z.number(), keys: z.number(), parties: z.number() });
const encodeStart = (start: RegistryStart): Uint8Array => new TextEncoder().encode(JSON.stringify(start));

// Series with other calls in them are other series.
const fingerprint = (calls: readonly ContractCall[]): string => {
  const text = calls
    .map(({ functionName, functionArgs }) => `${functionName}${JSON.stringify(functionArgs, asText)}`)
    .join();
  return sourceHash(text).slice(0, 16);
};

const asText = (_: string, value: unknown): unknown => (typeof value === "bigint" ? value.toString() : value);
