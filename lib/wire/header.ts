/**
 * The part of a frame that a relay reads: who it is from, who it is for, what names it. Everything after it is opaque here.
 *
 * `version 1 | kind 1 | groupId 32 | roundId 16 | from 32 | to 32 | epoch 16 | counter 8 | msgId 16`, then
 * `payload length 4 (big endian) | payload | signature 64`.
 */

/** The only frame version there is. */
export const FRAME_VERSION = 1;

/** First byte of each header field, and its length in bytes. */
export const HEADER_FIELDS = {
  version: { at: 0, bytes: 1 },
  kind: { at: 1, bytes: 1 },
  groupId: { at: 2, bytes: 32 },
  roundId: { at: 34, bytes: 16 },
  from: { at: 50, bytes: 32 },
  to: { at: 82, bytes: 32 },
  epoch: { at: 114, bytes: 16 },
  counter: { at: 130, bytes: 8 },
  msgId: { at: 138, bytes: 16 },
} as const;

/** Length of the header in bytes; the payload's length follows it. */
export const HEADER_BYTES = 154;

/** Length in bytes of the big-endian number that says how long the payload is. */
export const PAYLOAD_LENGTH_BYTES = 4;

/** Length in bytes of the BIP-340 signature that ends a frame and covers everything before it. */
export const SIGNATURE_BYTES = 64;

/** Shortest frame: an empty payload. */
export const MIN_FRAME_BYTES = HEADER_BYTES + PAYLOAD_LENGTH_BYTES + SIGNATURE_BYTES;

/**
 * Kinds that may travel in a lobby, where nobody is a member yet: `LOBBY_FIRST_KIND <= kind <= LOBBY_LAST_KIND`.
 * `LOBBY_*`, and whatever else a person may say before a group exists, take their numbers here.
 */
export const LOBBY_FIRST_KIND = 0x40;
export const LOBBY_LAST_KIND = 0x5f;

/** True where a frame of this kind may travel in a lobby room. */
export function isLobbyKind(kind: number): boolean {
  return kind >= LOBBY_FIRST_KIND && kind <= LOBBY_LAST_KIND;
}

/** What a relay may know of a frame. The arrays are views into the frame, not copies. */
export interface FrameHeader {
  readonly kind: number;
  /** 32 bytes: the group, or the lobby before there is one. */
  readonly groupId: Uint8Array;
  /** 32 bytes: x-only public key of the sender. */
  readonly from: Uint8Array;
  /** 32 bytes: x-only public key of the recipient; all zero for everybody else in the room. */
  readonly to: Uint8Array;
  /** 16 random bytes chosen once by the sender. */
  readonly msgId: Uint8Array;
}

/** Why bytes are not a frame. */
export type HeaderFault = "truncated" | "unknownVersion" | "wrongLength";

function view(frame: Uint8Array, field: { readonly at: number; readonly bytes: number }): Uint8Array {
  return frame.subarray(field.at, field.at + field.bytes);
}

/** Reads a frame's header and checks that the frame's length is the one it states; never throws. */
export function readHeader(frame: Uint8Array): FrameHeader | HeaderFault {
  if (frame.length < MIN_FRAME_BYTES) return "truncated";
  if (frame[0] !== FRAME_VERSION) return "unknownVersion";
  const payload = new DataView(frame.buffer, frame.byteOffset + HEADER_BYTES, PAYLOAD_LENGTH_BYTES).getUint32(
    0,
  );
  const stated = MIN_FRAME_BYTES + payload;
  if (frame.length < stated) return "truncated";
  if (frame.length > stated) return "wrongLength";
  return {
    kind: frame[HEADER_FIELDS.kind.at] ?? 0,
    groupId: view(frame, HEADER_FIELDS.groupId),
    from: view(frame, HEADER_FIELDS.from),
    to: view(frame, HEADER_FIELDS.to),
    msgId: view(frame, HEADER_FIELDS.msgId),
  };
}

/** True for the address that means everybody else in the room. */
export function isBroadcast(to: Uint8Array): boolean {
  return to.every((byte) => byte === 0);
}
