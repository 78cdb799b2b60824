import type { SecretRecord } from "../core/machine.ts";
import type { Epoch, GroupId } from "../core/names.ts";

/** Last row dealt with, by room. */
export type Cursors = ReadonlyMap<GroupId, number>;

/** What one transaction of a driver writes: all of it or nothing. */
export interface Write {
  readonly record: SecretRecord | null;
  /** The record replaces all earlier ones. */
  readonly replace: boolean;
  /** Frames that must reach the relay, kept until it acknowledges them. */
  readonly outgoing: readonly Uint8Array[];
  /** Position in each room up to which the inbox is dealt with. */
  readonly cursors: Cursors;
  /** Written only while this epoch owns the store. */
  readonly ownerEpoch: Epoch;
}

/** A device's storage. It outlives the tab; a write that was not acknowledged may or may not be in it. */
export class SimulatedStore {
  records: SecretRecord[] = [];
  outbox: Uint8Array[] = [];
  cursors: Cursors = new Map();
  owner: Epoch | null = null;

  /** @returns false where another epoch owns the store: nothing is written then */
  apply(write: Write): boolean {
    if (this.owner !== write.ownerEpoch) return false;
    if (write.replace) this.records = [];
    if (write.record !== null) this.records.push(write.record);
    this.outbox.push(...write.outgoing);
    this.cursors = write.cursors;
    return true;
  }

  acknowledged(frame: Uint8Array): void {
    const index = this.outbox.indexOf(frame);
    if (index >= 0) this.outbox.splice(index, 1);
  }

  /** What a backup made now, or a copied profile, would hold. */
  copy(): SimulatedStore {
    const copy = new SimulatedStore();
    copy.records = [...this.records];
    copy.outbox = [...this.outbox];
    copy.cursors = this.cursors;
    return copy;
  }
}
