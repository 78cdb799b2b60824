import type { SiteChains } from "../../wire/chains.ts";
import type { Clock } from "../ports/clock.ts";
import type { Rng } from "../ports/rng.ts";
import type { Store } from "../ports/store.ts";
import type { Transport } from "../ports/transport.ts";
import type { TakeTurn } from "../ports/turns.ts";
import type { Profiles } from "../store/profiles.ts";
import type { TabPorts } from "../tab/seat-lock.ts";
import type { FromWorker, WindowAnswer, WindowRequest } from "../tab/protocol.ts";

/** Everything outside a tab's session, passed in: the browser in a worker, stand-ins in a test. */
export interface SessionPorts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly transport: Transport;
  readonly tabs: TabPorts;
  /** Turns at computing and drawing, among the tabs of this browser. */
  readonly takeTurn: TakeTurn;
  readonly openProfiles: () => Promise<Profiles>;
  readonly openStore: (profileId: string, onClosed: () => void) => Promise<Store>;
  readonly deleteStore: (profileId: string) => Promise<void>;
  /** Speaks to the window. */
  readonly post: (message: FromWorker) => void;
  readonly ask: (request: WindowRequest) => Promise<WindowAnswer>;
  readonly storage: {
    /** True where the browser promised to keep this site's data. */
    readonly persisted: () => Promise<boolean>;
    readonly free: () => Promise<number | null>;
  };
  /** What the server says of itself. */
  readonly site: () => Promise<SiteInfo>;
}

/** What a page must know of where it was served from. */
export interface SiteInfo {
  /** Short hash of the build. */
  readonly build: string;
  /** Where new groups meet. */
  readonly relay: string;
  /** Where the chains of its network are read; null where it names none. */
  readonly chains: SiteChains | null;
}
