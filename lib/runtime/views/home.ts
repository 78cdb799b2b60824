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
  /** Saved: nobody has opened the file again yet. */
  /** Text the person types before the seat is erased, where it may hold a share. */
  readonly typeToRemove?: string;
  readonly backup: "none" | "saved" | "tested";
  readonly href: string;
}

export interface HomeView {
  /** Undefined until this browser's storage has been read. */
  readonly groups?: readonly HomeGroup[];
  readonly joinError?: ErrorView;
  readonly storageError?: ErrorView;
  /** Why the last seat that was to be removed is still here. */
  readonly removeError?: ErrorView;
}
