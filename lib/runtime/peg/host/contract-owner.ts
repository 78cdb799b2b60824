import type { ContractCall } from "../../../sbtc/contract/calls.ts";
import { configCalls, longestAllowList } from "../../../sbtc/contract/config-calls.ts";
import { scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { FeeWallet } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import type { StacksNode } from "../../../sbtc/stacks/node.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StacksAccountPort } from "../coordinator/stacks-account.ts";
import type { Member } from "./memory.ts";
import { isPrincipal } from "./plan.ts";

/** Why a command could not be carried out, in words for its person. */
export class HostProblem extends Error {
  override readonly name = "HostProblem";
}

/** A call is asked after this often, this long apart, before its fate is left to the chain. */
const tries = { most: 60, everyMs: 1_000 };

/** What the owner of the contract decides alone: whether it is halted, and who may use it. */
export class ContractOwner {
  readonly #node: StacksNode;
  readonly #clock: Clock;
  readonly #wallet: FeeWallet;
  readonly #network: BitcoinNetwork;

  constructor(
    ports: { readonly stacks: StacksNode; readonly clock: Clock },
    account: StacksAccountPort,
    network: BitcoinNetwork,
  ) {
    this.#node = ports.stacks;
    this.#clock = ports.clock;
    this.#network = network;
    // Each of these calls says how things are to be: one that is lost with this process is sent again by hand.
    this.#wallet = new FeeWallet({ node: ports.stacks, ...account, save: () => Promise.resolve() }, []);
  }

  halt(token: string, halted: boolean): Promise<void> {
    return this.#call(configCalls.setHalted(`${token}-config`, halted));
  }

  enableAllowList(token: string, enabled: boolean): Promise<void> {
    return this.#call(configCalls.enableAllowList(`${token}-config`, enabled));
  }

  /** @throws Refusal where an address is of another network */
  async allow(token: string, entries: readonly Member[]): Promise<void> {
    const config = `${token}-config`;
    const scripts = entries
      .filter(({ who }) => !isPrincipal(who))
      .map(({ who, allowed }) => ({ script: scriptOfAddress(who, this.#network), allowed }));
    const recipients = entries.filter(({ who }) => isPrincipal(who));
    for (const some of inParts(recipients)) await this.#call(configCalls.allowRecipients(config, some));
    for (const some of inParts(scripts)) await this.#call(configCalls.allowScripts(config, some));
  }

  async #call(call: ContractCall): Promise<void> {
    const key = `command/${call.functionName}/${this.#clock.now()}`;
    for (let i = 0; i < tries.most; i++) {
      const { burnBlockHeight } = await this.#node.info();
      const status = await this.#wallet.send(key, { tag: "call", call }, burnBlockHeight);
      if (status.tag === "done") return;
      if (status.tag !== "waiting") throw new HostProblem(status.reason);
      await new Promise<void>((resolve) => void this.#clock.after(tries.everyMs, resolve));
    }
    throw new HostProblem("the call is sent and not mined yet");
  }
}

function inParts<T>(list: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(list.length / longestAllowList);
  return Array.from({ length: count }, (_, i) =>
    list.slice(i * longestAllowList, (i + 1) * longestAllowList),
  );
}
