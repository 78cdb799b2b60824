import { concatBytes } from "@noble/hashes/utils.js";
import {
  FRAME_VERSION,
  HEADER_BYTES,
  HEADER_FIELDS,
  type HeaderFault,
  MIN_FRAME_BYTES,
  PAYLOAD_LENGTH_BYTES,
  readHeader,
  SIGNATURE_BYTES,
} from "./header.ts";

/** Longest frame in bytes; whoever receives a longer one refuses it unread. */
export const MAX_FRAME_BYTES = 512 * 1024;

/** Every field a frame's header has, as bytes. The version is not a field: there is one. */
export interface FrameFields {
  /** 1 byte; what the numbers mean is for the layer above. */
  readonly kind: number;
  /** 32 bytes: the group, or the lobby before there is one. */
  readonly groupId: Uint8Array;
  /** 16 bytes; zero for messages of no round. */
  readonly roundId: Uint8Array;
  /** 32 bytes: x-only key of the sender, under which the signature must hold. */
  readonly from: Uint8Array;
  /** 32 bytes: x-only key of the recipient; zero for all. */
  readonly to: Uint8Array;
  /** 16 random bytes per unlock of the sender. */
  readonly epoch: Uint8Array;
  /** Counts frames per (from, to, epoch). */
  readonly counter: bigint;
  /** 16 random bytes chosen once per message. */
  readonly msgId: Uint8Array;
}

/** A frame taken apart. */
export interface Frame extends FrameFields {
  readonly payload: Uint8Array;
  /** 64 bytes, BIP-340, over everything before it. */
  readonly signature: Uint8Array;
}

/** Why bytes are not a frame. */
export type FrameFault = HeaderFault | "tooLong";

const lengths = {
  groupId: HEADER_FIELDS.groupId.bytes,
  roundId: HEADER_FIELDS.roundId.bytes,
  from: HEADER_FIELDS.from.bytes,
  to: HEADER_FIELDS.to.bytes,
  epoch: HEADER_FIELDS.epoch.bytes,
  msgId: HEADER_FIELDS.msgId.bytes,
} as const;

/** The 154 bytes of a header: what a payload is sealed against. @throws RangeError where a field has a wrong length */
export function headerBytes(fields: FrameFields): Uint8Array {
  for (const name of Object.keys(lengths) as (keyof typeof lengths)[]) {
    if (fields[name].length !== lengths[name]) throw new RangeError(`${name} has ${lengths[name]} bytes`);
  }
  if (!Number.isInteger(fields.kind) || fields.kind < 0 || fields.kind > 255)
    throw new RangeError("kind is a byte");
  const counter = new Uint8Array(HEADER_FIELDS.counter.bytes);
  if (fields.counter < 0n || fields.counter >= 1n << 64n) throw new RangeError("counter has 64 bits");
  new DataView(counter.buffer).setBigUint64(0, fields.counter);
  return concatBytes(
    Uint8Array.of(FRAME_VERSION, fields.kind),
    fields.groupId,
    fields.roundId,
    fields.from,
    fields.to,
    fields.epoch,
    counter,
    fields.msgId,
  );
}

/** Everything a frame's signature covers: header, payload length, payload. @throws RangeError where it is too long */
export function signingBytes(fields: FrameFields, payload: Uint8Array): Uint8Array {
  if (MIN_FRAME_BYTES + payload.length > MAX_FRAME_BYTES)
    throw new RangeError("a frame this long is refused");
  const length = new Uint8Array(PAYLOAD_LENGTH_BYTES);
  new DataView(length.buffer).setUint32(0, payload.length);
  return concatBytes(headerBytes(fields), length, payload);
}

/** @throws RangeError where a field has a wrong length or the frame is too long */
export function encodeFrame(frame: Frame): Uint8Array {
  if (frame.signature.length !== SIGNATURE_BYTES) throw new RangeError("a signature has 64 bytes");
  return concatBytes(signingBytes(frame, frame.payload), frame.signature);
}

/** The part of an encoded frame that its signature covers. */
export const signedPart = (frame: Uint8Array): Uint8Array =>
  frame.subarray(0, frame.length - SIGNATURE_BYTES);

/** Takes any bytes: a frame that encodes to the very same bytes, or why there is none. Never throws. */
export function decodeFrame(bytes: Uint8Array): Frame | FrameFault {
  if (bytes.length > MAX_FRAME_BYTES) return "tooLong";
  const header = readHeader(bytes);
  if (typeof header === "string") return header;
  const field = ({ at, bytes: count }: { readonly at: number; readonly bytes: number }) =>
    bytes.slice(at, at + count);
  const counter = field(HEADER_FIELDS.counter);
  return {
    kind: header.kind,
    groupId: field(HEADER_FIELDS.groupId),
    roundId: field(HEADER_FIELDS.roundId),
    from: field(HEADER_FIELDS.from),
    to: field(HEADER_FIELDS.to),
    epoch: field(HEADER_FIELDS.epoch),
    counter: new DataView(counter.buffer).getBigUint64(0),
    msgId: field(HEADER_FIELDS.msgId),
    payload: bytes.slice(HEADER_BYTES + PAYLOAD_LENGTH_BYTES, bytes.length - SIGNATURE_BYTES),
    signature: bytes.slice(bytes.length - SIGNATURE_BYTES),
  };
}
