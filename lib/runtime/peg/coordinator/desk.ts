import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { addressOf, scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNode, BlockRef } from "../../../sbtc/bitcoin/node.ts";
import type { ChainParameters } from "../../../sbtc/bitcoin/spv/parameters.ts";
import { configCalls } from "../../../sbtc/contract/config-calls.ts";
import type { ContractCall } from "../../../sbtc/contract/calls.ts";
import type { PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import type { FrostCoordinator } from "../../../sbtc/peg/coordinator/rounds.ts";
import type { SetUpPlan } from "../../../sbtc/peg/coordinator/set-up.ts";
import { FeeWallet } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import type { RecordId } from "../../../sbtc/peg/queue/record.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";
import { put, type Store } from "../../ports/store.ts";
import type { Network } from "../../views/common.ts";
import type { PegCommand, PegCoordinatorView } from "../../views/peg-coordinator.ts";
import { feeScript } from "./bitcoin-fees.ts";
import { PegCoordinator } from "./coordinator.ts";
import { PegSetUp, type SetUpState, type WalletAnswer } from "./set-up.ts";
import { stacksAccount, type StacksAccountPort } from "./stacks-account.ts";
import { haltView, queueItem, setUpView } from "./view.ts";

/** The coordinator's two fee keys. They follow from the seat's own secret, so that its backup holds them too. */
export function feeKeys(identity: Uint8Array): { readonly bitcoin: Uint8Array; readonly stacks: Uint8Array } {
  const derive = (what: string): Uint8Array =>
    hkdf(sha256, identity, undefined, utf8ToBytes(`hoarfrost/fee-wallet/${what}/1`), 32);
  return { bitcoin: derive("bitcoin"), stacks: derive("stacks") };
}

/** Everything a coordinator's screen needs from outside. */
export interface CoordinatorDeskPorts {
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly frost: FrostCoordinator;
  /** Something a screen may show has changed. */
  readonly onChange: () => void;
}

/** What one peg is. */
export interface CoordinatorDeskOptions {
  readonly network: Network;
  readonly terms: Omit<PegTerms, "contract">;
  readonly parameters: ChainParameters;
  readonly start: BlockRef;
  readonly keys: ReturnType<typeof feeKeys>;
  readonly plan: Omit<SetUpPlan, "coordinator" | "recipients" | "scripts"> & {
    readonly coordinatorKey: Uint8Array;
  };
  /** Milliseconds between two looks at the chains. */
  readonly lookEveryMs: number;
}

/** Micro-STX and satoshi below which the fee wallet is shown as almost empty. */
const low = { ustx: 20_000_000n, sats: 20_000n };

/** The coordinator's peg behind its screen: setting up, then the loop, and the commands of both. */
export class CoordinatorDesk {
  readonly #ports: CoordinatorDeskPorts;
  readonly #options: CoordinatorDeskOptions;
  readonly #account: StacksAccountPort;
  readonly #wallet: FeeWallet;
  #setUp: SetUpState | null = null;
  #started = false;
  #coordinator: PegCoordinator | null = null;
  #balance: { readonly ustx: bigint; readonly sats: bigint } | null = null;
  #busy: PegCommand["do"] | null = null;
  #problem: PegCoordinatorView["problem"] | null = null;
  #closed = false;
  #looking = false;
  #serial = 0;

  constructor(ports: CoordinatorDeskPorts, options: CoordinatorDeskOptions) {
    this.#ports = ports;
    this.#options = options;
    const { stacks } = ports;
    this.#account = stacksAccount(options.keys.stacks, options.network === "mainnet" ? "mainnet" : "testnet");
    this.#wallet = new FeeWallet(
      // Nothing a person asked for at a click is sent again by itself: it need not outlive the tab.
      { node: stacks, ...this.#account, save: () => Promise.resolve() },
      [],
    );
    void this.#begin();
  }

  /** A set-up that was begun goes on by itself; where that cannot be read, a click begins it again. */
  async #begin(): Promise<void> {
    const mark = await this.#ports.store.get(this.#startedKey).catch(() => null);
    this.#started ||= mark !== null;
    await this.look();
  }

  get #startedKey(): string {
    return `peg-started/${this.#account.address}`;
  }
  get #token(): string {
    return `${this.#account.address}.sbtc`;
  }
  get #feeAddress(): string {
    return addressOf(feeScript(this.#options.keys.bitcoin), this.#options.terms.network) ?? "";
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#coordinator?.stop();
    await this.#coordinator?.idle();
  }

  /** Goes on with setting up, or sees that the loop runs; asks to be called again by the clock. */
  async look(): Promise<void> {
    if (this.#closed || this.#looking) return;
    this.#looking = true;
    try {
      await this.#readBalance();
      if (this.#coordinator === null && this.#started && this.#isFunded) await this.#goOn();
      this.#problem = null;
    } catch (error) {
      this.#problem = {
        what: "A source did not answer",
        detail: error instanceof Refusal ? error.message : "unknown",
      };
      if (!(error instanceof Refusal)) this.#started = false;
    } finally {
      this.#looking = false;
    }
    this.#ports.onChange();
    this.#ports.clock.after(this.#options.lookEveryMs, () => void this.look());
  }

  get #isFunded(): boolean {
    return this.#balance !== null && this.#balance.ustx > 0n && this.#balance.sats > 0n;
  }

  async #readBalance(): Promise<void> {
    const { bitcoin, stacks } = this.#ports;
    const { balance } = await stacks.account(this.#account.address);
    const coins = await bitcoin.utxos(feeScript(this.#options.keys.bitcoin));
    this.#balance = { ustx: balance, sats: coins.reduce((sum, { amount }) => sum + amount, 0n) };
  }

  async #goOn(): Promise<void> {
    const { stacks, store, frost } = this.#ports;
    const { coordinatorKey, ...plan } = this.#options.plan;
    const coordinator = { address: this.#account.address, key: coordinatorKey };
    const setUp = await PegSetUp.open(
      {
        stacks,
        store,
        account: this.#account,
        askGroup: async (proposal): Promise<WalletAnswer> => {
          const item = { id: "pegIn:set-wallet", proposal } as const;
          const outcome = await frost.sign({ number: 0, items: [item], byHand: true });
          if (outcome.tag !== "signed") return outcome;
          const signature = outcome.signatures[0]?.[0];
          return signature === undefined
            ? { tag: "missing", reason: "no signature came back" }
            : { tag: "signed", signature };
        },
      },
      { ...plan, coordinator, recipients: [], scripts: [] },
    );
    this.#setUp = await setUp.look();
    if (this.#setUp.tag === "failed") this.#started = false;
    if (this.#setUp.tag === "done") await this.#startLoop();
  }

  async #startLoop(): Promise<void> {
    const { bitcoin, stacks, store, clock, rng, frost, onChange } = this.#ports;
    const { parameters, start, keys, terms, lookEveryMs } = this.#options;
    this.#coordinator = await PegCoordinator.open(
      { bitcoin, stacks, store, clock, rng, frost, account: this.#account },
      { terms: { ...terms, contract: this.#token }, parameters, start, feeKey: keys.bitcoin },
    );
    this.#coordinator.subscribe(onChange);
    this.#coordinator.run(lookEveryMs);
  }

  view(): PegCoordinatorView {
    const running = this.#coordinator?.snapshot() ?? null;
    const balance = this.#balance;
    const halt = running === null ? null : haltView(running);
    const isDone = this.#setUp?.tag === "done";
    const rounds = running?.rounds.length ?? 0;
    const doing =
      running === null
        ? "Waiting for the set-up."
        : rounds > 0
          ? `Waiting for signers in ${rounds} ${rounds === 1 ? "round" : "rounds"}.`
          : `Waiting for block ${(running.facts?.chain.tip.height ?? 0) + 1}.`;
    return {
      network: this.#options.network,
      ...(isDone ? { contract: this.#token, testers: `/peg#/${this.#token}/in` } : {}),
      setup: setUpView(this.#setUp, this.#isFunded, this.#started),
      loop: {
        state: running === null ? "off" : running.stopped ? "stopped" : running.paused ? "paused" : "running",
        doing: [{ kind: "text", text: doing }],
        ...(running?.facts == null
          ? {}
          : { tip: { bitcoin: running.facts.chain.tip.height, stacks: running.facts.contract.burnHeight } }),
      },
      ...(halt == null ? {} : { halt }),
      queue: running === null ? [] : running.records.map((record) => queueItem(record, running)),
      feeWallet: {
        stacks: this.#account.address,
        bitcoin: this.#feeAddress,
        ...(balance === null ? {} : balance),
        low: balance !== null && (balance.ustx < low.ustx || balance.sats < low.sats),
      },
      members: [],
      allowList: this.#options.plan.allowList,
      ...(this.#busy === null ? {} : { busy: this.#busy }),
      ...(this.#problem == null ? {} : { problem: this.#problem }),
    };
  }

  /** Carries out what a person asked for. Never rejects: what went wrong is in the view. */
  async act(order: PegCommand): Promise<void> {
    this.#busy = order.do;
    this.#ports.onChange();
    try {
      this.#problem = await this.#carryOut(order);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#problem = { what: "It could not be done", detail: error.message };
    } finally {
      this.#busy = null;
      this.#ports.onChange();
    }
  }

  async #carryOut(order: PegCommand): Promise<PegCoordinatorView["problem"] | null> {
    const config = `${this.#token}-config`;
    switch (order.do) {
      case "peg-setup":
        this.#started = true;
        await this.#ports.store.commit([put(this.#startedKey, Uint8Array.of(1))]);
        await this.look();
        return null;
      case "peg-pause":
        this.#coordinator?.pause(order.paused);
        return null;
      case "peg-retry":
        return this.#onRecord(order.item, (id, one) => one.command(id, { tag: "retry" }));
      case "peg-process":
        return this.#onRecord(order.item, (id, one) => one.processNow(id));
      case "peg-mark":
        return this.#onRecord(order.item, (id, one) => one.command(id, { tag: "markForPerson" }));
      case "peg-process-txid":
        return this.#onRecord(order.txid, (id, one) => one.processNow(id));
      case "peg-halt":
        return this.#call(configCalls.setHalted(config, order.halted));
      case "peg-allow-list":
        return this.#call(configCalls.enableAllowList(config, order.enabled));
      case "peg-members": {
        const { network } = this.#options.terms;
        const isAccount = (who: string): boolean => /^S[PTMN]/.test(who);
        const accounts = order.entries.filter(({ who }) => isAccount(who));
        const scripts = order.entries
          .filter(({ who }) => !isAccount(who))
          .map(({ who, allowed }) => ({ script: scriptOfAddress(who, network), allowed }));
        const first =
          accounts.length === 0 ? null : await this.#call(configCalls.allowRecipients(config, accounts));
        if (first !== null || scripts.length === 0) return first;
        return this.#call(configCalls.allowScripts(config, scripts));
      }
      case "peg-hand-off":
      case "peg-consolidate":
      case "peg-sweep-fee-wallet":
        return { what: "Not in this version", detail: "Nothing was asked of the signers." };
    }
  }

  async #onRecord(
    wanted: string,
    work: (id: RecordId, coordinator: PegCoordinator) => Promise<void>,
  ): Promise<PegCoordinatorView["problem"] | null> {
    const coordinator = this.#coordinator;
    const record = coordinator
      ?.snapshot()
      .records.find(({ id }) => id === wanted || id.split(":")[1] === wanted);
    if (coordinator === null || record === undefined)
      return {
        what: "There is no such request",
        detail: "No block so far holds a request with this transaction.",
      };
    await work(record.id, coordinator);
    return null;
  }

  async #call(call: ContractCall): Promise<PegCoordinatorView["problem"] | null> {
    const { burnBlockHeight } = await this.#ports.stacks.info();
    const status = await this.#wallet.send(`click/${++this.#serial}`, { tag: "call", call }, burnBlockHeight);
    return status.tag === "failed" || status.tag === "stuck"
      ? { what: "The call was not taken", detail: status.reason }
      : null;
  }
}
