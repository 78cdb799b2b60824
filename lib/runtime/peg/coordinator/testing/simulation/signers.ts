import type { Prng } from "../../../../../rounds/simulation/prng.ts";
import type { FrostCoordinator, Round, RoundOutcome } from "../../../../../sbtc/peg/coordinator/rounds.ts";
import { messagesOf } from "../group.ts";
import { undue } from "./asked.ts";
import type { Truth } from "./reading.ts";
import { group } from "./setting.ts";
import { fastSigner } from "./signatures.ts";
import type { Tally } from "./tally.ts";

/** How the signers are disposed, until somebody says otherwise. */
export type Mood =
  /** Everything is signed at once. */
  | "agree"
  /** Most rounds are refused. */
  | "refuse"
  /** Payouts are refused and all else is signed, as where a policy's cap is reached. */
  | "refusePayouts"
  /** Nobody answers. */
  | "absent"
  /** They sign, and the answer comes only after the next thing has happened. */
  | "late";

const sign = fastSigner(group);

/** The group behind the coordinator's port. It notes whatever it is asked for that is not due. */
export class SimSigners implements FrostCoordinator {
  mood: Mood = "agree";
  readonly undue: string[] = [];
  readonly #random: Prng;
  readonly #truth: () => Truth;
  readonly #happened: Tally;
  readonly #withdrawn = new WeakSet<Round>();
  #waiting: (() => void)[] = [];

  constructor(random: Prng, truth: () => Truth, happened: Tally) {
    this.#random = random;
    this.#truth = truth;
    this.#happened = happened;
  }

  /** Gives the answers that were held back. */
  release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
  get holdsBack(): boolean {
    return this.#waiting.length > 0;
  }

  async sign(round: Round): Promise<RoundOutcome> {
    for (const { id, proposal } of round.items) {
      if (id === "joining") continue;
      const why = undue(id, proposal, this.#truth());
      if (why !== null) this.undue.push(why);
    }
    if (this.mood === "late") await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else await Promise.resolve();
    if (this.#withdrawn.has(round)) return { tag: "refused", reason: "withdrawn" };
    if (this.mood === "absent") {
      this.#happened.add("round unanswered");
      return { tag: "missing", reason: "nobody is there" };
    }
    if (this.#refuses(round)) {
      this.#happened.add("round refused");
      return { tag: "refused", reason: "not now" };
    }
    this.#happened.add(round.items.length > 1 ? "round of several signed" : "round signed");
    return {
      tag: "signed",
      signatures: round.items.map(({ proposal }) => messagesOf(proposal).map(({ message }) => sign(message))),
    };
  }

  withdraw(round: Round): Promise<void> {
    this.#happened.add("round withdrawn");
    this.#withdrawn.add(round);
    return Promise.resolve();
  }

  #refuses({ items }: Round): boolean {
    if (this.mood === "refuse") return this.#random.chance(0.6);
    return (
      this.mood === "refusePayouts" &&
      items.some(({ proposal }) => proposal.tag === "transaction" && proposal.purpose.tag === "fulfilment")
    );
  }
}
