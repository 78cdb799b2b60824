import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { sameBytes, type Txid } from "../../../sbtc/bytes.ts";
import { tokenQueries } from "../../../sbtc/contract/queries.ts";
import { pegScript } from "../../../sbtc/ops/peg-script.ts";
import { unfinishedOf } from "../../../sbtc/peg/coordinator/unfinished.ts";
import type { PegCoordinator } from "../coordinator/coordinator.ts";
import { loadHandOffs, PegHandOff, type HandOffPorts, type HandOffState } from "../coordinator/hand-off.ts";
import { PegSetUp } from "../coordinator/set-up.ts";
import { signerNetworks } from "../signer/sources.ts";
import { HostProblem } from "./contract-owner.ts";
import type { HostPorts } from "./host.ts";
import type { HostMemory } from "./memory.ts";
import { setUpPlan, type HostedGroup, type PegGroup } from "./plan.ts";

/** What the host gives its hand-off. */
export interface HandOffHostPorts extends Omit<HostPorts, "frost" | "faucet" | "site"> {
  readonly account: HandOffPorts["account"];
  readonly home: HostedGroup;
  readonly token: () => string;
}

/** How a hand-off stands, for screens. */
export interface HandOffSnapshot {
  readonly from: PegGroup;
  readonly to: PegGroup;
  /** True once the contract names the next group's wallet. */
  readonly announced: boolean;
  readonly state: HandOffState;
}

/** The hand-over of a hosted peg: from the group the contract names to a newer one of the same seat. */
export class HandOffHost {
  readonly #ports: HandOffHostPorts;
  #current: PegHandOff | null = null;
  #charge: string;
  readonly #known = new Set<Txid>();

  constructor(ports: HandOffHostPorts) {
    this.#ports = ports;
    this.#charge = ports.home.groupId;
  }

  /** The group whose wallet the contract names; the peg's first one before there is any. */
  get charge(): PegGroup {
    return this.#group(this.#charge) ?? this.#ports.home;
  }
  /** Wallets of groups before the one in charge. */
  get earlier(): readonly Uint8Array[] {
    const groups = this.#ports.groups();
    const at = groups.findIndex(({ groupId }) => groupId === this.#charge);
    return groups.slice(0, Math.max(0, at)).map(({ key }) => pegScript(key, "peg").script);
  }
  /** The group the peg could go to: the newest that has a key; null where that is in charge. */
  get next(): PegGroup | null {
    const newest = this.#ports.groups().at(-1);
    return newest === undefined || newest.groupId === this.#charge ? null : newest;
  }
  handOffs = (): ReadonlySet<Txid> => {
    for (const { txid } of this.#current?.signed ?? []) this.#known.add(txid);
    return this.#known;
  };

  /** Which group's seats the contract's registry shall name. */
  registered(memory: HostMemory): PegGroup {
    return this.#group(memory.handOff?.to ?? this.#charge) ?? this.charge;
  }

  /** Asks the contract who is in charge. @returns true where that changed */
  async refresh(): Promise<boolean> {
    const { stacks, store, token } = this.#ports;
    for (const { txid } of await loadHandOffs(store, token())) this.#known.add(txid);
    if ((await stacks.contractSource(token())) === null) return false;
    const { wallet } = await stacks.read(tokenQueries.wallet(token()));
    const named = this.#ports.groups().find(({ key }) => wallet !== null && sameBytes(wallet.key, key));
    if (named === undefined || named.groupId === this.#charge) return false;
    this.#charge = named.groupId;
    return true;
  }

  /** Where a person asked for it: the pair to remember. @throws HostProblem where there is nobody to hand over to */
  begin(memory: HostMemory): NonNullable<HostMemory["handOff"]> {
    const { next } = this;
    if (memory.handOff !== null && memory.handOff.to !== this.#charge) return memory.handOff;
    if (next === null) throw new HostProblem("make the key of the next group first");
    this.stop();
    return { from: this.#charge, to: next.groupId };
  }

  retry(): Promise<void> {
    return this.#current?.retry() ?? Promise.resolve();
  }

  /** @throws HostProblem once the contract names the next group */
  giveUp(memory: HostMemory): void {
    if (memory.handOff?.to === this.#charge)
      throw new HostProblem("the contract names the next group already: the coins have to follow");
    this.stop();
  }

  stop(): void {
    this.#current?.stop();
    this.#current = null;
  }

  /** One look at the hand-off under way, and at what still comes to the wallet before. */
  async look(memory: HostMemory, coordinator: PegCoordinator): Promise<void> {
    const pair = memory.handOff;
    if (pair === null) return;
    const [from, to] = [this.#group(pair.from), this.#group(pair.to)];
    if (from === null || to === null) return;
    this.#current ??= await this.#open(from, to, memory, coordinator);
    if (this.#charge === from.groupId) coordinator.leave(pegScript(to.key, "peg").script);
    await this.#current.look();
  }

  snapshot(memory: HostMemory): HandOffSnapshot | null {
    const [from, to] = [this.#group(memory.handOff?.from), this.#group(memory.handOff?.to)];
    if (this.#current === null || from === null || to === null) return null;
    return { from, to, announced: this.#charge === to.groupId, state: this.#current.state };
  }

  #group(id: string | undefined): PegGroup | null {
    return this.#ports.groups().find(({ groupId }) => groupId === id) ?? null;
  }

  #open(from: PegGroup, to: PegGroup, memory: HostMemory, coordinator: PegCoordinator): Promise<PegHandOff> {
    const { home, account, store, stacks, token } = this.#ports;
    const { bitcoin, terms } = signerNetworks[home.roster.network];
    const script = pegScript(to.key, "peg").script;
    const plan = setUpPlan({ ...to, fees: home.fees }, account.address, memory);
    const askGroup = () => Promise.resolve({ tag: "missing", reason: "the contract has no wallet" } as const);
    const ports: HandOffPorts = {
      ...this.#ports,
      feeKey: home.fees.bitcoin,
      register: async () => (await PegSetUp.open({ stacks, store, account, askGroup }, plan)).look(),
      ask: (by, proposal) => (by === "next" ? to : from).frost.askByHand(proposal),
      unfinished: () => {
        if (this.#charge === to.groupId) return [];
        const { facts, records } = coordinator.snapshot();
        return facts === null ? null : unfinishedOf(records, facts.requests);
      },
    };
    return PegHandOff.open(ports, {
      network: bitcoin,
      contract: token(),
      chainId: terms.chainId,
      from: { key: from.key, script: pegScript(from.key, "peg").script },
      to: { key: to.key, script, address: addressOf(script, bitcoin) ?? "" },
    });
  }
}
