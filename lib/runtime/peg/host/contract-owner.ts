import type { ContractCall } from "../../../sbtc/contract/calls.ts";
import { configCalls } from "../../../sbtc/contract/config-calls.ts";
import { scriptOfAddress } from "../../../sbtc/bitcoin/script.ts";
import type { BitcoinNetwork } from "../../../sbtc/network.ts";
import { parsePrincipal } from "../../../sbtc/ops/principal.ts";
import { FeeWallet } from "../../../sbtc/peg/fee-wallet/fee-wallet.ts";
import { attempt } from "../../../sbtc/refusal.ts";
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

  /**
   * Checks every name before the first call. @throws HostProblem naming those that are misspelt, or of another network
   */
  checkMembers(entries: readonly Member[]): void {
    const wrong = entries.filter(({ who }) => {
      const read = attempt(() =>
        isPrincipal(who) ? parsePrincipal(who, this.#network) : scriptOfAddress(who, this.#network),
      );
      return !read.ok;
    });
    const [first] = wrong;
    if (first === undefined) return;
    const others = wrong.length === 1 ? "" : `, and ${wrong.length - 1} more`;
    throw new HostProblem(`misspelt, or of another network: ${first.who}${others}. Nothing was changed`);
  }

  /** @param entries at most as many as one call takes @throws Refusal where an address is of another network */
  async allow(token: string, entries: readonly Member[]): Promise<void> {
    const config = `${token}-config`;
    const scripts = entries
      .filter(({ who }) => !isPrincipal(who))
      .map(({ who, allowed }) => ({ script: scriptOfAddress(who, this.#network), allowed }));
    const recipients = entries.filter(({ who }) => isPrincipal(who));
    if (recipients.length > 0) await this.#call(configCalls.allowRecipients(config, recipients));
    if (scripts.length > 0) await this.#call(configCalls.allowScripts(config, scripts));
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
