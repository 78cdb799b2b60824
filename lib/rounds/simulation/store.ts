import type { SecretRecord } from "../core/machine.ts";
import type { Epoch } from "../core/names.ts";

/** What one transaction of a driver writes: all of it or nothing. */
export interface Write {
  readonly record: SecretRecord | null;
  /** The record replaces all earlier ones. */
  readonly replace: boolean;
  /** Frames that must reach the relay, kept until it acknowledges them. */
  readonly outgoing: readonly Uint8Array[];
  /** Position up to which the inbox is dealt with. */
  readonly cursor: number;
  /** Written only while this epoch owns the store. */
  readonly ownerEpoch: Epoch;
}

/** A device's storage. It outlives the tab; a write that was not acknowledged may or may not be in it. */
export class SimulatedStore {
  records: SecretRecord[] = [];
  outbox: Uint8Array[] = [];
  cursor = 0;
  owner: Epoch | null = null;

  /** @returns false where another epoch owns the store: nothing is written then */
  apply(write: Write): boolean {
    if (this.owner !== write.ownerEpoch) return false;
    if (write.replace) this.records = [];
    if (write.record !== null) this.records.push(write.record);
    this.outbox.push(...write.outgoing);
    this.cursor = Math.max(this.cursor, write.cursor);
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
    copy.cursor = this.cursor;
    return copy;
  }
}
