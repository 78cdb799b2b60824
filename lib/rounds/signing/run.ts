import type { Fact, Message, Out, Outcome, Rng } from "../core/machine.ts";
import type { Kind } from "../core/kind.ts";
import { ALL, type PartyId, type RoundId } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import type { SigningContext } from "./context.ts";

/**
 * One step in the making. Durable changes of the state go through `record` alone, which replays the fact it
 * keeps: so a replayed journal cannot differ from what the step did.
 */
export class Run<State, F extends Fact> {
  readonly facts: F[] = [];
  readonly out: Out[] = [];
  readonly context: SigningContext;
  readonly now: number;
  readonly rng: Rng;
  state: State;
  readonly #replay: (state: State, fact: F) => State;

  constructor(
    context: SigningContext,
    state: State,
    now: number,
    rng: Rng,
    replay: (state: State, fact: F) => State,
  ) {
    this.context = context;
    this.state = state;
    this.now = now;
    this.rng = rng;
    this.#replay = replay;
  }

  record(fact: F): void {
    this.state = this.#replay(this.state, fact);
    this.facts.push(fact);
  }

  /** Broadcasts, unless `to` names one party. */
  say(kind: Kind, roundId: RoundId, payload: Uint8Array, slot?: string, to: PartyId = ALL): void {
    this.out.push({ tag: "say", kind, roundId, to, payload, ...(slot === undefined ? {} : { slot }) });
  }

  /** Re-sends what was said under this slot, byte for byte. */
  sayAgain(slot: string): void {
    this.out.push({ tag: "again", slot });
  }

  forget(slotPrefix: string): void {
    this.out.push({ tag: "forget", slotPrefix });
  }

  wakeAt(ms: number): void {
    this.out.push({ tag: "wakeAt", ms });
  }

  ignore(reason: IgnoreReason, message?: Message): void {
    this.out.push({
      tag: "notify",
      notice: { tag: "ignored", reason, kind: message?.kind, from: message?.from },
    });
  }

  outcome(): Outcome<State, F> {
    return { state: this.state, facts: this.facts, out: this.out };
  }
}
