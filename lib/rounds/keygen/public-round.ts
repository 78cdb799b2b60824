import { given } from "../core/given.ts";
import {
  type PublicKeyPackage as Key,
  PublicKeyPackage,
  type Rng,
  type Round1Package,
  round1PackageCodec,
  type Round1Transcript,
  toOutputKey,
  tryDecode,
  verifyRound1,
} from "../../frost/index.ts";
import type { GroupContext } from "../core/machine.ts";
import type { Hash, PartyId, RoundId } from "../core/names.ts";
import { type Roster, SUITE } from "../core/roster.ts";
import { dealerNamed, identifiersOf, parametersOf } from "./context.ts";
import { contentHash, keyHashOfPackage, round1HashOf } from "./hashes.ts";
import { type Heard, heardOf, type Inbox } from "./inbox.ts";
import { dkgPublicShares } from "./messages.ts";
import { isEncryptionKey } from "./share-sealing.ts";

/** One seat's PUBLIC_SHARES, of the right form: its proof is checked with everybody's. */
export interface Dealt {
  readonly package: Round1Package<"session">;
  readonly encryptionKey: Uint8Array;
  readonly fingerprintCommitment: Uint8Array;
  readonly content: Hash;
}

/**
 * Reads one seat's PUBLIC_SHARES. Null means that its sender signed something no honest seat signs: another suite or
 * dealer's name, a commitment longer or shorter than the threshold, a key that is no point.
 */
export function readPublicShares(roster: Roster, from: PartyId, payload: Uint8Array): Dealt | null {
  const message = dkgPublicShares.decode(payload);
  if (!message.ok) return null;
  const { encryptionKey, fingerprintCommitment } = message.value;
  const decoded = tryDecode(round1PackageCodec, message.value.package);
  if (!decoded.ok || decoded.value.suite.id !== SUITE) return null;
  const pkg = decoded.value.value;
  if (pkg.identifier !== identifiersOf(roster, from)[0]) return null;
  if (pkg.commitment.length !== roster.threshold || !isEncryptionKey(encryptionKey)) return null;
  const content = contentHash(from, pkg, encryptionKey, fingerprintCommitment);
  return { package: pkg, encryptionKey, fingerprintCommitment, content };
}

// A message never changes once heard, so what it says need be read once only.
const read = new WeakMap<Heard, Dealt | null>();

/** `readPublicShares` of a kept message, computed once. */
export function dealtIn(roster: Roster, heard: Heard): Dealt | null {
  let dealt = read.get(heard);
  if (dealt === undefined) {
    dealt = readPublicShares(roster, heard.from, heard.payload);
    read.set(heard, dealt);
  }
  return dealt;
}

/** The first round as a whole: everybody's PUBLIC_SHARES are in hand and right. */
export interface PublicRound {
  readonly round1Hash: Hash;
  readonly keyHash: Hash;
  /** By identity. */
  readonly dealt: ReadonlyMap<PartyId, Dealt>;
  readonly transcript: Round1Transcript<"session">;
  /** The output key, with no verifying share derived yet. */
  readonly key: Key;
}

export type PublicRoundResult =
  | { readonly tag: "complete"; readonly round: PublicRound }
  | { readonly tag: "missing"; readonly seats: readonly PartyId[] }
  /** Their frames alone convict them. */
  | { readonly tag: "invalid"; readonly culprits: readonly PartyId[] }
  /** The sum is no usable key, which nobody can be blamed for. */
  | { readonly tag: "unusable" };

/** Reads and checks the first round. The randomness mixes the batch check of all proofs; it is not kept. */
export function publicRound(
  context: Pick<GroupContext, "groupId" | "roster">,
  roundId: RoundId,
  inbox: Inbox | undefined,
  rng: Rng,
): PublicRoundResult {
  const { roster } = context;
  const heard = heardOf(inbox, "DKG_PUBLIC_SHARES");
  const invalid = [...heard.values()].filter((message) => dealtIn(roster, message) === null);
  if (invalid.length > 0) return { tag: "invalid", culprits: invalid.map((message) => message.from) };
  const missing = roster.seats.map((seat) => seat.identity).filter((identity) => !heard.has(identity));
  if (missing.length > 0) return { tag: "missing", seats: missing };
  const dealt = new Map<PartyId, Dealt>();
  for (const { identity } of roster.seats) {
    const message = given(heard.get(identity), "PUBLIC_SHARES of every seat");
    dealt.set(identity, given(dealtIn(roster, message), "PUBLIC_SHARES of the right form"));
  }
  return roundOfDealt(context, roundId, dealt, rng);
}

/** Checks what all seats dealt together: every proof, and that the sum is a key. `dealt` is in seat order. */
export function roundOfDealt(
  context: Pick<GroupContext, "groupId" | "roster">,
  roundId: RoundId,
  dealt: ReadonlyMap<PartyId, Dealt>,
  rng: Rng,
): Exclude<PublicRoundResult, { tag: "missing" }> {
  const packages = [...dealt.values()].map((one) => one.package);
  const verified = verifyRound1(parametersOf(context, roundId), packages, rng);
  if (!verified.ok) {
    const { roster } = context;
    const culprits = verified.error.culprits.map((name) => given(dealerNamed(roster, name), "a dealer"));
    /* v8 ignore next -- nobody at fault: see "unusable" */
    return culprits.length === 0 ? { tag: "unusable" } : { tag: "invalid", culprits };
  }
  const transcript = verified.value;
  const key = groupKeyOf(transcript);
  const contents = [...dealt.values()].map((one) => one.content);
  const round1Hash = round1HashOf(context.groupId, roundId, contents);
  const keyHash = keyHashOfPackage(round1Hash, key);
  return { tag: "complete", round: { round1Hash, keyHash, dealt, transcript, key } };
}

/** The group's output key from the first round alone, as a coordinator without a seat needs it. */
function groupKeyOf(transcript: Round1Transcript<"session">): Key {
  const { suite, threshold, identifiers } = transcript.parameters;
  const { commitment } = transcript;
  const verifyingKey = commitment.at(0);
  const internal = new PublicKeyPackage({
    suite,
    keyKind: "internal",
    threshold,
    identifiers,
    verifyingKey,
    commitment,
  });
  return toOutputKey(internal);
}
