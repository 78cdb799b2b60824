import type { Quorum, Role } from "./common.ts";
import type { ErrorView } from "./errors.ts";

export interface HomeGroup {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly seatName?: string;
  readonly seat?: number;
  readonly quorum: Quorum;
  readonly needsYou: number;
  readonly state: "lobby" | "making-key" | "ready" | "stopped";
  readonly locked: boolean;
  readonly href: string;
}

export interface HomeView {
  /** Undefined until this browser's storage has been read. */
  readonly groups?: readonly HomeGroup[];
  readonly joinError?: ErrorView;
  readonly storageError?: ErrorView;
}
