import type { Codec } from "../core/codec.ts";
import type { Decision } from "../core/decision.ts";
import type { Kind } from "../core/kind.ts";
import type { Out, Rng } from "../core/machine.ts";
import { ALL, type PartyId, type RoundId } from "../core/names.ts";
import type { Notice } from "../core/notice.ts";
import type { IgnoreReason } from "../core/reason.ts";
import type { KeygenContext } from "./context.ts";
import type { KeygenFact } from "./facts.ts";
import type { KeygenState } from "./state.ts";

/** How a role's facts change its state. */
export interface Rules<S> {
  replay(state: S, fact: KeygenFact): S;
}

/** One step in the making. Every kept change goes through `record`, so that replaying gives the same state. */
export class Draft<S extends KeygenState = KeygenState> {
  readonly context: KeygenContext;
  readonly now: number;
  readonly rng: Rng;
  readonly facts: KeygenFact[] = [];
  readonly out: Out[] = [];
  state: S;
  /** A coordinator keeps listening to a round that it stopped: seats may have locked all the same. */
  observer = false;
  readonly rules: Rules<S>;

  constructor(context: KeygenContext, state: S, now: number, rng: Rng, rules: Rules<S>) {
    this.context = context;
    this.state = state;
    this.now = now;
    this.rng = rng;
    this.rules = rules;
  }

  /** A kept change. */
  record(fact: KeygenFact): void {
    this.facts.push(fact);
    this.state = this.rules.replay(this.state, fact);
  }

  /** A change that is not kept: caches, clocks, nonces. */
  set(change: Partial<S>): void {
    this.state = { ...this.state, ...change };
  }

  /** Something happened that was waited for: patience starts again. */
  progress(): void {
    const patience = { ...this.state.patience, progressAt: this.now, interval: 0, askAt: 0 };
    this.state = { ...this.state, patience };
  }

  say<T>(kind: Kind, roundId: RoundId, codec: Codec<T>, value: T, slot?: string, to: PartyId = ALL): void {
    const payload = codec.encode(value);
    this.out.push({ tag: "say", kind, roundId, to, payload, ...(slot === undefined ? {} : { slot }) });
  }

  again(slot: string): void {
    this.out.push({ tag: "again", slot });
  }

  forget(slotPrefix: string): void {
    this.out.push({ tag: "forget", slotPrefix });
  }

  decide(decision: Decision): void {
    this.out.push({ tag: "decide", decision });
  }

  notify(notice: Notice): void {
    this.out.push({ tag: "notify", notice });
  }

  ignore(reason: IgnoreReason, kind?: Kind, from?: PartyId): void {
    this.notify({ tag: "ignored", reason, kind, from });
  }

  wakeAt(ms: number): void {
    this.out.push({ tag: "wakeAt", ms });
  }
}

/** Outbox names, one per message that is said once and re-sent as it was. */
export const slots = {
  begin: (round: RoundId) => `begin/${round}`,
  publicShares: (round: RoundId) => `public/${round}`,
  privateShares: (round: RoundId, to: PartyId) => `private/${round}/${to}`,
  allPrivateShares: (round: RoundId) => `private/${round}/`,
  end: (round: RoundId) => `end/${round}`,
  certificate: (round: RoundId) => `certificate/${round}`,
  certified: (round: RoundId) => `certified/${round}`,
  lifeNonce: (round: RoundId, attempt: number) => `life-nonce/${round}/${attempt}`,
  lifeShare: (round: RoundId, attempt: number) => `life-share/${round}/${attempt}`,
  verdict: (round: RoundId) => `verdict/${round}`,
  abort: (round: RoundId) => `abort/${round}`,
  abortFrames: (round: RoundId) => `abort-frames/${round}`,
  blame: (round: RoundId, culprit: PartyId) => `blame/${round}/${culprit}`,
} as const;
