import { given } from "../core/given.ts";
import {
  checkVerifyingShares,
  type Identifier,
  type PointVector,
  type PublicKeyPackage,
} from "../../frost/index.ts";
import { readClaim } from "../blame/culprit-key.ts";
import { sameBytes } from "../core/codec.ts";
import type { GroupContext } from "../core/machine.ts";
import type { PartyId, RoundId } from "../core/names.ts";
import type { Certificate } from "./certificate.ts";
import { identifiersOf } from "./context.ts";
import { type Draft } from "./draft.ts";
import { certificateParts, fingerprintCommitmentOf } from "./hashes.ts";
import { type Heard, heardOf } from "./inbox.ts";
import { type DkgEnd, dkgEnd } from "./messages.ts";
import type { PublicRound } from "./public-round.ts";
import { verifySignature } from "../envelope/identity.ts";
import { accuse } from "./stopping.ts";

/** What a seat's DKG_END is worth. */
export type EndCheck =
  | { readonly tag: "valid"; readonly end: DkgEnd }
  /** Signed for another transcript or key. Who signed two of something is another question. */
  | { readonly tag: "differs" }
  /** No honest seat signs this. */
  | { readonly tag: "invalid" };

const checked = new WeakMap<Heard, { readonly keyHash: string; readonly check: EndCheck }>();

/** Checks one DKG_END against the first round; computed once per message. */
export function checkEnd(
  context: Pick<GroupContext, "groupId">,
  roundId: RoundId,
  round: Pick<PublicRound, "keyHash" | "dealt">,
  heard: Heard,
): EndCheck {
  const known = checked.get(heard);
  if (known?.keyHash === round.keyHash) return known.check;
  const check = weigh(context, roundId, round, heard);
  checked.set(heard, { keyHash: round.keyHash, check });
  return check;
}

function weigh(
  { groupId }: Pick<GroupContext, "groupId">,
  roundId: RoundId,
  round: Pick<PublicRound, "keyHash" | "dealt">,
  heard: Heard,
): EndCheck {
  const decoded = dkgEnd.decode(heard.payload);
  if (!decoded.ok) return { tag: "invalid" };
  const end = decoded.value;
  const over = certificateParts(groupId, roundId, end.keyHash, end.reveal);
  if (!verifySignature("certificate", over, end.signature, heard.from)) return { tag: "invalid" };
  const { fingerprintCommitment } = given(round.dealt.get(heard.from), "what a seat dealt");
  if (!sameBytes(fingerprintCommitment, fingerprintCommitmentOf(heard.from, end.reveal))) {
    return { tag: "invalid" };
  }
  return end.keyHash === round.keyHash ? { tag: "valid", end } : { tag: "differs" };
}

/** The certificate, where all n seats have ended rightly; null while some have not. Accuses those who ended wrongly. */
export function gatherEnds(draft: Draft, roundId: RoundId, round: PublicRound): Certificate | null {
  const { context } = draft;
  const { roster } = context;
  const heard = heardOf(draft.state.inboxes.get(roundId), "DKG_END");
  const ends = new Map<PartyId, DkgEnd>();
  for (const message of heard.values()) {
    const check = checkEnd(context, roundId, round, message);
    if (check.tag === "valid") ends.set(message.from, check.end);
    else if (check.tag === "invalid") accuseEnd(draft, roundId, message);
  }
  const parts = roster.seats.flatMap(({ identity }) => {
    const end = ends.get(identity);
    return end === undefined ? [] : [{ signature: end.signature, reveal: end.reveal }];
  });
  if (parts.length !== roster.seats.length) return null;
  return {
    groupId: context.groupId,
    roundId,
    round1Hash: round.round1Hash,
    groupPublicKey: round.key.verifyingKey.toCompressed(),
    parts,
  };
}

function accuseEnd(draft: Draft, roundId: RoundId, message: Heard): void {
  if (draft.state.convictions.some((one) => one.culprit === message.from && one.roundId === roundId)) return;
  const inbox = draft.state.inboxes.get(roundId);
  const publicShares = given(heardOf(inbox, "DKG_PUBLIC_SHARES").get(message.from), "PUBLIC_SHARES").frame;
  const { roster, broadcastKey } = draft.context;
  const body = { broadcastKey, publicShares, end: message.frame };
  accuse(draft, roundId, { tag: "end", roster, accused: message.from, body });
}

/** A key with the verifying shares that seats claim rightly, and the seats that claim false ones. */
export interface Claimed {
  readonly key: PublicKeyPackage;
  readonly liars: readonly PartyId[];
}

/**
 * Takes over what seats claim as their verifying shares, where it is right. A false claim is passed over: the right
 * value follows from the commitments, and is derived when it is needed.
 */
export function withClaims(draft: Draft, roundId: RoundId, key: PublicKeyPackage): Claimed {
  const { roster } = draft.context;
  const heard = heardOf(draft.state.inboxes.get(roundId), "DKG_END");
  const claims = new Map<Identifier, PointVector>();
  const liars: PartyId[] = [];
  for (const message of heard.values()) {
    const end = dkgEnd.decode(message.payload);
    /* v8 ignore next -- only a key that all seats have ended rightly gets claims */
    if (!end.ok) continue;
    const claim = readClaim(roster, message.from, end.value.verifyingShares);
    if (claim === null) liars.push(message.from);
    else for (const [identifier, share] of claim) claims.set(identifier, share);
  }
  const result = checkVerifyingShares(key, claims, draft.rng);
  if (result.ok) return { key: result.value, liars };
  const { culprits } = result.error;
  for (const { identity } of roster.seats) {
    if (identifiersOf(roster, identity).some((identifier) => culprits.includes(identifier)))
      liars.push(identity);
  }
  const right = new Map([...claims].filter(([identifier]) => !culprits.includes(identifier)));
  const again = checkVerifyingShares(key, right, draft.rng);
  /* v8 ignore next -- every false claim was named, and is left out */
  return { key: again.ok ? again.value : key, liars };
}

/**
 * Shows who claims false verifying shares. The key is as good as without it, and kept: but whoever lies about them
 * could later spoil signatures and be shown guilty of nothing.
 */
export function accuseLiars(draft: Draft, roundId: RoundId, liars: readonly PartyId[]): void {
  const { roster, broadcastKey } = draft.context;
  const inbox = draft.state.inboxes.get(roundId);
  const dealt = heardOf(inbox, "DKG_PUBLIC_SHARES");
  /* v8 ignore next -- a round that all have ended has everybody's PUBLIC_SHARES */
  const publicShares = roster.seats.flatMap(({ identity }) => dealt.get(identity)?.payload ?? []);
  for (const accused of liars) {
    const end = given(heardOf(inbox, "DKG_END").get(accused), "the false claim").frame;
    draft.ignore("invalid-content", "DKG_END", accused);
    const body = { broadcastKey, end, publicShares };
    accuse(draft, roundId, { tag: "verifyingShares", roster, accused, body });
  }
}
