import type { LobbyId, PartyId } from "../core/names.ts";
import type { Identity } from "../envelope/identity.ts";

/** Waiting times of a lobby, milliseconds. */
export interface LobbyTimes {
  /** What was not answered is said again, first after this time, then after twice as long, … */
  readonly repeat: number;
  /** … up to this. */
  readonly repeatMost: number;
}

export const defaultLobbyTimes: LobbyTimes = { repeat: 4_000, repeatMost: 60_000 };

/** What lobby machines know beside their state. */
export interface LobbyContext {
  readonly me: PartyId;
  readonly identity: Identity;
  readonly lobbyId: LobbyId;
  readonly coordinator: PartyId;
  readonly times: LobbyTimes;
}
