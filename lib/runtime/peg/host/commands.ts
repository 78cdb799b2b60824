import type { PegCommand } from "../../views/peg-coordinator.ts";
import { longestAllowList } from "../../../sbtc/contract/config-calls.ts";
import { restingStates } from "../../../sbtc/peg/queue/states.ts";
import type { CoordinatorSnapshot, PegCoordinator } from "../coordinator/coordinator.ts";
import { HostProblem, type ContractOwner } from "./contract-owner.ts";
import type { HandOffHost } from "./hand-off-host.ts";
import type { FeeSweep } from "./fee-sweep.ts";
import type { HostMemory, Member } from "./memory.ts";

/** What a host lets its commands use. */
export interface CommandHands {
  /** The token contract, `address.sbtc`. */
  readonly token: string;
  readonly owner: ContractOwner;
  readonly sweep: FeeSweep;
  /** null before the peg is set up. */
  readonly coordinator: () => PegCoordinator | null;
  readonly memory: () => HostMemory;
  readonly remember: (change: Partial<HostMemory>) => Promise<void>;
  /** Fills the fee wallet where somebody gives coins away. */
  readonly drink: () => Promise<void>;
  /** Begins to set the peg up, or goes on after something failed. */
  readonly begin: () => Promise<void>;
  readonly handOff: HandOffHost;
  /** Looks without waiting for the next turn. */
  readonly lookNow: () => void;
  /** Makes this device the one that coordinates. */
  readonly takeOver: () => Promise<void>;
}

/**
 * Carries a person's command out.
 * @throws HostProblem, Refusal with what goes wrong, in words for the person
 */
export async function carryOut(command: PegCommand, hands: CommandHands): Promise<void> {
  const { owner, token } = hands;
  switch (command.do) {
    case "peg-setup":
      return command.step === "fee-wallet" ? hands.drink() : hands.begin();
    case "peg-pause":
      await hands.remember({ paused: command.paused });
      hands.coordinator()?.pause(command.paused);
      return;
    case "peg-take-over":
      return hands.takeOver();
    case "peg-retry":
      return running(hands).command(recordOf(hands, command.item), { tag: "retry" });
    case "peg-mark":
      return running(hands).command(recordOf(hands, command.item), { tag: "markForPerson" });
    case "peg-process":
      return running(hands).processNow(recordOf(hands, command.item));
    case "peg-process-txid":
      return running(hands).processNow(recordOf(hands, command.txid));
    case "peg-halt":
      return owner.halt(token, command.halted);
    case "peg-members":
      return changeMembers(command.entries, hands);
    case "peg-allow-list":
      await owner.enableAllowList(token, command.enabled);
      return hands.remember({ allowList: command.enabled });
    case "peg-hand-off":
      await hands.remember({ handOff: hands.handOff.begin(hands.memory()) });
      await hands.handOff.retry();
      hands.lookNow();
      return;
    case "peg-hand-off-stop":
      hands.handOff.giveUp(hands.memory());
      hands.coordinator()?.leave(null);
      return hands.remember({ handOff: null });
    case "peg-introduction":
      // Saved by the seat itself: the host knows no key generations.
      return;
    case "peg-consolidate":
      if (running(hands).snapshot().facts?.contract.halted === true)
        throw new HostProblem("trading is halted on the contract: signers would refuse");
      return running(hands).join();
    case "peg-prepare-sweep":
      return command.to === "" ? hands.sweep.forget() : hands.sweep.prepare(command.to);
    case "peg-sweep-fee-wallet": {
      const needed = needsFees(hands.coordinator()?.snapshot() ?? null);
      if (needed > 0 && !command.anyway)
        throw new HostProblem(`${needed} requests under way may need the fee wallet`);
      return hands.sweep.send(command.txid);
    }
    case "peg-hand-off":
      throw new HostProblem("this tab does not offer it");
  }
}

/** How many things are under way that the fee wallet may have to pay for. */
export function needsFees(loop: CoordinatorSnapshot | null): number {
  if (loop === null) return 0;
  const open = loop.records.filter(({ state }) => !restingStates.has(state.tag)).length;
  const isJoining = loop.joining?.stage === "asking" || loop.joining?.stage === "sent";
  return open + (isJoining ? 1 : 0);
}

async function changeMembers(
  entries: readonly Member[],
  { owner, token, memory, remember }: CommandHands,
): Promise<void> {
  owner.checkMembers(entries);
  // Part by part, so that what is on the contract is remembered also where a later call fails.
  for (let from = 0; from < entries.length; from += longestAllowList) {
    const part = entries.slice(from, from + longestAllowList);
    await owner.allow(token, part);
    const changed = new Set(part.map(({ who }) => who));
    const kept = memory().members.filter(({ who }) => !changed.has(who));
    await remember({ members: [...kept, ...part] });
  }
}

function running(hands: CommandHands): PegCoordinator {
  const coordinator = hands.coordinator();
  if (coordinator === null) throw new HostProblem("the peg is not set up yet");
  return coordinator;
}

/** The one request that an id or a transaction id names. */
function recordOf(hands: CommandHands, name: string) {
  const found = running(hands)
    .snapshot()
    .records.find(({ id }) => id.includes(name));
  if (found === undefined) throw new HostProblem(`no request of this peg is known by ${name}`);
  return found.id;
}

/** What did not happen, for the title of a problem. */
export const problemTitles: Readonly<Record<PegCommand["do"], string>> = {
  "peg-setup": "Setting up did not go on",
  "peg-take-over": "This device did not take over",
  "peg-pause": "The loop was not paused",
  "peg-retry": "The request was not tried again",
  "peg-process": "The request was not processed",
  "peg-mark": "The request was not marked",
  "peg-process-txid": "The request was not processed",
  "peg-hand-off": "The hand-off did not begin",
  "peg-hand-off-stop": "The hand-off was not given up",
  "peg-introduction": "The record was not saved",
  "peg-consolidate": "The coins were not joined",
  "peg-prepare-sweep": "The fee wallet cannot be swept like this",
  "peg-sweep-fee-wallet": "The fee wallet was not swept",
  "peg-halt": "The halt was not changed",
  "peg-members": "The members were not changed",
  "peg-allow-list": "The allow-list was not switched",
};
