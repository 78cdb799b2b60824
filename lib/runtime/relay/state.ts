import type { Refusal } from "../../wire/relay/refusals.ts";

/** Where a client's connection stands, as a value a screen can show. */
export type ConnectionState =
  | { readonly tag: "idle" }
  | { readonly tag: "connecting"; readonly attempt: number }
  /** Logged in. `caughtUp` is false while messages that came meanwhile are being read. */
  | { readonly tag: "online"; readonly caughtUp: boolean }
  /** Not connected; tries again by itself. */
  | { readonly tag: "waiting"; readonly attempt: number; readonly retryAt: number; readonly reason: string }
  /** The relay said no for good: trying again cannot help. */
  | { readonly tag: "refused"; readonly refusal: Refusal }
  /** The same identity logged in elsewhere, or another tab writes to the same store. */
  | { readonly tag: "superseded" }
  | { readonly tag: "stopped" };

/** Everything a screen may want to know of a client. A new object each time something changes. */
export interface RelayStatus {
  readonly connection: ConnectionState;
  /** Messages of ours that the relay has not accepted yet. */
  readonly unsent: number;
  /** Why received messages are not being taken in at the moment, e.g. a full disk; null where they are. */
  readonly problem: string | null;
  /** Identities the relay says are connected, as hex. A hint: the relay may be wrong or lie. */
  readonly present: readonly string[];
}
