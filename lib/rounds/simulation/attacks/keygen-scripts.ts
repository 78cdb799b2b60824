import { bytesToHex } from "@noble/hashes/utils.js";
import {
  type KeygenParameters,
  part1,
  part2,
  participantsFromWeights,
  revealSecretShares,
  round1PackageCodec,
  type Round1Secret,
  secp256k1Tr,
  sessionParameters,
  verifyRound1,
} from "../../../frost/index.ts";
import { evidenceCodec } from "../../blame/evidence.ts";
import { hashOf, type PartyId } from "../../core/names.ts";
import type { Message } from "../../core/machine.ts";
import type { Roster } from "../../core/roster.ts";
import { identifiersOf, parametersOf } from "../../keygen/context.ts";
import { certificateKeyHash, type Certificate, certificateCodec } from "../../keygen/certificate.ts";
import { round1HashOf, sessionOf } from "../../keygen/hashes.ts";
import {
  abort,
  blame,
  dkgEnd,
  dkgPrivateShares,
  dkgPublicShares,
  fingerprintVerdict,
  lifeShare,
} from "../../keygen/messages.ts";
import { heardOf } from "../../keygen/inbox.ts";
import { pairProduct, sealShares } from "../../keygen/share-sealing.ts";
import { readPublicShares } from "../../keygen/public-round.ts";
import { groupOf } from "../port.ts";
import { type Script, spoiled, type Tools } from "./script.ts";

const rosterOf = (tools: Tools, message: Message): Roster | undefined =>
  groupOf(tools.run.world.processes[tools.seat]?.party ?? null, message.groupId)?.sealed.roster;

/** PUBLIC_SHARES with another package inside. */
function repacked(
  tools: Tools,
  message: Message,
  pack: (bytes: Uint8Array) => Uint8Array,
): Uint8Array | null {
  const shares = dkgPublicShares.decode(message.payload);
  if (!shares.ok) return null;
  const payload = dkgPublicShares.encode({ ...shares.value, package: pack(shares.value.package) });
  return tools.insider.rewrite(message, { payload });
}

const parametersFor = (message: Message, roster: Roster, threshold: number): KeygenParameters<"session"> =>
  threshold === roster.threshold
    ? parametersOf({ groupId: message.groupId, roster }, message.roundId)
    : sessionParameters({
        suite: secp256k1Tr,
        threshold,
        participants: participantsFromWeights(roster.seats.map((seat) => seat.weight)),
        session: sessionOf(message.groupId, message.roundId),
      });

/** A valid package for this seat in this round, of a polynomial of `threshold` coefficients. */
function freshPackage(tools: Tools, message: Message, roster: Roster, threshold: number): Uint8Array {
  const [name] = identifiersOf(roster, tools.me);
  if (name === undefined) return new Uint8Array();
  const made = part1(parametersFor(message, roster, threshold), name, (length) => tools.prng.bytes(length));
  return round1PackageCodec.encode({ suite: secp256k1Tr, value: made.package });
}

/** A proof of possession that does not hold. */
export const badProof: Script = {
  name: "bad proof of possession",
  outgoing: (tools, message) => {
    if (message.kind !== "DKG_PUBLIC_SHARES") return null;
    const frame = repacked(tools, message, (bytes) => {
      const copy = bytes.slice();
      const last = copy.length - 1;
      copy[last] = (copy[last] ?? 0) ^ 1;
      return copy;
    });
    if (frame !== null) tools.run.keygen.poison(frame);
    return frame === null ? null : [frame];
  },
};

/** A polynomial of another length than the threshold: with it the group would need more keys than it thinks. */
export const otherLength: Script = {
  name: "longer polynomial",
  outgoing: (tools, message) => {
    const roster = rosterOf(tools, message);
    if (message.kind !== "DKG_PUBLIC_SHARES" || roster === undefined) return null;
    const keys = roster.seats.reduce((sum, seat) => sum + seat.weight, 0);
    const longer = Math.min(keys, roster.threshold + 1);
    const threshold = longer === roster.threshold ? Math.max(2, longer - 1) : longer;
    const frame = repacked(tools, message, () => freshPackage(tools, message, roster, threshold));
    if (frame !== null) tools.run.keygen.poison(frame);
    return frame === null ? null : [frame];
  },
};

/** Different, valid PUBLIC_SHARES for different people, and to each the shares that fit what it was shown. */
export function equivocate(): Script {
  const secrets = new Map<string, Round1Secret>();
  const shown = new Map<PartyId, Uint8Array>();
  return {
    name: "equivocates in the first round",
    outgoing: (tools, message) => {
      const roster = rosterOf(tools, message);
      const [name] = roster === undefined ? [] : identifiersOf(roster, tools.me);
      if (roster === undefined || name === undefined) return null;
      if (message.kind === "DKG_PUBLIC_SHARES") {
        const rng = (length: number): Uint8Array => tools.prng.bytes(length);
        const made = part1(parametersFor(message, roster, roster.threshold), name, rng);
        const packed = round1PackageCodec.encode({ suite: secp256k1Tr, value: made.package });
        const other = repacked(tools, message, () => packed);
        if (other === null || secrets.has(message.roundId)) return [];
        secrets.set(message.roundId, made.secret);
        for (const process of tools.run.world.processes) {
          if (process.id === tools.me) continue;
          const isOther = tools.prng.chance(0.5);
          if (isOther) shown.set(process.id, other);
          tools.show(process.id, isOther ? other : message.frame);
        }
        return [];
      }
      const secret = secrets.get(message.roundId);
      const frame = shown.get(message.to);
      if (message.kind !== "DKG_PRIVATE_SHARES" || secret === undefined || frame === undefined) return null;
      const fitting = fittingShares(tools, message, roster, secret, frame);
      return fitting === null ? null : [fitting];
    },
  };
}

/** PRIVATE_SHARES of the second polynomial, as its recipient expects them after the PUBLIC_SHARES it was shown. */
function fittingShares(
  tools: Tools,
  message: Message,
  roster: Roster,
  secret: Round1Secret,
  shownFrame: Uint8Array,
): Uint8Array | null {
  const group = groupOf(tools.run.world.processes[tools.seat]?.party ?? null, message.groupId);
  const phase = group?.keygen?.phase;
  const shownMessage = tools.insider.read(shownFrame);
  if (group === undefined || shownMessage === null || phase === undefined || !("secrets" in phase))
    return null;
  const heard = heardOf(group.keygen?.inboxes.get(message.roundId), "DKG_PUBLIC_SHARES");
  const dealt = roster.seats.map(({ identity }) => {
    const payload = identity === tools.me ? shownMessage.payload : heard.get(identity)?.payload;
    return payload === undefined ? null : readPublicShares(roster, identity, payload);
  });
  if (dealt.some((one) => one === null)) return null;
  const all = dealt.flatMap((one) => one ?? []);
  const rng = (length: number): Uint8Array => tools.prng.bytes(length);
  const parameters = parametersFor(message, roster, roster.threshold);
  const verified = verifyRound1(
    parameters,
    all.map((one) => one.package),
    rng,
  );
  const [recipientName] = identifiersOf(roster, message.to);
  const recipient = all[roster.seats.findIndex(({ identity }) => identity === message.to)];
  if (!verified.ok || recipientName === undefined || recipient === undefined) return null;
  const shares = part2(secret, verified.value).get(recipientName);
  if (shares === undefined) return null;
  const round1Hash = round1HashOf(
    message.groupId,
    message.roundId,
    all.map((one) => one.content),
  );
  const product = pairProduct(phase.secrets.encryption.reveal(), recipient.encryptionKey);
  const address = { round1Hash, from: message.from, to: message.to };
  const sealed = sealShares(product, address, revealSecretShares(shares), rng);
  return tools.insider.rewrite(message, { payload: dkgPrivateShares.encode({ round1Hash, sealed }) });
}

/** Shares that do not open. */
export const unopenableShares: Script = {
  name: "shares that do not open",
  outgoing: (tools, message) => {
    if (message.kind !== "DKG_PRIVATE_SHARES" || !tools.prng.chance(0.6)) return null;
    const shares = dkgPrivateShares.decode(message.payload);
    if (!shares.ok) return null;
    const payload = dkgPrivateShares.encode({
      ...shares.value,
      sealed: spoiled(shares.value.sealed, tools.prng),
    });
    const frame = tools.insider.rewrite(message, { payload });
    return frame === null ? null : [frame];
  },
};

/** Well-sealed shares of another polynomial. */
export const wrongShares: Script = {
  name: "bad secret share",
  outgoing: (tools, message) => {
    if (message.kind !== "DKG_PRIVATE_SHARES") return null;
    const shares = dkgPrivateShares.decode(message.payload);
    const group = groupOf(tools.run.world.processes[tools.seat]?.party ?? null, message.groupId);
    const phase = group?.keygen?.phase;
    if (!shares.ok || group === undefined || phase === undefined || !("secrets" in phase)) return null;
    const heard = heardOf(group.keygen?.inboxes.get(message.roundId), "DKG_PUBLIC_SHARES").get(message.to);
    const recipient =
      heard === undefined ? null : readPublicShares(group.sealed.roster, message.to, heard.payload);
    if (recipient === null) return null;
    const product = pairProduct(phase.secrets.encryption.reveal(), recipient.encryptionKey);
    const address = { round1Hash: shares.value.round1Hash, from: message.from, to: message.to };
    const plain = new Uint8Array(shares.value.sealed.length - 40);
    plain.fill(5);
    const sealed = sealShares(product, address, plain, (length) => tools.prng.bytes(length));
    const frame = tools.insider.rewrite(message, {
      payload: dkgPrivateShares.encode({ ...shares.value, sealed }),
    });
    return frame === null ? null : [frame];
  },
};

/** Locks another key, claims wrong verifying shares, or reveals a wrong r. */
export const wrongEnd: Script = {
  name: "wrong DKG_END",
  outgoing: (tools, message) => {
    if (message.kind !== "DKG_END") return null;
    const end = dkgEnd.decode(message.payload);
    if (!end.ok) return null;
    const change = tools.prng.pick([
      { keyHash: hashOf(tools.prng.bytes(32)) },
      { verifyingShares: spoiled(end.value.verifyingShares, tools.prng) },
      { reveal: tools.prng.bytes(32) },
      { signature: tools.prng.bytes(64) },
    ]);
    const frame = tools.insider.rewrite(message, { payload: dkgEnd.encode({ ...end.value, ...change }) });
    return frame === null ? null : [frame];
  },
};

/** DKG_END for some, silence for others. */
export const halfEnd: Script = {
  name: "DKG_END for some only",
  outgoing: (tools, message) => {
    if (message.kind !== "DKG_END" && message.kind !== "CERTIFICATE") return null;
    for (const process of tools.run.world.processes) {
      if (process.id !== tools.me && tools.prng.chance(0.5)) tools.show(process.id, message.frame);
    }
    return [];
  },
};

/** Aborts whenever somebody locks. */
export const abortLate: Script = {
  name: "aborts after the lock",
  observe: (tools, message) => {
    if (message.kind !== "DKG_END" && message.kind !== "CERTIFIED" && message.kind !== "DKG_PRIVATE_SHARES")
      return;
    const payload = abort.encode({ reason: "stopped-here", missing: [], seen: [], frames: [] });
    tools.say({ ...message, from: tools.me }, "ABORT", payload);
  },
};

/** Accuses dealers: a right share, with the right key and with a wrong one revealed as evidence. */
export const accuseDealer: Script = {
  name: "reveals a key against the innocent",
  observe: (tools, message) => {
    if (message.kind !== "DKG_PRIVATE_SHARES" || message.to !== tools.me) return;
    const group = groupOf(tools.run.world.processes[tools.seat]?.party ?? null, message.groupId);
    const phase = group?.keygen?.phase;
    if (group === undefined || phase === undefined || !("secrets" in phase)) return;
    const { roster } = group.sealed;
    const heard = heardOf(group.keygen?.inboxes.get(message.roundId), "DKG_PUBLIC_SHARES");
    const payloads = roster.seats.map(({ identity }) => heard.get(identity)?.payload);
    const contents = roster.seats.map(({ identity }, i) => {
      const payload = payloads[i];
      return payload === undefined ? undefined : readPublicShares(roster, identity, payload)?.content;
    });
    const dealer = heard.get(message.from)?.payload;
    const accuser = heard.get(tools.me)?.payload;
    if (dealer === undefined || accuser === undefined || contents.includes(undefined)) return;
    const encryptionSecret = tools.prng.chance(0.5)
      ? phase.secrets.encryption.reveal()
      : tools.prng.bytes(32);
    const evidence = evidenceCodec.encode({
      roster,
      accused: message.from,
      tag: "privateShares",
      body: {
        frame: message.frame,
        encryptionSecret,
        contents: contents.flatMap((content) => content ?? []),
        dealerShares: dealer,
        accuserShares: accuser,
      },
    });
    tools.say({ ...message, from: tools.me }, "BLAME", blame.encode({ evidence }));
    const two = evidenceCodec.encode({
      roster,
      accused: message.from,
      tag: "equivocation",
      body: { first: message.frame, second: spoiled(message.frame, tools.prng) },
    });
    tools.say({ ...message, from: tools.me }, "BLAME", blame.encode({ evidence: two }));
  },
};

/** A wrong share in the proof of life. */
export const badLife: Script = {
  name: "bad proof of life",
  outgoing: (tools, message) => {
    if (message.kind !== "LIFE_SHARE") return null;
    const share = lifeShare.decode(message.payload);
    if (!share.ok) return null;
    const shares = share.value.shares.map((bytes) => spoiled(bytes, tools.prng));
    const frame = tools.insider.rewrite(message, { payload: lifeShare.encode({ ...share.value, shares }) });
    return frame === null ? null : [frame];
  },
};

/** Says that the fingerprint does not match. */
export const denyFingerprint: Script = {
  name: "denies the fingerprint",
  outgoing: (tools, message) => {
    if (message.kind !== "FINGERPRINT_VERDICT") return null;
    const verdict = fingerprintVerdict.decode(message.payload);
    if (!verdict.ok) return null;
    const payload = fingerprintVerdict.encode({ ...verdict.value, matches: false });
    const frame = tools.insider.rewrite(message, { payload });
    return frame === null ? null : [frame];
  },
};

/** As a coordinator: a second round beside the first, begun for some. */
export const twoRounds: Script = {
  name: "two key generations at once",
  outgoing: (tools, message) => {
    if (message.kind !== "DKG_BEGIN") return null;
    const flipped = Array.from(message.roundId, (digit, i) =>
      i === 0 ? (digit === "0" ? "1" : "0") : digit,
    ).join("");
    const id = bytesToHex(tools.prng.bytes(16));
    const other = tools.insider.rewrite(message, {
      roundId: flipped as Message["roundId"],
      msgId: id as Message["msgId"],
    });
    if (other !== null) tools.send(other);
    return null;
  },
};

/** A certificate for a key of its own, with signatures that are none. */
export const forgeCertificate: Script = {
  name: "forges a certificate",
  observe: (tools, message) => {
    const roster = rosterOf(tools, message);
    if (message.kind !== "DKG_END" || roster === undefined) return;
    const certificate: Certificate = {
      groupId: message.groupId,
      roundId: message.roundId,
      round1Hash: hashOf(tools.prng.bytes(32)),
      groupPublicKey: tools.run.requests.somePoint(),
      parts: roster.seats.map(() => ({ signature: tools.prng.bytes(64), reveal: tools.prng.bytes(32) })),
    };
    const like = { ...message, from: tools.me };
    tools.say(like, "CERTIFICATE", certificateCodec.encode(certificate));
    const end = dkgEnd.decode(message.payload);
    if (!end.ok) return;
    // The right key, before the others have signed for it.
    const early = { ...certificate, round1Hash: end.value.round1Hash };
    if (certificateKeyHash(early) !== end.value.keyHash)
      tools.say(like, "CERTIFICATE", certificateCodec.encode(early));
  },
};
