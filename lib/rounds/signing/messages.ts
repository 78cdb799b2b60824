import * as P from "micro-packed";
import { bounded, codec as canonical, text } from "../core/codec.ts";
import { bytesOf, hashOf, type Hash, type RoundId, type PartyId, type GroupId } from "../core/names.ts";
import { MAX_MESSAGES, MAX_OPERATION_BYTES, type MessageToSign } from "../operation/operation.ts";
import { tweakFromBytes } from "./facts.ts";
import { MAX_REASON_BYTES, type SigningRequest, tweakBytes } from "./request.ts";

/**
 * Payloads of the signing kinds. They are decoded by everybody and trusted by nobody: lengths and counts are
 * bounded here, meaning is checked by the machines. Big-endian; a decoder returns null instead of throwing.
 */

/** Bytes of one nonce commitment pair: hiding and binding commitment, 33 bytes each. */
export const PAIR_BYTES = 66;
/** Nonce pairs a signer keeps for one coordinator at most (all its identifiers together). */
export const MAX_STOCK = 256;

/** Nonce commitments of one identifier: `MAX_MESSAGES` pairs or fewer, one after the other. */
export interface CommitmentEntry {
  readonly identifier: number;
  readonly pairs: readonly Uint8Array[];
}

/** 32-byte signature shares of one identifier, one per message. */
export interface ShareEntry {
  readonly identifier: number;
  readonly shares: readonly Uint8Array[];
}

export interface NonceRequest {
  /** null asks for nonces ahead of any request. */
  readonly request: SigningRequest | null;
  /** Pairs per identifier asked for. */
  readonly pairs: number;
  /** The group's certificate, so that a seat still waiting for it can certify. May be empty. */
  readonly certificate: Uint8Array;
}
/**
 * Which start of its process a signer speaks from: larger is later. Epochs are random and tell nothing about
 * order, and a frame of an earlier process may well come last.
 */
export interface Generation {
  readonly generation: number;
}
export interface NonceResponse extends Generation {
  /** null where the nonces are made ahead. */
  readonly digest: Hash | null;
  readonly entries: readonly CommitmentEntry[];
}
export interface SignShareRequest {
  readonly request: SigningRequest;
  readonly session: number;
  readonly commitmentList: readonly CommitmentEntry[];
  readonly certificate: Uint8Array;
}
export interface SignShareResponse extends Generation {
  readonly digest: Hash;
  readonly session: number;
  readonly packageHash: Hash;
  readonly entries: readonly ShareEntry[];
  /** Fresh commitments for what comes next. */
  readonly next: readonly CommitmentEntry[];
}
/** REFUSE and CANCEL. */
export interface DigestReason {
  readonly digest: Hash;
  readonly reason: string;
}
/** Nonces of earlier generations are gone (`session` null), or those that one session of this request names. */
export interface NoncesLost extends Generation {
  readonly digest: Hash;
  /** Sessions count from 1. */
  readonly session: number | null;
}
export interface Signed {
  readonly digest: Hash;
  /** 64-byte BIP-340 signatures, one per message. */
  readonly signatures: readonly Uint8Array[];
}

/** Where a payload was found: the header names what the payload does not repeat. */
export interface Origin {
  readonly groupId: GroupId;
  readonly roundId: RoundId;
  readonly from: PartyId;
}

export interface PayloadCodec<T> {
  encode(value: T): Uint8Array;
  /** @returns null where the bytes are not the canonical encoding of a bounded value */
  decode(payload: Uint8Array, origin: Origin): T | null;
}

/** Equal chunks of one byte string, so that a long list costs one read. */
const chunks = (size: number, most: number) =>
  P.apply(P.bytes(P.U16BE), {
    encode: (bytes: Uint8Array): Uint8Array[] => {
      const count = bytes.length / size;
      if (!Number.isInteger(count) || count > most)
        throw new Error("not a whole number of items, or too many");
      return Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size));
    },
    decode: (items: Uint8Array[]): Uint8Array => {
      const out = new Uint8Array(items.length * size);
      items.forEach((item, i) => {
        if (item.length !== size) throw new Error(`an item has ${size} bytes`);
        out.set(item, i * size);
      });
      return out;
    },
  });

const optional32 = P.apply(P.bytes(P.U8), {
  encode: (bytes: Uint8Array): Uint8Array | null => {
    if (bytes.length !== 0 && bytes.length !== 32) throw new Error("nothing or 32 bytes");
    return bytes.length === 0 ? null : bytes;
  },
  decode: (value: Uint8Array | null): Uint8Array => value ?? new Uint8Array(),
});

const tweak = P.apply(P.bytes(P.U8), {
  encode: tweakFromBytes,
  decode: tweakBytes,
});

const entriesOf = (size: number, most: number) =>
  P.array(P.U16BE, P.struct({ identifier: P.U16BE, items: chunks(size, most) }));
const commitments = entriesOf(PAIR_BYTES, MAX_STOCK);
const shares = entriesOf(32, MAX_MESSAGES);

const messagesCoder = P.array(P.U8, P.struct({ message: P.bytes(32), tweak }));
const requestCoder = P.struct({
  expiry: P.U64BE,
  type: P.string(P.U8),
  body: bounded(MAX_OPERATION_BYTES),
  messages: messagesCoder,
});
const certificateCoder = bounded(65_536);

const nonceRequestCoder = P.struct({
  request: P.array(P.U8, requestCoder),
  pairs: P.U16BE,
  certificate: certificateCoder,
});
const generation = P.apply(P.U64BE, {
  encode: (value: bigint): number => {
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error("a generation lies too far ahead");
    return Number(value);
  },
  decode: (value: number): bigint => BigInt(value),
});

const nonceResponseCoder = P.struct({ generation, digest: optional32, entries: commitments });
const signShareRequestCoder = P.struct({
  request: requestCoder,
  session: P.U32BE,
  commitmentList: commitments,
  certificate: certificateCoder,
});
const signShareResponseCoder = P.struct({
  generation,
  digest: P.bytes(32),
  session: P.U32BE,
  packageHash: P.bytes(32),
  entries: shares,
  next: commitments,
});
const digestReasonCoder = P.struct({ digest: P.bytes(32), reason: text(MAX_REASON_BYTES) });
const noncesLostCoder = P.struct({ generation, digest: P.bytes(32), session: P.U32BE });
const signedCoder = P.struct({ digest: P.bytes(32), signatures: P.array(P.U8, P.bytes(64)) });

type RequestWire = P.UnwrapCoder<typeof requestCoder>;
type EntryWire = { identifier: number; items: Uint8Array[] };

const entriesToWire = (entries: readonly CommitmentEntry[]): EntryWire[] =>
  entries.map((entry) => ({ identifier: entry.identifier, items: [...entry.pairs] }));
const entriesFromWire = (entries: readonly EntryWire[]): CommitmentEntry[] =>
  entries.map((entry) => ({ identifier: entry.identifier, pairs: entry.items }));

const requestToWire = (request: SigningRequest): RequestWire => ({
  expiry: BigInt(request.expiry),
  type: request.operation.type,
  body: request.operation.body,
  messages: request.messages.map((item) => ({ message: item.message, tweak: item.tweak })),
});
function requestFromWire(wire: RequestWire, origin: Origin): SigningRequest {
  if (wire.expiry > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error("an expiry lies too far ahead");
  if (wire.messages.length === 0 || wire.messages.length > MAX_MESSAGES) throw new Error("message count");
  const messages: MessageToSign[] = wire.messages.map((item) => ({
    message: item.message,
    tweak: item.tweak,
  }));
  return {
    groupId: origin.groupId,
    roundId: origin.roundId,
    coordinator: origin.from,
    expiry: Number(wire.expiry),
    operation: { type: wire.type, body: wire.body },
    messages,
  };
}

/** Frames are bounded by the envelope; this only keeps one decoder from running past it. */
const MAX_PAYLOAD = 1 << 22;

function codec<W, T>(
  coder: P.CoderType<W>,
  toWire: (value: T) => W,
  fromWire: (wire: W, origin: Origin) => T,
): PayloadCodec<T> {
  const wire = canonical(MAX_PAYLOAD, coder);
  return {
    encode: (value) => wire.encode(toWire(value)),
    decode: (payload, origin) => {
      const decoded = wire.decode(payload);
      if (!decoded.ok) return null;
      try {
        return fromWire(decoded.value, origin);
      } catch {
        return null;
      }
    },
  };
}

const hashBytes = (digest: Hash | null): Uint8Array | null => (digest === null ? null : bytesOf(digest));
const digestOrNull = (bytes: Uint8Array | null | undefined): Hash | null =>
  bytes === null || bytes === undefined ? null : hashOf(bytes);

export const nonceRequest: PayloadCodec<NonceRequest> = codec(
  nonceRequestCoder,
  (value) => ({
    request: value.request === null ? [] : [requestToWire(value.request)],
    pairs: value.pairs,
    certificate: value.certificate,
  }),
  (wire, origin) => {
    if (wire.request.length > 1) throw new Error("one request at most");
    const [request] = wire.request;
    return {
      request: request === undefined ? null : requestFromWire(request, origin),
      pairs: wire.pairs,
      certificate: wire.certificate,
    };
  },
);

export const nonceResponse: PayloadCodec<NonceResponse> = codec(
  nonceResponseCoder,
  (value) => ({
    generation: value.generation,
    digest: hashBytes(value.digest),
    entries: entriesToWire(value.entries),
  }),
  (wire) => ({
    generation: wire.generation,
    digest: digestOrNull(wire.digest),
    entries: entriesFromWire(wire.entries),
  }),
);

export const signShareRequest: PayloadCodec<SignShareRequest> = codec(
  signShareRequestCoder,
  (value) => ({
    request: requestToWire(value.request),
    session: value.session,
    commitmentList: entriesToWire(value.commitmentList),
    certificate: value.certificate,
  }),
  (wire, origin) => ({
    request: requestFromWire(wire.request, origin),
    session: wire.session,
    commitmentList: entriesFromWire(wire.commitmentList),
    certificate: wire.certificate,
  }),
);

export const signShareResponse: PayloadCodec<SignShareResponse> = codec(
  signShareResponseCoder,
  (value) => ({
    generation: value.generation,
    digest: bytesOf(value.digest),
    session: value.session,
    packageHash: bytesOf(value.packageHash),
    entries: value.entries.map((entry) => ({ identifier: entry.identifier, items: [...entry.shares] })),
    next: entriesToWire(value.next),
  }),
  (wire) => ({
    generation: wire.generation,
    digest: hashOf(wire.digest),
    session: wire.session,
    packageHash: hashOf(wire.packageHash),
    entries: wire.entries.map((entry) => ({ identifier: entry.identifier, shares: entry.items })),
    next: entriesFromWire(wire.next),
  }),
);

export const digestReason: PayloadCodec<DigestReason> = codec(
  digestReasonCoder,
  (value) => ({ digest: bytesOf(value.digest), reason: value.reason }),
  (wire) => ({ digest: hashOf(wire.digest), reason: wire.reason }),
);

export const noncesLost: PayloadCodec<NoncesLost> = codec(
  noncesLostCoder,
  (value) => ({
    generation: value.generation,
    digest: bytesOf(value.digest),
    session: value.session ?? 0,
  }),
  (wire) => ({
    generation: wire.generation,
    digest: hashOf(wire.digest),
    session: wire.session === 0 ? null : wire.session,
  }),
);

export const signed: PayloadCodec<Signed> = codec(
  signedCoder,
  (value) => ({ digest: bytesOf(value.digest), signatures: [...value.signatures] }),
  (wire) => {
    if (wire.signatures.length === 0 || wire.signatures.length > MAX_MESSAGES)
      throw new Error("signature count");
    return { digest: hashOf(wire.digest), signatures: wire.signatures };
  },
);
