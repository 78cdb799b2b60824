import { bytesToHex } from "@noble/hashes/utils.js";
import type { Decision, Verdict } from "../../rounds/core/decision.ts";
import type { Effect, PartyEvent, Rng } from "../../rounds/core/machine.ts";
import type { Notice } from "../../rounds/core/notice.ts";
import { readHeader } from "../../wire/header.ts";
import type { Clock } from "../ports/clock.ts";
import { type Store, StoreError, type Write } from "../ports/store.ts";
import type { TakeTurn } from "../ports/turns.ts";
import type { EffectOfSeveral } from "../relay/inbox.ts";
import type { Outgoing } from "../relay/outbox.ts";
import type { Journal } from "./journal.ts";

/** The pure machine that a driver runs: the party of `lib/rounds`, or a stand-in of a test. */
export interface Stepper<Party, Command> {
  step(
    party: Party,
    event: PartyEvent<Command>,
    rng: Rng,
  ): { readonly state: Party; readonly effects: readonly Effect[] };
}

/** What a driver is told of from outside; the time is the driver's. */
export type Input<Command> =
  | { readonly tag: "tick" }
  | { readonly tag: "command"; readonly command: Command }
  | { readonly tag: "decided"; readonly id: string; readonly verdict: Verdict };

/** An event whose time is not known yet. */
type Event<Command> = Input<Command> | { readonly tag: "frame"; readonly frame: Uint8Array };

/** Why a driver stopped for good; what is stored is whole, and opening the seat again continues from it. */
export type DriverStop =
  | { readonly tag: "closed" }
  /** Another tab or device owns the seat now. */
  | { readonly tag: "superseded" }
  | { readonly tag: "storage"; readonly error: StoreError }
  | { readonly tag: "fault"; readonly error: unknown };

/** The outgoing half of a room's relay client. */
export interface Mail {
  /** The writes that put frames into the outbox; `taken` after their commit sets them on their way. */
  prepare(messages: readonly Outgoing[]): { readonly writes: readonly Write[]; readonly taken: () => void };
}

export interface DriverPorts<Party, Command> {
  readonly machine: Stepper<Party, Command>;
  readonly store: Store;
  readonly journal: Journal;
  readonly rng: Rng;
  readonly clock: Clock;
  /** Each step computes in a turn of its own. */
  readonly takeTurn: TakeTurn;
  /** The mail of a room, by its name in hex. */
  readonly mail: (room: string) => Promise<Mail>;
  /** A frame that is stored and on its way. */
  readonly onSend: (frame: Uint8Array) => void;
  readonly onDecision: (decision: Decision) => void;
  readonly onNotice: (notice: Notice, now: number) => void;
  /** After every step that was stored. */
  readonly onState: (party: Party) => void;
  readonly onStop: (stop: DriverStop) => void;
}

/** Timers of browsers count in 31 bits; a later wish is looked at again when this has passed. */
const longestTimer = 2 ** 31 - 1;

/** Frames that wait are taken in together, as many as are computed in this time: one commit for all of them. */
const longestBatchMs = 50;

/** Steps that were computed and wait for their commit. */
interface Pending {
  /** How many of the events they are. */
  readonly count: number;
  readonly writes: readonly Write[];
  /** After the commit: memory follows storage. */
  readonly apply: () => void;
}

/**
 * Runs one party: one event after another, its record and its frames stored in one transaction before anything of it is sent or shown.
 * Frames that wait together share a transaction. Memory never runs ahead of storage: a step whose commit fails has not happened.
 */
export class Driver<Party, Command> {
  #party: Party;
  readonly #ports: DriverPorts<Party, Command>;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;
  #wake: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(party: Party, ports: DriverPorts<Party, Command>) {
    this.#party = party;
    this.#ports = ports;
  }

  get party(): Party {
    return this.#party;
  }

  /**
   * Feeds one input. Resolves once everything it caused is stored, or the driver stopped.
   * @param beside writes that must be stored together with what it causes, or not at all
   */
  async feed(input: Input<Command>, beside: readonly Write[] = []): Promise<void> {
    const done = await this.#nextTurn();
    try {
      if (this.#stopped) return;
      const { store, journal, clock } = this.#ports;
      const pending = await this.#steps([input], clock.now(), null);
      const writes = [...pending.writes, ...beside];
      if (writes.length > 0) await store.commit(writes, [journal.owned]);
      pending.apply();
    } catch (error) {
      this.#fail(error);
    } finally {
      done();
    }
  }

  /**
   * What the next frames of a room lead to, for that room's inbox to store together with how far it was read: all of them, or the first
   * few where they take long. The driver takes no other input until the inbox says how that went.
   */
  async receive(room: string, frames: readonly Uint8Array[]): Promise<EffectOfSeveral> {
    const done = await this.#nextTurn();
    try {
      if (this.#stopped) throw new StoreError("closed", "this tab no longer works for the seat");
      const messages: Outgoing[] = [];
      const events = frames.map((frame) => ({ tag: "frame", frame }) as const);
      const pending = await this.#steps(events, this.#ports.clock.now(), { room, messages });
      return {
        count: pending.count,
        writes: pending.writes,
        messages,
        expect: [this.#ports.journal.owned],
        committed: () => {
          pending.apply();
          done();
        },
        failed: (error) => {
          this.#fail(error);
          done();
        },
      };
    } catch (error) {
      this.#fail(error);
      done();
      throw error;
    }
  }

  /** Finishes what is under way and stops. */
  async close(): Promise<void> {
    const done = await this.#nextTurn();
    this.#stop({ tag: "closed" });
    done();
  }

  /** Waits for everything before, and gives what ends this turn. */
  async #nextTurn(): Promise<() => void> {
    const before = this.#turn;
    let end: () => void = () => undefined;
    this.#turn = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }

  /**
   * Computes steps without letting them happen: the first, and those after it that there is time for.
   * @param own where frames of the room whose inbox will store them are collected
   */
  async #steps(
    events: readonly Event<Command>[],
    now: number,
    own: { readonly room: string; readonly messages: Outgoing[] } | null,
  ): Promise<Pending> {
    const { count, state, effects, appended } = await this.#compute(events, now);
    const writes: Write[] = [...appended.writes];
    const taken: (() => void)[] = [appended.taken];
    for (const [room, messages] of framesByRoom(effects)) {
      if (room === own?.room) own.messages.push(...messages);
      else {
        const mail = await this.#ports.mail(room);
        const prepared = mail.prepare(messages);
        writes.push(...prepared.writes);
        taken.push(prepared.taken);
      }
    }
    const apply = (): void => {
      this.#party = state;
      for (const take of taken) take();
      this.#carryOut(effects, now);
      this.#ports.onState(state);
    };
    return { count, writes, apply };
  }

  async #compute(events: readonly Event<Command>[], now: number) {
    const { clock, journal, takeTurn } = this.#ports;
    const endTurn = await takeTurn();
    try {
      const until = clock.now() + longestBatchMs;
      const effects: Effect[] = [];
      let state = this.#party;
      let count = 0;
      for (const event of events) {
        if (count > 0 && clock.now() >= until) break;
        const step = this.#step(state, { ...event, now }, count > 0);
        if (step === null) break;
        state = step.state;
        effects.push(...step.effects);
        count++;
      }
      const appended = journal.append(effects.filter((effect) => effect.tag === "persist"));
      return { count, state, effects, appended };
    } finally {
      endTurn();
    }
  }

  /** @param others true where steps before this one wait for their commit: one that cannot be made is left for later, and takes none of them along */
  #step(party: Party, event: PartyEvent<Command>, others: boolean) {
    const { machine, rng } = this.#ports;
    try {
      return machine.step(party, event, rng);
    } catch (error) {
      if (others) return null;
      throw error;
    }
  }

  #carryOut(effects: readonly Effect[], now: number): void {
    for (const effect of effects) {
      if (effect.tag === "send") this.#ports.onSend(effect.frame);
      else if (effect.tag === "wakeAt") this.#wakeAt(effect.ms);
      else if (effect.tag === "decide") this.#ports.onDecision(effect.decision);
      else if (effect.tag === "notify") this.#ports.onNotice(effect.notice, now);
    }
  }

  #wakeAt(ms: number): void {
    if (this.#wake !== null && this.#wake.at <= ms) return;
    const { clock } = this.#ports;
    this.#wake?.cancel();
    const cancel = clock.after(Math.min(Math.max(0, ms - clock.now()), longestTimer), () => {
      this.#wake = null;
      // A timer that was cut short, or a clock that jumped back, is set again instead of ticking too early.
      if (clock.now() < ms) this.#wakeAt(ms);
      else void this.feed({ tag: "tick" });
    });
    this.#wake = { at: ms, cancel };
  }

  #fail(error: unknown): void {
    if (!(error instanceof StoreError)) this.#stop({ tag: "fault", error });
    else if (error.fault === "changed") this.#supersede();
    else this.#stop({ tag: "storage", error });
  }

  #supersede(): void {
    if (this.#stopped) return;
    const { machine, clock, rng } = this.#ports;
    const now = clock.now();
    const { state, effects } = machine.step(this.#party, { tag: "superseded", now }, rng);
    this.#party = state;
    for (const effect of effects) if (effect.tag === "notify") this.#ports.onNotice(effect.notice, now);
    this.#ports.onState(state);
    this.#stop({ tag: "superseded" });
  }

  #stop(stop: DriverStop): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake?.cancel();
    this.#ports.onStop(stop);
  }
}

/** Frames to send by the room their header names, in order. Frames come from our own machine: one without a header is a bug. */
function framesByRoom(effects: readonly Effect[]): Map<string, Outgoing[]> {
  const rooms = new Map<string, Outgoing[]>();
  for (const effect of effects) {
    if (effect.tag !== "send") continue;
    const header = readHeader(effect.frame);
    if (typeof header === "string") throw new Error(`the machine made a frame that is ${header}`);
    const room = bytesToHex(header.groupId);
    // The machine keeps what must be sent again and says it again, so nothing is kept beyond the relay's acceptance.
    rooms.set(room, [...(rooms.get(room) ?? []), { frame: effect.frame, keep: false }]);
  }
  return rooms;
}
