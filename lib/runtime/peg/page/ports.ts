import type { Clock } from "../../ports/clock.ts";
import type { Rng } from "../../ports/rng.ts";
import type { Store } from "../../ports/store.ts";
import type { Scope } from "../wallets/providers.ts";

/** What the page takes from the browser. */
export interface PegPagePorts {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly rng: Rng;
  /** This browser's requests and choices. */
  readonly store: Store;
  /** Where wallets put themselves. */
  readonly window: Scope & object;
  readonly origin: string;
  /** Address of the page without its fragment. */
  readonly page: string;
  readonly hash: () => string;
  readonly go: (hash: string, replace: boolean) => void;
  readonly save: (name: string, bytes: Uint8Array) => void;
}
