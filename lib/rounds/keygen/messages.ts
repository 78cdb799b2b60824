import * as P from "micro-packed";
import { hashCoder } from "../core/coders.ts";
import { bounded, type Codec, codec, fixed, listOf, wordOf } from "../core/codec.ts";
import type { Hash } from "../core/names.ts";
import { stopReasons, type StopReason } from "../core/reason.ts";
import { MAX_SEATS, MAX_WEIGHT } from "../core/roster.ts";

/** Payloads of key generation. Every codec is bounded and canonical; none checks more than form. */

/** Most points in a commitment: the highest threshold. */
const MAX_POINTS = 1000;
const MAX_PACKAGE = 200 + 65 * MAX_POINTS;

/** The coordinator starts a key generation; its roundId is in the header. */
export interface DkgBegin {
  /** One 64-byte approval per seat, in seat order. */
  readonly approvals: readonly Uint8Array[];
}
export const dkgBegin: Codec<DkgBegin> = codec(
  64 * MAX_SEATS + 2,
  P.struct({ approvals: listOf(MAX_SEATS, fixed(64)) }),
);

/** What a seat deals to everyone. */
export interface DkgPublicShares {
  /** `round1PackageCodec` of lib/frost: commitments and proof of possession, bound to group and round. */
  readonly package: Uint8Array;
  /** E: 33-byte compressed point, made for this round alone. */
  readonly encryptionKey: Uint8Array;
  /** Commitment to the r that DKG_END reveals: 32 bytes. */
  readonly fingerprintCommitment: Uint8Array;
}
export const dkgPublicShares: Codec<DkgPublicShares> = codec(
  MAX_PACKAGE + 128,
  P.struct({ package: bounded(MAX_PACKAGE), encryptionKey: fixed(33), fingerprintCommitment: fixed(32) }),
);

/** One dealer's shares for one seat; not sealed by the envelope, but under the round's own keys. */
export interface DkgPrivateShares {
  /** In clear: what the dealer's signature ties the shares to. */
  readonly round1Hash: Hash;
  readonly sealed: Uint8Array;
}
export const dkgPrivateShares: Codec<DkgPrivateShares> = codec(
  128 + 32 * MAX_WEIGHT,
  P.struct({ round1Hash: hashCoder, sealed: bounded(40 + 32 * MAX_WEIGHT) }),
);

/** A seat's lock on the key: its part of the certificate. */
export interface DkgEnd {
  readonly round1Hash: Hash;
  readonly keyHash: Hash;
  /** BIP-340 for the purpose "certificate". */
  readonly signature: Uint8Array;
  /** r: 32 bytes. */
  readonly reveal: Uint8Array;
  /** `verifyingSharesCodec` of lib/frost: the seat's own verifying shares, a claim. */
  readonly verifyingShares: Uint8Array;
}
const MAX_CLAIM = 8 + 97 * MAX_WEIGHT;
export const dkgEnd: Codec<DkgEnd> = codec(
  256 + MAX_CLAIM,
  P.struct({
    round1Hash: hashCoder,
    keyHash: hashCoder,
    signature: fixed(64),
    reveal: fixed(32),
    verifyingShares: bounded(MAX_CLAIM),
  }),
);

/** What a party asks others to say again. */
export const queryable = [
  "DKG_PUBLIC_SHARES",
  "DKG_PRIVATE_SHARES",
  "DKG_END",
  "CERTIFIED",
  "LIFE_NONCE",
  "LIFE_SHARE",
  "FINGERPRINT_VERDICT",
] as const;
export type Queryable = (typeof queryable)[number];
export interface Wanted {
  readonly kind: Queryable;
  /** Seat index in the roster. */
  readonly seat: number;
}
export interface DkgQuery {
  readonly wanted: readonly Wanted[];
}
export const dkgQuery: Codec<DkgQuery> = codec(
  2 + 3 * 2 * MAX_SEATS,
  P.struct({
    wanted: listOf(2 * MAX_SEATS, P.struct({ kind: wordOf(queryable), seat: P.U16BE })),
  }),
);

/** A seat holds the certificate. */
export interface Certified {
  readonly keyHash: Hash;
}
export const certified: Codec<Certified> = codec(32, P.struct({ keyHash: hashCoder }));

/** Nonce commitments for the proof of life, one pair per identifier of the seat. */
export interface LifeNonce {
  readonly attempt: number;
  /** `signingCommitmentsCodec` of lib/frost, one per identifier, ascending. */
  readonly commitments: readonly Uint8Array[];
}
export const lifeNonce: Codec<LifeNonce> = codec(
  8 + 256 * MAX_WEIGHT,
  P.struct({
    attempt: P.U16BE,
    commitments: listOf(MAX_WEIGHT, bounded(240)),
  }),
);

/** Signature shares of the proof of life. */
export interface LifeShare {
  readonly attempt: number;
  /** Names all commitments of all seats that the shares were made over. */
  readonly packageHash: Hash;
  /** `signatureShareCodec` of lib/frost, one per identifier, ascending. */
  readonly shares: readonly Uint8Array[];
}
export const lifeShare: Codec<LifeShare> = codec(
  64 + 128 * MAX_WEIGHT,
  P.struct({
    attempt: P.U16BE,
    packageHash: hashCoder,
    shares: listOf(MAX_WEIGHT, bounded(100)),
  }),
);

export interface FingerprintVerdict {
  readonly keyHash: Hash;
  readonly matches: boolean;
}
export const fingerprintVerdict: Codec<FingerprintVerdict> = codec(
  33,
  P.struct({ keyHash: hashCoder, matches: P.bool }),
);

/** A party stops this round before its lock. */
export interface Abort {
  readonly reason: StopReason;
  /** Seat indices that were waited for, where a deadline passed. */
  readonly missing: readonly number[];
  /** Where transcripts differ: content hashes of all PUBLIC_SHARES as seen here, in seat order. */
  readonly seen: readonly Hash[];
  /** Frames of PUBLIC_SHARES that differ from what another member saw: its signer may have signed two. */
  readonly frames: readonly Uint8Array[];
}
const MAX_ABORT_FRAMES = 4;
export const abort: Codec<Abort> = codec(
  64 + 34 * MAX_SEATS + MAX_ABORT_FRAMES * (MAX_PACKAGE + 512),
  P.struct({
    reason: wordOf(stopReasons),
    missing: listOf(MAX_SEATS, P.U16BE),
    seen: listOf(MAX_SEATS, hashCoder),
    frames: listOf(MAX_ABORT_FRAMES, bounded(MAX_PACKAGE + 512)),
  }),
);
export { MAX_ABORT_FRAMES };

/** Evidence that `verifyBlame` accepts. */
export interface Blame {
  readonly evidence: Uint8Array;
}
export const MAX_EVIDENCE = 480 * 1024;
export const blame: Codec<Blame> = codec(MAX_EVIDENCE + 4, P.struct({ evidence: bounded(MAX_EVIDENCE) }));
