import { bytesToHex } from "@noble/hashes/utils.js";
import { evidenceCodec } from "../../blame/evidence.ts";
import { hashOf, type PartyId } from "../../core/names.ts";
import type { Message } from "../../core/machine.ts";
import { certificateKeyHash, type Certificate, certificateCodec } from "../../keygen/certificate.ts";
import {
  abort,
  blame,
  dkgEnd,
  dkgPrivateShares,
  fingerprintVerdict,
  lifeShare,
} from "../../keygen/messages.ts";
import { heardOf } from "../../keygen/inbox.ts";
import { pairProduct, sealShares } from "../../keygen/share-sealing.ts";
import { readPublicShares } from "../../keygen/public-round.ts";
import { groupOf } from "../port.ts";
import { rosterOf, type Script, spoiled, type Tools } from "./script.ts";

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

/**
 * Certificates that lack signatures: for a key of its own; for the right key, early; and, with everybody's parts in
 * hand, one in which only its own signature is none.
 */
export function forgeCertificate(): Script {
  const parts = new Map<PartyId, Certificate["parts"][number]>();
  return {
    name: "forges a certificate",
    outgoing: (tools, message) => {
      const end = message.kind === "DKG_END" ? dkgEnd.decode(message.payload) : null;
      if (end?.ok !== true) return null;
      parts.set(tools.me, { signature: tools.prng.bytes(64), reveal: end.value.reveal });
      forgeWhole(tools, message, parts);
      return [];
    },
    observe: (tools, message) => {
      const roster = rosterOf(tools, message);
      if (message.kind !== "DKG_END" || roster === undefined) return;
      const like = { ...message, from: tools.me };
      const certificate: Certificate = {
        groupId: message.groupId,
        roundId: message.roundId,
        round1Hash: hashOf(tools.prng.bytes(32)),
        groupPublicKey: tools.run.requests.somePoint(),
        parts: roster.seats.map(() => ({ signature: tools.prng.bytes(64), reveal: tools.prng.bytes(32) })),
      };
      tools.say(like, "CERTIFICATE", certificateCodec.encode(certificate));
      const end = dkgEnd.decode(message.payload);
      if (!end.ok) return;
      const early = { ...certificate, round1Hash: end.value.round1Hash };
      if (certificateKeyHash(early) !== end.value.keyHash)
        tools.say(like, "CERTIFICATE", certificateCodec.encode(early));
      parts.set(message.from, { signature: end.value.signature, reveal: end.value.reveal });
      forgeWhole(tools, like, parts);
    },
  };
}

function forgeWhole(
  tools: Tools,
  like: Message,
  known: ReadonlyMap<PartyId, Certificate["parts"][number]>,
): void {
  const group = groupOf(tools.run.world.processes[tools.seat]?.party ?? null, like.groupId);
  const phase = group?.keygen?.phase;
  if (group === undefined || phase?.tag !== "pending") return;
  const parts = group.sealed.roster.seats.flatMap(({ identity }) => known.get(identity) ?? []);
  if (parts.length < group.sealed.roster.seats.length) return;
  const { groupId, roundId } = like;
  const groupPublicKey = phase.key.publicKeyPackage.verifyingKey.toCompressed();
  const certificate = { groupId, roundId, round1Hash: phase.round1Hash, groupPublicKey, parts };
  tools.say(like, "CERTIFICATE", certificateCodec.encode(certificate));
}
