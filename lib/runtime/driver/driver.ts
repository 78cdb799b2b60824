import { bytesToHex } from "@noble/hashes/utils.js";
import type { Decision, Verdict } from "../../rounds/core/decision.ts";
import type { Effect, PartyEvent, Rng } from "../../rounds/core/machine.ts";
import type { Epoch } from "../../rounds/core/names.ts";
import type { Notice } from "../../rounds/core/notice.ts";
import { readHeader } from "../../wire/header.ts";
import type { StorageError } from "../store/open-database.ts";
import type { Cursor, SeatChange, SeatStore } from "../store/seat-store.ts";

/** The pure machine that a driver runs: `lib/rounds`' party, or a stand-in of a test. */
export interface Stepper<Party, Command> {
  step(
    party: Party,
    event: PartyEvent<Command>,
    rng: Rng,
  ): { readonly state: Party; readonly effects: readonly Effect[] };
}

/** What a driver is told of from outside, without the time, which is the driver's. */
export type Input<Command> =
  | { readonly tag: "frame"; readonly frame: Uint8Array; readonly at: { readonly room: string } & Cursor }
  | { readonly tag: "tick" }
  | { readonly tag: "command"; readonly command: Command }
  | { readonly tag: "decided"; readonly id: string; readonly verdict: Verdict };

/** Why a driver stopped for good; what is stored is whole, and opening the seat again continues from it. */
export type DriverStop =
  | { readonly tag: "closed" }
  /** Another tab or device owns the seat now. */
  | { readonly tag: "superseded" }
  | { readonly tag: "storage"; readonly error: StorageError }
  | { readonly tag: "fault"; readonly error: unknown };

export interface DriverPorts<Party, Command> {
  readonly machine: Stepper<Party, Command>;
  readonly store: SeatStore;
  readonly epoch: Epoch;
  /** Seals a journal record before it is stored. */
  readonly seal: (record: Uint8Array) => Uint8Array;
  readonly rng: Rng;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly setTimer: (run: () => void, ms: number) => () => void;
  /** Frames are in the store's outbox of this room: post them. */
  readonly onOutbox: (room: string) => void;
  readonly onDecision: (decision: Decision) => void;
  readonly onNotice: (notice: Notice, now: number) => void;
  /** After every step that was stored. */
  readonly onState: (party: Party) => void;
  readonly onStop: (stop: DriverStop) => void;
}

/** Timers of browsers count in 32 bits; a later wish is looked at again when this has passed. */
const longestTimer = 2 ** 31 - 1;

/**
 * Runs one party: one event at a time, its record and its frames stored in one transaction before anything of it is sent or shown. The
 * first failure to store stops it, because memory would run ahead of storage.
 */
export class Driver<Party, Command> {
  #party: Party;
  readonly #ports: DriverPorts<Party, Command>;
  #queue: Promise<void> = Promise.resolve();
  #stopped = false;
  #wake: { readonly at: number; readonly cancel: () => void } | null = null;

  constructor(party: Party, ports: DriverPorts<Party, Command>) {
    this.#party = party;
    this.#ports = ports;
  }

  get party(): Party {
    return this.#party;
  }

  /** Feeds one input. Resolves once everything it caused is stored: only then may the relay be told that a frame was read. */
  feed(input: Input<Command>): Promise<void> {
    this.#queue = this.#queue.then(() => this.#take(input));
    return this.#queue;
  }

  /** Finishes what is under way and stops. */
  async close(): Promise<void> {
    await this.#queue;
    this.#stop({ tag: "closed" });
  }

  async #take(input: Input<Command>): Promise<void> {
    if (this.#stopped) return;
    try {
      const now = this.#ports.now();
      const cursor = input.tag === "frame" ? input.at : undefined;
      const event: PartyEvent<Command> =
        input.tag === "frame" ? { tag: "frame", now, frame: input.frame } : { ...input, now };
      const { state, effects } = this.#ports.machine.step(this.#party, event, this.#ports.rng);
      const change = this.#change(effects, cursor);
      if (change !== null && (await this.#ports.store.write(change)) === "superseded")
        { this.#supersede(); return; }
      this.#party = state;
      this.#carryOut(effects, now);
      this.#ports.onState(state);
    } catch (error) {
      this.#stop(isStorageError(error) ? { tag: "storage", error } : { tag: "fault", error });
    }
  }

  /** One transaction for the whole step: a crash leaves all of it or nothing, so a frame is never sent without its record. */
  #change(effects: readonly Effect[], cursor: SeatChange["cursor"]): SeatChange | null {
    const persists = effects.filter((effect) => effect.tag === "persist");
    const sends = effects.filter((effect) => effect.tag === "send");
    if (persists.length === 0 && sends.length === 0 && cursor === undefined) return null;
    const firstReplace = persists.findLastIndex((effect) => effect.replace);
    const kept = persists.slice(Math.max(firstReplace, 0));
    return {
      epoch: this.#ports.epoch,
      records: kept.map((effect) => this.#ports.seal(effect.record)),
      replace: firstReplace >= 0,
      send: sends.map(({ frame }) => ({ room: roomOf(frame), frame })),
      ...(cursor === undefined ? {} : { cursor }),
    };
  }

  #carryOut(effects: readonly Effect[], now: number): void {
    const rooms = new Set<string>();
    for (const effect of effects) {
      switch (effect.tag) {
        case "persist":
          break;
        case "send":
          rooms.add(roomOf(effect.frame));
          break;
        case "wakeAt":
          this.#wakeAt(effect.ms);
          break;
        case "decide":
          this.#ports.onDecision(effect.decision);
          break;
        case "notify":
          this.#ports.onNotice(effect.notice, now);
          break;
      }
    }
    rooms.forEach(this.#ports.onOutbox);
  }

  #wakeAt(ms: number): void {
    if (this.#wake !== null && this.#wake.at <= ms) return;
    this.#wake?.cancel();
    const delay = Math.min(Math.max(0, ms - this.#ports.now()), longestTimer);
    const cancel = this.#ports.setTimer(() => {
      this.#wake = null;
      // A timer that was cut short, or a clock that jumped back, is set again instead of ticking too early.
      if (this.#ports.now() < ms) this.#wakeAt(ms);
      else void this.feed({ tag: "tick" });
    }, delay);
    this.#wake = { at: ms, cancel };
  }

  #supersede(): void {
    const now = this.#ports.now();
    const { state, effects } = this.#ports.machine.step(
      this.#party,
      { tag: "superseded", now },
      this.#ports.rng,
    );
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

/** The room a frame belongs to, as hex. Frames come from our own machine: one without a header is a bug. */
function roomOf(frame: Uint8Array): string {
  const header = readHeader(frame);
  if (typeof header === "string") throw new Error(`the machine made a frame that is ${header}`);
  return bytesToHex(header.groupId);
}

const isStorageError = (error: unknown): error is StorageError =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  error.code.startsWith("storage-");
