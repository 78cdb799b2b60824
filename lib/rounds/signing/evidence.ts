import * as P from "micro-packed";
import type { PublicKeyPackage, SigningSession } from "../../frost/index.ts";
import { bounded, codec, listOf } from "../core/codec.ts";
import { partyCoder, roundCoder } from "../core/coders.ts";
import type { Kind } from "../core/kind.ts";
import type { Message } from "../core/machine.ts";
import type { GroupId, PartyId } from "../core/names.ts";
import { identifierNumbers, keysOf, type Roster } from "../core/roster.ts";
import { openSigned } from "../envelope/frames.ts";
import { MAX_EVIDENCE } from "../keygen/messages.ts";
import {
  type CommitmentEntry,
  nonceResponse,
  type ShareEntry,
  signShareRequest,
  signShareResponse,
} from "./messages.ts";
import { packageFault, packageHash, type SigningPackage } from "./package.ts";
import { areShares, openSessions } from "./scheme.ts";
import { hashesOf } from "./stock.ts";

/**
 * What convicts a signer of a bad signature share: its signed response, the package that the response names by
 * its hash, and its signed announcement of the commitments in that package. Nothing less blames anybody: a
 * coordinator could show an honest share beside another commitment list.
 */
export interface ShareEvidence {
  readonly signingPackage: SigningPackage;
  /** Signed frames of the accused that announce its commitments. */
  readonly sources: readonly Uint8Array[];
  /** Signed SIGN_SHARE_RESPONSE of the accused. */
  readonly response: Uint8Array;
}

/** By what evidence is judged: the key that the accused itself signed for, and what opens the quoted frames. */
export interface ShareJudge {
  readonly roster: Roster;
  readonly groupId: GroupId;
  readonly broadcastKey: Uint8Array;
  /** Q, and at least the accused's own verifying shares. */
  readonly key: PublicKeyPackage;
}

const frame = bounded(MAX_EVIDENCE);
const wire = codec(
  MAX_EVIDENCE,
  P.struct({
    roundId: roundCoder,
    coordinator: partyCoder,
    package: frame,
    sources: listOf(64, frame),
    response: frame,
  }),
);

/** A package is encoded as the request that carried it. */
const packageBytes = (signingPackage: SigningPackage): Uint8Array =>
  signShareRequest.encode({ ...signingPackage, certificate: new Uint8Array() });

/** @throws RangeError where it would not fit a frame */
export function encodeShareEvidence({ signingPackage, sources, response }: ShareEvidence): Uint8Array {
  const { roundId, coordinator } = signingPackage.request;
  const packed = packageBytes(signingPackage);
  return wire.encode({ response, roundId, coordinator, package: packed, sources: [...sources] });
}

/** Reads evidence for one group; null where it is none. */
export function decodeShareEvidence(bytes: Uint8Array, groupId: GroupId): ShareEvidence | null {
  const decoded = wire.decode(bytes);
  if (!decoded.ok) return null;
  const { roundId, coordinator, package: packed, sources, response } = decoded.value;
  const asked = signShareRequest.decode(packed, { groupId, roundId, from: coordinator });
  if (asked === null) return null;
  const { request, session, commitmentList } = asked;
  return { sources, response, signingPackage: { request, session, commitmentList } };
}

function opened(
  bytes: Uint8Array,
  judge: ShareJudge,
  accused: PartyId,
  kinds: readonly Kind[],
): Message | null {
  const message = openSigned(bytes, judge.groupId, judge.broadcastKey);
  return typeof message === "string" || message.from !== accused || !kinds.includes(message.kind)
    ? null
    : message;
}

/** True where every commitment of the accused in the list was announced in one of its signed frames. */
function announcedAll(
  judge: ShareJudge,
  evidence: ShareEvidence,
  accused: PartyId,
  own: readonly CommitmentEntry[],
): boolean {
  const announced = new Map<number, Set<string>>();
  for (const source of evidence.sources) {
    const message = opened(source, judge, accused, ["NONCE_RESPONSE", "SIGN_SHARE_RESPONSE"]);
    if (message === null) return false;
    const entries =
      message.kind === "NONCE_RESPONSE"
        ? nonceResponse.decode(message.payload, message)?.entries
        : signShareResponse.decode(message.payload, message)?.next;
    for (const entry of entries ?? []) {
      const known = announced.get(entry.identifier) ?? new Set<string>();
      for (const hash of hashesOf([entry])) known.add(hash);
      announced.set(entry.identifier, known);
    }
  }
  return own.every((entry) =>
    hashesOf([entry]).every((hash) => announced.get(entry.identifier)?.has(hash) === true),
  );
}

/** True where a response holds one right share per key of the seat and message. */
export const isRightResponse = (
  sessions: readonly SigningSession[],
  keys: readonly number[],
  entries: readonly ShareEntry[],
): boolean =>
  entries.length === keys.length &&
  entries.every((entry, i) => entry.identifier === keys[i]) &&
  areShares(sessions, entries);

/**
 * Judges a bad signature share. Never throws.
 * @returns true only where the accused itself signed a share that is wrong for the package it named
 */
export function convictsOfBadShare(judge: ShareJudge, accused: PartyId, bytes: Uint8Array): boolean {
  const { roster, groupId, key } = judge;
  const evidence = decodeShareEvidence(bytes, groupId);
  if (evidence === null) return false;
  const { signingPackage } = evidence;
  const keys = identifierNumbers(roster, accused);
  const own = signingPackage.commitmentList.filter((entry) => keys.includes(entry.identifier));
  // An honest signer answers no package that is faulty, leaves out its keys or was not announced by it.
  if (keys.length === 0 || own.length !== keys.length) return false;
  const group = { threshold: roster.threshold, identifiers: keysOf(roster) };
  const sessions = openSessions(key, signingPackage);
  if (packageFault(signingPackage, group) !== null || sessions === null) return false;
  if (!announcedAll(judge, evidence, accused, own)) return false;
  const message = opened(evidence.response, judge, accused, ["SIGN_SHARE_RESPONSE"]);
  const response = message === null ? null : signShareResponse.decode(message.payload, message);
  if (message === null || response === null) return false;
  return (
    message.roundId === signingPackage.request.roundId &&
    response.session === signingPackage.session &&
    response.packageHash === packageHash(signingPackage) &&
    !isRightResponse(sessions, keys, response.entries)
  );
}
