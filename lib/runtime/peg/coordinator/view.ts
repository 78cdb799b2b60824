import { addressOf } from "../../../sbtc/bitcoin/script.ts";
import { outpointOf, type HoldCode, type PegRecord } from "../../../sbtc/peg/queue/record.ts";
import type { PersonReason } from "../../../sbtc/peg/queue/states.ts";
import type { SetUpStep } from "../../../sbtc/peg/coordinator/set-up.ts";
import { setUpSteps } from "../../../sbtc/peg/coordinator/set-up.ts";
import type {
  PegCoordinatorView,
  PegQueueItem,
  PegQueueState,
  PegSetupStep,
} from "../../views/peg-coordinator.ts";
import type { Sentence } from "../../views/common.ts";
import type { CoordinatorSnapshot } from "./coordinator.ts";
import type { SetUpState } from "./set-up.ts";

const say = (text: string): Sentence => [{ kind: "text", text }];

/** What each reason to wait means to the person who runs the peg. */
const holdWords: Readonly<Record<HoldCode, string>> = {
  halted: "The contract is halted.",
  deficit: "There is more sBTC than bitcoin: mints and payouts wait.",
  recipientNotAllowed: "The recipient is not on the allow-list.",
  scriptNotAllowed: "The Bitcoin recipient is not on the allow-list.",
  belowMinimum: "The amount is below the minimum.",
  overCap: "The amount is above the cap for one request.",
  windowFull: "The cap of the present window is used up; it goes on by itself.",
  supplyFull: "There would be more sBTC than the contract allows.",
  balanceTooLow: "Its owner holds less sBTC than this.",
  messageUsed: "Its signed message served another request already.",
  feeTooLow: "The amounts do not allow a transaction that nodes would relay.",
  pegCoinsMissing: "The peg has no coins free for it right now.",
  feeWalletEmpty: "The fee wallet cannot pay for it.",
  signersRefused: "The signers refused it.",
  signersMissing: "Too few signers answered.",
  signatureWrong: "The signature that came back does not hold.",
  contractRefused: "The contract refused the call.",
  callStuck: "The call cannot be sent.",
  bitcoinRefused: "The Bitcoin node refused the transaction.",
  requestOrphaned: "A reorganisation took its block; it is broadcast again.",
  returnAddressMissing: "Nobody has proven where it shall go back to.",
  expired: "It has expired.",
  lockTooShort: "Its depositor could take it back too soon to sweep it.",
  reclaimed: "Its depositor took it back.",
};

const personWords: Readonly<Record<PersonReason, string>> = {
  marked: "It was taken out of the loop by hand.",
  spentElsewhere: "Its output was spent by a transaction that is none of ours.",
  depositGone: "The deposit that was minted for is gone for good. Top the peg up by its amount.",
  payoutGone: "The payout that was settled can no longer be mined.",
  paidAndRefunded: "It was paid although its sBTC were given back.",
  earlierWallet: "It pays a wallet the group has handed over since.",
  refused: "Today’s rules do not allow to go on with it.",
};

const queueStates: Readonly<Record<PegRecord["state"]["tag"], PegQueueState>> = {
  seen: "seen",
  confirming: "confirming",
  sweeping: "confirming",
  sweepSent: "confirming",
  swept: "swept",
  minting: "confirming",
  minted: "minted",
  unbacked: "unbacked",
  rejecting: "confirming",
  rejected: "rejected",
  returning: "rejected",
  returnSent: "rejected",
  returned: "returned",
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

/** One request as the queue shows it. */
export function queueItem(record: PegRecord, { facts }: CoordinatorSnapshot): PegQueueItem {
  const { state, hold } = record;
  const isPegIn = record.kind === "pegIn";
  const have = facts?.chain.confirmations(outpointOf(record).txid) ?? 0;
  const needed = facts?.contract.limits.confirmations ?? 0;
  const stuck =
    state.tag === "needsPerson"
      ? { why: say(personWords[state.reason]), code: state.reason, offers: ["retry"] as const }
      : hold === null
        ? null
        : {
            why: say(`${holdWords[hold.code]} (${hold.detail})`),
            code: hold.code,
            offers: ["retry", "process", "mark"] as const,
          };
  return {
    id: record.id,
    direction: isPegIn ? "in" : "out",
    state: queueStates[state.tag],
    sats: isPegIn ? record.amount : record.request.amount,
    to: isPegIn
      ? (record.recipient ?? "nobody")
      : facts === null
        ? record.owner
        : (addressOf(record.request.recipientScript, facts.terms.network) ?? record.owner),
    since: record.history.at(-1)?.at ?? 0,
    ...(state.tag === "confirming" || state.tag === "seen"
      ? { confirmations: { have: Math.min(have, needed), needed } }
      : {}),
    ...(stuck === null ? {} : { stuck }),
    links: [],
  };
}

/** Why mints and payouts stand still, or null. */
export function haltView({ facts, fault }: CoordinatorSnapshot): PegCoordinatorView["halt"] | null {
  if (fault !== null) return { why: "source-down", detail: say(fault) };
  if (facts === null) return null;
  if (facts.contract.halted)
    return {
      why: "contract-halted",
      detail: say("Nothing is minted, paid or sent until the halt is lifted."),
    };
  return facts.deficit > 0n
    ? {
        why: "unbacked",
        deficit: facts.deficit,
        detail: say("There is more sBTC than bitcoin. Mints and payouts wait until the bitcoin are back."),
      }
    : null;
}

const titles: Readonly<
  Record<SetUpStep, { readonly id: PegSetupStep["id"]; readonly title: string; readonly note: string }>
> = {
  deploy: {
    id: "deploy",
    title: "Deploy the contract",
    note: "Five contracts, by the fee wallet’s account.",
  },
  limits: {
    id: "limits",
    title: "Set the limits",
    note: "Caps per request and per window, and the allow-list.",
  },
  coordinator: {
    id: "limits",
    title: "Set the limits",
    note: "Caps per request and per window, and the allow-list.",
  },
  signers: { id: "signers", title: "Register the signers", note: "Keys and weights of every seat." },
  members: { id: "members", title: "Add the members", note: "Who may peg in and out." },
  wallet: { id: "wallet-address", title: "Announce the wallet", note: "Signed by the group’s own key." },
};

/** The steps of setting up, from where it stands. `state` is null before the first look. */
export function setUpView(
  state: SetUpState | null,
  funded: boolean,
  started: boolean,
): readonly PegSetupStep[] {
  const now = state === null || state.tag === "done" ? null : state.step;
  const at = state?.tag === "done" ? setUpSteps.length : now === null ? 0 : setUpSteps.indexOf(now);
  const failed = state?.tag === "failed" ? state.reason : null;
  const key: PegSetupStep = {
    id: "key",
    title: "Make the key",
    state: "done",
    note: say("The group holds its key."),
    links: [],
  };
  const fees: PegSetupStep = {
    id: "fee-wallet",
    title: "Fill the fee wallet",
    state: funded ? "done" : "now",
    note: say("STX for calls, bitcoin for fees."),
    ...(funded ? {} : { action: "Look again" }),
    links: [],
  };
  const shown = setUpSteps.filter((step) => step !== "coordinator");
  const rest = shown.map((step): PegSetupStep => {
    const own =
      step === "limits"
        ? [setUpSteps.indexOf("limits"), setUpSteps.indexOf("coordinator")]
        : [setUpSteps.indexOf(step)];
    const isNow = own.includes(at);
    const isDone = own.every((index) => index < at);
    const { id, title, note } = titles[step];
    const begins = isNow && funded && (failed !== null || !started);
    return {
      id,
      title,
      state: isDone ? "done" : !isNow || !funded ? "next" : failed === null ? "now" : "failed",
      note: say(isNow && failed !== null ? failed : note),
      ...(begins ? { action: failed === null ? "Start" : "Try again" } : {}),
      links: [],
    };
  });
  return [key, fees, ...rest];
}
