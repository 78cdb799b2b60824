import type { Effect, PartyEvent } from "../core/machine.ts";
import type { Decision, Verdict } from "../core/decision.ts";
import type { Epoch, GroupId, PartyId } from "../core/names.ts";
import type { Notice } from "../core/notice.ts";
import type { Network } from "./network.ts";
import type { PartyCommand } from "../party/step.ts";
import type { PartyFactory, RunningParty } from "./port.ts";
import type { Prng } from "./prng.ts";
import { isNext } from "./cursor.ts";
import type { LogEntry } from "./relay.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SimulatedStore, Write } from "./store.ts";

/** What is told about a process as it runs. */
export interface ProcessWatch {
  /** One step was made at `now` of its own clock. */
  stepped(process: Process, event: PartyEvent<PartyCommand>, effects: readonly Effect[], now: number): void;
  /** A frame leaves the process for the first time in this incarnation. */
  leaving(process: Process, frame: Uint8Array): void;
  notified(process: Process, notice: Notice): void;
  /** A person is asked. The answer is given with `process.decided`. */
  asked(process: Process, decision: Decision): void;
  started(process: Process): void;
  crashed(process: Process): void;
}

/** What a process sends instead of a frame of its own: an attacker's scripts. */
export type Tamper = (frame: Uint8Array) => readonly Uint8Array[];

const RETRY_MS = 3_000;
const POLL_MS = 4_000;

/**
 * One tab with its driver: runs effects in order, waits for each write before the next send, keeps its place in
 * the inbox together with what it wrote, and can be stopped at any moment.
 */
export class Process {
  readonly id: PartyId;
  readonly name: string;
  readonly store: SimulatedStore;
  epoch: Epoch;
  party: RunningParty | null = null;
  /** Set for seats that follow a script. */
  tamper: Tamper | null = null;
  readonly #factory: PartyFactory;
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #prng: Prng;
  readonly #watch: ProcessWatch;
  readonly #skew: number;
  #incarnation = 0;
  #queue: { readonly event: PartyEvent<PartyCommand>; readonly row: LogEntry | null }[] = [];
  #busy = false;
  #inFlight: Write | null = null;
  /** Rows taken from the network, and rows a step has dealt with. */
  #received = new Map<GroupId, number>();
  #handled = new Map<GroupId, number>();
  #wakeAt = Infinity;
  #listener: (entry: LogEntry) => void = () => undefined;

  constructor(parts: {
    readonly factory: PartyFactory;
    readonly name: string;
    readonly scheduler: Scheduler;
    readonly network: Network;
    readonly prng: Prng;
    readonly watch: ProcessWatch;
    readonly store: SimulatedStore;
    readonly skew: number;
    readonly epoch: Epoch;
  }) {
    this.id = parts.factory.id;
    this.name = parts.name;
    this.store = parts.store;
    this.epoch = parts.epoch;
    this.#factory = parts.factory;
    this.#scheduler = parts.scheduler;
    this.#network = parts.network;
    this.#prng = parts.prng;
    this.#watch = parts.watch;
    this.#skew = parts.skew;
  }

  get running(): boolean {
    return this.party !== null;
  }

  now(): number {
    return this.#scheduler.now() + this.#skew;
  }

  /** Starts the tab from its store: a new epoch takes the store over. */
  start(epoch: Epoch): void {
    this.epoch = epoch;
    this.store.owner = epoch;
    this.#incarnation++;
    this.#queue = [];
    this.#busy = false;
    this.#inFlight = null;
    this.#wakeAt = Infinity;
    this.#received = new Map(this.store.cursors);
    this.#handled = new Map(this.store.cursors);
    this.party = this.#factory.start(this.store.records, epoch);
    const incarnation = this.#incarnation;
    this.#network.disconnect(this.id, this.#listener);
    this.#listener = (entry) => {
      if (incarnation === this.#incarnation) this.#receive(entry);
    };
    this.#network.connect(this.id, this.#listener);
    this.#watch.started(this);
    for (const frame of this.store.outbox) this.#submit(frame);
    this.feed({ tag: "tick", now: this.now() });
    this.#poll();
  }

  /** Stops the tab here and now. The write in flight, if any, may have reached the disk. */
  crash(): void {
    if (this.party === null) return;
    this.party = null;
    this.#incarnation++;
    if (this.#inFlight !== null && this.#prng.chance(0.5)) this.store.apply(this.#inFlight);
    this.#network.disconnect(this.id, this.#listener);
    this.#watch.crashed(this);
  }

  command(command: PartyCommand): void {
    this.feed({ tag: "command", now: this.now(), command });
  }

  decided(id: string, verdict: Verdict): void {
    this.feed({ tag: "decided", now: this.now(), id, verdict });
  }

  feed(event: PartyEvent<PartyCommand>, row: LogEntry | null = null): void {
    if (this.party === null) return;
    this.#queue.push({ event, row });
    this.#pump();
  }

  #receive(row: LogEntry): void {
    const received = this.#received.get(row.room) ?? 0;
    if (row.seq <= received || !this.#rooms().includes(row.room)) return;
    if (!isNext(received, row.seq)) {
      this.#sync(row.room);
      return;
    }
    this.#received.set(row.room, row.seq);
    this.feed({ tag: "frame", now: this.now(), frame: row.frame }, row);
  }

  /** Rooms this tab has a key for: the lobby and its groups. Others' rows wait at the relay. */
  #rooms(): readonly GroupId[] {
    const state = this.party?.state;
    return state === undefined ? [] : [state.keys.lobbyId, ...state.groups.keys()];
  }

  #sync(room: GroupId): void {
    this.#network.sync(room, this.id, this.#received.get(room) ?? 0, this.#listener);
  }

  #poll(): void {
    const incarnation = this.#incarnation;
    for (const room of this.#rooms()) this.#sync(room);
    this.#scheduler.after(POLL_MS, () => {
      if (incarnation === this.#incarnation) this.#poll();
    });
  }

  #pump(): void {
    const { party } = this;
    if (party === null || this.#busy) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    this.#busy = true;
    if (next.row !== null) this.#handled.set(next.row.room, next.row.seq);
    const event = { ...next.event, now: this.now() };
    const effects = party.step(event);
    this.#watch.stepped(this, event, effects, event.now);
    this.#run(effects, 0, this.#incarnation);
  }

  #run(effects: readonly Effect[], from: number, incarnation: number): void {
    for (let i = from; i < effects.length; i++) {
      // A watcher may have crashed this very process between two effects.
      if (incarnation !== this.#incarnation) return;
      const effect = effects[i];
      if (effect === undefined) break;
      if (effect.tag === "persist") {
        this.#persist(effects, i, effect, incarnation);
        return;
      }
      this.#carryOut(effect);
    }
    if (incarnation !== this.#incarnation) return;
    this.#busy = false;
    // The next event runs on its own turn, so that a long queue does not deepen the stack.
    this.#scheduler.after(0, () => {
      if (incarnation === this.#incarnation) this.#pump();
    });
  }

  #persist(
    effects: readonly Effect[],
    at: number,
    effect: Extract<Effect, { tag: "persist" }>,
    incarnation: number,
  ): void {
    const outgoing: Uint8Array[] = [];
    for (const later of effects.slice(at + 1)) {
      if (later.tag === "persist") break;
      if (later.tag === "send") outgoing.push(later.frame);
    }
    const { record, replace, ownerEpoch } = effect;
    const write: Write = { record, replace, outgoing, cursors: new Map(this.#handled), ownerEpoch };
    this.#inFlight = write;
    this.#scheduler.after(this.#prng.between(1, 25), () => {
      if (incarnation !== this.#incarnation) return;
      this.#inFlight = null;
      if (this.store.apply(write)) {
        this.#run(effects, at + 1, incarnation);
        return;
      }
      this.#busy = false;
      this.#queue = [];
      this.feed({ tag: "superseded", now: this.now() });
    });
  }

  #carryOut(effect: Exclude<Effect, { tag: "persist" }>): void {
    switch (effect.tag) {
      case "send":
        this.#send(effect.frame);
        return;
      case "wakeAt":
        this.#wake(effect.ms);
        return;
      case "decide":
        this.#watch.asked(this, effect.decision);
        return;
      case "notify":
        this.#watch.notified(this, effect.notice);
        return;
    }
  }

  #send(frame: Uint8Array): void {
    const incarnation = this.#incarnation;
    this.#watch.leaving(this, frame);
    // The watcher stops processes at such moments: then the frame did not leave.
    if (incarnation === this.#incarnation) this.#submit(frame);
  }

  #wake(ms: number): void {
    if (ms >= this.#wakeAt) return;
    this.#wakeAt = ms;
    const incarnation = this.#incarnation;
    this.#scheduler.after(ms - this.now(), () => {
      if (incarnation !== this.#incarnation || this.#wakeAt !== ms) return;
      this.#wakeAt = Infinity;
      this.feed({ tag: "tick", now: this.now() });
    });
  }

  #submit(frame: Uint8Array): void {
    if (this.tamper === null) {
      this.#offer(frame, frame, this.#incarnation);
      return;
    }
    const instead = this.tamper(frame);
    if (instead.length === 0) this.store.acknowledged(frame);
    for (const bytes of instead) this.#offer(frame, bytes, this.#incarnation);
  }

  /** Offers bytes to the relay until it acknowledges them, or the tab ends. */
  #offer(kept: Uint8Array, bytes: Uint8Array, incarnation: number): void {
    let done = false;
    const attempt = (): void => {
      if (done || incarnation !== this.#incarnation) return;
      this.#network.submit(this.id, bytes, () => {
        done = true;
        if (incarnation === this.#incarnation) this.store.acknowledged(kept);
      });
      this.#scheduler.after(RETRY_MS + this.#prng.below(500), attempt);
    };
    attempt();
  }
}
