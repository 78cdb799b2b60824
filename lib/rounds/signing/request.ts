import { schnorr } from "@noble/curves/secp256k1.js";
import { utf8 } from "@scure/base";
import type { Tweak } from "../../frost/index.ts";
import { isPlainText, sameBytes } from "../core/codec.ts";
import { bytesOf, hashOf, type GroupId, type Hash, type PartyId, type RoundId } from "../core/names.ts";
import type { MessageToSign, Operation } from "../operation/operation.ts";

/**
 * One request for signatures. Its digest is what people approve; nothing outside the digest changes what is
 * signed, by whom it may be asked for, or until when.
 */
export interface SigningRequest {
  readonly groupId: GroupId;
  /** Names the request: chosen once, at random, by its coordinator. */
  readonly roundId: RoundId;
  /** Who asks: the sender of the request's frames. Any seat, or the roster's coordinator. */
  readonly coordinator: PartyId;
  /** Milliseconds since 1970 after which no share is given. */
  readonly expiry: number;
  readonly operation: Operation;
  /** The exact messages, as the operation yields them. */
  readonly messages: readonly MessageToSign[];
}

/** Big-endian integer of `length` bytes. Values up to 2^53. */
export function integerBytes(value: number, length: number): Uint8Array {
  const out = new Uint8Array(length);
  let rest = value;
  for (let i = length - 1; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

const prefixed = (bytes: Uint8Array): Uint8Array[] => [integerBytes(bytes.length, 4), bytes];

/** A tweak as bytes: 0; 1 for the key without scripts; 2 and a 32-byte merkle root. */
export function tweakBytes(tweak: Tweak): Uint8Array {
  if (tweak.kind === "none") return Uint8Array.of(0);
  return tweak.root.length === 0 ? Uint8Array.of(1) : Uint8Array.of(2, ...tweak.root);
}

/** The part of a hash input that stands for one message: its 32 bytes and its tweak, whose first byte tells its length. */
export const messageParts = (item: MessageToSign): Uint8Array[] => [item.message, tweakBytes(item.tweak)];

/**
 * The operation digest: what one approval covers. Operation, exact messages with their tweaks, expiry, group,
 * request and coordinator; every part of fixed or prefixed length.
 */
export function operationDigest(request: SigningRequest): Hash {
  return hashOf(
    schnorr.utils.taggedHash(
      "hoarfrost/operation/1",
      bytesOf(request.groupId),
      bytesOf(request.roundId),
      bytesOf(request.coordinator),
      integerBytes(request.expiry, 8),
      ...prefixed(utf8.decode(request.operation.type)),
      ...prefixed(request.operation.body),
      integerBytes(request.messages.length, 2),
      ...request.messages.flatMap(messageParts),
    ),
  );
}

/** Longest reason in REFUSE and CANCEL, bytes. */
export const MAX_REASON_BYTES = 200;

/** A reason as others may be shown it, whatever a person or a policy here gave: what cannot be shown is left out. */
export function shownReason(reason: string): string {
  let shown = "";
  let bytes = 0;
  for (const character of reason.normalize("NFC")) {
    bytes += isPlainText(character) ? utf8.decode(character).length : 0;
    if (bytes > MAX_REASON_BYTES) break;
    if (isPlainText(character)) shown += character;
  }
  return shown !== "" && isPlainText(shown) ? shown : "unspecified";
}

/** Byte equality of two message lists, tweaks included. */
export function sameMessages(a: readonly MessageToSign[], b: readonly MessageToSign[]): boolean {
  return a.length === b.length && a.every((item, i) => sameMessage(item, b[i]));
}

const sameMessage = (a: MessageToSign, b: MessageToSign | undefined): boolean =>
  b !== undefined && sameBytes(a.message, b.message) && sameBytes(tweakBytes(a.tweak), tweakBytes(b.tweak));
