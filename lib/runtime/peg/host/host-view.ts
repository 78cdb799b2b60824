import { signerNetworks } from "../signer/sources.ts";
import type { Sentence } from "../../views/common.ts";
import type { PegCoordinatorView } from "../../views/peg-coordinator.ts";
import { queueRows } from "../numbers/numbers.ts";
import { amountOf, say } from "../status/say.ts";
import { handOffView } from "./hand-off-view.ts";
import type { HostSnapshot } from "./host.ts";
import { joiningView, sweepsView } from "./one-off-view.ts";
import { isPrincipal } from "./plan.ts";
import { queueItem } from "./queue-view.ts";
import { setUpView } from "./set-up-view.ts";

/** Below these the screen says that the fee wallet is almost empty. */
const low = { ustx: 5_000_000n, sats: 20_000n };

/** Everything the coordinator's peg screen shows. */
export function hostView(snapshot: HostSnapshot): PegCoordinatorView {
  const { group, token, memory, addresses, balances, loop, busy, problem } = snapshot;
  const { network } = group.roster;
  const halt = haltOf(snapshot);
  const records = loop?.records ?? [];
  const terms = { network: signerNetworks[network].bitcoin };
  const facts = loop?.facts ?? null;
  const asked = new Set(loop?.rounds.flatMap(({ items }) => items.map(({ id }) => id)) ?? []);
  const queue = records
    .map((record) => queueItem(record, facts, network, terms, asked.has(record.id)))
    .reverse();
  const handOff = snapshot.handOff === null ? null : handOffView(snapshot.handOff);
  const { numbers } = snapshot;
  return {
    network,
    ...(loop === null ? {} : { contract: token, testers: `${snapshot.site}/peg#/${token}/in` }),
    setup: setUpView(snapshot),
    loop: {
      state:
        memory.overtakenBy !== null
          ? "elsewhere"
          : loop === null
            ? "off"
            : loop.stopped
              ? "stopped"
              : loop.paused
                ? "paused"
                : "running",
      doing: doing(snapshot),
      ...(facts === null
        ? {}
        : { tip: { bitcoin: facts.chain.tip.height, stacks: facts.contract.burnHeight } }),
    },
    ...(halt === null ? {} : { halt }),
    queue,
    ...(numbers === null ? {} : { numbers: { ...numbers, queue: queueRows(queue) } }),
    feeWallet: {
      ...addresses,
      ...(balances ?? {}),
      low: balances !== null && (balances.ustx < low.ustx || balances.sats < low.sats),
    },
    members: memory.members.map(({ who, allowed }) => ({
      who,
      allowed,
      kind: isPrincipal(who) ? "stacks" : "bitcoin",
    })),
    allowList: memory.allowList,
    sweeps: sweepsView(snapshot),
    ...(loop?.joining == null ? {} : { joining: joiningView(loop.joining, facts, network) }),
    offers: [
      ...(loop === null ? [] : (["peg-consolidate"] as const)),
      ...(loop !== null && canHandOff(snapshot) ? (["peg-hand-off"] as const) : []),
      "peg-sweep-fee-wallet",
    ],
    ...(handOff === null ? {} : { handOff }),
    ...(busy === null ? {} : { busy }),
    ...(problem === null ? {} : { problem }),
  };
}

/** There is a newer group, and no hand-over to it was begun. */
const canHandOff = ({ next, handOff }: HostSnapshot): boolean =>
  next !== null && (handOff === null || handOff.to.groupId !== next.groupId);

function doing({ loop, memory, asksWallet }: HostSnapshot): Sentence {
  if (memory.overtakenBy !== null) return say("The signers answer another device of this coordinator.");
  if (asksWallet) return say("Waits for the signers.");
  if (loop === null)
    return say(memory.begunAt === null ? "Not set up yet." : "Goes through the steps of setting up.");
  if (loop.stopped) return say("It stopped: this tab’s storage failed. Reload the page.");
  if (loop.facts === null) return say("Reads the Bitcoin chain.");
  const open = loop.rounds.length;
  if (open > 0)
    return say(
      open === 1 ? "Waits for the signers in one round." : `Waits for the signers in ${open} rounds.`,
    );
  return say(loop.paused ? "Delivers what is signed, asks for nothing new." : "Watches both chains.");
}

function haltOf({ loop, fault }: HostSnapshot): NonNullable<PegCoordinatorView["halt"]> | null {
  const down = fault ?? loop?.fault ?? null;
  if (down !== null) return { why: "source-down", detail: say(`${down}.`) };
  const facts = loop?.facts ?? null;
  if (facts === null) return null;
  if (facts.contract.halted)
    return {
      why: "contract-halted",
      detail: say("Its owner or coordinator halted it; nothing is minted or locked."),
    };
  if (facts.deficit > 0n)
    return {
      why: "unbacked",
      deficit: facts.deficit,
      detail: say(
        "sBTC worth ",
        amountOf(facts.deficit, "BTC"),
        " have no bitcoin behind them until it is mined again.",
      ),
    };
  return null;
}
