import {
  decodeFrame,
  encodeFrame,
  type Frame,
  headerBytes,
  signedPart,
  signingBytes,
} from "../../wire/frame.ts";
import { type Kind, isRoomSealed, isSealedInside, kindName, kinds } from "../core/kind.ts";
import type { Message, Rng } from "../core/machine.ts";
import {
  ALL,
  bytesOf,
  type Epoch,
  epochOf,
  type GroupId,
  groupId,
  type MsgId,
  msgId,
} from "../core/names.ts";
import { type PartyId, partyId, type RoundId, roundId } from "../core/names.ts";
import type { IgnoreReason } from "../core/reason.ts";
import { type Identity, verifySignature } from "./identity.ts";
import { broadcastKey, directKey, seal, unseal } from "./seal.ts";

/** What a frame is to say; the envelope adds sender, seal and signature. */
export interface Letter {
  readonly kind: Kind;
  /** The room: a group, or a lobby. */
  readonly groupId: GroupId;
  readonly roundId: RoundId;
  /** One party, or `ALL`. */
  readonly to: PartyId;
  readonly epoch: Epoch;
  readonly counter: bigint;
  readonly msgId: MsgId;
  readonly payload: Uint8Array;
}

/**
 * Seals and signs one frame.
 * @param roomKey 32 bytes: the group broadcast key or the lobby key; not read for kinds sealed for one party
 * @returns the frame, or null where the recipient's identity is no key
 */
export function sealFrame(
  identity: Identity,
  roomKey: Uint8Array,
  letter: Letter,
  rng: Rng,
): Uint8Array | null {
  const fields = {
    kind: kinds[letter.kind],
    groupId: bytesOf(letter.groupId),
    roundId: bytesOf(letter.roundId),
    from: bytesOf(identity.id),
    to: bytesOf(letter.to),
    epoch: bytesOf(letter.epoch),
    counter: letter.counter,
    msgId: bytesOf(letter.msgId),
  };
  let payload = letter.payload;
  if (letter.to === ALL || isRoomSealed(letter.kind)) {
    payload = seal(broadcastKey(roomKey, fields), payload, headerBytes(fields), rng);
  } else if (!isSealedInside(letter.kind)) {
    const product = identity.product(letter.to);
    if (product === null) return null;
    payload = seal(directKey(product, fields), payload, headerBytes(fields), rng);
  }
  const signature = identity.sign("frame", [signingBytes(fields, payload)], rng);
  return encodeFrame({ ...fields, payload, signature });
}

/** A frame whose form and signature are right; its payload may still be sealed. */
export interface SignedFrame extends Omit<Message, "payload"> {
  readonly parts: Frame;
}

/** What a frame claims, before its signature is checked: enough to decide whether to look further. */
export function readFrame(bytes: Uint8Array): SignedFrame | IgnoreReason {
  const parts = decodeFrame(bytes);
  if (parts === "unknownVersion") return "unknown-version";
  if (typeof parts === "string") return "malformed-frame";
  const kind = kindName(parts.kind);
  if (kind === undefined) return "unknown-kind";
  return {
    kind,
    groupId: groupId(parts.groupId),
    roundId: roundId(parts.roundId),
    from: partyId(parts.from),
    to: partyId(parts.to),
    epoch: epochOf(parts.epoch),
    counter: parts.counter,
    msgId: msgId(parts.msgId),
    frame: bytes,
    parts,
  };
}

/** True where the sender that the header names has signed the frame. */
export const hasValidSignature = (signed: SignedFrame): boolean =>
  verifySignature("frame", [signedPart(signed.frame)], signed.parts.signature, signed.from);

const opened = (signed: SignedFrame, payload: Uint8Array | null): Message | IgnoreReason =>
  payload === null
    ? "cannot-open"
    : {
        kind: signed.kind,
        groupId: signed.groupId,
        roundId: signed.roundId,
        from: signed.from,
        to: signed.to,
        epoch: signed.epoch,
        counter: signed.counter,
        msgId: signed.msgId,
        payload,
        frame: signed.frame,
      };

/** Opens what is sealed under the room's key: broadcasts, and some direct kinds. Says nothing about the signature. */
export function openBroadcast(signed: SignedFrame, roomKey: Uint8Array): Message | IgnoreReason {
  if (signed.to !== ALL && !isRoomSealed(signed.kind)) return "not-for-me";
  const key = broadcastKey(roomKey, signed.parts);
  return opened(signed, unseal(key, signed.parts.payload, headerBytes(signed.parts)));
}

/**
 * Opens a direct frame meant for `identity`, or sent by it, that is not sealed under the room's key. Says nothing
 * about the signature.
 */
export function openDirect(signed: SignedFrame, identity: Identity): Message | IgnoreReason {
  if (signed.to !== identity.id && signed.from !== identity.id) return "not-for-me";
  if (isSealedInside(signed.kind)) return opened(signed, signed.parts.payload);
  const product = identity.product(signed.from === identity.id ? signed.to : signed.from);
  if (product === null) return "cannot-open";
  return opened(
    signed,
    unseal(directKey(product, signed.parts), signed.parts.payload, headerBytes(signed.parts)),
  );
}

/** The signed and opened message in a frame, for whoever has the room's key: evidence, transcripts. */
export function openSigned(bytes: Uint8Array, room: GroupId, roomKey: Uint8Array): Message | IgnoreReason {
  const signed = readFrame(bytes);
  if (typeof signed === "string") return signed;
  if (signed.groupId !== room) return "wrong-group";
  if (!hasValidSignature(signed)) return "bad-signature";
  if (signed.to !== ALL && isSealedInside(signed.kind)) return opened(signed, signed.parts.payload);
  return openBroadcast(signed, roomKey);
}
