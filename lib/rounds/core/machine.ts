import type { Brand } from "./brand.ts";
import type { Decision, Verdict } from "./decision.ts";
import type { JournalValue } from "./journal.ts";
import type { Kind } from "./kind.ts";
import type { Epoch, GroupId, MsgId, PartyId, RoundId } from "./names.ts";
import type { Notice } from "./notice.ts";
import type { Roster } from "./roster.ts";

/**
 * How the protocol meets the world.
 *
 * A **party** is what one tab is in one lobby and its group: one identity, any number of roles. It is the unit
 * a driver runs: `step(party, event, rng) -> { state, effects }`, pure and total. Inside it small machines
 * (lobby, key generation, signing; a signer's and a coordinator's of each) speak in opened messages, and the
 * party alone knows frames, sealing, counters and the outbox.
 *
 * A machine that changes something worth keeping says so as **facts**. All facts and all outgoing frames of one
 * step form one journal record: they are stored together or not at all. Replaying the records rebuilds the party
 * except what must not survive: signing nonces, counters and clocks.
 */

/** Cryptographically secure random bytes. An argument, not an event: events may be kept, nonces must not. */
export type Rng = (length: number) => Uint8Array;

/**
 * One step's facts and frames, encoded. It holds DKG secrets and shares **in clear**: a driver seals it before
 * it touches storage, and never logs it.
 */
export type SecretRecord = Brand<Uint8Array, "SecretRecord">;

/** What a driver carries out, in this order, each `persist` awaited before the next `send`. */
export type Effect =
  | {
      readonly tag: "persist";
      readonly record: SecretRecord;
      /** Stored in the same transaction only if it equals the stored owner epoch; otherwise feed `superseded`. */
      readonly ownerEpoch: Epoch;
      /** Delete every earlier record of this party in the same transaction: this one holds all that is kept. */
      readonly replace: boolean;
    }
  | { readonly tag: "send"; readonly to: PartyId; readonly frame: Uint8Array }
  /** Feed a `tick` at or after this time (ms). The earliest wish counts; a tick too many does no harm. */
  | { readonly tag: "wakeAt"; readonly ms: number }
  /** Ask a person or a policy; the answer comes back as a `decided` event with the same id. May be repeated. */
  | { readonly tag: "decide"; readonly decision: Decision }
  | { readonly tag: "notify"; readonly notice: Notice };

/** What happens to a party. `now` is milliseconds of the driver's clock; it may stand still or jump. */
export type PartyEvent<Command> =
  | { readonly tag: "frame"; readonly now: number; readonly frame: Uint8Array }
  | { readonly tag: "tick"; readonly now: number }
  | { readonly tag: "command"; readonly now: number; readonly command: Command }
  | { readonly tag: "decided"; readonly now: number; readonly id: string; readonly verdict: Verdict }
  | { readonly tag: "superseded"; readonly now: number };

/** A frame whose signature, group and sender were checked and whose payload was opened. */
export interface Message {
  readonly kind: Kind;
  /** The room: a group, or for lobby frames the lobby. */
  readonly groupId: GroupId;
  readonly roundId: RoundId;
  readonly from: PartyId;
  /** `ALL`, or this party. */
  readonly to: PartyId;
  readonly epoch: Epoch;
  readonly counter: bigint;
  readonly msgId: MsgId;
  /** Plain payload bytes, still to be decoded with the codec of the kind. */
  readonly payload: Uint8Array;
  /** The signed frame as it travelled: what a transcript or evidence quotes. */
  readonly frame: Uint8Array;
}

/** What a group's machines know beside their own state; the party supplies it with every event. */
export interface GroupContext {
  readonly me: PartyId;
  readonly groupId: GroupId;
  readonly epoch: Epoch;
  readonly roster: Roster;
  /** A mismatch was reported after the address was shown: nothing is approved automatically any more. */
  readonly alarm: boolean;
}

/** What happens to a machine inside a party. */
export type MachineEvent<Command> =
  | { readonly tag: "message"; readonly now: number; readonly message: Message }
  | { readonly tag: "tick"; readonly now: number }
  | { readonly tag: "command"; readonly now: number; readonly command: Command }
  | { readonly tag: "decided"; readonly now: number; readonly id: string; readonly verdict: Verdict };

/** What a machine wants done. */
export type Out =
  /**
   * A message to seal, sign and send. With a `slot` the frame is kept in the outbox under that name, and saying
   * the same slot again re-sends the identical bytes whatever the payload. `to: ALL` also reaches this party's
   * own machines.
   */
  | {
      readonly tag: "say";
      readonly kind: Kind;
      readonly roundId: RoundId;
      readonly to: PartyId;
      readonly payload: Uint8Array;
      readonly slot?: string;
    }
  /** Re-sends the frame kept under this slot, if there is one. */
  | { readonly tag: "again"; readonly slot: string }
  /** Drops outbox frames whose slot starts with this. */
  | { readonly tag: "forget"; readonly slotPrefix: string }
  /**
   * Erases this machine's facts that `keep` refuses, from storage too (the journal is rewritten). What remains,
   * replayed in order, must give the same state.
   */
  | { readonly tag: "prune"; readonly keep: (fact: Fact) => boolean }
  | { readonly tag: "wakeAt"; readonly ms: number }
  | { readonly tag: "decide"; readonly decision: Decision }
  | { readonly tag: "notify"; readonly notice: Notice };

/** Something that happened and is kept. Plain data only (see `JournalValue`), tagged by machine. */
export interface Fact {
  readonly tag: string;
  readonly [field: string]: JournalValue;
}

/**
 * A machine's answer. `state` already includes `facts`: for the part of a state that survives a reload,
 * `facts.reduce(replay, before)` equals `state`.
 */
export interface Outcome<State, F> {
  readonly state: State;
  readonly facts: readonly F[];
  readonly out: readonly Out[];
}

/**
 * A machine inside a party. `step` is total: every state answers every event, with an unchanged state and an
 * `ignored` notice where there is nothing to do; bad input from others never throws.
 */
export interface Machine<Context, State, Command, F> {
  step(context: Context, state: State, event: MachineEvent<Command>, rng: Rng): Outcome<State, F>;
  /** Rebuilds the state from a journalled fact. Facts are our own: unknown ones throw, and the party stops. */
  replay(context: Context, state: State, fact: F): State;
}
