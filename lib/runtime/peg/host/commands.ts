import type { PegCommand } from "../../views/peg-coordinator.ts";
import type { PegCoordinator } from "../coordinator/coordinator.ts";
import { HostProblem, type ContractOwner } from "./contract-owner.ts";
import type { HandOffHost } from "./hand-off-host.ts";
import type { HostMemory, Member } from "./memory.ts";

/** What a host lets its commands use. */
export interface CommandHands {
  /** The token contract, `address.sbtc`. */
  readonly token: string;
  readonly owner: ContractOwner;
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
      {
        hands.lookNow();
        return;
      }
    case "peg-hand-off-stop":
      hands.handOff.giveUp(hands.memory());
      hands.coordinator()?.leave(null);
      return hands.remember({ handOff: null });
    case "peg-introduction":
    case "peg-consolidate":
    case "peg-sweep-fee-wallet":
      throw new HostProblem("this tab does not offer it");
  }
}

async function changeMembers(
  entries: readonly Member[],
  { owner, token, memory, remember }: CommandHands,
): Promise<void> {
  await owner.allow(token, entries);
  const changed = new Set(entries.map(({ who }) => who));
  const kept = memory().members.filter(({ who }) => !changed.has(who));
  await remember({ members: [...kept, ...entries] });
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
  "peg-pause": "The loop was not paused",
  "peg-retry": "The request was not tried again",
  "peg-process": "The request was not processed",
  "peg-mark": "The request was not marked",
  "peg-process-txid": "The request was not processed",
  "peg-hand-off": "The hand-off did not begin",
  "peg-hand-off-stop": "The hand-off was not given up",
  "peg-introduction": "The record was not saved",
  "peg-consolidate": "The coins were not joined",
  "peg-sweep-fee-wallet": "The fee wallet was not swept",
  "peg-halt": "The halt was not changed",
  "peg-members": "The members were not changed",
  "peg-allow-list": "The allow-list was not switched",
};
