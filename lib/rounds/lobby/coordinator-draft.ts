import type { Kind } from "../core/kind.ts";
import type { Message, Out, Rng } from "../core/machine.ts";
import { ALL, NO_ROUND, type PartyId } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import type { LobbyContext } from "./context.ts";
import { type LobbyCoordinatorFact, replayLobbyCoordinator } from "./coordinator-facts.ts";
import type { LobbyCoordinatorState } from "./state.ts";

/** One step in the making. Every kept change goes through `record`, so that replaying gives the same state. */
export class LobbyDraft {
  readonly facts: LobbyCoordinatorFact[] = [];
  readonly out: Out[] = [];
  readonly context: LobbyContext;
  readonly now: number;
  readonly rng: Rng;
  state: LobbyCoordinatorState;

  constructor(context: LobbyContext, state: LobbyCoordinatorState, now: number, rng: Rng) {
    this.context = context;
    this.state = state;
    this.now = now;
    this.rng = rng;
  }
  record(fact: LobbyCoordinatorFact): void {
    this.facts.push(fact);
    this.state = replayLobbyCoordinator(this.state, fact);
  }
  say(kind: Kind, payload: Uint8Array, to: PartyId = ALL, slot?: string): void {
    const slotted = slot === undefined ? {} : { slot };
    this.out.push({ tag: "say", kind, roundId: NO_ROUND, to, payload, ...slotted });
  }
  again(slot: string): void {
    this.out.push({ tag: "again", slot });
  }
  ignore(reason: IgnoreReason, { kind, from }: Partial<Message> = {}): void {
    this.out.push({ tag: "notify", notice: { tag: "ignored", reason, kind, from } });
  }
}
