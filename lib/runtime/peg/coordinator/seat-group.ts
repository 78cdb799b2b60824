import type { Party } from "../../../rounds/party/state.ts";
import type { PartyCommand } from "../../../rounds/party/step.ts";
import { roundId, type GroupId } from "../../../rounds/index.ts";
import { isLive, type CoordinatorRequest } from "../../../rounds/signing/coordinator-state.ts";
import type { Operation } from "../../../rounds/operation/operation.ts";
import { sameBytes } from "../../../sbtc/bytes.ts";
import type { FrostCoordinator, Round, RoundOutcome } from "../../../sbtc/peg/coordinator/rounds.ts";
import { messagesIn } from "../../../sbtc/peg/coordinator/rounds.ts";
import { proposalsToSign } from "../../../sbtc/peg/operation/kinds.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";

/** What asking the group needs of the coordinator's seat. */
export interface AskingSeat {
  readonly party: () => Party;
  readonly command: (command: PartyCommand) => Promise<void>;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** How long signers have: what policies may answer is soon answered or not at all; people take their time. */
const minutes = { automatic: 60, byHand: 24 * 60 } as const;
/** How often the seat's own state is looked at; nothing leaves this process for it. */
const lookEveryMs = 250;

/**
 * The group behind a seat: each round is one signing request of lib/rounds. A request for the very same bytes that is
 * still open, or already signed, is taken up again, so that a coordinator that starts anew asks nobody twice.
 */
export function seatGroup(seat: AskingSeat, groupId: GroupId): FrostCoordinator {
  const requests = (): readonly CoordinatorRequest[] => [
    ...(seat.party().groups.get(groupId)?.signing?.requests.values() ?? []),
  ];
  const find = (operation: Operation): CoordinatorRequest | undefined =>
    requests().findLast(
      (entry) =>
        entry.request.operation.type === operation.type &&
        sameBytes(entry.request.operation.body, operation.body) &&
        (isLive(entry) || entry.tag === "signed"),
    );
  return {
    async sign(round: Round): Promise<RoundOutcome> {
      const operation = proposalsToSign(round.items.map(({ proposal }) => proposal));
      let digest = find(operation)?.request.roundId;
      if (digest === undefined) {
        digest = roundId(seat.rng.bytes(16));
        const wait = round.byHand ? minutes.byHand : minutes.automatic;
        const expiry = seat.clock.now() + wait * 60_000;
        await seat.command({
          tag: "coordinateSigning",
          groupId,
          command: { tag: "sign", roundId: digest, operation, expiry },
        });
      }
      for (;;) {
        const entry = requests().find(({ request }) => request.roundId === digest);
        if (entry === undefined) return { tag: "missing", reason: "the group cannot be asked yet" };
        if (!isLive(entry)) return outcomeOf(entry, round);
        await new Promise<void>((resolve) => void seat.clock.after(lookEveryMs, resolve));
      }
    },
  };
}

function outcomeOf(entry: CoordinatorRequest, round: Round): RoundOutcome {
  if (entry.tag === "signed") {
    let at = 0;
    const signatures = round.items.map(({ proposal }) => {
      const from = at;
      at += messagesIn(proposal);
      return entry.signatures.slice(from, at);
    });
    return { tag: "signed", signatures };
  }
  const refusals = [...entry.standings.values()].flatMap((one) =>
    one.tag === "refused" ? [one.reason] : [],
  );
  if (refusals.length > 0) return { tag: "refused", reason: [...new Set(refusals)].join(", ") };
  return {
    tag: "missing",
    reason: entry.tag === "expired" ? "too few signers answered in time" : "too few signers are left",
  };
}
