import type { KeyPackage } from "../../frost/index.ts";
import type { Hash } from "../core/names.ts";
import { mayAnswer, wasReleasedElsewhere } from "./checks.ts";
import { keyCount, keysOfSeat } from "./context.ts";
import { noncesLost, type ShareEntry, type SignShareRequest, signShareResponse } from "./messages.ts";
import { packageFault, packageHash } from "./package.ts";
import { computeShares, openSessions } from "./scheme.ts";
import { memoryOf, offerNonces, setMemory, setOffer, type SignerRun, slotOf } from "./signer-memory.ts";
import type { SignerRequest } from "./signer-state.ts";
import { findPairs, makePairs, mostPairs, type OwnPairs, spend } from "./stock.ts";

/** Sessions of one request a signer answers: what an honest coordinator can need, with room for reloads. */
const mostSessions = (run: SignerRun): number => 2 * keyCount(run.context) + run.context.roster.seats.length;

/**
 * Answers one package of an approved request: the share given before where it is the very same package in this
 * epoch, fresh shares where all its nonces are unspent, and otherwise nothing but the news that nonces are lost.
 * @returns true where a share was said
 */
export function answerPackage(
  run: SignerRun,
  digest: Hash,
  entry: SignerRequest,
  asked: SignShareRequest,
): boolean {
  const { context } = run;
  /* v8 ignore next -- what has expired has ended before a step begins */
  if (entry.tag !== "approved" || !mayAnswer(entry, run.now)) {
    run.ignore("too-late");
    return false;
  }
  const keys = keysOfSeat(context, context.me);
  const own = asked.commitmentList.filter((item) => keys.includes(item.identifier));
  if (own.length === 0) {
    run.ignore("not-for-me");
    return false;
  }
  const group = { threshold: context.roster.threshold, identifiers: keyCount(context) };
  if (own.length !== keys.length || packageFault(asked, group) !== null) {
    run.ignore("invalid-content");
    return false;
  }
  const hash = packageHash(asked);
  const earlier = entry.answers.get(asked.session);
  const { epoch, stock } = memoryOf(context, run.state);
  if (earlier !== undefined && earlier.packageHash !== hash) {
    run.ignore("conflicts-with-earlier");
    return false;
  }
  if (earlier?.epoch === epoch) {
    run.sayAgain(shareSlot(digest, hash));
    return true;
  }
  if (entry.answers.size >= mostSessions(run)) {
    run.ignore("flood");
    return false;
  }
  const pairs = findPairs(stock, entry.request.coordinator, own);
  if (pairs === null) {
    sayNoncesLost(run, digest, entry.request, asked.session);
    return false;
  }
  return giveShares(run, digest, entry.request, asked, hash, pairs);
}

const shareSlot = (digest: Hash, hash: Hash): string => slotOf(digest, `share/${hash}`);

function giveShares(
  run: SignerRun,
  digest: Hash,
  request: SignerRequest["request"],
  asked: SignShareRequest,
  hash: Hash,
  pairs: OwnPairs,
): boolean {
  const { context } = run;
  // Spent before anything is computed, and whatever comes of it: a pair that failed once is not tried twice.
  setMemory(run, { stock: spend(memoryOf(context, run.state).stock, pairs.hashes) });
  if (wasReleasedElsewhere(run.state, pairs.hashes, hash)) {
    for (const nonces of pairs.nonces.flat()) nonces.erase();
    run.ignore("conflicts-with-earlier");
    return false;
  }
  const entries = sharesFor(run, asked, pairs);
  if (entries === null) {
    for (const nonces of pairs.nonces.flat()) nonces.erase();
    run.ignore("invalid-content");
    return false;
  }
  const { stock, epoch } = memoryOf(context, run.state);
  const count = Math.min(request.messages.length, mostPairs(context));
  const next = makePairs(context, stock, request.coordinator, count, run.rng);
  setMemory(run, { stock: next.stock });
  setOffer(run, digest, next.entries);
  run.record({
    tag: "signer/released",
    digest,
    session: asked.session,
    packageHash: hash,
    commitments: pairs.hashes,
    epoch,
  });
  const payload = signShareResponse.encode({
    generation: run.state.generation,
    digest,
    session: asked.session,
    packageHash: hash,
    entries,
    next: next.entries,
  });
  run.say("SIGN_SHARE_RESPONSE", request.roundId, payload, shareSlot(digest, hash), request.coordinator);
  return true;
}

function sharesFor(run: SignerRun, asked: SignShareRequest, pairs: OwnPairs): ShareEntry[] | null {
  const { context } = run;
  const sessions = openSessions(context.key.publicKeyPackage, asked);
  if (sessions === null) return null;
  const keys = keysOfSeat(context, context.me);
  const keyPackages = context.key.keyPackages.map((keyPackage: KeyPackage, i) => ({
    number: /* v8 ignore next -- an identifier per key package */ keys[i] ?? 0,
    keyPackage,
  }));
  return computeShares(sessions, keyPackages, pairs.nonces);
}

/** Tells the coordinator that the nonces it holds are gone, and offers fresh ones. */
function sayNoncesLost(
  run: SignerRun,
  digest: Hash,
  request: SignerRequest["request"],
  session: number,
): void {
  run.say(
    "NONCES_LOST",
    request.roundId,
    noncesLost.encode({ generation: run.state.generation, digest, session }),
  );
  offerNonces(run, digest, request);
}
