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
  /** New connections by address. */
  readonly connecting: Meter;
}

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
    connecting: new Meter(
      { perSecond: Math.max(1, sockets / 10), burst: sockets * 2, bytesPerSecond: 1, byteBurst: 1 },
      elapsed,
    ),
  };
}
