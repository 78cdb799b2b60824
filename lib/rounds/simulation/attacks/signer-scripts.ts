import { bytesToHex } from "@noble/hashes/utils.js";
import { evidenceCodec } from "../../blame/evidence.ts";
import type { Kind } from "../../core/kind.ts";
import { ALL, type Hash } from "../../core/names.ts";
import { blame } from "../../keygen/messages.ts";
import { encodeShareEvidence } from "../../signing/evidence.ts";
import {
  type CommitmentEntry,
  digestReason,
  noncesLost,
  nonceResponse,
  signed,
  signShareRequest,
  signShareResponse,
} from "../../signing/messages.ts";
import { packageHash, type SigningPackage } from "../../signing/package.ts";
import { operationDigest } from "../../signing/request.ts";
import { identifierNumbers } from "../../core/roster.ts";
import type { Script } from "./script.ts";
import { spoiled } from "./script.ts";

/** Says nothing of one kind. */
export const silence = (kind: Kind): Script => ({
  name: `silence at ${kind}`,
  outgoing: (_, message) => (message.kind === kind ? [] : null),
});

/** Sends wrong signature shares. */
export const badShare: Script = {
  name: "bad signature share",
  outgoing: ({ insider, prng }, message) => {
    if (message.kind !== "SIGN_SHARE_RESPONSE") return null;
    const response = signShareResponse.decode(message.payload, message);
    if (response === null) return null;
    const entries = response.entries.map((entry) => ({
      ...entry,
      shares: entry.shares.map((share) => spoiled(share, prng)),
    }));
    const frame = insider.rewrite(message, { payload: signShareResponse.encode({ ...response, entries }) });
    return frame === null ? null : [frame];
  },
};

/** Quotes another package than the one its share is for. */
export const otherPackage: Script = {
  name: "share for another message",
  outgoing: ({ insider, prng }, message) => {
    if (message.kind !== "SIGN_SHARE_RESPONSE") return null;
    const response = signShareResponse.decode(message.payload, message);
    if (response === null) return null;
    const packageHashBytes = bytesToHex(prng.bytes(32));
    const frame = insider.rewrite(message, {
      payload: signShareResponse.encode({ ...response, packageHash: packageHashBytes as Hash }),
    });
    return frame === null ? null : [frame];
  },
};

/** Announces commitments whose nonces it does not have, other seats' among them, and answers with noise. */
export const wrongNonce: Script = {
  name: "wrong nonce",
  outgoing: ({ insider, run, prng }, message) => {
    if (message.kind !== "NONCE_RESPONSE") return null;
    const response = nonceResponse.decode(message.payload, message);
    if (response === null) return null;
    const others = run.requests.seenPairs;
    const entries = response.entries.map((entry) => ({
      ...entry,
      pairs: entry.pairs.map((pair) => (others.length > 0 && prng.chance(0.7) ? prng.pick(others) : pair)),
    }));
    const frame = insider.rewrite(message, { payload: nonceResponse.encode({ ...response, entries }) });
    return frame === null ? null : [frame];
  },
  observe: (tools, message) => {
    if (message.kind !== "SIGN_SHARE_REQUEST" || message.from === tools.me) return;
    const asked = signShareRequest.decode(message.payload, message);
    const roster = tools.run.group()?.roster;
    if (asked === null || roster === undefined) return;
    const keys = identifierNumbers(roster, tools.me);
    const entries = asked.commitmentList
      .filter((entry) => keys.includes(entry.identifier))
      .map((entry) => ({
        identifier: entry.identifier,
        shares: asked.request.messages.map(() => tools.prng.bytes(32)),
      }));
    if (entries.length === 0) return;
    const payload = signShareResponse.encode({
      digest: operationDigest(asked.request),
      session: asked.session,
      packageHash: packageHash(asked),
      entries,
      next: [],
    });
    tools.say({ ...message, from: tools.me }, "SIGN_SHARE_RESPONSE", payload, message.from);
  },
};

/** Says again and again that its nonces are lost. */
export const loseNonces: Script = {
  name: "loses its nonces for ever",
  outgoing: (tools, message) => {
    if (message.kind !== "SIGN_SHARE_RESPONSE") return null;
    const response = signShareResponse.decode(message.payload, message);
    if (response === null) return null;
    const { digest, session } = response;
    tools.say(message, "NONCES_LOST", noncesLost.encode({ digest, session }));
    return [];
  },
};

/** Sends garbage of every kind, signed and sealed as it should be. */
export const flood: Script = {
  name: "flooding",
  observe: (tools, message) => {
    if (!tools.prng.chance(0.15)) return;
    const kinds: readonly Kind[] = [
      "NONCE_REQUEST",
      "NONCE_RESPONSE",
      "SIGN_SHARE_REQUEST",
      "SIGN_SHARE_RESPONSE",
      "SIGNED",
      "CANCEL",
      "REFUSE",
      "NONCES_LOST",
      "BLAME",
      "DKG_PUBLIC_SHARES",
      "DKG_END",
      "DKG_QUERY",
      "CERTIFICATE",
      "LIFE_SHARE",
      "LOBBY_STATE",
      "LOBBY_SEALED",
    ];
    const payload = tools.prng.chance(0.5)
      ? spoiled(message.payload, tools.prng)
      : tools.prng.bytes(tools.prng.below(200));
    const kind = tools.prng.chance(0.5) ? message.kind : tools.prng.pick(kinds);
    tools.say({ ...message, from: tools.me }, kind, payload, tools.prng.chance(0.3) ? message.from : ALL);
  },
};

/** Cancels, refuses and "signs" what others asked for. */
export const meddle: Script = {
  name: "answers for others",
  observe: (tools, message) => {
    if (message.from === tools.me || message.kind !== "NONCE_REQUEST") return;
    const digest = tools.run.requests.digestOf(message);
    if (digest === null) return;
    const like = { ...message, from: tools.me };
    tools.say(like, "CANCEL", digestReason.encode({ digest, reason: "not-mine-to-cancel" }));
    tools.say(like, "SIGNED", signed.encode({ digest, signatures: [tools.prng.bytes(64)] }));
    tools.say(like, "REFUSE", digestReason.encode({ digest, reason: "i-refuse" }));
  },
};

const changedList = (list: readonly CommitmentEntry[]): CommitmentEntry[] =>
  list.map((entry, i) => (i === 0 ? { ...entry, pairs: list.at(-1)?.pairs ?? entry.pairs } : entry));

/** Accuses honest signers: their share beside another list, another message, another session, another key. */
export const accuse: Script = {
  name: "accuses the innocent",
  observe: (tools, message) => {
    if (message.kind !== "SIGN_SHARE_RESPONSE" || message.from === tools.me) return;
    const response = signShareResponse.decode(message.payload, message);
    const group = tools.run.group();
    const known =
      response === null ? undefined : tools.run.signing.packageOf(response.packageHash, response.digest);
    if (response === null || group === null || known === undefined) return;
    const lies: readonly SigningPackage[] = [
      known,
      { ...known, commitmentList: changedList(known.commitmentList) },
      { ...known, session: known.session + 1 },
      {
        ...known,
        request: {
          ...known.request,
          messages: known.request.messages.map((item) => ({ ...item, message: tools.prng.bytes(32) })),
        },
      },
    ];
    const signingPackage = tools.prng.pick(lies);
    const groupPublicKey = tools.prng.chance(0.7)
      ? group.key.publicKeyPackage.verifyingKey.toCompressed()
      : tools.run.requests.somePoint();
    const evidence = evidenceCodec.encode({
      roster: group.roster,
      accused: message.from,
      tag: "signing",
      body: {
        broadcastKey: tools.run.roomKey(group.groupId),
        end: tools.run.endOf(message.from),
        groupPublicKey,
        bytes: encodeShareEvidence({
          signingPackage,
          sources: tools.run.requests.sourcesOf(message.from),
          response: message.frame,
        }),
      },
    });
    tools.say({ ...message, from: tools.me }, "BLAME", blame.encode({ evidence }));
  },
};

/** Writes frames in others' names; it has the group's key, and not their signatures. */
export const impersonate: Script = {
  name: "writes in others' names",
  observe: (tools, message) => {
    if (!tools.prng.chance(0.3)) return;
    const others = tools.run.world.processes.map((process) => process.id).filter((id) => id !== tools.me);
    const victim = tools.prng.pick(others);
    const digest = tools.run.requests.digestOf(message);
    if (message.kind === "NONCE_REQUEST" && digest !== null) {
      const refusal = digestReason.encode({ digest, reason: "in-your-name" });
      tools.send(tools.insider.forge({ ...message, from: victim }, "REFUSE", refusal));
      tools.send(tools.insider.forge({ ...message, from: message.from }, "CANCEL", refusal));
      return;
    }
    const payload = spoiled(message.payload, tools.prng);
    tools.send(tools.insider.forge({ ...message, from: victim }, message.kind, payload));
    tools.send(tools.insider.forge(message, message.kind, payload));
  },
};
