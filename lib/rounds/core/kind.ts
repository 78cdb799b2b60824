/**
 * Message kinds and their numbers on the wire. Names are those of the source documents where they have one.
 * A number is never given to another kind; a retired kind keeps its line.
 */
export const kinds = {
  DKG_BEGIN: 0x01,
  DKG_PUBLIC_SHARES: 0x02,
  DKG_PRIVATE_SHARES: 0x03,
  DKG_END: 0x04,
  DKG_QUERY: 0x05,
  NONCE_REQUEST: 0x10,
  NONCE_RESPONSE: 0x11,
  SIGN_SHARE_REQUEST: 0x12,
  SIGN_SHARE_RESPONSE: 0x13,
  LOBBY_JOIN: 0x20,
  LOBBY_STATE: 0x21,
  LOBBY_REFUSE: 0x22,
  LOBBY_ROSTER: 0x23,
  LOBBY_SEALED: 0x24,
  LOBBY_CLOSED: 0x25,
  APPROVE: 0x30,
  CERTIFICATE: 0x31,
  CERTIFIED: 0x32,
  FINGERPRINT_VERDICT: 0x33,
  LIFE_NONCE: 0x34,
  LIFE_SHARE: 0x35,
  REFUSE: 0x40,
  CANCEL: 0x41,
  NONCES_LOST: 0x42,
  ABORT: 0x43,
  BLAME: 0x44,
  RECEIPT: 0x45,
  PRESENCE: 0x46,
} as const;

export type Kind = keyof typeof kinds;

const names = new Map<number, Kind>(
  (Object.keys(kinds) as Kind[]).map((name): [number, Kind] => [kinds[name], name]),
);

/** The name of a kind number, or undefined: an unknown kind is refused and counted, never thrown. */
export const kindName = (kind: number): Kind | undefined => names.get(kind);

/** Lobby frames carry a lobbyId where others carry a groupId, and are sealed under the lobby key. */
export const isLobbyKind = (kind: Kind): boolean => kinds[kind] >= 0x20 && kinds[kind] < 0x30;
