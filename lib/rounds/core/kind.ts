import { isLobbyKind as isLobbyNumber } from "../../wire/header.ts";

/**
 * Message kinds and their numbers on the wire. Names are those of the source documents where they have one.
 * A number is never given to another kind; a retired kind keeps its line. 0x40 to 0x5f may travel in a lobby,
 * where nobody is a member yet (`lib/wire/header.ts`); PRESENCE and RECEIPT also travel in groups.
 */
export const kinds = {
  DKG_BEGIN: 0x01,
  DKG_PUBLIC_SHARES: 0x02,
  DKG_PRIVATE_SHARES: 0x03,
  DKG_END: 0x04,
  DKG_QUERY: 0x05,
  CERTIFICATE: 0x06,
  CERTIFIED: 0x07,
  LIFE_NONCE: 0x08,
  LIFE_SHARE: 0x09,
  FINGERPRINT_VERDICT: 0x0a,
  NONCE_REQUEST: 0x10,
  NONCE_RESPONSE: 0x11,
  SIGN_SHARE_REQUEST: 0x12,
  SIGN_SHARE_RESPONSE: 0x13,
  SIGNED: 0x14,
  REFUSE: 0x20,
  CANCEL: 0x21,
  NONCES_LOST: 0x22,
  ABORT: 0x23,
  BLAME: 0x24,
  LOBBY_JOIN: 0x40,
  LOBBY_STATE: 0x41,
  LOBBY_REFUSE: 0x42,
  LOBBY_ROSTER: 0x43,
  LOBBY_SEALED: 0x44,
  LOBBY_CLOSED: 0x45,
  APPROVE: 0x46,
  DECLINE: 0x47,
  RECEIPT: 0x50,
  PRESENCE: 0x51,
} as const;

export type Kind = keyof typeof kinds;

const names = new Map<number, Kind>(
  (Object.keys(kinds) as Kind[]).map((name): [number, Kind] => [kinds[name], name]),
);

/** The name of a kind number, or undefined: an unknown kind is refused and counted, never thrown. */
export const kindName = (kind: number): Kind | undefined => names.get(kind);

/** True where the kind may travel in a lobby; such a frame carries a lobbyId where others carry a groupId. */
export const isLobbyKind = (kind: Kind): boolean => isLobbyNumber(kinds[kind]);

/**
 * Direct kinds whose payload is not sealed by the envelope: shares are sealed inside, under keys made for their
 * round, so that a dealer can be convicted by what it signed.
 */
export const isSealedInside = (kind: Kind): boolean => kind === "DKG_PRIVATE_SHARES";

/**
 * Direct kinds that are sealed under the room's key like broadcasts: one party gets them, and any member can be
 * shown them as evidence.
 */
export const isRoomSealed = (kind: Kind): boolean =>
  kind === "NONCE_RESPONSE" || kind === "SIGN_SHARE_RESPONSE";
