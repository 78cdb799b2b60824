import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { confirmationsOf, type Facts, type PegTerms } from "../../../sbtc/peg/coordinator/facts.ts";
import type { PegRecord } from "../../../sbtc/peg/queue/record.ts";
import type { PegInTag, PegOutTag } from "../../../sbtc/peg/queue/states.ts";
import type { Network } from "../../views/common.ts";
import type { PegQueueItem, PegQueueState } from "../../views/peg-coordinator.ts";
import { bitcoinLinks, say } from "../status/say.ts";

/** From the queue's own states to those a person is shown. */
const shownIn: Readonly<Record<PegInTag, PegQueueState>> = {
  seen: "seen",
  confirming: "confirming",
  sweeping: "confirming",
  sweepSent: "swept",
  swept: "swept",
  minting: "swept",
  minted: "minted",
  unbacked: "unbacked",
  rejecting: "confirming",
  rejected: "rejected",
  returning: "rejected",
  returnSent: "rejected",
  returned: "returned",
  declined: "needs-a-person",
  needsPerson: "needs-a-person",
};
const shownOut: Readonly<Record<PegOutTag, PegQueueState>> = {
  seen: "seen",
  confirming: "confirming",
  locking: "confirming",
  locked: "locked",
  signing: "signing",
  broadcast: "broadcast",
  settling: "broadcast",
  settled: "settled",
  unpaid: "broadcast",
  cancelling: "cancelling",
  cancelSent: "cancelling",
  refunding: "cancelling",
  refunded: "refunded",
  declined: "needs-a-person",
  needsPerson: "needs-a-person",
};

/** What reasons for waiting for a person mean. */
const personWords = {
  marked: "Somebody marked it for a person.",
  spentElsewhere: "Its output was spent by a transaction that is not the peg’s.",
  depositGone: "Its deposit is gone for good, and sBTC were minted for it.",
  payoutGone: "Its payout cannot be mined any more.",
  paidAndRefunded: "It was paid although its sBTC were given back.",
  earlierWallet: "It pays a wallet the group has handed over since.",
  refused: "What it would take to go on was refused for good.",
} as const;

function stuckOf(record: PegRecord): NonNullable<PegQueueItem["stuck"]> | null {
  const { state, hold } = record;
  if (state.tag === "needsPerson")
    return { why: say(personWords[state.reason]), code: state.reason, offers: ["retry", "process"] };
  if (hold === null) return null;
  return { why: say(hold.detail), code: hold.code, offers: ["retry", "process", "mark"] };
}

function depthOf(record: PegRecord, facts: Facts | null): NonNullable<PegQueueItem["confirmations"]> | null {
  const { state } = record;
  if (facts === null || state.tag !== "confirming") return null;
  const { confirmations: needed } = facts.contract.limits;
  const have = Math.max(0, confirmationsOf(facts, state.block.height));
  return have >= needed ? null : { have, needed };
}

/** One request of the loop's queue, as the coordinator's screen lists it. `asked`: an open round asks the signers about it. */
export function queueItem(
  record: PegRecord,
  facts: Facts | null,
  site: Network,
  { network }: Pick<PegTerms, "network">,
  asked: boolean,
): PegQueueItem {
  const stuck = stuckOf(record);
  const depth = depthOf(record, facts);
  const common = {
    id: record.id,
    since: record.history.at(-1)?.at ?? 0,
    ...(depth === null ? {} : { confirmations: depth }),
    ...(asked ? { asked } : {}),
    ...(stuck === null ? {} : { stuck }),
  };
  if (record.kind === "pegIn") {
    const { deposit, amount, recipient, state } = record;
    return {
      ...common,
      direction: "in",
      state: shownIn[state.tag],
      sats: amount,
      to: recipient ?? "no recipient",
      links: bitcoinLinks(site, deposit.txid),
    };
  }
  const { request, state } = record;
  return {
    ...common,
    direction: "out",
    state: shownOut[state.tag],
    sats: request.amount,
    to: addressOf(request.recipientScript, network) ?? "a script without an address",
    links: bitcoinLinks(site, request.txid),
  };
}
