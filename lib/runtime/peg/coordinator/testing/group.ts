import { noTweak, type Tweak } from "../../../../frost/index.ts";
import { actionDigest } from "../../../../sbtc/contract/digest.ts";
import type { FrostCoordinator, Round, RoundOutcome } from "../../../../sbtc/peg/coordinator/rounds.ts";
import type { Proposal } from "../../../../sbtc/peg/proposal.ts";
import { restorePlan } from "../../../../sbtc/peg/queue/plans.ts";
import { signingDigests } from "../../../../sbtc/transactions/sign.ts";

/** Whoever signs as the group. */
export interface Signs {
  readonly sign: (message: Uint8Array, tweak: Tweak) => Uint8Array;
}

/** The messages of a proposal, rebuilt from what it says and never taken from it. */
export function messagesOf(
  proposal: Proposal,
): readonly { readonly message: Uint8Array; readonly tweak: Tweak }[] {
  if (proposal.tag === "action") {
    const { action, contract, chainId, epoch } = proposal;
    return [{ message: actionDigest({ contract, chainId, epoch }, action), tweak: noTweak }];
  }
  const { purpose, unsigned, spends } = proposal;
  const plan = restorePlan({ kind: "fulfilment", purpose, unsigned, spends, feeInput: false, feeChange: 0n });
  return signingDigests(plan);
}

/** What a test's group says to a round before it signs; null to sign. */
export type Objection = (round: Round) => string | null | Promise<string | null>;

/** A group behind the port: every round is answered at once, unless someone objects. */
export class GroupCoordinator implements FrostCoordinator {
  readonly rounds: Round[] = [];
  readonly withdrawn: Round[] = [];
  objection: Objection = () => null;
  readonly #group: Signs;

  constructor(group: Signs) {
    this.#group = group;
  }

  withdraw(round: Round): Promise<void> {
    this.withdrawn.push(round);
    return Promise.resolve();
  }

  async sign(round: Round): Promise<RoundOutcome> {
    this.rounds.push(round);
    const reason = await this.objection(round);
    if (reason !== null) return { tag: "refused", reason };
    return {
      tag: "signed",
      signatures: round.items.map(({ proposal }) =>
        messagesOf(proposal).map(({ message, tweak }) => this.#group.sign(message, tweak)),
      ),
    };
  }
}
