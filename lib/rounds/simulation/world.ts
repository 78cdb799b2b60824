import type { Decision } from "../core/decision.ts";
import type { Effect, PartyEvent, SecretRecord } from "../core/machine.ts";
import { epochOf, type PartyId } from "../core/names.ts";
import type { Notice } from "../core/notice.ts";
import type { PartyCommand } from "../party/step.ts";
import { Chart } from "./chart.ts";
import { describeMessage } from "./describe.ts";
import type { Insider } from "./insider.ts";
import { Network } from "./network.ts";
import type { Plan, PlannedCrash } from "./plan.ts";
import type { PartyFactory } from "./port.ts";
import { type Prng, createPrng } from "./prng.ts";
import { Process, type ProcessWatch } from "./process.ts";
import { createScheduler, type Scheduler, START } from "./scheduler.ts";
import { SimulatedStore } from "./store.ts";

/** What a run adds to the world's own bookkeeping. */
export interface WorldWatch {
  stepped(process: Process, event: PartyEvent<PartyCommand>, effects: readonly Effect[], now: number): void;
  leaving(process: Process, frame: Uint8Array): void;
  notified(process: Process, notice: Notice): void;
  asked(process: Process, decision: Decision): void;
  started(process: Process): void;
}

/** Processes on a network under one plan: it starts and stops them, and draws the chart. */
export class World {
  readonly plan: Plan;
  readonly prng: Prng;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly chart: Chart;
  /** The process of each seat that its owner uses, by seat number. */
  readonly processes: Process[] = [];
  /** Copies and second tabs, beside those. */
  readonly others: Process[] = [];
  insider: Insider | null = null;
  readonly #factories: readonly PartyFactory[];
  readonly #watch: WorldWatch;
  readonly #moments = new Map<Process, number>();
  readonly #names = new Map<PartyId, string>();
  readonly #charted = new WeakSet<Uint8Array>();

  constructor(
    plan: Plan,
    factories: readonly PartyFactory[],
    records: readonly SecretRecord[],
    watch: WorldWatch,
  ) {
    this.plan = plan;
    this.#factories = factories;
    this.#watch = watch;
    this.prng = createPrng(plan.seed, "world");
    this.scheduler = createScheduler(START);
    this.chart = new Chart(START);
    const partitions = plan.partitions.map(({ seats, from, to }) => ({
      parties: seats.flatMap((seat) => factories[seat]?.id ?? []),
      from: START + from,
      to: START + to,
    }));
    this.network = new Network(this.scheduler, this.prng.fork("network"), plan.faults, partitions);
    factories.forEach((factory, seat) => {
      this.#names.set(factory.id, this.isCorrupted(seat) ? `seat ${seat + 1} (bad)` : `seat ${seat + 1}`);
      this.network.relay.admit(factory.id);
      const store = new SimulatedStore();
      const kept = records[seat];
      if (kept !== undefined) store.records.push(kept);
      this.processes.push(this.#process(seat, store, ""));
    });
  }

  isCorrupted(seat: number): boolean {
    return this.plan.corrupted.includes(seat);
  }

  nameOf = (party: PartyId): string => this.#names.get(party) ?? party.slice(0, 6);

  #process(seat: number, store: SimulatedStore, suffix: string): Process {
    const factory = this.#factories[seat];
    if (factory === undefined) throw new RangeError("no such seat");
    return new Process({
      factory,
      name: `seat ${seat + 1}${suffix}`,
      scheduler: this.scheduler,
      network: this.network,
      prng: this.prng.fork(`process/${seat}${suffix}`),
      watch: this.#watching(seat),
      store,
      skew: this.plan.skews[seat] ?? 0,
      epoch: this.newEpoch(),
    });
  }

  newEpoch() {
    return epochOf(this.prng.bytes(16));
  }

  say(who: string, what: string): void {
    this.chart.add(this.scheduler.now(), who, what);
  }

  #watching(seat: number): ProcessWatch {
    return {
      stepped: (process, event, effects, now) => {
        this.#watch.stepped(process, event, effects, now);
        this.#moment(seat, process);
      },
      leaving: (process, frame) => {
        this.#draw(process, frame);
        this.#watch.leaving(process, frame);
        this.#moment(seat, process);
      },
      notified: (process, notice) => {
        if (notice.tag !== "ignored") {
          const reason =
            "reason" in notice ? notice.reason : "culprit" in notice ? this.nameOf(notice.culprit) : "";
          this.say(process.name, `* ${notice.tag} ${reason}`);
        }
        this.#watch.notified(process, notice);
      },
      asked: (process, decision) => this.#watch.asked(process, decision),
      started: (process) => {
        this.say(process.name, `* starts, epoch ${process.epoch.slice(0, 6)}`);
        this.#watch.started(process);
      },
      crashed: (process) => this.say(process.name, "* stops"),
    };
  }

  #draw(process: Process, frame: Uint8Array): void {
    const message = this.insider?.read(frame);
    if (message == null) return;
    const again = this.#charted.has(frame) ? " (again)" : "";
    this.#charted.add(frame);
    this.say(process.name, describeMessage(message, this.nameOf) + again);
  }

  /** Counts what a process does, and stops it where the plan says so. */
  #moment(seat: number, process: Process): void {
    if (this.network.healed || this.processes[seat] !== process) return;
    const count = (this.#moments.get(process) ?? 0) + 1;
    this.#moments.set(process, count);
    for (const crash of this.plan.crashes) {
      if (crash.seat === seat && crash.at === count) this.#stop(process, crash);
    }
  }

  #stop(process: Process, { away, at }: PlannedCrash): void {
    const restart = (): void => {
      process.crash();
      this.scheduler.after(away, () => {
        if (!process.running && this.processes.includes(process)) process.start(this.newEpoch());
      });
    };
    // At once, between two effects; or while the write that follows is under way.
    if (at % 3 === 0) this.scheduler.after(this.prng.between(1, 20), restart);
    else restart();
  }

  /** Starts a copy of a seat's device, as it is on disk now, beside the original. */
  clone(seat: number): void {
    const original = this.processes[seat];
    if (original === undefined) return;
    const copy = this.#process(seat, original.store.copy(), " copy");
    this.others.push(copy);
    copy.start(this.newEpoch());
  }

  /** Opens a seat in a second tab on the same storage; the first finds out with its next write. */
  takeOver(seat: number): void {
    const first = this.processes[seat];
    if (first === undefined) return;
    const second = this.#process(seat, first.store, " tab 2");
    second.tamper = first.tamper;
    this.processes[seat] = second;
    this.others.push(first);
    second.start(this.newEpoch());
  }

  start(): void {
    for (const process of this.processes) process.start(this.newEpoch());
    const { clone, takeOver } = this.plan;
    if (clone !== null) this.scheduler.after(clone.at, () => this.clone(clone.seat));
    if (takeOver !== null) this.scheduler.after(takeOver.at, () => this.takeOver(takeOver.seat));
    this.scheduler.after(this.plan.heal, () => this.heal());
  }

  /** Faults cease: links are good, the relay honest, and every tab is open again. */
  heal(): void {
    this.say("", "* faults cease");
    this.network.heal();
    for (const process of this.processes) if (!process.running) process.start(this.newEpoch());
  }

  /** Runs until `done`, or until the virtual time `until`. */
  run(until: number, done: () => boolean): void {
    for (let guard = 0; guard < 3_000_000 && !done(); guard++) {
      if (!this.scheduler.runNext(until)) return;
    }
  }
}
