import * as P from "micro-packed";
import { type Codec, codec, isPlainText, listOf, text, wordOf } from "./codec.ts";
import { tagged } from "./hash.ts";
import { type GroupId, groupId, type LobbyId, type PartyId } from "./names.ts";
import { groupCoder, partyCoder } from "./coders.ts";

/** The one suite of this version: FROST(secp256k1, SHA-256) with BIP-340/341 output. */
export const SUITE = "FROST-secp256k1-SHA256-TR-v1";

/** Networks a group can be for, by the name the product uses. */
export const networks = ["devnet", "regtest", "signet", "testnet", "mainnet"] as const;
export type Network = (typeof networks)[number];

export const MAX_SEATS = 300;
export const MAX_WEIGHT = 100;
export const MAX_KEYS = 1000;
export const MAX_NAME_BYTES = 64;

/** A person's place. A seat of weight w holds w consecutive identifiers. */
export interface Seat {
  readonly identity: PartyId;
  readonly name: string;
  readonly weight: number;
}

/**
 * Who holds the key together, and how many keys sign. Its hash names the group; once sealed it never changes.
 * Identifiers are counted from 1 in seat order, one per unit of weight.
 */
export interface Roster {
  /** Number of the proposal in its lobby, from 1: a group that failed is tried again under the next. */
  readonly version: number;
  readonly suite: typeof SUITE;
  readonly lobbyId: LobbyId;
  readonly name: string;
  readonly network: Network;
  /** In keys (identifiers), 2 … their number. */
  readonly threshold: number;
  readonly seats: readonly Seat[];
  readonly coordinator: PartyId;
}

const seatCoder: P.CoderType<Seat> = P.struct({
  identity: partyCoder,
  name: text(MAX_NAME_BYTES),
  weight: P.U16BE,
});

const rosterCoder = P.struct({
  format: P.validate(P.U8, exactly(1)),
  version: P.U32BE,
  suite: P.validate(text(64), exactly<string>(SUITE)),
  lobbyId: groupCoder,
  name: text(MAX_NAME_BYTES),
  network: wordOf(networks),
  threshold: P.U16BE,
  seats: listOf(MAX_SEATS, seatCoder),
  coordinator: partyCoder,
});

function exactly<T>(wanted: T): (value: T) => T {
  return (value) => {
    if (value !== wanted) throw new RangeError("unknown version");
    return value;
  };
}

/** Canonical roster bytes: what a groupId is the hash of. Only rosters without a fault encode or decode. */
export const rosterCodec: Codec<Roster> = codec(
  64 * 1024,
  P.validate(
    P.apply(rosterCoder, {
      encode: ({ version, lobbyId, name, network, threshold, seats, coordinator }): Roster => ({
        version,
        suite: SUITE,
        lobbyId,
        name,
        network,
        threshold,
        seats,
        coordinator,
      }),
      decode: (roster: Roster) => ({ ...roster, format: 1 }),
    }),
    (roster) => {
      const fault = rosterFault(roster);
      if (fault !== null) throw new RangeError(fault);
      return roster;
    },
  ),
);

/** Why a roster cannot be: screens show it beside the field. */
export type RosterFault =
  | "version"
  | "name"
  | "too-few-seats"
  | "too-many-seats"
  | "seat-name"
  | "seat-name-twice"
  | "identity-twice"
  | "weight"
  | "too-many-keys"
  | "threshold-too-low"
  | "threshold-too-high";

const isName = (name: string): boolean => name.length > 0 && name.trim() === name && isPlainText(name);

/** @returns the first fault, or null */
export function rosterFault(roster: Roster): RosterFault | null {
  const { seats, threshold } = roster;
  if (!Number.isInteger(roster.version) || roster.version < 1) return "version";
  if (!isName(roster.name)) return "name";
  if (seats.length < 2) return "too-few-seats";
  if (seats.length > MAX_SEATS) return "too-many-seats";
  if (seats.some((seat) => !isName(seat.name))) return "seat-name";
  // Names are what people compare: two that differ in case alone would be one to them.
  if (new Set(seats.map((seat) => seat.name.toLowerCase())).size !== seats.length) return "seat-name-twice";
  if (new Set(seats.map((seat) => seat.identity)).size !== seats.length) return "identity-twice";
  if (seats.some(({ weight }) => !Number.isInteger(weight) || weight < 1 || weight > MAX_WEIGHT))
    return "weight";
  const keys = keysOf(roster);
  if (keys > MAX_KEYS) return "too-many-keys";
  if (!Number.isInteger(threshold) || threshold < 2) return "threshold-too-low";
  return threshold > keys ? "threshold-too-high" : null;
}

/** How many keys (identifiers) there are in all. */
export const keysOf = (roster: Roster): number => roster.seats.reduce((sum, seat) => sum + seat.weight, 0);

/** The name of the group that this roster is. */
export const groupIdOf = (roster: Roster): GroupId =>
  groupId(tagged("hoarfrost/group/1", rosterCodec.encode(roster)));

/** The numbers of a seat's identifiers (1 …), or an empty list where the identity has no seat. */
export function identifierNumbers(roster: Roster, identity: PartyId): number[] {
  let first = 1;
  for (const seat of roster.seats) {
    if (seat.identity === identity) return Array.from({ length: seat.weight }, (_, i) => first + i);
    first += seat.weight;
  }
  return [];
}

/** Index of a seat, or -1. */
export const seatIndex = (roster: Roster, identity: PartyId): number =>
  roster.seats.findIndex((seat) => seat.identity === identity);

/** True for those whose frames count in the group: its seats, and its coordinator with or without one. */
export const isMember = (roster: Roster, identity: PartyId): boolean =>
  identity === roster.coordinator || seatIndex(roster, identity) >= 0;
