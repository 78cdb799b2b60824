import type { GroupId, PartyId } from "../core/names.ts";
import type { Prng } from "./prng.ts";
import { headerOf, type LogEntry, RelayLog } from "./relay.ts";
import type { Scheduler } from "./scheduler.ts";

/** How bad the links are while faults last. Delays are virtual milliseconds, probabilities 0..1. */
export interface LinkFaults {
  readonly loss: number;
  readonly duplicate: number;
  readonly delay: readonly [number, number];
}

/** A time during which nothing passes between these parties and the relay. */
export interface Partition {
  readonly parties: readonly PartyId[];
  readonly from: number;
  readonly to: number;
}

/** What a lying relay does with one delivery; an honest one passes it on. */
export type Deception = (recipient: PartyId, frame: Uint8Array) => "pass" | "swallow" | readonly Uint8Array[];

const HEALTHY: LinkFaults = { loss: 0, duplicate: 0, delay: [5, 40] };

/**
 * Links between clients and the relay. Whatever is sent may be lost, late, doubled or overtaken; the log behind
 * it is exact. From `heal` on, links are good and the relay is honest.
 */
export class Network {
  readonly relay = new RelayLog();
  readonly #scheduler: Scheduler;
  readonly #prng: Prng;
  readonly #faults: LinkFaults;
  readonly #partitions: readonly Partition[];
  readonly #clients = new Map<PartyId, Set<(entry: LogEntry) => void>>();
  #healed = false;
  #deception: Deception | null = null;

  constructor(scheduler: Scheduler, prng: Prng, faults: LinkFaults, partitions: readonly Partition[]) {
    this.#scheduler = scheduler;
    this.#prng = prng;
    this.#faults = faults;
    this.#partitions = partitions;
  }

  get healed(): boolean {
    return this.#healed;
  }

  deceive(deception: Deception): void {
    this.#deception = deception;
  }

  heal(): void {
    this.#healed = true;
    this.#deception = null;
  }

  /**
   * Connects a tab. Two devices that hold one identity (a restored backup beside the original) both read its
   * inbox: a relay that shut one out would only hide the danger.
   */
  connect(party: PartyId, receive: (entry: LogEntry) => void): void {
    this.relay.admit(party);
    const clients = this.#clients.get(party) ?? new Set();
    clients.add(receive);
    this.#clients.set(party, clients);
  }

  disconnect(party: PartyId, receive: (entry: LogEntry) => void): void {
    this.#clients.get(party)?.delete(receive);
  }

  #reachable(party: PartyId): boolean {
    if (this.#healed) return true;
    const now = this.#scheduler.now();
    return !this.#partitions.some((p) => now >= p.from && now < p.to && p.parties.includes(party));
  }

  /** Runs `action` after a link's delay, never, or twice. */
  #cross(party: PartyId, action: () => void): void {
    const faults = this.#healed ? HEALTHY : this.#faults;
    if (!this.#reachable(party) || this.#prng.chance(faults.loss)) return;
    const copies = this.#prng.chance(faults.duplicate) ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.#scheduler.after(this.#prng.between(faults.delay[0], faults.delay[1]), action);
    }
  }

  /** Sends a frame once; `acknowledged` is called if the relay stored it and its answer came back. */
  submit(party: PartyId, frame: Uint8Array, acknowledged: () => void): void {
    this.#cross(party, () => {
      const accepted = this.#store(party, frame);
      if (accepted) this.#cross(party, acknowledged);
    });
  }

  #store(party: PartyId, frame: Uint8Array): boolean {
    const read = headerOf(frame);
    if (typeof read === "string") return false;
    const deception = this.#deception;
    if (deception === null) {
      const result = this.relay.append(party, frame);
      if (result.tag !== "accepted") return false;
      for (const recipient of result.recipients) this.#push(read.groupId, recipient);
      return true;
    }
    for (const recipient of this.relay.recipientsOf(party, frame)) {
      const lie = deception(recipient, frame);
      if (lie === "swallow") continue;
      for (const bytes of lie === "pass" ? [frame] : lie) this.inject(read.groupId, recipient, bytes);
    }
    return true;
  }

  /** A lying relay puts bytes of its own into an inbox. */
  inject(room: GroupId, recipient: PartyId, frame: Uint8Array): void {
    this.relay.insert(room, recipient, frame);
    this.#push(room, recipient);
  }

  /** Shows the newest row at once: a hint, which may be lost. */
  #push(room: GroupId, recipient: PartyId): void {
    const newest = this.relay.newest(room, recipient);
    if (newest === undefined) return;
    this.#cross(recipient, () => {
      for (const client of this.#clients.get(recipient) ?? []) client(newest);
    });
  }

  /** Asks for everything after `cursor` in one room. */
  sync(room: GroupId, party: PartyId, cursor: number, receive: (entry: LogEntry) => void): void {
    this.#cross(party, () => {
      const rows = this.relay.sync(room, party, cursor);
      if (rows.length === 0) return;
      this.#cross(party, () => {
        for (const row of rows) receive(row);
      });
    });
  }
}
