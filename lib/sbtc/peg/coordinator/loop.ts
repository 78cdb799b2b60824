import type { ContractCall } from "../../contract/calls.ts";
import type { Txid } from "../../bytes.ts";
import { TransitionError, type PegRecord, type RecordId } from "../queue/record.ts";
import type { Facts, Want } from "./facts.ts";
import { advancePegIn } from "./peg-in.ts";
import { advancePegOut } from "./peg-out.ts";
import { bundle, openRounds, overtaken, type Round } from "./rounds.ts";

/** The coordinator between two looks at the chains. Everything but `records` is gone with its process, and not missed. */
export interface LoopState {
  readonly records: ReadonlyMap<RecordId, PegRecord>;
  /** Rounds that are open, by number. */
  readonly rounds: ReadonlyMap<number, Round>;
  readonly nextRound: number;
  /** Requests that a person asked to be processed now: they do not wait, and go even while the loop is paused. */
  readonly urgent: ReadonlySet<RecordId>;
}

/** What is to be done after a step, in this order; the records come first, and are on disk before anything leaves. */
export interface StepEffects {
  readonly store: readonly PegRecord[];
  readonly rounds: readonly Round[];
  /** Open rounds to take back: what they ask for is not what is needed any more. */
  readonly withdrawn: readonly Round[];
  readonly calls: readonly { readonly key: string; readonly call: ContractCall }[];
  readonly sends: readonly { readonly txid: Txid; readonly raw: Uint8Array }[];
  /** Mistakes of this program that stopped one request, and that one only. */
  readonly faults: readonly { readonly id: RecordId; readonly error: Error }[];
}

export const emptyLoop: LoopState = {
  records: new Map(),
  rounds: new Map(),
  nextRound: 1,
  urgent: new Set(),
};

/** One look at the facts: every request moves as far as they allow, and what they need is gathered. */
export function step(
  state: LoopState,
  facts: Facts,
): { readonly state: LoopState; readonly effects: StepEffects } {
  const records = new Map(state.records);
  const store: PegRecord[] = [];
  const wants: Want[] = [];
  const faults: { id: RecordId; error: Error }[] = [];
  for (const [id, record] of state.records) {
    const isUrgent = state.urgent.has(id);
    const view = isUrgent ? { ...facts, serving: true } : facts;
    try {
      const from = isUrgent && record.hold !== null ? { ...record, hold: null } : record;
      const next = from.kind === "pegIn" ? advancePegIn(from, view) : advancePegOut(from, view);
      if (next.record !== record) {
        records.set(id, next.record);
        store.push(next.record);
      }
      wants.push(...next.wants);
    } catch (error) {
      if (!(error instanceof TransitionError)) throw error;
      faults.push({ id, error });
    }
  }
  const signs = wants.flatMap((want) => (want.tag === "sign" ? [want] : []));
  const rounds = new Map(state.rounds);
  const withdrawn = overtaken(rounds.values(), signs);
  for (const { number } of withdrawn) rounds.delete(number);
  const asked = new Set([...rounds.values()].flatMap(({ items }) => items.map(({ id }) => id)));
  const automatic = [...rounds.values()].filter(({ byHand }) => !byHand).length;
  const asks = signs.filter(({ id }) => !asked.has(id));
  const opened = bundle(asks, records, state.nextRound, Math.max(0, openRounds - automatic));
  for (const round of opened) rounds.set(round.number, round);
  return {
    state: { records, rounds, nextRound: state.nextRound + opened.length, urgent: new Set() },
    effects: {
      store,
      rounds: opened,
      withdrawn,
      calls: wants.flatMap((want) => (want.tag === "call" ? [{ key: want.key, call: want.call }] : [])),
      sends: wants.flatMap((want) => (want.tag === "send" ? [{ txid: want.txid, raw: want.raw }] : [])),
      faults,
    },
  };
}
