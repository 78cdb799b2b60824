import {
  dealKey,
  identifierFromNumber,
  type KeyMaterial,
  secp256k1Tr,
  toOutputKey,
  toOutputKeyPackage,
  verifyingSharesCodec,
} from "../../frost/index.ts";
import type { Rng } from "../core/machine.ts";
import { ALL, type GroupId, groupId, hashOf, msgId, epochOf, type PartyId, roundId } from "../core/names.ts";
import { groupIdOf, identifierNumbers, keysOf, type Roster, SUITE } from "../core/roster.ts";
import { sealFrame } from "../envelope/frames.ts";
import type { Identity } from "../envelope/identity.ts";
import { FastIdentity } from "./fast-identity.ts";
import { certificateParts, keyHashOfPackage } from "../keygen/hashes.ts";
import { certificateCodec } from "../keygen/certificate.ts";
import { dkgEnd } from "../keygen/messages.ts";

export interface DealtMember {
  readonly identity: Identity;
  readonly key: KeyMaterial;
}

/** A group as key generation leaves it, dealt by one hand: for runs that are about signing alone. */
export interface DealtGroup {
  readonly roster: Roster;
  readonly groupId: GroupId;
  readonly broadcastKey: Uint8Array;
  /** In seat order. */
  readonly members: readonly DealtMember[];
  /** Signed DKG_END frames by seat. */
  readonly ends: ReadonlyMap<PartyId, Uint8Array>;
  readonly certificate: Uint8Array;
}

/**
 * Deals a key for seats of these weights. The first seat is the roster's coordinator. The signed frames and the
 * certificate are real, so that evidence is judged as after a real key generation.
 */
export function dealtGroup(weights: readonly number[], threshold: number, rng: Rng): DealtGroup {
  const identities = weights.map(() => FastIdentity.create(rng));
  const [first] = identities;
  if (first === undefined) throw new RangeError("a group has a seat");
  const roster: Roster = {
    version: 1,
    suite: SUITE,
    lobbyId: groupId(rng(32)),
    name: "Simulated group",
    network: "regtest",
    threshold,
    seats: identities.map((identity, i) => ({
      identity: identity.id,
      name: `Seat ${i + 1}`,
      weight: weights[i] ?? 1,
    })),
    coordinator: first.id,
  };
  const group = groupIdOf(roster);
  const broadcastKey = rng(32);
  const identifiers = Array.from({ length: keysOf(roster) }, (_, i) => identifierFromNumber(i + 1));
  const dealt = dealKey({ suite: secp256k1Tr, threshold, identifiers, keyKind: "internal" }, rng);
  const publicKeyPackage = toOutputKey(dealt.publicKeyPackage);
  const round1Hash = hashOf(rng(32));
  const keyHash = keyHashOfPackage(round1Hash, publicKeyPackage);
  const round = roundId(rng(16));

  const parts = identities.map((identity) => {
    const reveal = rng(32);
    const signature = identity.sign("certificate", certificateParts(group, round, keyHash, reveal), rng);
    return { signature, reveal };
  });
  const members = identities.map((identity): DealtMember => {
    const keyPackages = identifierNumbers(roster, identity.id).map((number) => {
      const keyPackage = dealt.keyPackages.get(identifierFromNumber(number));
      if (keyPackage === undefined) throw new RangeError("the dealer dealt every identifier");
      return toOutputKeyPackage(keyPackage);
    });
    return { identity, key: { keyPackages, publicKeyPackage } };
  });
  const ends = members.map(({ identity, key }, i): [PartyId, Uint8Array] => {
    const part = parts[i] ?? { signature: new Uint8Array(64), reveal: new Uint8Array(32) };
    const claim = new Map(key.keyPackages.map((own) => [own.identifier, own.verifyingShare]));
    const payload = dkgEnd.encode({
      round1Hash,
      keyHash,
      ...part,
      verifyingShares: verifyingSharesCodec.encode({ suite: secp256k1Tr, value: claim }),
    });
    const frame = sealFrame(
      identity,
      broadcastKey,
      {
        kind: "DKG_END",
        groupId: group,
        roundId: round,
        to: ALL,
        epoch: epochOf(rng(16)),
        counter: 0n,
        msgId: msgId(rng(16)),
        payload,
      },
      rng,
    );
    return [identity.id, frame ?? new Uint8Array()];
  });
  return {
    roster,
    groupId: group,
    broadcastKey,
    members,
    ends: new Map(ends),
    certificate: certificateCodec.encode({
      groupId: group,
      roundId: round,
      round1Hash,
      groupPublicKey: publicKeyPackage.verifyingKey.toCompressed(),
      parts,
    }),
  };
}
