import { given } from "../core/given.ts";
import {
  type KeyMaterial,
  nameOf,
  part1,
  part2,
  part3,
  type Participant,
  restoreSecretShares,
  revealSecretShares,
  round1PackageCodec,
  secp256k1Tr,
  type SecretShares,
  verifyingSharesCodec,
} from "../../frost/index.ts";
import type { Message } from "../core/machine.ts";
import type { PartyId, RoundId } from "../core/names.ts";
import { identifierNumbers } from "../core/roster.ts";
import { Secret } from "../core/secret.ts";
import { certify, readCertificate } from "./concluding.ts";
import { dealerNamed, parametersOf } from "./context.ts";
import { type Draft, slots } from "./draft.ts";
import { accuseLiars, gatherEnds, withClaims } from "./ending.ts";
import { keyBytes, secretBytes } from "./facts.ts";
import { certificateParts, fingerprintCommitmentOf } from "./hashes.ts";
import { type Heard, heardOf } from "./inbox.ts";
import { dkgEnd, dkgPrivateShares, dkgPublicShares } from "./messages.ts";
import { type PublicRound } from "./public-round.ts";
import { currentRound, discard, nextRound } from "./rounds.ts";
import { encryptionKeyPair, openShares, pairProduct, sealShares } from "./share-sealing.ts";
import type { RoundSecrets, SignerState } from "./state.ts";
import { accuse, stop } from "./stopping.ts";

type SignerDraft = Draft<SignerState>;

/** A seat as lib/frost knows it. */
function participantOf(draft: SignerDraft, roundId: RoundId, party: PartyId): Participant {
  const { roster } = draft.context;
  const index = roster.seats.findIndex((seat) => seat.identity === party);
  return given(parametersOf(draft.context, roundId).participants[index], "a seat");
}

/** Step 1: deals a fresh polynomial to everyone. Moves to a lower round where one was begun. */
export function begin(draft: SignerDraft): boolean {
  const { context, rng, now } = draft;
  const { phase } = draft.state;
  if (phase.tag === "pending" || "certified" in phase) return false;
  const roundId = nextRound(draft);
  if (roundId === null) return false;
  if (phase.tag === "collectingPublicShares" || phase.tag === "collectingPrivateShares") {
    if (phase.roundId === roundId) return false;
    stop(draft, "lower-round");
    return true;
  }
  const inbox = draft.state.inboxes.get(roundId);
  // Our own message of a round that we know nothing of: what we dealt is lost, and must not be dealt again.
  if (heardOf(inbox, "DKG_PUBLIC_SHARES").has(context.me)) return discard(draft, roundId, "lost-state", true);
  if (heardOf(inbox, "ABORT").size > 0) return discard(draft, roundId, "aborted-by-peer", false);
  if (draft.state.convictions.some((one) => one.roundId === roundId)) {
    return discard(draft, roundId, "blamed", false);
  }
  const parameters = parametersOf(context, roundId);
  const dealt = part1(parameters, nameOf(participantOf(draft, roundId, context.me)), rng);
  const pair = encryptionKeyPair(rng);
  const reveal = rng(32);
  const secrets: RoundSecrets = {
    polynomial: dealt.secret,
    encryption: new Secret(pair.secret),
    reveal: new Secret(reveal),
  };
  draft.record({ tag: "begun", roundId, at: now, ...secretBytes(secrets) });
  draft.progress();
  const message = {
    package: round1PackageCodec.encode({ suite: secp256k1Tr, value: dealt.package }),
    encryptionKey: pair.publicKey,
    fingerprintCommitment: fingerprintCommitmentOf(context.me, reveal),
  };
  draft.say("DKG_PUBLIC_SHARES", roundId, dkgPublicShares, message, slots.publicShares(roundId));
  return true;
}

// One product per pair serves both directions; it is as secret as e and lives as long as the object that holds e.
const products = new WeakMap<Secret, Map<PartyId, Uint8Array>>();

function productWith(secrets: RoundSecrets, round: PublicRound, other: PartyId): Uint8Array {
  let known = products.get(secrets.encryption);
  if (known === undefined) products.set(secrets.encryption, (known = new Map<PartyId, Uint8Array>()));
  let product = known.get(other);
  if (product === undefined) {
    const publicKey = given(round.dealt.get(other), "what a seat dealt").encryptionKey;
    known.set(other, (product = pairProduct(secrets.encryption.reveal(), publicKey)));
  }
  return product;
}

/** Step 2: with all PUBLIC_SHARES checked, sends every other seat its shares, sealed under this very transcript. */
export function dealPrivately(draft: SignerDraft): boolean {
  const { phase } = draft.state;
  if (phase.tag !== "collectingPublicShares") return false;
  const { roundId, secrets } = phase;
  const current = currentRound(draft, roundId);
  if (typeof current === "boolean") return current;
  const { context, now, rng } = draft;
  const { round1Hash, keyHash, transcript } = current;
  const shares = part2(secrets.polynomial, transcript);
  draft.record({ tag: "round1", roundId, at: now, round1Hash, keyHash });
  draft.progress();
  for (const { identity } of context.roster.seats) {
    const own = shares.get(nameOf(participantOf(draft, roundId, identity)));
    if (own === undefined) continue;
    const address = { round1Hash, from: context.me, to: identity };
    const sealed = sealShares(productWith(secrets, current, identity), address, revealSecretShares(own), rng);
    const slot = slots.privateShares(roundId, identity);
    draft.say("DKG_PRIVATE_SHARES", roundId, dkgPrivateShares, { round1Hash, sealed }, slot, identity);
  }
  return true;
}

/** Step 3 and 4: with all shares in hand and right, locks: from here on this seat keeps its share whatever happens. */
export function lock(draft: SignerDraft): boolean {
  const { phase, inboxes } = draft.state;
  if (phase.tag !== "collectingPrivateShares") return false;
  const { roundId, secrets } = phase;
  const { roster, me } = draft.context;
  const heard = heardOf(inboxes.get(roundId), "DKG_PRIVATE_SHARES");
  const differing = [...heard.values()].some((message) => {
    const decoded = dkgPrivateShares.decode(message.payload);
    return decoded.ok && decoded.value.round1Hash !== phase.round1Hash;
  });
  if (differing) {
    stop(draft, "transcripts-differ");
    return true;
  }
  if (heard.size < roster.seats.length - 1) return false;
  const current = currentRound(draft, roundId);
  /* v8 ignore next -- all PUBLIC_SHARES were checked before this phase began, and are kept */
  if (typeof current === "boolean") return current;
  const received = new Map<ReturnType<typeof nameOf>, SecretShares>();
  const wrong: PartyId[] = [];
  for (const message of heard.values()) {
    const shares = openedShares(draft, secrets, current, message);
    if (shares === null) wrong.push(message.from);
    else received.set(nameOf(participantOf(draft, roundId, message.from)), shares);
  }
  const result = wrong.length === 0 ? part3(secrets.polynomial, current.transcript, received) : null;
  if (result?.ok) {
    endRound(draft, roundId, current, secrets, result.value);
    return true;
  }
  const named = result?.error.culprits.map((name) => given(dealerNamed(roster, name), "a dealer")) ?? wrong;
  accuseDealers(draft, roundId, current, secrets, named, me);
  return true;
}

function openedShares(
  draft: SignerDraft,
  secrets: RoundSecrets,
  round: PublicRound,
  message: Heard,
): SecretShares | null {
  const { me, roster } = draft.context;
  const decoded = dkgPrivateShares.decode(message.payload);
  if (!decoded.ok) return null;
  const { round1Hash, sealed } = decoded.value;
  const address = { round1Hash, from: message.from, to: me };
  const plain = openShares(productWith(secrets, round, message.from), address, sealed);
  if (plain === null) return null;
  try {
    return restoreSecretShares(plain, identifierNumbers(roster, me).length);
  } catch {
    // Not scalars, or not as many as this seat holds identifiers.
    return null;
  }
}

/** Shows which dealers' shares are wrong, by the e of this seat: this transcript is given up before e is told. */
function accuseDealers(
  draft: SignerDraft,
  roundId: RoundId,
  round: PublicRound,
  secrets: RoundSecrets,
  culprits: readonly PartyId[],
  me: PartyId,
): void {
  const inbox = draft.state.inboxes.get(roundId);
  const publicShares = heardOf(inbox, "DKG_PUBLIC_SHARES");
  const contents = [...round.dealt.values()].map((one) => one.content);
  const encryptionSecret = secrets.encryption.reveal();
  const { roster } = draft.context;
  for (const accused of culprits) {
    const { frame } = given(heardOf(inbox, "DKG_PRIVATE_SHARES").get(accused), "the wrong shares");
    const dealerShares = given(publicShares.get(accused), "the dealer's PUBLIC_SHARES").payload;
    const accuserShares = given(publicShares.get(me), "our own PUBLIC_SHARES").payload;
    const body = { frame, encryptionSecret, contents, dealerShares, accuserShares };
    accuse(draft, roundId, { tag: "privateShares", roster, accused, body });
  }
  // Accusing has stopped the round, unless what was signed is too long to be shown.
  /* v8 ignore next -- nobody at fault: see "unusable" in the first round */
  stop(draft, culprits.length === 0 ? "unusable-key" : "unproven");
}

function endRound(
  draft: SignerDraft,
  roundId: RoundId,
  round: PublicRound,
  secrets: RoundSecrets,
  key: KeyMaterial,
): void {
  const { context, now, rng } = draft;
  const { round1Hash, keyHash } = round;
  const reveal = secrets.reveal.reveal();
  const signature = context.identity.sign(
    "certificate",
    certificateParts(context.groupId, roundId, keyHash, reveal),
    rng,
  );
  const claim = new Map(key.keyPackages.map((one) => [one.identifier, one.verifyingShare]));
  const verifyingShares = verifyingSharesCodec.encode({ suite: secp256k1Tr, value: claim });
  draft.record({ tag: "locked", roundId, at: now, round1Hash, keyHash, ...keyBytes(key) });
  draft.progress();
  const end = { round1Hash, keyHash, signature, reveal, verifyingShares };
  draft.say("DKG_END", roundId, dkgEnd, end, slots.end(roundId));
}

/** The pending key becomes certain: all n DKG_END over it are in hand. */
export function settle(draft: SignerDraft): boolean {
  const { phase, inboxes } = draft.state;
  if (phase.tag !== "pending") return false;
  const { roundId, key } = phase;
  if (heardOf(inboxes.get(roundId), "DKG_END").size === 0) return false;
  const current = currentRound(draft, roundId);
  /* v8 ignore next -- as above */
  if (typeof current === "boolean") return false;
  const certificate = gatherEnds(draft, roundId, current);
  if (certificate === null) return false;
  const claimed = withClaims(draft, roundId, key.publicKeyPackage);
  certify(draft, certificate, { keyPackages: key.keyPackages, publicKeyPackage: claimed.key });
  accuseLiars(draft, roundId, claimed.liars);
  return true;
}

/** A certificate made by somebody else beats everything but another one, which cannot exist. */
export function hearCertificate(draft: SignerDraft, message: Message): void {
  const { phase } = draft.state;
  if ("certified" in phase) {
    draft.ignore("duplicate", "CERTIFICATE", message.from);
    return;
  }
  if (phase.tag !== "pending" || phase.roundId !== message.roundId) {
    draft.ignore("not-now", "CERTIFICATE", message.from);
    return;
  }
  const current = currentRound(draft, phase.roundId);
  /* v8 ignore next -- as above */
  const certificate = typeof current === "boolean" ? null : readCertificate(draft, message, current);
  if (certificate === null) draft.ignore("invalid-content", "CERTIFICATE", message.from);
  else certify(draft, certificate, phase.key);
}
