import * as P from "micro-packed";
import { groupCoder, msgCoder, partyCoder } from "../core/coders.ts";
import { bounded, type Codec, codec, fixed, listOf, text, wordOf } from "../core/codec.ts";
import type { GroupId, MsgId, PartyId } from "../core/names.ts";
import { MAX_NAME_BYTES, MAX_SEATS, type Network, networks, rosterCodec } from "../core/roster.ts";

/** What a tab says of itself before a key is made: shown in the pre-flight list, believed by nobody. */
export interface Readiness {
  /** Version of the software. */
  readonly software: string;
  /** The browser promised not to clear this tab's storage. */
  readonly storageProtected: boolean;
  /** A backup was made and restored on trial. */
  readonly backupVerified: boolean;
}
const readiness: P.CoderType<Readiness> = P.struct({
  software: text(40),
  storageProtected: P.bool,
  backupVerified: P.bool,
});

/** Somebody asks for a seat. */
export interface LobbyJoin {
  readonly name: string;
  readonly readiness: Readiness;
}
export const lobbyJoin: Codec<LobbyJoin> = codec(256, P.struct({ name: text(MAX_NAME_BYTES), readiness }));

/** What the group is to be, before it is one. */
export interface LobbySettings {
  readonly name: string;
  readonly network: Network;
  /** In keys. */
  readonly threshold: number;
  /** How many seats there are to fill. */
  readonly seats: number;
}
export interface LobbySeat {
  readonly identity: PartyId;
  readonly name: string;
  readonly weight: number;
  readonly readiness: Readiness;
  /** When the coordinator saw the person join, by its clock (ms). */
  readonly joinedAt: number;
}
export const lobbyPhases = ["open", "proposed", "sealed", "closed"] as const;
export type LobbyPhase = (typeof lobbyPhases)[number];

/** The lobby as the coordinator sees it, so that every member sees the same board. */
export interface LobbyState {
  readonly settings: LobbySettings;
  readonly phase: LobbyPhase;
  /** Number of the last proposal; 0 before the first. */
  readonly version: number;
  readonly seats: readonly LobbySeat[];
  /** Who approved the last proposal, as seat indices. */
  readonly approved: readonly number[];
}

const settingsCoder: P.CoderType<LobbySettings> = P.struct({
  name: text(MAX_NAME_BYTES),
  network: wordOf(networks),
  threshold: P.U16BE,
  seats: P.U16BE,
});
/** Milliseconds since 1970 as a whole number. */
const time: P.CoderType<number> = P.apply(P.U64BE, {
  encode: (value) => {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError("no time");
    return Number(value);
  },
  decode: (value: number) => BigInt(Math.max(0, Math.floor(value))),
});

export const lobbyState: Codec<LobbyState> = codec(
  64 * 1024,
  P.struct({
    settings: settingsCoder,
    phase: wordOf(lobbyPhases),
    version: P.U32BE,
    seats: listOf(
      MAX_SEATS,
      P.struct({
        identity: partyCoder,
        name: text(MAX_NAME_BYTES),
        weight: P.U16BE,
        readiness,
        joinedAt: time,
      }),
    ),
    approved: listOf(MAX_SEATS, P.U16BE),
  }),
);

/** Why somebody gets no seat. Add at the end only. */
export const lobbyRefusals = [
  "lobby-full",
  "lobby-closed",
  "name-taken",
  "not-expected",
  "removed",
  "bad-name",
] as const;
export type LobbyRefusal = (typeof lobbyRefusals)[number];
export const lobbyRefuse: Codec<{ readonly reason: LobbyRefusal }> = codec(
  1,
  P.struct({ reason: wordOf(lobbyRefusals) }),
);

/** A roster to review. */
export const lobbyRoster: Codec<{ readonly roster: Uint8Array }> = codec(
  rosterCodec.maxBytes + 4,
  P.struct({ roster: bounded(rosterCodec.maxBytes) }),
);

/** A seat's consent to one roster, named by its hash. */
export interface Approve {
  readonly groupId: GroupId;
  /** BIP-340 for the purpose "approval" over groupId. */
  readonly signature: Uint8Array;
}
export const approve: Codec<Approve> = codec(96, P.struct({ groupId: groupCoder, signature: fixed(64) }));

/** A person declines a roster, and says why. */
export interface Decline {
  readonly groupId: GroupId;
  readonly reason: string;
}
export const decline: Codec<Decline> = codec(256, P.struct({ groupId: groupCoder, reason: text(200) }));

const MAX_STATEMENT = 256 + 32 * (MAX_SEATS + 1);

/** To one seat: everybody approved; the group exists, and this key opens its broadcasts. */
export interface LobbySealed {
  readonly roster: Uint8Array;
  /** In seat order. */
  readonly approvals: readonly Uint8Array[];
  readonly broadcastKey: Uint8Array;
  /** The coordinator's signed statement of who may enter the group's room at a relay (`lib/wire/relay`). */
  readonly statement: Uint8Array;
}
export const lobbySealed: Codec<LobbySealed> = codec(
  rosterCodec.maxBytes + 64 * MAX_SEATS + MAX_STATEMENT + 256,
  P.struct({
    roster: bounded(rosterCodec.maxBytes),
    approvals: listOf(MAX_SEATS, fixed(64)),
    broadcastKey: fixed(32),
    statement: bounded(MAX_STATEMENT),
  }),
);

/** The lobby takes nobody any more. */
export const lobbyClosed: Codec<{ readonly version: number }> = codec(4, P.struct({ version: P.U32BE }));

/** The sender has stored what these messages say. */
export const receipt: Codec<{ readonly applied: readonly MsgId[] }> = codec(
  2 + 16 * 256,
  P.struct({ applied: listOf(256, msgCoder) }),
);

/** A tab is open and well. */
export const presence: Codec<{ readonly readiness: Readiness }> = codec(64, P.struct({ readiness }));

/** A name people can read and tell apart: plain text, no spaces around it, of fitting length. */
export function isName(name: string): boolean {
  if (name.length === 0 || name.trim() !== name) return false;
  try {
    text(MAX_NAME_BYTES).encode(name);
    return true;
  } catch {
    return false;
  }
}
