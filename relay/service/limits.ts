import type { Settings } from "../config/keys.ts";
import { Meter, type Allowance } from "./meter.ts";

/** Two meters that must both agree: what an identity does, and what everybody at its address does. */
class DoubleMeter {
  readonly #identities: Meter;
  readonly #addresses: Meter;

  constructor(allowance: Allowance, factor: number, elapsed: () => number) {
    this.#identities = new Meter(allowance, elapsed);
    this.#addresses = new Meter(
      {
        perSecond: allowance.perSecond * factor,
        burst: allowance.burst * factor,
        bytesPerSecond: allowance.bytesPerSecond * factor,
        byteBurst: allowance.byteBurst * factor,
      },
      elapsed,
    );
  }

  /** Milliseconds until this much may be taken; 0 where it may be now. */
  wait(identity: string, address: string, count: number, bytes: number): number {
    return Math.max(
      this.#identities.wait(identity, count, bytes),
      this.#addresses.wait(address, count, bytes),
    );
  }

  /** Takes this much, or returns the milliseconds to wait before it may be taken. */
  take(identity: string, address: string, count: number, bytes: number): number {
    const wait = this.wait(identity, address, count, bytes);
    if (wait > 0) return wait;
    this.#identities.take(identity, count, bytes);
    this.#addresses.take(address, count, bytes);
    return 0;
  }
}

/** What the relay allows, and how much of it was used. */
export interface Limits {
  readonly settings: Settings;
  readonly sending: DoubleMeter;
  readonly reading: DoubleMeter;
  /** How fast one who may send much at once is stored, so that others' messages get in between. Nobody is refused for it. */
  readonly pacing: Meter;
  /** New connections by address. */
  readonly connecting: Meter;
  /** Connections beyond those that are told why, by address. */
  readonly refusing: Meter;
}

/** How much faster than the sustained rate a burst is stored. */
const PACE_FACTOR = 4;
/** Deliveries and bytes that are stored at once: more than a ceremony of a hundred people sends in one go. */
const PACE_BURST = 512;
const PACE_BYTE_BURST = 2_097_152;

export function createLimits(settings: Settings, elapsed: () => number): Limits {
  const allowance = {
    perSecond: settings["limits.messages_per_second"],
    burst: settings["limits.message_burst"],
    bytesPerSecond: settings["limits.bytes_per_second"],
    byteBurst: settings["limits.byte_burst"],
  };
  const factor = settings["limits.address_factor"];
  const sockets = settings["limits.sockets_per_address"];
  return {
    settings,
    sending: new DoubleMeter(allowance, factor, elapsed),
    reading: new DoubleMeter(allowance, factor, elapsed),
    pacing: new Meter(
      {
        perSecond: allowance.perSecond * PACE_FACTOR,
        burst: PACE_BURST,
        bytesPerSecond: allowance.bytesPerSecond * PACE_FACTOR,
        byteBurst: PACE_BYTE_BURST,
      },
      elapsed,
    ),
    connecting: new Meter(
      { perSecond: Math.max(1, sockets / 10), burst: sockets * 2, bytesPerSecond: 1, byteBurst: 1 },
      elapsed,
    ),
    refusing: new Meter({ perSecond: 5, burst: 20, bytesPerSecond: 1, byteBurst: 1 }, elapsed),
  };
}
