import { checkVerifyingShares } from "../../frost/index.ts";
import { given } from "../core/given.ts";
import type { PartyId } from "../core/names.ts";
import { counterBytes } from "../core/predictable.ts";
import { groupIdOf, type Roster } from "../core/roster.ts";
import { openSigned } from "../envelope/frames.ts";
import { round1HashOf } from "../keygen/hashes.ts";
import { dkgEnd } from "../keygen/messages.ts";
import { type Dealt, readPublicShares, roundOfDealt } from "../keygen/public-round.ts";
import { readClaim } from "./culprit-key.ts";
import type { VerifyingSharesEvidence } from "./evidence.ts";

/**
 * True where the accused signed, in one DKG_END, a first round and verifying shares of its own that do not follow from
 * it. The first round is quoted whole and hashes to what the accused signed: no accuser can bring another one.
 */
export function areVerifyingSharesWrong(
  roster: Roster,
  accused: PartyId,
  { broadcastKey, end, publicShares }: VerifyingSharesEvidence,
): boolean {
  const groupId = groupIdOf(roster);
  const message = openSigned(end, groupId, broadcastKey);
  if (typeof message === "string" || message.kind !== "DKG_END" || message.from !== accused) return false;
  const ended = dkgEnd.decode(message.payload);
  if (!ended.ok || publicShares.length !== roster.seats.length) return false;
  const dealt = new Map<PartyId, Dealt>();
  for (const [i, { identity }] of roster.seats.entries()) {
    const one = readPublicShares(roster, identity, given(publicShares[i], "a payload per seat"));
    if (one === null) return false;
    dealt.set(identity, one);
  }
  const { roundId } = message;
  const contents = [...dealt.values()].map((one) => one.content);
  // Before anything that takes long: whoever sends made-up rounds must not keep others busy.
  if (round1HashOf(groupId, roundId, contents) !== ended.value.round1Hash) return false;
  const round = roundOfDealt({ groupId, roster }, roundId, dealt, counterBytes());
  // No honest seat ends such a round; what is wrong with it convicts its dealers.
  if (round.tag !== "complete") return false;
  const claim = readClaim(roster, accused, ended.value.verifyingShares);
  return claim === null || !checkVerifyingShares(round.round.key, claim, counterBytes()).ok;
}
