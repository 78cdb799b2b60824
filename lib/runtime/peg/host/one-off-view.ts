import type { Facts } from "../../../sbtc/peg/coordinator/facts.ts";
import type { Network } from "../../views/common.ts";
import type { FeeSweepsView, PegJoiningView } from "../../views/peg-coordinator.ts";
import type { JoiningSnapshot } from "../coordinator/joiner.ts";
import { bitcoinLinks, stacksLinks } from "../status/say.ts";
import { needsFees } from "./commands.ts";
import type { HostSnapshot } from "./host.ts";

/** The sweep that waits for a person, and those that were sent. */
export function sweepsView({ sweep, group, loop }: HostSnapshot): FeeSweepsView {
  const { network } = group.roster;
  return {
    ...(sweep.prepared === null ? {} : { prepared: sweep.prepared }),
    needed: needsFees(loop),
    sent: sweep.sent.map(({ chain, to, amount, fee, txid, at, isMined }) => {
      const reason = sweep.refused.get(txid);
      return {
        ...{ chain, to, amount, fee, txid, at },
        state: isMined ? "mined" : reason === undefined ? "sent" : "refused",
        ...(reason === undefined || isMined ? {} : { reason }),
        links: chain === "bitcoin" ? bitcoinLinks(network, txid) : stacksLinks(network, txid),
      };
    }),
  };
}

/** How far the joining of coins is. */
export function joiningView(joining: JoiningSnapshot, facts: Facts | null, network: Network): PegJoiningView {
  const { stage, coins, amount, fee, at, txid, confirmations, reason } = joining;
  const needed = facts?.contract.limits.confirmations ?? 0;
  return {
    state: stage === "gone" ? "ended" : stage,
    ...{ coins, amount, fee, at },
    ...(stage === "sent" ? { confirmations: { have: confirmations, needed } } : {}),
    ...(reason === null ? {} : { reason }),
    links: txid === null || stage === "ended" ? [] : bitcoinLinks(network, txid),
  };
}
