import {
  type KeygenParameters,
  part1,
  part2,
  participantsFromWeights,
  round1PackageCodec,
  type Round1Secret,
  revealSecretShares,
  secp256k1Tr,
  sessionParameters,
  verifyRound1,
} from "../../../frost/index.ts";
import { sameBytes } from "../../core/codec.ts";
import type { Fact, Message } from "../../core/machine.ts";
import type { PartyId } from "../../core/names.ts";
import type { Roster } from "../../core/roster.ts";
import { identifiersOf, parametersOf } from "../../keygen/context.ts";
import { round1HashOf, sessionOf } from "../../keygen/hashes.ts";
import { heardOf } from "../../keygen/inbox.ts";
import { dkgPrivateShares, dkgPublicShares } from "../../keygen/messages.ts";
import { readPublicShares } from "../../keygen/public-round.ts";
import { pairProduct, sealShares } from "../../keygen/share-sealing.ts";
import { decodeRecord, encodeRecord } from "../../party/journal.ts";
import { groupOf } from "../port.ts";
import { rosterOf, type Script, type Tools } from "./script.ts";

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

/** A proof is the last thing in a package, and in the secret behind it. */
function withOtherProof(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
}

/**
 * Puts changed PUBLIC_SHARES in the place of those that this seat has stored and sent, the false proof among its
 * secrets too, and starts its tab anew: from then on its own party takes the lie for what it said, and everything
 * after fits it.
 */
function liveWith(tools: Tools, { frame: original, roundId }: Message, frame: Uint8Array): void {
  const { world } = tools.run;
  const process = world.processes[tools.seat];
  const payload = tools.insider.read(frame)?.payload;
  if (process === undefined || payload === undefined) return;
  const { store } = process;
  const bent = (fact: Fact): Fact => {
    const { polynomial } = fact;
    const isOurs = fact.tag === "begun" && fact["roundId"] === roundId && polynomial instanceof Uint8Array;
    return isOurs ? { ...fact, polynomial: withOtherProof(polynomial) } : fact;
  };
  const isOriginal = (bytes: unknown): boolean => bytes instanceof Uint8Array && sameBytes(bytes, original);
  store.records = store.records.map((bytes) => {
    const record = decodeRecord(bytes);
    return encodeRecord({
      ...record,
      facts: record.facts.map(({ machine, fact }) => ({
        machine,
        fact: isOriginal(fact["frame"]) ? { ...fact, payload, frame } : bent(fact),
      })),
      sent: record.sent.map((sent) => (isOriginal(sent.frame) ? { ...sent, frame } : sent)),
    });
  });
  store.outbox = store.outbox.map((bytes) => (isOriginal(bytes) ? frame : bytes));
  world.scheduler.after(0, () => {
    if (!process.running) return;
    process.crash();
    process.start(world.newEpoch());
  });
}

/** A proof of possession that does not hold. */
export function badProof(): Script {
  const lies = new Set<string>();
  return {
    name: "bad proof of possession",
    outgoing: (tools, message) => {
      if (message.kind !== "DKG_PUBLIC_SHARES" || lies.has(message.roundId)) return null;
      lies.add(message.roundId);
      const frame = repacked(tools, message, withOtherProof);
      if (frame === null) return null;
      tools.run.keygen.poison(frame);
      liveWith(tools, message, frame);
      return [frame];
    },
  };
}

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
