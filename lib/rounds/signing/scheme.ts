import {
  aggregate,
  commit,
  type KeyPackage,
  openSigningSession,
  parseCompressed,
  type PublicKeyPackage,
  type Rng,
  type SignatureShare,
  signAll,
  type SigningCommitments,
  type SigningNonces,
  type SigningSession,
  verifyShare,
} from "../../frost/index.ts";
import { concatBytes } from "@noble/hashes/utils.js";
import { identifierOf } from "./context.ts";
import { type CommitmentEntry, PAIR_BYTES, type ShareEntry } from "./messages.ts";
import type { SigningPackage } from "./package.ts";

/** Between bytes of messages and values of the scheme. Nothing here decides; everything here may fail. */

/** A secret nonce pair with its 66 public bytes. */
export interface NoncePair {
  readonly nonces: SigningNonces;
  readonly commitments: Uint8Array;
}

/** Fresh pairs for one identifier. */
export const freshPairs = (keyPackage: KeyPackage, count: number, rng: Rng): NoncePair[] =>
  commit(keyPackage, count, rng).map((nonces) => ({
    nonces,
    commitments: concatBytes(
      nonces.commitments.hiding.toCompressed(),
      nonces.commitments.binding.toCompressed(),
    ),
  }));

/** Points of pairs parsed before: the coordinator meets each pair when it is announced and when it is used. */
const parsedPairs = new WeakMap<Uint8Array, SigningCommitments>();

function parsePair(identifier: number, pair: Uint8Array): SigningCommitments | null {
  const known = parsedPairs.get(pair);
  if (known?.identifier === identifierOf(identifier)) return known;
  const parsed = decodePair(identifier, pair);
  if (parsed !== null) parsedPairs.set(pair, parsed);
  return parsed;
}

function decodePair(identifier: number, pair: Uint8Array): SigningCommitments | null {
  /* v8 ignore next -- payloads hold pairs of this length alone */
  if (pair.length !== PAIR_BYTES) return null;
  const parsed = parseCompressed(pair);
  return parsed.ok
    ? { identifier: identifierOf(identifier), hiding: parsed.points.at(0), binding: parsed.points.at(1) }
    : null;
}

/** True where every pair is two points of the curve, neither of them the identity. */
export const arePairs = (entries: readonly CommitmentEntry[]): boolean =>
  entries.every((entry) => entry.pairs.every((pair) => parsePair(entry.identifier, pair) !== null));

/** Sessions computed before, by commitment list: shares of one package are checked one by one as they arrive. */
const opened = new WeakMap<
  readonly CommitmentEntry[],
  { readonly key: PublicKeyPackage; readonly of: SigningPackage; readonly sessions: SigningSession[] | null }
>();

/** One session of the scheme per message, or null where the package is no valid one for this key. */
export function openSessions(key: PublicKeyPackage, signingPackage: SigningPackage): SigningSession[] | null {
  const known = opened.get(signingPackage.commitmentList);
  if (known?.key === key && known.of.request === signingPackage.request) return known.sessions;
  const sessions = computeSessions(key, signingPackage);
  opened.set(signingPackage.commitmentList, { key, of: signingPackage, sessions });
  return sessions;
}

function computeSessions(key: PublicKeyPackage, signingPackage: SigningPackage): SigningSession[] | null {
  const { request, commitmentList } = signingPackage;
  const sessions: SigningSession[] = [];
  for (const [k, { message, tweak }] of request.messages.entries()) {
    const commitments: SigningCommitments[] = [];
    for (const { identifier, pairs } of commitmentList) {
      const pair = pairs[k];
      const parsed = pair === undefined ? null : parsePair(identifier, pair);
      if (parsed === null) return null;
      commitments.push(parsed);
    }
    const opened = openSigningSession(key, { message, tweak, commitments });
    if (!opened.ok) return null;
    sessions.push(opened.value);
  }
  return sessions;
}

/**
 * Shares of one seat for all messages of a package. The nonces are spent whatever happens.
 * @param nonces per key package, one pair per message
 * @returns one entry per key package, or null where the package cannot be signed
 */
export function computeShares(
  sessions: readonly SigningSession[],
  keyPackages: readonly { readonly number: number; readonly keyPackage: KeyPackage }[],
  nonces: readonly (readonly SigningNonces[])[],
): ShareEntry[] | null {
  const requests = keyPackages.flatMap(({ keyPackage }, i) =>
    sessions.flatMap((session, k) => {
      const pair = nonces[i]?.[k];
      /* v8 ignore next -- found for each message */
      return pair === undefined ? [] : [{ session, keyPackage, nonces: pair }];
    }),
  );
  const signed = signAll(requests);
  /* v8 ignore next -- the nonces are found for these very sessions */
  if (!signed.ok) return null;
  return keyPackages.map(({ number }, i) => ({
    identifier: number,
    shares: sessions.map((_, k) => shareBytes(signed.value[i * sessions.length + k])),
  }));
}

function shareBytes(share: SignatureShare | undefined): Uint8Array {
  const out = new Uint8Array(32);
  /* v8 ignore next -- a share per session */
  let rest = share?.z ?? 0n;
  for (let i = 31; i >= 0; i--) {
    out[i] = Number(rest & 255n);
    rest >>= 8n;
  }
  return out;
}

/** A share as a value of the scheme; range is checked by the scheme. */
function shareOf(identifier: number, bytes: Uint8Array): SignatureShare {
  let z = 0n;
  for (const byte of bytes) z = (z << 8n) | BigInt(byte);
  return { identifier: identifierOf(identifier), z };
}

/** True where every share of these entries is right for its message. Public data, variable time. */
export const areShares = (sessions: readonly SigningSession[], entries: readonly ShareEntry[]): boolean =>
  entries.every(
    ({ identifier, shares }) =>
      shares.length === sessions.length &&
      sessions.every((session, k) =>
        verifyShare(
          session,
          shareOf(
            identifier,
            /* v8 ignore next -- as many shares as sessions */ shares[k] ?? new Uint8Array(),
          ),
        ),
      ),
  );

/** The signatures, one per message, or null where some share is wrong. */
export function aggregateAll(
  sessions: readonly SigningSession[],
  entries: readonly ShareEntry[],
): Uint8Array[] | null {
  const signatures: Uint8Array[] = [];
  for (const [k, session] of sessions.entries()) {
    const shares = entries.map(({ identifier, shares }) =>
      shareOf(identifier, shares[k] ?? new Uint8Array()),
    );
    const result = aggregate(session, shares);
    if (!result.ok) return null;
    signatures.push(result.value);
  }
  return signatures;
}
