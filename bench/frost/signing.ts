import { schnorr_FROST as noble } from "@noble/curves/secp256k1.js";
import {
  aggregate,
  commit,
  noTweak,
  openSigningSession,
  sign,
  signatureShareCodec,
  type SignatureShare,
  signingCommitmentsCodec,
  type SigningNonces,
  type SigningSession,
} from "../../lib/frost/index.ts";
import { scalarFromBytes, scalarToBytes } from "../../lib/frost/suite/scalar.ts";
import { toNobleCommitments, toNoblePublic, toNobleSecret } from "../../lib/frost/testing/noble.ts";
import { pair, type Paired, type Steps, timed } from "./measure.ts";
import { rng, signingKey, suite } from "./setting.ts";

/**
 * Commit, sign, aggregate, and aggregate with one bad share, for t signers, both from the bytes that arrive. Half of the
 * runs are under a key with odd y, half under one with even y.
 */
export function benchSigning(threshold: number, size: number, repetitions: number, blames: number): Paired {
  const settings = [true, false].map((even) => signingSetting(threshold, size, even));
  let run = 0;
  const next = () => settings[Math.floor(run++ / 2) % 2]!;
  const signing = pair(
    repetitions,
    true,
    () => ourSigning(next()),
    () => nobleSigning(next()),
  );
  const blame = pair(
    blames,
    threshold < 30,
    () => ourBlame(next()),
    () => nobleBlame(next()),
  );
  return {
    ours: { ...signing.ours, ...blame.ours },
    noble: { ...signing.noble, ...blame.noble },
    ratio: { ...signing.ratio, ...blame.ratio },
  };
}

function signingSetting(threshold: number, size: number, even: boolean) {
  const key = signingKey(threshold, size, even);
  // The last t of n, so that identifiers are not the cheapest ones.
  const signers = key.keyPackages.slice(-threshold);
  const nonces = signers.map((own) => commit(own, 1, rng)[0]!);
  const message = rng(32);
  const frames = nonces.map(({ commitments }) =>
    signingCommitmentsCodec.encode({ suite, value: commitments }),
  );
  const session = openSession(key.publicKeyPackage, message, frames);
  const shares = signers.map((own, i) => {
    const result = sign(session, own, nonces[i]!);
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  });
  const bad = shares.map((share, i): SignatureShare => (i === 1 ? { ...share, z: share.z ^ 1n } : share));
  return {
    key: key.publicKeyPackage,
    me: signers[0]!,
    message,
    otherFrames: frames.slice(1),
    frames,
    shareFrames: shares.map(encodeShare),
    badShareFrames: bad.map(encodeShare),
    culprit: bad[1]!.identifier,
    noble: {
      public: toNoblePublic(key.publicKeyPackage),
      secret: toNobleSecret(signers[0]!),
      others: nonces.slice(1).map(({ commitments }) => toNobleCommitments(commitments)),
      commitments: nonces.map(({ commitments }) => toNobleCommitments(commitments)),
      message: Uint8Array.from(message),
      shares: nobleShares(shares),
      badShares: nobleShares(bad),
    },
  };
}

type Setting = ReturnType<typeof signingSetting>;

const encodeShare = (value: SignatureShare) => signatureShareCodec.encode({ suite, value });

function nobleShares(shares: readonly SignatureShare[]) {
  return Object.fromEntries(
    shares.map(({ identifier, z }) => [identifier, Uint8Array.from(scalarToBytes(z))]),
  );
}

function openSession(
  key: Setting["key"],
  message: Uint8Array,
  frames: readonly Uint8Array[],
): SigningSession {
  const commitments = frames.map((frame) => signingCommitmentsCodec.decode(frame).value);
  const result = openSigningSession(key, { message, tweak: noTweak, commitments });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

function ourSigning(setting: Setting): Steps {
  const committed = timed(() => {
    const [nonces] = commit(setting.me, 1, rng) as [SigningNonces];
    return { nonces, frame: signingCommitmentsCodec.encode({ suite, value: nonces.commitments }) };
  });
  const { nonces, frame } = committed.value;
  const signed = timed(() => {
    const session = openSession(setting.key, setting.message, [frame, ...setting.otherFrames]);
    const result = sign(session, setting.me, nonces);
    if (!result.ok) throw new Error(result.error.code);
    return encodeShare(result.value);
  });
  const aggregated = timed(() => {
    const session = openSession(setting.key, setting.message, setting.frames);
    const result = aggregate(
      session,
      setting.shareFrames.map((bytes) => signatureShareCodec.decode(bytes).value),
    );
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  });
  return { commit: committed.ms, sign: signed.ms, aggregate: aggregated.ms };
}

function nobleSigning({ noble: setting }: Setting): Steps {
  const committed = timed(() => noble.commit(setting.secret));
  const list = [committed.value.commitments, ...setting.others];
  const signed = timed(() =>
    noble.signShare(setting.secret, setting.public, committed.value.nonces, list, setting.message),
  );
  const aggregated = timed(() =>
    noble.aggregate(setting.public, setting.commitments, setting.message, setting.shares),
  );
  if (scalarFromBytes(signed.value) === 0n) throw new Error("no share");
  return { commit: committed.ms, sign: signed.ms, aggregate: aggregated.ms };
}

function ourBlame(setting: Setting): Steps {
  const { ms, value } = timed(() => {
    const session = openSession(setting.key, setting.message, setting.frames);
    return aggregate(
      session,
      setting.badShareFrames.map((bytes) => signatureShareCodec.decode(bytes).value),
    );
  });
  if (value.ok || value.error.culprits.join() !== setting.culprit)
    throw new Error("the culprit was not named");
  return { blame: ms };
}

function nobleBlame({ noble: setting }: Setting): Steps {
  const { ms, value } = timed(() => {
    try {
      return noble.aggregate(setting.public, setting.commitments, setting.message, setting.badShares);
    } catch (error) {
      return error;
    }
  });
  if (!(value instanceof Error)) throw new Error("noble accepted a bad share");
  return { blame: ms };
}
