import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNode } from "../../../sbtc/bitcoin/node.ts";
import type { ActionProposal } from "../../../sbtc/peg/proposal.ts";
import { pegScript } from "../../../sbtc/ops/peg-script.ts";
import { Refusal } from "../../../sbtc/refusal.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";
import type { Store } from "../../ports/store.ts";
import type { PegCommand } from "../../views/peg-coordinator.ts";
import type { PegDashboardView, PegSignerRow } from "../../views/peg-dashboard.ts";
import { feeScript } from "../coordinator/bitcoin-fees.ts";
import { PegCoordinator } from "../coordinator/coordinator.ts";
import type { CoordinatorSnapshot } from "../coordinator/ports.ts";
import { PegSetUp, type SetUpState } from "../coordinator/set-up.ts";
import { stacksAccount, type StacksAccountPort } from "../coordinator/stacks-account.ts";
import { signerNetworks } from "../signer/sources.ts";
import { carryOut, problemTitles, type CommandHands } from "./commands.ts";
import { ContractOwner, HostProblem } from "./contract-owner.ts";
import { epochOf, overtakenAt, takeOverAt } from "./epoch.ts";
import { FeeSweep, type FeeSweepSnapshot } from "./fee-sweep.ts";
import { loadMemory, saveMemory, type HostMemory } from "./memory.ts";
import { HandOffHost, type HandOffSnapshot } from "./hand-off-host.ts";
import { HostNumbers } from "./numbers.ts";
import { setUpPlan, stacksNetworkOf, termsOf, type HostedGroup, type PegGroup } from "./plan.ts";

/** Everything outside a hosted peg. */
export interface HostPorts {
  readonly bitcoin: BitcoinNode;
  readonly stacks: StacksNode;
  readonly store: Store;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Groups of this seat that have a key, oldest first. */
  readonly groups: () => readonly PegGroup[];
  /** Fills the fee wallet with coins that are worth nothing; null where no one gives any away. */
  readonly faucet: ((addresses: FeeAddresses) => Promise<void>) | null;
  /** How each signer answered so far. */
  readonly signers: () => readonly PegSignerRow[];
  /** Where the site is, without a slash at the end. */
  readonly site: string;
  /** Something a screen may show has changed. */
  readonly onChange: () => void;
  /** The disk failed, or this program made a mistake: nothing of the peg goes on in this tab. */
  readonly onFault: (error: unknown) => void;
}

export interface FeeAddresses {
  readonly stacks: string;
  readonly bitcoin: string;
}

/** How far a hosted peg is, for screens. */
export interface HostSnapshot {
  readonly group: HostedGroup;
  readonly token: string;
  readonly site: string;
  readonly memory: HostMemory;
  readonly addresses: FeeAddresses;
  /** null before the chains were asked. */
  readonly balances: { readonly ustx: bigint; readonly sats: bigint } | null;
  /** What the last look at the set-up showed; null before the first. */
  readonly setUp: SetUpState | null;
  /** True while the group is asked to sign for its wallet. */
  readonly asksWallet: boolean;
  readonly loop: CoordinatorSnapshot | null;
  readonly sweep: FeeSweepSnapshot;
  /** null before the loop has looked once. */
  readonly numbers: PegDashboardView | null;
  readonly hasFaucet: boolean;
  /** The group the contract names, and the one the peg could go to. */
  readonly charge: PegGroup;
  readonly next: PegGroup | null;
  readonly handOff: HandOffSnapshot | null;
  /** Why a source could not be asked; null where it could. */
  readonly fault: string | null;
  readonly busy: PegCommand["do"] | null;
  readonly problem: { readonly what: string; readonly detail: string } | null;
}

/** Milliseconds between looks at the set-up, and between looks of the loop. */
const paces = { setUp: 2_000, devnet: 2_500, elsewhere: 20_000 };

/** Micro-STX below which setting up would stop half-way. */
export const leastUstx = 20_000_000n;

/**
 * The coordinator's peg in its own tab: sets it up once a person said so, and runs its loop from then on, over reloads.
 * One per seat: the seat's lock sees to it.
 */
export class PegHost {
  readonly #ports: HostPorts;
  readonly #group: HostedGroup;
  readonly #account: StacksAccountPort;
  readonly #addresses: FeeAddresses;
  readonly #owner: ContractOwner;
  readonly #handOff: HandOffHost;
  readonly #sweep: FeeSweep;
  #memory: HostMemory;
  #setUp: SetUpState | null = null;
  #asksWallet = false;
  #coordinator: PegCoordinator | null = null;
  #numbers: HostNumbers | null = null;
  #balances: HostSnapshot["balances"] = null;
  #fault: string | null = null;
  #busy: PegCommand["do"] | null = null;
  #problem: HostSnapshot["problem"] = null;
  #cancel: () => void = () => undefined;
  #closed = false;

  private constructor(ports: HostPorts, group: HostedGroup, memory: HostMemory, sweep: FeeSweep) {
    this.#ports = ports;
    this.#sweep = sweep;
    this.#group = group;
    this.#memory = memory;
    this.#account = stacksAccount(group.fees.stacks, stacksNetworkOf(group));
    const { bitcoin } = signerNetworks[group.roster.network];
    const bitcoinAddress = addressOf(feeScript(group.fees.bitcoin), bitcoin);
    if (bitcoinAddress === null) throw new Error("a key has an address");
    this.#addresses = { stacks: this.#account.address, bitcoin: bitcoinAddress };
    this.#owner = new ContractOwner(ports, this.#account, bitcoin);
    this.#handOff = new HandOffHost({
      ...ports,
      account: this.#account,
      home: group,
      token: () => this.#token,
    });
  }

  static async open(ports: HostPorts, group: HostedGroup): Promise<PegHost> {
    const sweep = await FeeSweep.open(ports, {
      groupId: group.groupId,
      keys: group.fees,
      network: signerNetworks[group.roster.network].bitcoin,
      stacksNetwork: stacksNetworkOf(group),
      pegScript: pegScript(group.key, "peg").script,
    });
    const host = new PegHost(ports, group, await loadMemory(ports.store, group.groupId), sweep);
    host.#serve();
    void host.#turn();
    return host;
  }

  snapshot(): HostSnapshot {
    return {
      group: this.#group,
      token: this.#token,
      site: this.#ports.site,
      memory: this.#memory,
      addresses: this.#addresses,
      balances: this.#balances,
      setUp: this.#setUp,
      asksWallet: this.#asksWallet,
      loop: this.#coordinator?.snapshot() ?? null,
      sweep: this.#sweep.snapshot(),
      numbers: this.#numbers?.view(this.#ports.signers()) ?? null,
      hasFaucet: this.#ports.faucet !== null,
      charge: this.#handOff.charge,
      next: this.#handOff.next,
      handOff: this.#handOff.snapshot(this.#memory),
      fault: this.#fault,
      busy: this.#busy,
      problem: this.#problem,
    };
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
    this.#coordinator?.stop();
    this.#handOff.stop();
  }

  /** Carries out what a person asked for. Never rejects: what goes wrong is told in the snapshot. */
  async command(command: PegCommand): Promise<void> {
    if (this.#busy !== null || this.#closed) return;
    this.#busy = command.do;
    this.#problem = null;
    this.#ports.onChange();
    try {
      await carryOut(command, this.#hands());
    } catch (error) {
      if (error instanceof Refusal || error instanceof HostProblem)
        this.#problem = { what: problemTitles[command.do], detail: `${error.message}.` };
      else this.#fail(error);
    } finally {
      this.#busy = null;
      this.#ports.onChange();
    }
  }

  get #token(): string {
    return `${this.#account.address}.sbtc`;
  }

  readonly #hands = (): CommandHands => ({
    token: this.#token,
    owner: this.#owner,
    sweep: this.#sweep,
    coordinator: () => this.#coordinator,
    memory: () => this.#memory,
    remember: (change) => this.#remember(change),
    drink: () => this.#drink(),
    begin: () => this.#begin(),
    handOff: this.#handOff,
    lookNow: () => this.#schedule(0),
    takeOver: () => this.#takeOver(),
  });

  /** Asks the group as the device it is. */
  #serve(): void {
    for (const { frost } of this.#ports.groups())
      frost.serve(epochOf(this.#memory), (highest) => {
        this.#letGo(highest).catch((error: unknown) => this.#fail(error));
      });
  }

  /** Another device of this coordinator works: this one stops, and stays stopped over reloads. */
  async #letGo(highest: bigint): Promise<void> {
    if (this.#memory.overtakenBy !== null || this.#closed) return;
    await this.#remember({ overtakenBy: overtakenAt(highest, this.#ports.clock.now()) });
    this.#coordinator?.stop();
    this.#coordinator = null;
    this.#setUp = null;
    this.#handOff.stop();
    for (const { frost } of this.#ports.groups()) frost.close();
    this.#ports.onChange();
  }

  /** A person says that this device coordinates from now on. */
  async #takeOver(): Promise<void> {
    const epoch = takeOverAt(this.#memory, this.#ports.clock.now());
    await this.#remember({ epoch, overtakenBy: null });
    this.#serve();
    this.#schedule(0);
  }

  async #drink(): Promise<void> {
    await this.#ports.faucet?.(this.#addresses);
    await this.#readBalances();
  }

  /** Begins, or goes on after something failed. */
  async #begin(): Promise<void> {
    const { clock, bitcoin } = this.#ports;
    this.#setUp = null;
    if (this.#memory.begunAt === null) {
      const { parameters } = signerNetworks[this.#group.roster.network];
      const start = parameters.name === "regtest" ? null : await bitcoin.tip();
      await this.#remember({ begunAt: clock.now(), start });
      this.#serve();
    }
    this.#schedule(0);
  }

  async #remember(change: Partial<HostMemory>): Promise<void> {
    const memory = { ...this.#memory, ...change };
    await saveMemory(this.#ports.store, this.#group.groupId, memory);
    this.#memory = memory;
  }

  #schedule(ms: number): void {
    this.#cancel();
    if (!this.#closed) this.#cancel = this.#ports.clock.after(ms, () => void this.#turn());
  }

  /** One look at what is not the loop's: balances, and setting up until it is done. */
  #turning = false;
  async #turn(): Promise<void> {
    if (this.#turning || this.#closed) return;
    this.#turning = true;
    try {
      await this.#readBalances();
      await this.#sweep.tend();
      await this.#numbers?.refresh();
      if (this.#goesOn) await this.#advance();
      if (this.#coordinator !== null) await this.#handOver(this.#coordinator);
      this.#fault = null;
    } catch (error) {
      if (error instanceof Refusal) this.#fault = error.message;
      else this.#fail(error);
    } finally {
      this.#turning = false;
      this.#ports.onChange();
    }
    this.#schedule(this.#coordinator === null ? paces.setUp : this.#pace);
  }

  get #goesOn(): boolean {
    const { begunAt, overtakenBy } = this.#memory;
    const failed = this.#setUp?.tag === "failed";
    return begunAt !== null && overtakenBy === null && this.#coordinator === null && !failed;
  }

  #fail(error: unknown): void {
    // What a closed tab could not finish is found again by the next.
    if (this.#closed) return;
    this.close();
    this.#ports.onFault(error);
  }

  get #pace(): number {
    return this.#group.roster.network === "devnet" ? paces.devnet : paces.elsewhere;
  }

  async #readBalances(): Promise<void> {
    const { bitcoin, stacks } = this.#ports;
    const { balance: ustx } = await stacks.account(this.#addresses.stacks);
    const coins = await bitcoin.utxos(feeScript(this.#group.fees.bitcoin));
    this.#balances = { ustx, sats: coins.reduce((sum, { amount }) => sum + amount, 0n) };
  }

  async #advance(): Promise<void> {
    await this.#handOff.refresh();
    const setUp = await PegSetUp.open(this.#setUpPorts(), this.#plan());
    // Whoever deployed already has paid: a wallet that ran low since is no reason to stop.
    const isLow = (this.#balances?.ustx ?? 0n) < leastUstx;
    if (isLow && (await this.#ports.stacks.contractSource(setUp.token)) === null) return;
    for (;;) {
      const state = await setUp.look();
      this.#setUp = state;
      this.#ports.onChange();
      if (this.#closed || this.#memory.overtakenBy !== null) return;
      if (state.tag === "done") return this.#start();
      if (state.tag !== "moved") return;
    }
  }

  #plan() {
    const group = { ...this.#handOff.registered(this.#memory), fees: this.#group.fees };
    return setUpPlan(group, this.#account.address, this.#memory);
  }

  /** Where another group is in charge by now, its loop goes on over the same queue. */
  async #handOver(coordinator: PegCoordinator): Promise<void> {
    this.#serve();
    await this.#handOff.look(this.#memory, coordinator);
    if (!(await this.#handOff.refresh())) return;
    coordinator.stop();
    await coordinator.idle();
    await this.#start();
  }

  #setUpPorts() {
    const { stacks, store } = this.#ports;
    return {
      stacks,
      store,
      account: this.#account,
      askGroup: async (proposal: ActionProposal) => {
        this.#asksWallet = true;
        this.#ports.onChange();
        try {
          return await this.#handOff.charge.frost.askWallet(proposal);
        } finally {
          this.#asksWallet = false;
        }
      },
    };
  }

  async #start(): Promise<void> {
    const { roster, fees } = this.#group;
    const { parameters } = signerNetworks[roster.network];
    const { charge, earlier, handOffs } = this.#handOff;
    const terms = termsOf(charge, this.#token, earlier);
    const start = this.#memory.start ?? parameters.start;
    const options = { terms, parameters, start, feeKey: fees.bitcoin, handOffs };
    const coordinator = await PegCoordinator.open(
      { ...this.#ports, frost: charge.frost, account: this.#account },
      options,
    );
    if (this.#closed || this.#memory.overtakenBy !== null) return;
    coordinator.subscribe(this.#ports.onChange);
    if (this.#memory.paused) coordinator.pause(true);
    this.#coordinator = coordinator;
    this.#numbers = new HostNumbers(this.#ports.stacks, coordinator, terms);
    coordinator.run(this.#pace);
  }
}
